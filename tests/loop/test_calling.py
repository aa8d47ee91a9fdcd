"""Many are called into a journey: a segment by hand, a list on a schedule; each once, whatever dies on the way."""

from dataclasses import replace

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso, to_iso
from leadwell.definitions.publishing import Publisher
from leadwell.journeys import calling
from leadwell.journeys.calling import DONE, RUNNING, STOPPED, WAITING, Call, read_calls
from leadwell.journeys.enrollment import Enrollment
from leadwell.store import keys
from leadwell.tracking.events import Name
from tests.fakes.world import World

HELLO = """
kind: journey
name: hello
title: {en: Hello, de: Hallo}
description: {en: Says hello., de: Sagt Hallo.}
trigger: {manual: true}
reentry: {after: P30D}
steps: [{email: welcome-hello}]
"""
WEEKLY = """
kind: journey
name: weekly
title: {en: Weekly, de: Wöchentlich}
description: {en: Every Tuesday., de: Jeden Dienstag.}
trigger: {schedule: {at: "2026-03-03T09:00", every: week}, segment: newsletter}
steps: [{email: welcome-hello}]
"""


def called(world: World, journey: str) -> list[Enrollment]:
    found = [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]
    return [one for one in found if one.journey == journey]


def with_people(count: int, *journeys: str, start: str = "2026-03-02T08:00:00Z") -> World:
    world = World(start)
    for text in journeys:
        Publisher(world.services.library, world.clock.now(), "test").publish(text)
    world.services.caller.keep_schedules(world.services.library.catalog(), world.clock.now())
    for number in range(count):
        world.post(world.identify(f"u{number}", email=f"u{number}@example.com"), world.consent(f"u{number}"))
    world.run()
    return world


def place(world: World, **more: object) -> Call:
    call = Call(journey="hello", id="c1", members_of="newsletter", at=world.clock.now(), by="ann")
    call = replace(call, **more)  # type: ignore[arg-type]
    assert world.services.caller.place(call, world.clock.now())
    return call


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PAGE", 2)
    monkeypatch.setattr(calling, "PAGES_AT_ONCE", 2)


@pytest.mark.usefixtures("small_pages")
def test_everybody_in_a_segment_is_called_once() -> None:
    world = with_people(11, HELLO)
    call = place(world)
    assert not world.services.caller.place(call, world.clock.now()), "the same request again"
    world.advance(10 * MINUTE)
    assert sorted(one.contact for one in called(world, "hello")) == sorted(world.contact(f"u{n}").id for n in range(11))
    assert len(world.mails()) == 11
    (done,) = read_calls(world.table, "hello")
    assert (done.status, done.called, done.due_at) == (DONE, 11, None)
    world.advance(DAY)
    assert len(called(world, "hello")) == 11


@pytest.mark.usefixtures("small_pages")
def test_a_page_that_is_called_again_calls_nobody_twice() -> None:
    world = with_people(5, HELLO)
    place(world)
    item = world.table.get(keys.call("hello", "c1"))
    assert item is not None
    catalog = world.services.library.catalog()
    world.clock.moment += MINUTE
    world.services.caller.work(item, catalog, world.clock.now())
    world.advance(10 * MINUTE)
    requests = [one for one in world.table.items("EVENT") if one["name"] == Name.JOURNEY_REQUESTED]
    assert len(requests) == len({one["pk"] for one in requests}) == 5
    assert len(called(world, "hello")) == 5


def test_later_and_stopped() -> None:
    world = with_people(3, HELLO)
    call = place(world, at=world.clock.now() + DAY)
    world.advance(DAY - HOUR)
    assert called(world, "hello") == []
    (present,) = read_calls(world.table, "hello")
    assert present.status == WAITING
    world.services.caller.stop(present, world.clock.now())
    world.advance(2 * DAY)
    assert called(world, "hello") == []
    assert [one.status for one in read_calls(world.table, "hello")] == [STOPPED]
    assert call.at < world.clock.now()


@pytest.mark.usefixtures("small_pages")
def test_a_paused_journey_calls_nobody_else() -> None:
    world = with_people(9, HELLO)
    place(world)
    world.advance(MINUTE)
    assert read_calls(world.table, "hello")[0].status == RUNNING
    before = len(called(world, "hello"))
    world.services.library.set_status("journey", "hello", "paused")
    world.advance(HOUR)
    assert len(called(world, "hello")) == before < 9
    assert read_calls(world.table, "hello")[0].status == DONE


def test_a_schedule_comes_again() -> None:
    world = with_people(3, WEEKLY)
    world.advance(from_iso("2026-03-03T07:59:00Z") - world.clock.now())
    assert called(world, "weekly") == []
    world.advance(3 * MINUTE)  # 09:00 in Berlin
    assert len(called(world, "weekly")) == 3
    world.post(world.identify("late", email="late@example.com"), world.consent("late"))
    world.advance(28 * DAY)
    # The clocks went forward on 29 March: the last one comes at 07:00 UTC.
    keyed = sorted({one.key for one in called(world, "weekly")})
    assert keyed == [f"2026-03-{day:02}T{'08' if day < 29 else '07'}:00" for day in (3, 10, 17, 24, 31)]
    assert len(called(world, "weekly")) == 3 + 4 * 4
    (standing,) = read_calls(world.table, "weekly")
    assert (standing.status, to_iso(standing.at)) == (WAITING, "2026-04-07T07:00:00.000Z")


def test_a_schedule_that_is_over_or_no_longer_wanted_ends() -> None:
    once = WEEKLY.replace(", every: week", "")
    world = with_people(2, once)
    world.advance(2 * DAY)
    assert len(called(world, "weekly")) == 2
    assert [one.status for one in read_calls(world.table, "weekly")] == [DONE]
    world = with_people(2, WEEKLY)
    Publisher(world.services.library, world.clock.now(), "test").publish(HELLO.replace("name: hello", "name: weekly"))
    world.advance(10 * DAY)
    assert [one.status for one in read_calls(world.table, "weekly")] == [DONE]


def test_nobody_can_call_from_a_website() -> None:
    world = with_people(1, HELLO)
    event = world.event("u0", Name.JOURNEY_REQUESTED, {"journey": "hello"})
    world.post(replace(event, standing=type(event.standing).CLAIMED))
    world.advance(HOUR)
    assert called(world, "hello") == []
    world.post(world.event("u0", Name.JOURNEY_REQUESTED, {"journey": "hello"}))
    world.advance(HOUR)
    assert len(called(world, "hello")) == 1
