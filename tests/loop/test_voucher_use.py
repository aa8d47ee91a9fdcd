"""A voucher counts as used when we handed the code out, once, and to whom it was given."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.ids import contact_id
from leadwell.journeys.enrollment import Enrollment
from leadwell.tracking.events import Event, Identity, Name, Standing
from leadwell.vouchers.codes import MADE_UP
from leadwell.vouchers.pools import fill
from leadwell.vouchers.redeeming import ANOTHERS, NOT_OURS, USED_BEFORE
from tests.fakes.world import World
from tests.loop.own_definitions import publish_journey

WAIT = {"wait": "P1D"}


def installed(**trigger: Any) -> World:
    world = World()
    fill(world.table, "spring", ["A", "B"], world.clock.now())
    publish_journey(world, {"id": "code", "voucher": {"pool": "spring"}})
    publish_journey(world, WAIT, name="thanks", reentry="always", trigger={"voucher": "spring", **trigger})
    for one in ("ann", "ben"):
        world.post(world.identify(one, email=f"{one}@example.com"), world.event(one, "Started"))
    return world


def codes(world: World) -> dict[str, str]:
    found = [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]
    return {one.contact: one.found["voucher"]["code"] for one in found if "voucher" in one.found}


def code_of(world: World, user: str) -> str:
    return codes(world)[contact_id("user_id", user)]


def thanked(world: World) -> list[tuple[str, str]]:
    found = [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]
    return sorted((one.contact, one.key) for one in found if one.journey == "thanks")


def told(world: World, user: str) -> list[tuple[str, Any]]:
    events = [Event.from_item(item) for item in world.table.items("EVENT")]
    return [
        (one.name, one.properties.get("reason", one.properties.get("own")))
        for one in sorted(events, key=lambda one: one.order)
        if one.name in (Name.VOUCHER_USED, Name.VOUCHER_REFUSED) and one.contact == contact_id("user_id", user)
    ]


def used(world: World, user: str, code: str, **more: Any) -> Event:
    return world.event(user, Name.VOUCHER_REDEEMED, {"code": code, **more.pop("said", {})}, **more)


@pytest.mark.parametrize("said", [{}, {"pool": "spring"}])
def test_a_code_of_ours_starts_the_journey_once(said: dict[str, str]) -> None:
    world = installed()
    code = code_of(world, "ann")
    report = used(world, "ann", f" {code} ", id="r1", said=said)
    world.post(report)
    world.post(report)
    assert thanked(world) == [(contact_id("user_id", "ann"), code)]
    world.advance(2 * DAY)
    world.post(used(world, "ann", code, id="r2"))
    assert thanked(world) == [(contact_id("user_id", "ann"), code)], "although it re-enters always"
    assert told(world, "ann") == [(Name.VOUCHER_USED, True), (Name.VOUCHER_REFUSED, USED_BEFORE)]


@pytest.mark.parametrize(
    "said", [{"code": "FAKE"}, {"code": "FAKE", "pool": "spring"}, {"code": ""}, {"pool": "spring"}]
)
def test_a_made_up_code_starts_nothing_and_is_told_apart(said: dict[str, str]) -> None:
    world = installed(by="anyone")
    world.post(world.event("ann", Name.VOUCHER_REDEEMED, said))
    assert thanked(world) == []
    assert told(world, "ann") == [(Name.VOUCHER_REFUSED, NOT_OURS)]


def test_a_code_that_nobody_got_yet_is_none() -> None:
    world = installed()
    fill(world.table, "spring", ["C"], world.clock.now())
    world.post(used(world, "ann", "C"))
    assert (thanked(world), told(world, "ann")) == ([], [(Name.VOUCHER_REFUSED, NOT_OURS)])


def test_a_code_given_to_another_is_theirs() -> None:
    world = installed()
    code = code_of(world, "ann")
    world.post(used(world, "ben", code))
    assert thanked(world) == []
    assert told(world, "ben") == [(Name.VOUCHER_USED, False)], "a server says that it is used up"
    world.post(used(world, "ann", code))
    assert told(world, "ann") == [(Name.VOUCHER_REFUSED, USED_BEFORE)]


def test_a_code_may_be_passed_on_where_the_journey_says_so() -> None:
    world = installed(by="anyone")
    code = code_of(world, "ann")
    world.post(used(world, "ben", code))
    assert thanked(world) == [(contact_id("user_id", "ben"), code)]


def visitor(world: World, code: str) -> Event:
    """As a browser reports it, with a public write key."""
    return Event(
        contact=contact_id("anonymous_id", "phone"),
        id="v1",
        at=world.clock.now(),
        type="track",
        name=Name.VOUCHER_REDEEMED,
        standing=Standing.ANONYMOUS,
        properties={"code": code},
        identities=(Identity("anonymous_id", "phone"),),
        source="website",
    )


def test_nobody_uses_up_codes_of_others_with_a_public_key() -> None:
    world = installed(by="anyone")
    code = code_of(world, "ann")
    world.post(visitor(world, code))
    assert thanked(world) == []
    (refused,) = [item for item in world.table.items("EVENT") if item["name"] == Name.VOUCHER_REFUSED]
    assert refused["properties"] == {"code": code, "reason": ANOTHERS}
    world.clock.moment += HOUR
    world.post(used(world, "ann", code, id="r1"))
    assert told(world, "ann") == [(Name.VOUCHER_USED, True)]


def test_a_visitor_who_turns_out_to_be_the_owner_has_used_it() -> None:
    world = installed()
    code = code_of(world, "ann")
    world.post(visitor(world, code))
    assert thanked(world) == []
    known = world.event(
        "ann", Name.IDENTIFIED, type="identify", traits={}, identities=(Identity("anonymous_id", "phone"),)
    )
    world.post(known)
    assert thanked(world) == [(contact_id("user_id", "ann"), code)]


def test_codes_that_were_made_up_count_too() -> None:
    world = World()
    publish_journey(world, {"voucher": {"generate": {"prefix": "X-"}}})
    publish_journey(world, WAIT, name="thanks", trigger={"voucher": MADE_UP})
    world.post(world.identify("ann", email="ann@example.com"), world.event("ann", "Started"))
    world.post(used(world, "ann", code_of(world, "ann")))
    assert len(thanked(world)) == 1


def test_segments_ask_for_codes_that_were_really_used() -> None:
    world = installed()
    publisher = Publisher(world.services.library, world.clock.now(), "test")
    segment = "kind: segment\nname: users\ntitle: {en: Users, de: Nutzer}\nwhen: {event: %s}\n"
    with pytest.raises(Refused, match="use 'Voucher Used'"):
        publisher.publish(segment % Name.VOUCHER_REDEEMED)
    publisher.publish(segment % Name.VOUCHER_USED)
    world.post(used(world, "ann", code_of(world, "ann")), used(world, "ben", "FAKE"))
    assert "users" in world.contact("ann").segments
    assert "users" not in world.contact("ben").segments
