"""Who is let in, as it is stored: turns, holdouts, journeys that keep others away, requests, updates."""

from dataclasses import replace
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.change import Happening
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, HELD_OUT, KEPT_OUT
from leadwell.journeys.models import Throttle
from leadwell.journeys.throttling import Turnstile
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.house import NOW, document, happening
from tests.unit.journeys.test_running import House

WAIT = {"wait": "PT3H"}
MAIL = {"id": "mail", "email": "cart"}


def turns(table: MemoryTable, people: int, throttle: Throttle, now: int = NOW) -> list[int]:
    stile = Turnstile(table)
    return [stile.next("j", throttle, f"c{number}", now) - NOW for number in range(people)]


def test_places_are_given_out_in_order_and_kept() -> None:
    table, throttle = MemoryTable(), Throttle(at_most=2, per=HOUR)
    expected = [0, 0, HOUR, HOUR, 2 * HOUR]
    assert turns(table, 5, throttle) == expected
    assert turns(table, 5, throttle) == expected, "who asks again keeps the place"
    assert turns(table, 5, throttle, NOW + HOUR + 1) == [HOUR + 1] * 4 + [2 * HOUR]
    assert Turnstile(table).next("k", throttle, "c9", NOW) == NOW, "another journey counts for itself"
    assert Turnstile(table).next("j", throttle, "c9", NOW + 9 * HOUR) == NOW + 9 * HOUR


def test_a_new_version_may_count_in_other_stretches() -> None:
    """The number of an hour taken for that of a day would be in the year 3200."""
    table = MemoryTable()
    turns(table, 3, Throttle(at_most=1, per=HOUR))
    later = Turnstile(table).next("j", Throttle(at_most=1, per=DAY), "new", NOW)
    assert later - NOW <= DAY


def test_who_waits_for_a_turn_is_stored_once_and_goes_on() -> None:
    house = House(document(WAIT, MAIL, throttle={"at_most": 1, "per": "P1D"}))
    for number in range(2):
        image = {**house.image(happening(number=f"s{number}")), "pk": f"C#c{number}"}
        house.runner().react_to([image, image], NOW)
    assert sorted(one.ready for one in house.enrollments()) == [False, True]
    waiting = next(one for one in house.enrollments() if not one.has_begun)
    assert waiting.wake_at is not None and NOW < waiting.wake_at <= NOW + DAY
    told = [item["name"] for item in house.table.items("EVENT")]
    assert told == ["Journey Entered", "Journey Entered"]


def exclusive_and_other() -> House:
    renewal = document(WAIT, MAIL, name="renewal", trigger={"event": "Ends"}, exclusive=True)
    return House(renewal, document(MAIL, name="news", trigger={"event": "Started"}, reentry="always"))


def test_a_journey_that_is_kept_away_is_recorded_once_and_let_in_afterwards() -> None:
    house = exclusive_and_other()
    first = house.told(happening("Ends"), happening(number="a", at=NOW + 1))
    house.told(happening(number="b", at=NOW + 2))
    (kept,) = [one for one in house.enrollments() if one.journey == "news"]
    assert (kept.status, kept.reason, kept.number, kept.cause.id) == (KEPT_OUT, "kept away by renewal", 0, "b")
    assert [item["name"] for item in house.table.items("EVENT")] == ["Journey Entered"], "that is no entry"
    renewal = next(one for one in house.enrollments() if one.journey == "renewal")
    assert not house.wake(renewal)
    before = house.enrollments()
    house.told(happening(number="b", at=NOW + 2))
    assert house.enrollments() == before, "the same news again is decided already"
    house.told(happening(number="c", at=house.now))
    entered = [one for one in house.enrollments() if one.journey == "news"]
    assert sorted((one.number, one.status) for one in entered) == [(0, KEPT_OUT), (1, FINISHED)]
    assert first["news"] == "yes"


def test_those_inside_are_kept_away_when_it_is_their_turn() -> None:
    house = House(
        document(WAIT, MAIL, name="news", trigger={"event": "Started"}),
        document({"wait": "P9D"}, MAIL, name="renewal", trigger={"event": "Ends"}, exclusive=True),
    )
    house.told(happening(), happening("Ends", NOW + HOUR))
    news = next(one for one in house.enrollments() if one.journey == "news")
    house.wake(news)
    assert house.messages() == []
    assert ("mail", "kept away by renewal") in [(step, what) for step, _, what in _of(house, "news").path]


