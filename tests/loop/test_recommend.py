"""Recommendations through the real handlers, as they read in a mail."""

from leadwell.clock import HOUR
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.rendering.models import EmailSource
from tests.fakes.world import TEMPLATES, World
from tests.loop.own_definitions import publish_journey
from tests.unit.console.signed_in import SignedIn

MAIL = """\
---
subject: "{{ (products | products | first).name | default('News') }}"
preheader: For you
eyebrow: For you
headline: For you
---
{% set event = products %}
<mj-include path="blocks/products.mjml" />
"""
PRODUCTS = [
    {"id": "lund", "name": {"de": "Sofa Lund", "en": "Lund sofa"}, "price": 499, "url": "https://shop.example.com/l"},
    {"id": "oslo", "name": "Oslo", "rank": 1},
    {"id": "malmo", "name": "Malmö", "in_stock": False},
]


def test_what_was_looked_at_and_not_bought_is_shown_in_the_contacts_language() -> None:
    world = World()
    api = SignedIn(world)
    assert api.post("/api/products", {"products": PRODUCTS}).body == {"added": 3, "changed": 0, "unchanged": 0}
    files = {
        "layout.mjml": (TEMPLATES / "emails" / "layout.mjml").read_text("utf-8"),
        "blocks/products.mjml": (TEMPLATES / "emails" / "blocks" / "products.mjml").read_text("utf-8"),
        "email.yaml": "sample: {products: {currency: EUR, products: [{name: Sofa}]}}",
        "de.mjml": MAIL,
    }
    Publisher(world.services.library, world.clock.now(), "test").publish_email(EmailSource(name="pick", files=files))
    recommend = {"rule": "viewed_not_bought", "otherwise": "best_sellers", "when_none": "exit"}
    publish_journey(world, {"wait": "PT1H"}, {"recommend": recommend}, {"email": "pick"})
    for name, looked_at in (("ann", ["lund", "malmo", "oslo"]), ("ben", [])):
        world.post(world.identify(name, email=f"{name}@example.com", locale="de"), world.consent(name))
        for one in looked_at:
            world.clock.moment += 1000
            world.post(world.event(name, "Product Viewed", {"product_id": one}))
        world.clock.moment += 1000
        world.post(world.event(name, "Order Completed", {"order_id": "o", "products": [{"product_id": "oslo"}]}))
        world.post(world.event(name, "Started"))
    world.advance(2 * HOUR)
    (ann, ben) = sorted((mail for _, mail in world.outbox.sent), key=lambda mail: mail.to)
    assert (ann.subject, ben.subject) == ("Sofa Lund", "Sofa Lund")
    assert "499,00" in ann.html
    assert 'href="https://shop.example.com/l"' in ann.html
    assert "Malm" not in ann.html + ben.html
    assert "Oslo" not in ann.html + ben.html
