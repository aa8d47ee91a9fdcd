"""Links that people share: who comes by them and who signs up counts, themselves apart."""

import json
from typing import Any

import pytest

from leadwell.pages.exchange import Request
from leadwell.pages.links import REFERRAL_PATH, contact_token
from leadwell.pages.site import answer
from leadwell.pages.tokens import Purpose, sign
from leadwell.tracking.events import Event, Identity
from tests.fakes.world import World
from tests.security.posting import logged

BOTH = {"en": "Word", "de": "Wort"}
FORM = {
    "kind": "form",
    "name": "f",
    "title": BOTH,
    "fields": [{"name": "email", "type": "email", "label": BOTH}],
    "button": BOTH,
    "thanks": {"title": BOTH},
}
PAGE = {"kind": "page", "name": "offer", "title": BOTH, "blocks": [{"form": "f"}]}
OWN = "somebody used the link that they share themselves: it is not counted"


@pytest.fixture
def world() -> World:
    from leadwell.definitions.publishing import Publisher

    made = World(templates=None)
    for one in (FORM, PAGE):
        Publisher(made.services.library, made.clock.now(), "test").publish(json.dumps(one))
    made.post(made.identify("ann", email="ann@example.com"))
    made.post(made.event("ann", "Product Viewed", identities=(Identity("anonymous_id", "ann-device-1"),)))
    return made


def shared(world: World) -> str:
    token = contact_token(Purpose.REFERRAL, world.contact("ann").id, "", world.clock.now(), "offer")
    return sign(world.services.secrets.signing_key, token)


def post(world: World, path: str, **more: Any) -> int:
    return answer(Request(method="POST", path=path, source_ip="192.0.2.7", id="r1", **more), world.services).status


def counted(world: World) -> list[str]:
    found = [Event.from_item(item) for item in world.table.items("EVENT")]
    return sorted(one.name for one in found if one.name.startswith("Referral"))


def test_who_opens_their_own_link_is_no_visitor(world: World) -> None:
    path = REFERRAL_PATH + shared(world)
    with logged() as said:
        assert post(world, path, cookies={"lw_aid": "ann-device-1"}) == 204
    assert counted(world) == [] and any(OWN in line for line in said)
    assert post(world, path, cookies={"lw_aid": "another-device-2"}) == 204
    assert counted(world) == ["Referral Visited"]


def test_who_looks_is_no_visitor_yet(world: World) -> None:
    for method in ("GET", "HEAD"):
        looked = answer(Request(method=method, path=REFERRAL_PATH + shared(world)), world.services)
        assert looked.status == 200
    assert counted(world) == [], "messengers and scanners look at every link"


@pytest.mark.parametrize(("email", "counts"), [("Ann@Example.com", False), ("kim@example.com", True)])
def test_nobody_recommends_us_to_themselves(world: World, email: str, counts: bool) -> None:
    with logged() as said:
        assert post(world, "/p/f/f", body=f"email={email}&_ref={shared(world)}") == 200
    assert counted(world) == (["Referral Signed Up"] if counts else [])
    assert any(OWN in line for line in said) != counts