def _of(house: House, journey: str) -> Any:
    return next(one for one in house.enrollments() if one.journey == journey)


def test_who_is_held_out_is_told_and_asked_nothing() -> None:
    house = House(document(MAIL, holdout=90))
    held = [f"c{number}" for number in range(20)]
    for contact in held:
        image = {**house.image(happening()), "pk": f"C#{contact}"}
        house.runner().react_to([image, image], NOW)
    left_alone = {one.contact for one in house.enrollments() if one.status == HELD_OUT}
    assert 12 <= len(left_alone) < 20
    assert {message.contact for message in house.messages()} == set(held) - left_alone
    told = [item["name"] for item in house.table.items("EVENT")]
    assert told.count("Journey Held Out") == len(left_alone)


def _event(name: str, standing: Standing, at: int, **properties: Any) -> Event:
    return Event(
        contact="c1", id=f"{name}{at}", at=at, type="track", name=name, standing=standing, properties=properties
    )


def test_nobody_is_taken_out_of_a_journey_by_what_a_website_says() -> None:
    house = House(document(WAIT, MAIL, goal={"event": "Ordered"}))
    house.told(happening())
    for standing, left in ((Standing.ANONYMOUS, 1), (Standing.CLAIMED, 1)):
        record(house.table, [_event(Name.JOURNEY_STOP_REQUESTED, standing, NOW + left, journey="j")])
    house.wake(house.one())
    assert len(house.messages()) == 1
    other = House(document(WAIT, MAIL, goal={"event": "Ordered"}))
    other.told(happening())
    record(other.table, [_event(Name.JOURNEY_STOP_REQUESTED, Standing.PROVEN, NOW + 1, journey="j")])
    other.wake(other.one())
    assert (other.one().status, other.messages()) == (EXITED, [])


def test_rounds_without_a_wait_behind_the_mail_are_stored() -> None:
    """The mail of a round is asked for in the same move in which the next round begins."""
    house = House(document({"repeat": {"times": 3, "steps": [{"wait": "P1D"}, MAIL]}}))
    house.told(happening())
    while house.one().status == ACTIVE:
        assert not house.wake(house.one())
    assert sorted(message.visit for message in house.messages()) == [1, 2, 3]
    assert house.one().status == FINISHED


def test_what_somebody_opened_is_known_in_every_case() -> None:
    steps = [MAIL, {"id": "w", "wait_for": {"opened": "mail", "timeout": "P3D"}}, {"sms": "cart"}]
    house = House(document(*steps))
    house.told(happening())
    (mail,) = house.messages()
    house.told(happening(Name.EMAIL_OPENED, NOW + MINUTE, message=mail.id))
    assert (house.one().status, len(house.messages())) == (FINISHED, 2)
    late = House(document(*steps))
    late.told(happening())
    (mail,) = late.messages()
    record(late.table, [_event(Name.EMAIL_OPENED, Standing.PROVEN, NOW + HOUR, message=mail.id)])
    late.wake(late.one())
    assert ("w", "mail was opened") in [(step, what) for step, _, what in late.one().path], "its news is yet to come"


def test_a_turn_moves_and_ends() -> None:
    steps = [{"wait_for": {"when": {"segment": "vip"}, "timeout": "P9D"}}, MAIL]
    house = House(document(*steps))
    from leadwell.journeys.program import compile_journey
    from leadwell.journeys.turning import turn_id
    from tests.unit.journeys.house import program

    (turn,) = {turn_id(one) for one in compile_journey(program(*steps).definition).turns()}
    house.told(happening())
    house.told(Happening("became", "b1", turn, NOW + 1, {}))
    assert (house.one().status, len(house.messages())) == (FINISHED, 1)


def test_the_message_of_an_earlier_contact_is_the_same_message() -> None:
    house = House(document(MAIL, {"wait_for": {"clicked": "mail", "timeout": "P9D"}}, {"sms": "cart"}))
    house.told(happening())
    (mail,) = house.messages()
    from leadwell.contacts.contact import Contact

    house.runner().react_to([Contact.merged("c1", "c2", rev=1, now=NOW).to_item()], NOW + 1)
    news = house.image(happening(Name.EMAIL_LINK_CLICKED, NOW + 2, message=mail.id))
    house.runner().react_to([{**news, "pk": "C#c2"}], NOW + 2)
    moved = next(one for one in house.enrollments() if one.contact == "c2")
    assert moved.status == FINISHED
    assert replace(moved, status=ACTIVE).sent == {"mail": mail.id}
