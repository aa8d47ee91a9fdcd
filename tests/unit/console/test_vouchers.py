"""Voucher pools over the API."""

import pytest

from leadwell.ids import contact_id
from leadwell.journeys.steps.running import Asker
from leadwell.journeys.stock import TableStock
from tests.unit.console.signed_in import SignedIn


@pytest.fixture
def api() -> SignedIn:
    api = SignedIn()
    assert api.post("/api/vouchers/summer", {"codes": [" A-1 ", "B/2", "B/2"]}).body == {
        "pool": "summer",
        "added": 2,
        "refused": ["B/2"],
        "redriven": 0,
        "more_waiting": False,
    }
    return api


def test_who_got_a_code_is_told(api: SignedIn) -> None:
    ann = contact_id("user_id", "ann")
    stock = TableStock(api.world.table, lambda: b"secret")
    asker = Asker(ann, f"{ann}/j//1", "J#j##000001", "j", "code", 1)
    handed = stock.voucher("summer", asker, api.world.clock.now(), wait=False)
    assert handed
    used = api.get("/api/vouchers/summer/codes", code=handed.code).body
    assert used == {
        "pool": "summer",
        "code": handed.code,
        "state": "used",
        "contact": ann,
        "journey": "j",
        "step": "code",
        "at": "2026-03-02T08:00:00.000Z",
    }
    (other,) = {"A-1", "B/2"} - {handed.code}
    assert api.get("/api/vouchers/summer/codes", code=other).body["state"] == "free"
    assert api.get("/api/vouchers/summer/codes", code="C").status == 404
    (pool,) = api.get("/api/vouchers").body["pools"]
    assert pool == {"pool": "summer", "free": 1, "used": 1, "waiting": 0, "filled_at": "2026-03-02T08:00:00.000Z"}


@pytest.mark.parametrize(("pool", "code"), [("summer", "a b"), ("summer", ""), ("Sommer", "A"), ("generated", "A")])
def test_what_is_refused(api: SignedIn, pool: str, code: str) -> None:
    reply = api.post(f"/api/vouchers/{pool}", {"codes": ["NEW", code]})
    assert reply.status == 400
    assert api.get("/api/vouchers").body["pools"][0]["free"] == 2


def test_uploads_are_audited_without_the_codes(api: SignedIn) -> None:
    (entry,) = api.get("/api/audit").body["entries"]
    assert (entry["what"], entry["which"], entry["details"]) == ("vouchers.uploaded", "summer", {"codes": 3})
