"""Permission end to end: what a browser may start, what a click proves, and that a no is heard at once."""

import re
from urllib.parse import urlencode

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import Contact
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.messaging.outgoing import Outgoing
from leadwell.store import keys
from tests.fakes.world import TEMPLATES, World
from tests.loop.doors import PUBLIC, SERVER, request, track, with_keys

VISITOR = {"anonymousId": "visitor-1"}
WISH = {"purpose": "marketing", "channel": "email", "source": "demo-shop", "wording": "Yes, write to me."}


def sign_up(world: World, email: str = "ann@example.com", visitor: str = "visitor-1") -> None:
    who = {"anonymousId": visitor}
    answer = track(
        world,
        PUBLIC,
        {"type": "track", "event": "Product Viewed", "properties": {"category": "sofas"}, **who},
        {"type": "identify", "traits": {"email": email, "firstName": "Ann", "locale": "en"}, **who},
        {"type": "track", "event": "Signed Up", **who},
        {"type": "track", "event": "Consent Granted", "properties": WISH, **who},
    )
    assert answer["statusCode"] == 200, answer


def visitor_of(world: World, visitor: str = "visitor-1") -> Contact:
    item = world.table.get(keys.contact(contact_id("anonymous_id", visitor)))
    assert item
    return Contact.from_item(item)


def link_in(mail: Outgoing, path: str) -> str:
    found = re.search(rf"https://go\.example\.com({path}[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]


def steps(world: World) -> list[str]:
    return [step for _, _, step in world.mails()]


def test_a_browser_only_starts_double_opt_in() -> None:
    world = with_keys(World())
    sign_up(world)
    assert steps(world) == ["double-opt-in/ask"]
    visitor = visitor_of(world)
    assert not visitor.is_known
    assert visitor.claims["email"] == "ann@example.com"
    assert visitor.consents["marketing/email"].state == "requested"
    world.advance(4 * DAY)
    assert steps(world) == ["double-opt-in/ask", "double-opt-in/remind"], "no advertising before the click"


def test_the_click_proves_the_address_and_lets_the_welcome_begin() -> None:
    world = with_keys(World())
    sign_up(world)
    (_, asked), *_ = world.outbox.sent
    path = link_in(asked, "/p/c/")
    assert request(world, "serve_pages", "GET", path)["statusCode"] == 200
    assert steps(world) == ["double-opt-in/ask"], "a scanner's GET confirms nothing"
    world.clock.moment += MINUTE
    assert request(world, "serve_pages", "POST", path)["statusCode"] == 200
    contact = visitor_of(world)
    assert contact.is_known and contact.traits["email"] == "ann@example.com" and contact.traits["firstName"] == "Ann"
    assert contact.consents["marketing/email"].state == "granted"
    assert contact.consents["marketing/email"].wording == "Yes, write to me."
    assert steps(world) == ["double-opt-in/ask", "welcome/hello"]
    world.clock.moment += MINUTE
    request(world, "serve_pages", "POST", path)
    assert steps(world) == ["double-opt-in/ask", "welcome/hello"], "a second click changes nothing"


def test_an_address_is_asked_once_a_day_whoever_types_it() -> None:
    world = with_keys(World())
    for number in range(5):
        sign_up(world, visitor=f"visitor-{number}")
        world.clock.moment += MINUTE
    assert steps(world) == ["double-opt-in/ask"]
    reasons = {message.get("reason", "") for message in world.table.items("MESSAGE")}
    assert "this address was asked for confirmation today already" in reasons
    world.advance(DAY)
    sign_up(world, visitor="visitor-9")
    assert len(world.mails()) == 2


def test_a_claim_never_touches_a_known_contact() -> None:
    world = with_keys(World())
    track(
        world,
        SERVER,
        {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "firstName": "Ann"}},
        {"type": "track", "userId": "ann", "event": "Consent Granted", "properties": WISH},
    )
    before = world.contact("ann")
    track(
        world,
        PUBLIC,
        {
            "type": "identify",
            "userId": "ann",
            "traits": {"email": "ann@example.com", "firstName": "Mallory"},
            "anonymousId": "attacker",
        },
        {"type": "alias", "userId": "attacker-user", "previousId": "ann"},
        {
            "type": "track",
            "event": "Consent Withdrawn",
            "userId": "ann",
            "anonymousId": "attacker",
            "properties": {"purpose": "marketing"},
        },
    )
    world.advance(HOUR)
    assert world.contact("ann") == before


