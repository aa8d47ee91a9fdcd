"""What becomes of those inside when a new version is published: finish, migrate, exit. And who is on the list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import MERGED, Contact
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, Enrollment
from leadwell.journeys.in_flight import REPLACED, as_of_today, has_step
from leadwell.journeys.inside import all_inside, count_inside, members_inside
from leadwell.journeys.reading import read_enrollments
from leadwell.journeys.turnovers import InFlight
from leadwell.store import keys
from leadwell.store.table import Delete, Put, key_of
from tests.unit.journeys.house import NOW, document, happening, path, program
from tests.unit.journeys.test_running import House, added

STARTED_BY = {"event": "Added", "key": "cart"}
OLD = [{"id": "pause", "wait": "PT3H"}, {"id": "mail", "email": "cart"}]
LONGER = [{"id": "pause", "wait": "P2D"}, {"id": "other", "sms": "cart"}]


def journey(steps: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return document(*steps, trigger=STARTED_BY, **more)


def house(first: Sequence[dict[str, Any]], *later: dict[str, Any]) -> House:
    """Somebody entered the first version; then the later ones were published."""
    made = House(journey(first))
    made.told(added("k1"))
    made.now = NOW + MINUTE
    for one in later:
        made.library.publish("journey", "j", one, now=made.now, by="ann")
    return made


def today(made: House) -> Enrollment:
    (found,) = read_enrollments(made.table, "c1", made.library.catalog())
    return found


def test_finish_is_what_happens_where_nothing_is_said() -> None:
    made = house(OLD, journey(LONGER))
    assert today(made).version == 1
    made.wake(made.one())
    assert [(one.channel, one.journey_version) for one in made.messages()] == [("email", 1)]


def test_migrate_goes_on_in_the_new_version_and_a_wait_that_began_ends_when_it_was_going_to() -> None:
    made = house(OLD, journey(LONGER, in_flight="migrate"))
    assert made.one().version == 1, "nothing is written when a version is published"
    assert (today(made).version, today(made).came_from, today(made).wake_at) == (2, 1, NOW + 3 * HOUR)
    made.wake(made.one())
    assert [(one.channel, one.journey_version) for one in made.messages()] == [("sms", 2)]
    stored = made.one()
    assert (stored.version, stored.came_from, stored.status) == (2, 1, FINISHED)
    assert path(stored) == [
        ("pause", "moved to version 2"),
        ("pause", "waited"),
        ("other", "done"),
        ("other", FINISHED),
    ]


def test_exit_ends_it_at_once_for_whoever_looks_and_in_the_table_when_it_would_have_moved() -> None:
    made = house(OLD, journey(LONGER, in_flight="exit"))
    assert (today(made).status, today(made).reason, today(made).ended_at) == (EXITED, REPLACED, NOW + MINUTE)
    assert made.one().is_active
    made.wake(made.one())
    assert (made.one().status, made.one().reason, made.one().ended_at) == (EXITED, REPLACED, NOW + MINUTE)
    assert made.messages() == []
    assert [one["name"] for one in made.table.items("EVENT")].count("Journey Ended") == 1


def test_who_was_ended_may_enter_again_at_once_and_the_end_is_written_then() -> None:
    made = house(OLD, journey(LONGER, in_flight="exit", reentry="always"))
    made.told(added("k1", NOW + 2 * MINUTE))
    first, second = sorted(made.enrollments(), key=lambda one: one.number)
    assert (first.status, second.status, second.version) == (EXITED, ACTIVE, 2)


def test_an_event_moves_who_migrated_as_the_new_version_says() -> None:
    made = house(OLD, journey(OLD, in_flight="migrate", goal={"event": "Paid"}))
    made.told(happening("Paid", NOW + 2 * MINUTE))
    assert (made.one().status, made.one().reason, made.one().version) == (FINISHED, "goal", 2)


def test_who_stands_at_a_step_that_is_gone_goes_on_until_the_new_version_has_its_step() -> None:
    first = [{"id": "gone", "wait": "PT1H"}, {"id": "one", "email": "cart"}, {"id": "kept", "wait": "PT2H"}, *OLD]
    later = [{"id": "kept", "wait": "PT9H"}, {"id": "last", "sms": "cart"}]
    made = house(first, journey(later, in_flight="migrate"))
    assert today(made).version == 1
    made.wake(made.one())
    assert made.one().version == 1
    assert (made.one().step, today(made).version) == ("kept", 2)
    made.wake(made.one())
    assert {(one.step, one.journey_version) for one in made.messages()} == {("one", 1), ("last", 2)}
    assert made.one().status == FINISHED


def test_policies_follow_one_another() -> None:
    made = house(OLD, journey(LONGER, in_flight="migrate"), journey(OLD), journey(LONGER, in_flight="exit"))
    assert today(made).status == EXITED
    made = house(OLD, journey(LONGER, in_flight="migrate"), journey(OLD))
    assert today(made).version == 2, "the third version let those inside finish"
    made = house(OLD, journey(LONGER, in_flight="migrate"), journey(OLD, in_flight="migrate"))
    assert today(made).version == 3
    made = house(OLD, journey(LONGER, in_flight="exit"))
    made.told(added("k2", NOW + 2 * MINUTE))
    catalog = made.library.catalog()
    now = [as_of_today(one, catalog.programs, catalog.turnovers) for one in made.enrollments()]
    assert {(one.version, one.is_active) for one in now} == {(1, False), (2, True)}, "who came later stays"


@pytest.mark.parametrize(
    ("first", "version", "status"),
    [(OLD, 2, ACTIVE), ([{"id": "gone", "wait": "PT3H"}, {"id": "mail", "email": "cart"}], 1, EXITED)],
)
def test_an_exit_that_is_stated_later_spares_who_has_moved_though_nobody_has_written_it(
    first: list[dict[str, Any]], version: int, status: str
) -> None:
    newer = journey(LONGER, in_flight="migrate")
    made = house(first, newer)
    made.library.publish("journey", "j", newer, now=made.now + MINUTE, by="ann", in_flight="exit")
    assert made.one().version == 1
    assert (today(made).version, today(made).status) == (version, status)


def test_who_was_ended_does_not_come_back_by_what_is_stated_later() -> None:
    newer = journey(LONGER, in_flight="exit")
    made = house(OLD, newer)
    made.library.publish("journey", "j", newer, now=made.now + MINUTE, by="ann", in_flight="migrate")
    assert today(made).status == EXITED


def test_what_was_sent_before_is_not_sent_again_by_a_version_that_has_it_later() -> None:
    first = [{"id": "mail", "email": "cart"}, {"id": "pause", "wait": "PT3H"}]
    later = [{"id": "pause", "wait": "PT3H"}, {"id": "mail", "email": "cart"}, {"id": "more", "sms": "cart"}]
    made = house(first, journey(later, in_flight="migrate"))
    assert not made.wake(made.one())
    assert sorted((one.step, one.channel) for one in made.messages()) == [("mail", "email"), ("more", "sms")]
    assert ("mail", "not sent again") in path(made.one())


def test_a_policy_may_be_stated_later_with_the_same_content() -> None:
    policy: InFlight
    for policy in ("migrate", "exit"):
        made = house(OLD, journey(LONGER))
        assert today(made).version == 1
        made.library.publish("journey", "j", journey(LONGER), now=NOW, by="ann", in_flight=policy)
        assert (today(made).version, today(made).is_active) == ((2, True) if policy == "migrate" else (1, False))
        assert {one.version for one in made.library.entries() if one.kind == "journey"} == {2}


def test_a_stated_policy_beats_that_of_the_file() -> None:
    made = house(OLD)
    made.library.publish("journey", "j", journey(LONGER, in_flight="exit"), now=NOW, by="ann", in_flight="finish")
    assert today(made).version == 1 and today(made).is_active


@pytest.mark.parametrize(
    ("before", "after", "step", "same"),
    [
        ([{"wait": "PT1H"}], [{"wait": "PT1H"}, {"sms": "cart"}], "1", True),
        ([{"wait": "PT1H"}], [{"wait": "PT2H"}], "1", False),
        ([{"email": "cart"}, {"wait": "PT1H"}], [{"sms": "cart"}, {"wait": "PT1H"}], "2", False),
        ([{"id": "a", "wait": "PT1H"}], [{"sms": "cart"}, {"id": "a", "wait": "PT2H"}], "a", True),
        ([{"id": "a", "wait": "PT1H"}], [{"id": "a", "email": "cart"}], "a", False),
        ([{"id": "a", "wait": "PT1H"}], [{"id": "b", "wait": "PT1H"}], "a", False),
    ],
)
def test_steps_are_the_same_by_name_and_by_place_only_where_nothing_changed_before(
    before: list[dict[str, Any]], after: list[dict[str, Any]], step: str, same: bool
) -> None:
    assert has_step(program(*before), program(*after, version=2), step) is same


def test_who_waits_for_its_turn_begins_with_the_new_version_and_no_wait_is_skipped() -> None:
    made = House(journey(OLD, throttle={"at_most": 1, "per": "PT1H"}))
    made.told(added("k1"), added("k2"))
    queued = next(one for one in made.enrollments() if one.ready)
    other = [{"id": "hello", "sms": "cart"}, *OLD]
    made.library.publish("journey", "j", journey(other, in_flight="migrate"), now=NOW, by="ann")
    assert not made.wake(queued)
    moved = next(one for one in made.enrollments() if one.key == queued.key)
    assert (moved.step, moved.version) == ("pause", 2)
    assert [one.step for one in made.messages()] == ["hello"]
    assert moved.wake_at == made.now + 3 * HOUR


def test_those_inside_are_listed_from_their_entry_to_their_end() -> None:
    made = House(journey(OLD))
    made.told(added("k1"), added("k2"))
    found, complete = all_inside(made.table, "j", most=10)
    assert (sorted(one.key for one in found), complete) == (["k1", "k2"], True)
    page = members_inside(made.table, "j", limit=1)
    assert len(page.enrollments) == 1 and page.cursor is not None
    rest = members_inside(made.table, "j", limit=5, cursor=page.cursor)
    assert {one.key for one in (*page.enrollments, *rest.enrollments)} == {"k1", "k2"}
    assert (rest.cursor, all_inside(made.table, "j", most=1)[1]) == (None, False)
    for one in found:
        made.wake(one)
    assert (count_inside(made.table, "j", most=10).count, made.table.items("INSIDE")) == (0, [])


def test_who_never_waits_is_never_listed() -> None:
    made = House(journey([{"email": "cart"}]))
    made.told(added("k1"))
    assert (made.one().status, made.table.items("INSIDE")) == (FINISHED, [])


def test_who_entered_before_there_were_lists_is_listed_with_the_next_move() -> None:
    made = House(journey([{"wait": "PT1H"}, {"wait": "PT1H"}]))
    made.told(added("k1"))
    bare = replace(made.one(), listed=False)
    (row,) = made.table.items("INSIDE")
    made.table.write(Delete(key_of(row)))
    made.table.write(Put(bare.to_item(), bare.rev))
    made.wake(made.one())
    assert len(made.table.items("INSIDE")) == 1
    made.wake(made.one())
    assert made.table.items("INSIDE") == []


def test_who_became_part_of_another_is_listed_there_and_who_is_erased_nowhere() -> None:
    made = House(journey(OLD))
    made.told(added("k1"))
    made.runner().react_to([Contact.merged("c1", "c2", rev=1, now=NOW).to_item()], NOW + 1)
    assert [one["contact"] for one in made.table.items("INSIDE")] == ["c2"]
    erased = Contact(id="c2", rev=1, status="erased", clock=NOW).to_item()
    made.runner().react_to([erased], NOW + DAY)
    assert made.table.items("INSIDE") == []


def test_who_was_ended_and_then_became_part_of_another_takes_nothing_along() -> None:
    made = house(OLD, journey(LONGER, in_flight="exit"))
    item = made.table.get(keys.contact("c1"))
    assert item is not None
    made.table.write(Put({**item, "status": MERGED, "merged_into": "c2"}))
    made.wake(made.one())
    assert (made.one().contact, made.one().reason, made.table.items("INSIDE")) == ("c1", REPLACED, [])
