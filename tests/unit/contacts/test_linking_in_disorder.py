"""Nothing is lost when histories are joined, whatever a recount met before, and wherever a process dies."""

from collections.abc import Callable

import pytest

from leadwell.clock import HOUR
from leadwell.contacts.contact import ERASED, LIVE, Contact
from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.store.table import Delete, Put
from leadwell.tracking.events import Event
from tests.unit.contacts.identities import ANN, BOB, NOW, House, anonymous, user


def test_a_device_named_beside_a_proven_user_is_linked_although_a_recount_met_the_event_before() -> None:
    house = House()
    house.post(house.views("a1"))
    house.post(house.happens("Viewed", "user_id", "u1"))
    late = house.happens("Viewed", "user_id", "u1", at=NOW)
    beside = house.happens("Ordered", "user_id", "u1", identities=[("anonymous_id", "a1")])
    house.store(beside, late)
    house.deliver([late])
    house.deliver([beside])
    house.run()
    assert house.owner("anonymous_id", "a1") == user("u1")
    assert house.whole(user("u1")).events == 4


def test_an_alias_is_followed_although_a_recount_met_it_before() -> None:
    house = House()
    house.post(house.happens("Viewed", "user_id", "old"), house.happens("Viewed", "user_id", "u1"))
    late = house.happens("Viewed", "user_id", "u1", at=NOW)
    alias = house.alias("u1", "old")
    house.store(alias, late)
    house.deliver([late])
    house.deliver([alias])
    house.run()
    assert house.owner("user_id", "old") == user("u1")
    assert house.whole(user("u1")).events == 4


def _erased(house: House, contact: str) -> None:
    """As an erasure leaves it: a tombstone without a history."""
    found = house.contact(contact)
    for event in house.history(contact):
        house.table.write(Delete(keys.event(contact, event.at, event.id)))
    house.table.write(Put(Contact(id=contact, rev=found.rev, status=ERASED, clock=house.now).to_item(), found.rev))


def test_an_erased_person_who_comes_back_is_somebody_new() -> None:
    house = House()
    house.post(house.happens("Signed Up", "email", ANN))
    erased = contact_id("email", ANN)
    _erased(house, erased)
    house.post(house.signs_in("u1", "a1", ANN))
    assert house.whole(user("u1")).traits == {"email": ANN}
    assert house.contact(erased).status == ERASED
    assert house.owner("email", ANN) == user("u1")


def test_an_erased_visitor_s_device_starts_anew() -> None:
    house = House()
    house.post(house.views("a1"))
    _erased(house, anonymous("a1"))
    house.post(house.signs_in("u1", "a1"))
    assert house.owner("anonymous_id", "a1") == user("u1")
    house.post(house.alias("u2", "a1"))
    house.post(house.views("a1", contact=anonymous("a1")))
    assert house.history(anonymous("a1")) == [], "an erased person leaves no trace, however late the event comes"


def _sign_up(house: House) -> list[Event]:
    house.post(*[house.views("a1") for _ in range(3)], house.says("a1", ANN))
    house.post(house.withdraws(anonymous("a1")))
    house.post(house.happens("Signed Up", "email", ANN))
    return [house.signs_in("u1", "a1", ANN), house.views("a1", contact=anonymous("a1"))]


def _recognized(house: House) -> list[Event]:
    house.post(house.signs_in("u1", "old-device", ANN))
    house.post(*[house.views("a1") for _ in range(3)])
    house.post(house.withdraws(anonymous("a1")))
    return [house.clicks("a1", ANN), house.views("a1")]


def _aliased(house: House) -> list[Event]:
    house.post(house.signs_in("u1", "a1", ANN), house.views("a1"), house.signs_in("u2", "a2", BOB))
    return [house.alias("u2", "u1"), house.alias("u1", "u2"), house.views("a1", contact=user("u1"))]


@pytest.mark.parametrize("scene", [_sign_up, _recognized, _aliased])
def test_wherever_a_process_dies_the_end_is_the_same(scene: Callable[[House], list[Event]]) -> None:
    """Before and after every single request of a merge; the stream then delivers again."""
    house = House()
    house.store(*scene(house))
    requests = house.run()
    house.now += HOUR
    house.run()
    expected = house.state()
    assert requests > 15
    for crash_at in range(1, requests + 1):
        house = House()
        house.store(*scene(house))
        house.run(crash_at)
        house.now += HOUR
        house.run()
        assert house.state() == expected, f"request {crash_at} of {requests}"


@pytest.mark.parametrize("scene", [_sign_up, _recognized, _aliased])
def test_the_order_of_delivery_does_not_matter(scene: Callable[[House], list[Event]]) -> None:
    ends = []
    for backwards in (False, True):
        house = House()
        events = scene(house)
        house.store(*(reversed(events) if backwards else events))
        house.run()
        house.now += HOUR
        house.run()
        survivors = [
            (contact.traits, contact.score, contact.segments, contact.consents, contact.events)
            for contact in map(Contact.from_item, house.table.items("CONTACT"))
            if contact.status == LIVE
        ]
        assert len(survivors) == 1
        ends.append(survivors)
    assert ends[0] == ends[1]