def test_a_known_visitor_who_confirms_joins_their_contact() -> None:
    world = with_keys(World())
    track(world, SERVER, {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}})
    sign_up(world)
    (_, asked), *_ = world.outbox.sent
    world.clock.moment += MINUTE
    request(world, "serve_pages", "POST", link_in(asked, "/p/c/"))
    contact = world.contact("ann")
    assert contact.consents["marketing/email"].state == "granted"
    assert any(contact.memory.values()), "what the visitor looked at belongs to Ann now"
    assert visitor_of(world).status == "merged"
    # The device belongs to Ann from now on, whatever the public key says.
    track(world, PUBLIC, {"type": "track", "event": "Page Viewed", **VISITOR})
    assert world.contact("ann").events > contact.events


def test_one_click_unsubscribe_counts_at_once() -> None:
    world = with_keys(World())
    track(
        world,
        SERVER,
        {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}},
        {"type": "track", "userId": "ann", "event": "Consent Granted", "properties": WISH},
        {"type": "track", "userId": "ann", "event": "Product Added", "properties": {"cart_id": "a"}},
    )
    world.advance(3 * HOUR)
    ((_, mail),) = world.outbox.sent
    url = mail.headers["List-Unsubscribe"].strip("<>").removeprefix("https://go.example.com")
    assert request(world, "serve_pages", "GET", url)["statusCode"] == 200
    assert world.contact("ann").consents["marketing/email"].state == "granted", "looking is not unsubscribing"
    world.clock.moment += MINUTE
    answer = request(world, "serve_pages", "POST", url, "List-Unsubscribe=One-Click")
    assert answer["statusCode"] == 200 and "location" not in answer["headers"]
    track(world, SERVER, {"type": "track", "userId": "ann", "event": "Product Added", "properties": {"cart_id": "b"}})
    world.advance(3 * DAY)
    assert len(world.outbox.sent) == 1
    assert {m["reason"] for m in world.table.items("MESSAGE") if m["status"] == "skipped"} == {
        "consent to marketing/email was withdrawn"
    }


def test_an_unsubscribe_counts_before_the_contact_knows() -> None:
    """Between the click and the contact's update lies a stream; the send must not depend on its speed."""
    world = with_keys(World())
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    world.post(world.event("ann", "Product Added", {"cart_id": "a"}))
    world.clock.moment += HOUR
    no = world.event("ann", "Consent Withdrawn", {"purpose": "marketing", "channel": "email"})
    from leadwell.tracking.recording import record

    record(world.table, [no])
    world._read = dict.fromkeys(world._read, len(world.table.stream))  # the stream brings nothing
    world.advance(3 * HOUR)
    assert world.contact("ann").consents["marketing/email"].state == "granted"
    assert world.mails() == []


def test_the_reminders_link_lapses_with_the_request_and_leads_back_to_the_form() -> None:
    world = with_keys(World())
    form = (TEMPLATES / "pages" / "newsletter-form.yaml").read_text("utf-8")
    Publisher(world.services.library, 0, "test").publish(form)
    fields = urlencode({"email": "ann@example.com", "consent/marketing/email": "on"})
    assert request(world, "serve_pages", "POST", "/p/f/newsletter", fields)["statusCode"] == 200
    world.advance(4 * DAY)
    (_, first), (_, reminder) = world.outbox.sent
    world.advance(25 * DAY + 23 * HOUR)
    for mail in (first, reminder):
        assert request(world, "serve_pages", "GET", link_in(mail, "/p/c/"))["statusCode"] == 200
    world.advance(2 * HOUR)
    for mail in (first, reminder):
        for method in ("GET", "POST"):
            answer = request(world, "serve_pages", method, link_in(mail, "/p/c/"), headers={"accept-language": "de"})
            assert answer["statusCode"] == 410
            assert "Diese Anfrage ist verfallen" in answer["body"] and 'href="/p/f/newsletter"' in answer["body"]
    assert not [item for item in world.table.items("EVENT") if item["name"] == "Consent Granted"]
