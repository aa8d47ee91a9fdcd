"""Vouchers through the real handlers: nobody gets a code twice, and no code goes to two, whatever dies on the way."""

from collections.abc import Mapping
from typing import Any

import pytest

from leadwell.clock import HOUR, MINUTE
from leadwell.contacts.erasing import erase
from leadwell.ids import contact_id
from leadwell.journeys.enrollment import FINISHED, PARKED, Enrollment
from leadwell.store import keys
from leadwell.vouchers.codes import MADE_UP, UsedCode, look_up
from leadwell.vouchers.pools import fill, list_pools
from tests.fakes.world import World
from tests.loop.own_definitions import publish_journey, publish_mail
from tests.unit.console.signed_in import SignedIn

PEOPLE = ("ann", "ben", "cleo")
FROM_POOL = {"pool": "birthday", "valid_for": "P14D"}
SHOWN = "Code {{ voucher.code }}"


def installed(voucher: Mapping[str, Any] = FROM_POOL, crash_at: int = 0) -> World:
    world = World(crash_at=crash_at)
    publish_mail(world, "present", SHOWN, requires=["voucher.code"], sample={"voucher": {"code": "X"}})
    publish_journey(
        world, {"wait": "PT1H"}, {"id": "code", "voucher": dict(voucher)}, {"id": "present", "email": "present"}
    )
    return world


def started(world: World, *people: str) -> None:
    for one in people:
        world.post(world.identify(one, email=f"{one}@example.com"), world.consent(one))
        world.post(world.event(one, "Started", id=f"start-{one}"))


def codes(world: World) -> dict[str, str]:
    """To whom which code was sent; everybody gets one mail at most."""
    sent = [(mail.to, mail.subject.removeprefix("Code ")) for _, mail in world.outbox.sent]
    assert len(dict(sent)) == len(sent)
    return dict(sent)


def enrollments(world: World) -> list[Enrollment]:
    return [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]


def test_everybody_gets_a_code_of_their_own() -> None:
    world = installed()
    fill(world.table, "birthday", ["A", "B", "C", "D"], world.clock.now())
    started(world, *PEOPLE)
    world.advance(2 * HOUR)
    sent = codes(world)
    assert sent.keys() == {f"{one}@example.com" for one in PEOPLE}
    assert len(set(sent.values())) == 3
    assert set(sent.values()) <= {"A", "B", "C", "D"}
    used = look_up(world.table, "birthday", sent["ann@example.com"])
    assert isinstance(used, UsedCode)
    assert (used.contact, used.journey, used.step) == (contact_id("user_id", "ann"), "own", "code")
    assert enrollments(world)[0].found["voucher"]["valid_until"] == "2026-03-16"


def play(voucher: Mapping[str, Any], crash_at: int = 0) -> World:
    world = installed(voucher, crash_at)
    fill(world.table, "birthday", [f"CODE{number}" for number in range(9)], world.clock.now())
    started(world, *PEOPLE)
    world.advance(3 * HOUR)
    return world


MADE = {"generate": {"prefix": "BDAY-", "length": 8}}
KINDS: list[tuple[dict[str, Any], str]] = [(FROM_POOL, "birthday"), (MADE, MADE_UP)]


@pytest.mark.parametrize(("voucher", "pool"), KINDS)
def test_a_crash_at_any_request_costs_no_code_and_gives_none_twice(voucher: dict[str, Any], pool: str) -> None:
    arriving = installed(voucher)
    started(arriving, *PEOPLE)
    calm = play(voucher)
    assert len(codes(calm)) == 3
    # What a crash does before anybody comes to the voucher is looked at in test_crashes.py.
    for crash_at in range(len(arriving.requests) + 1, len(calm.requests) + 1):
        world = play(voucher, crash_at)
        handed = {one.contact: one.found["voucher"]["code"] for one in enrollments(world)}
        used = [UsedCode.from_item(pool, item) for item in world.table.items("USED_CODE")]
        assert {one.contact: one.code for one in used} == handed
        assert len(used) == len(set(handed.values())) == 3
        assert all(handed[contact_id("user_id", to.partition("@")[0])] == code for to, code in codes(world).items())


def test_an_empty_pool_parks_visibly_until_codes_are_uploaded() -> None:
    world = installed()
    api = SignedIn(world)
    assert api.post("/api/vouchers/birthday", {"codes": ["A"]}).body["added"] == 1
    started(world, *PEOPLE)
    world.advance(2 * HOUR)
    assert len(codes(world)) == 1
    parked = [one for one in enrollments(world) if one.status == PARKED]
    assert {one.reason for one in parked} == {"the voucher pool birthday is empty: upload codes"}
    assert len(parked) == 2
    shown = api.get(f"/api/contacts/{parked[0].contact}").body["journeys"][0]
    assert (shown["status"], shown["step"]) == ("parked", "code")
    (pool,) = api.get("/api/vouchers").body["pools"]
    assert (pool["free"], pool["used"], pool["waiting"]) == (0, 1, 2)
    world.clock.moment += MINUTE
    uploaded = api.post("/api/vouchers/birthday", {"codes": ["A", "B", "C"]}).body
    assert (uploaded["added"], uploaded["refused"], uploaded["redriven"]) == (2, ["A"], 2)
    world.sweep()
    assert sorted(codes(world).values()) == ["A", "B", "C"]
    assert {one.status for one in enrollments(world)} == {FINISHED}
    assert [(one.free, one.used, one.waiting) for one in list_pools(world.table)] == [(0, 3, 0)]
    assert api.post("/api/vouchers/birthday", {"codes": []}).body["redriven"] == 0


def test_a_goal_reached_while_parked_counts_before_a_code_is_taken() -> None:
    world = World()
    publish_mail(world, "present", SHOWN, requires=["voucher.code"], sample={"voucher": {"code": "X"}})
    publish_journey(world, {"id": "code", "voucher": {"pool": "p"}}, {"email": "present"}, goal={"event": "Bought"})
    started(world, "ann")
    world.clock.moment += MINUTE
    world.post(world.event("ann", "Bought"))
    SignedIn(world).post("/api/vouchers/p", {"codes": ["A"]})
    world.sweep()
    assert (enrollments(world)[0].reason, codes(world)) == ("goal", {})
    assert list_pools(world.table)[0].free == 1


def of_pools(world: World) -> list[Any]:
    return [(key, item) for key, item in world.table.snapshot().items() if key.pk.startswith("V#")]


@pytest.mark.parametrize("stock", [["A"], []])
def test_who_is_erased_is_nowhere_among_the_vouchers(stock: list[str]) -> None:
    world = installed()
    fill(world.table, "birthday", stock, world.clock.now())
    started(world, "ann")
    world.advance(2 * HOUR)
    ann = world.contact("ann").id
    assert ann in str(of_pools(world))
    receipt = erase(world.table, ann, world.clock.now())
    assert receipt
    assert receipt.complete
    world.run()
    assert ann not in str(of_pools(world))
    assert len(of_pools(world)) == len(stock), "that a code is used is still known"
    assert not world.table.query(keys.contact(ann).pk, begins=keys.VOUCHERS).items
