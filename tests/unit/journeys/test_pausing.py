"""A journey that is held: nobody moves, nobody is lost, and nobody is flooded when it goes on."""

from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.definitions.library import LIVE, PAUSED
from leadwell.journeys.enrollment import EXITED, FINISHED, Enrollment
from leadwell.journeys.in_flight import REPLACED
from leadwell.journeys.pausing import next_look
from leadwell.tracking.recording import record
from tests.unit.journeys.house import NOW, document, happening, path
from tests.unit.journeys.test_running import House, added, ordered
from tests.unit.journeys.test_running import _event as told_late

STARTED_BY = {"event": "Added", "key": "cart"}
GOAL = {"event": "Ordered", "where": {"cart": {"same_as": "cart"}}}
STEPS = [
    {"id": "pause", "wait": "PT3H"},
    {"id": "mail", "email": "cart"},
    {"id": "more", "wait": "P1D"},
    {"sms": "cart"},
]


def held(*steps: dict[str, Any], **more: Any) -> House:
    """One contact is inside; the journey is held from the next minute on."""
    made = House(document(*(steps or STEPS), trigger=STARTED_BY, goal=GOAL, **more))
    made.told(added("k1"))
    made.now = NOW + MINUTE
    made.library.set_status("journey", "j", PAUSED, made.now)
    return made


def resume(made: House) -> None:
    made.library.set_status("journey", "j", LIVE)


def wake(made: House) -> None:
    """At its very moment."""
    due = made.one().due_at
    assert due is not None
    assert not made.wake(made.one(), now=due)


def test_whoever_comes_due_is_put_off_on_a_grid_and_does_nothing() -> None:
    made = held()
    for _ in range(5):
        wake(made)
        one = made.one()
        assert one.held_until is not None and made.now < one.held_until <= made.now + HOUR
        assert (one.held_until % MINUTE, one.wake_at, one.step) == (0, NOW + 3 * HOUR, "pause")
    assert made.messages() == []
    assert made.now >= NOW + 6 * HOUR


def test_the_grid_becomes_wider_and_spreads_many_over_it() -> None:
    looks = {next_look(str(number), NOW, NOW + HOUR) for number in range(2000)}
    assert len(looks) == 60 and max(looks) <= NOW + 2 * HOUR
    late = {next_look(str(number), NOW, NOW + 2 * DAY) for number in range(5000)}
    assert len(late) == 360 and min(late) > NOW + 2 * DAY and max(late) <= NOW + 2 * DAY + 6 * HOUR


def test_after_resuming_it_goes_on_within_an_hour_and_what_follows_keeps_its_distance() -> None:
    made = held()
    for _ in range(4):
        wake(made)
    resume(made)
    before = made.now
    wake(made)
    assert before < made.now <= before + HOUR
    assert len(made.messages()) == 1
    assert (made.one().step, made.one().wake_at) == ("more", made.now + DAY)
    assert made.one().held_until is None


def test_what_is_overdue_obeys_the_late_rule_of_its_step() -> None:
    made = held(late={"after": "PT1H", "then": "skip"})
    while made.now < NOW + 10 * HOUR:
        wake(made)
    resume(made)
    wake(made)
    assert made.messages() == []
    assert (made.one().step, made.one().wake_at) == ("more", NOW + 3 * HOUR + DAY), "and goes on as planned"


def test_a_goal_counts_while_it_is_held() -> None:
    made = held()
    made.told(ordered("k1", NOW + 2 * HOUR))
    assert (made.one().status, made.one().reason, made.one().due_at) == (FINISHED, "goal", None)


def test_a_goal_whose_news_is_still_on_the_way_counts_too() -> None:
    made = held()
    wake(made)
    resume(made)
    record(made.table, [told_late("Ordered", NOW + 2 * HOUR, {"cart": "k1"})])
    wake(made)
    assert (made.one().status, made.messages()) == (FINISHED, [])


def test_what_was_waited_for_ends_the_wait_and_the_next_step_waits_for_the_resuming() -> None:
    made = held({"id": "until", "wait_for": {"event": "Paid", "timeout": "P7D", "on_timeout": "exit"}}, *STEPS)
    made.told(happening("Paid", NOW + HOUR))
    one = made.one()
    assert (one.step, one.ready, one.wake_at) == ("pause", True, NOW + HOUR)
    assert path(one)[-1] == ("until", "Paid came")
    assert one.held_until is not None and one.held_until > made.now
    made.told(happening("Paid", NOW + HOUR))
    assert made.one() == one, "the same news again changes nothing"
    resume(made)
    wake(made)
    assert (made.one().step, made.one().ready, made.one().wake_at) == ("pause", False, NOW + 4 * HOUR)
    wake(made)
    assert len(made.messages()) == 1


def test_a_new_version_that_ends_those_inside_ends_those_who_are_held() -> None:
    made = held()
    wake(made)
    made.library.publish(
        "journey", "j", document({"wait": "P1D"}, trigger=STARTED_BY, in_flight="exit"), now=made.now, by="ann"
    )
    wake(made)
    assert (made.one().status, made.one().reason) == (EXITED, REPLACED)


def test_a_throttled_journey_lets_no_more_go_on_than_it_lets_in() -> None:
    made = House(document(*STEPS, trigger=STARTED_BY, throttle={"at_most": 2, "per": "P1D"}))
    for number in range(2):
        made.told(added(f"k{number}"))
    made.now = NOW + DAY
    for number in range(2, 4):
        made.told(added(f"k{number}", NOW + DAY))
    made.library.set_status("journey", "j", PAUSED, NOW + DAY + MINUTE)
    everybody = made.enrollments()

    def overdue() -> list[Enrollment]:
        return [one for one in made.enrollments() if one.due_at is not None]

    made.wake(*everybody, now=NOW + DAY + 5 * HOUR)
    assert len(overdue()) == 4
    resume(made)
    made.now = NOW + DAY + 6 * HOUR
    sent = []
    for _ in range(4):
        made.wake(*overdue(), now=made.now)
        sent.append(len({one.enrollment for one in made.messages() if one.channel == "email"}))
        made.now += DAY
    assert sent == sorted(sent) and all(after - before <= 2 for before, after in zip([0, *sent], sent, strict=False))
    assert sent[-1] == 4, "nobody is lost"


def test_a_pause_without_a_hold_lets_those_inside_go_on() -> None:
    made = held()
    made.library.set_status("journey", "j", PAUSED)
    wake(made)
    assert len(made.messages()) == 1
