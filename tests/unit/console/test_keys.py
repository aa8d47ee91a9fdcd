import pytest

from leadwell.tracking.keys import KeyRing
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn


@pytest.fixture
def api() -> SignedIn:
    return SignedIn(World(templates=None))


def test_a_key_is_shown_once_and_works(api: SignedIn) -> None:
    reply = api.post("/api/keys", {"kind": "public", "name": "Shop", "origins": ["https://shop.example.com"]})
    assert reply.status == 201
    found = KeyRing(api.world.table).find(reply.body["key"], api.world.clock.now())
    assert found is not None
    assert (found.name, found.kind, found.origins) == ("Shop", "public", ("https://shop.example.com",))
    assert reply.body["key"] not in repr(api.world.table.snapshot())
    assert api.post("/api/keys", {"kind": "public", "name": "Shop"}).body["key"] != reply.body["key"]


def test_a_withdrawn_key_does_not_work(api: SignedIn) -> None:
    key = api.post("/api/keys", {"kind": "server", "name": "CRM"}).body["key"]
    assert api.post("/api/keys/withdraw", {"key": key}).body == {"withdrawn": True}
    assert KeyRing(api.world.table).find(key, api.world.clock.now()) is None
    assert [one["what"] for one in api.get("/api/audit").body["entries"]].count("key.withdrawn") == 1
    assert key not in repr(api.world.table.snapshot())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "secret", "name": "x"}, "kind"),
        ({"kind": "public", "name": " "}, "name"),
        ({"kind": "public", "name": "x", "origins": ["shop.example.com"]}, "origins"),
        ({"kind": "public", "name": "x", "origins": ["https://shop.example.com/path"]}, "origins"),
    ],
)
def test_a_key_that_makes_no_sense(api: SignedIn, body: dict, field: str) -> None:
    reply = api.post("/api/keys", body)
    assert (reply.status, reply.body["field"]) == (400, field)
