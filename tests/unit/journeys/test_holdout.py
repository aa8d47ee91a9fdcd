"""Whether a journey does any good: those it reached against those it left alone, by the same events."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.contacts.contact import Contact
from leadwell.ids import share_of
from leadwell.journeys.enrollment import HELD_OUT
from leadwell.journeys.plans import HOLDOUT, WITHIN
from leadwell.journeys.results import read_results
from leadwell.store.table import Put
from tests.unit.journeys.house import NOW, document, happening, program
from tests.unit.journeys.test_running import House

WELCOME = document({"wait": "P1D"}, holdout=50, goal={"event": "Ordered", "within": "P3D"})


class Town(House):
    """A house with many contacts."""

    def told_of(self, contact: str, *happened: Any) -> None:
        image = Contact(id=contact, rev=1, last=(NOW, "e")).to_item({"happened": [one.to_map() for one in happened]})
        self.runner().react_to([image], self.now)

    def counts(self, journey: dict[str, Any] = WELCOME) -> dict[str, tuple[int, int, int]]:
        """By arm: entered, whose time is over, succeeded."""
        compared = read_results(self.table, program_of(journey), self.now).holdout
        assert compared is not None
        return {arm.tally.name: (arm.entered, arm.tally.entered, arm.tally.succeeded) for arm in compared.arms}


def program_of(journey: dict[str, Any]) -> Any:
    more = {name: value for name, value in journey.items() if name in ("holdout", "goal", "exclusive")}
    return program(*journey["steps"], **more)


def is_left_alone(contact: str) -> bool:
    return share_of("journey:j", contact) < 0.5


REACHED = next(name for name in map("c{}".format, range(2, 99)) if not is_left_alone(name))
ALONE = next(name for name in map("c{}".format, range(2, 99)) if is_left_alone(name))


def town(*journeys: dict[str, Any]) -> Town:
    found = Town(*(journeys or (WELCOME,)))
    for contact in (REACHED, ALONE):
        found.table.write(Put(Contact(id=contact, last=(NOW, "e")).to_item(), 0))
        found.told_of(contact, happening())
    return found


def test_both_are_counted_and_judged_when_their_time_is_over() -> None:
    on = town()
    assert {one.contact: one.status == HELD_OUT for one in on.enrollments()} == {REACHED: False, ALONE: True}
    on.now = NOW + DAY
    assert on.counts() == {"entered": (1, 0, 0), "held-out": (1, 0, 0)}
    on.now = NOW + 3 * DAY
    assert on.counts() == {"entered": (1, 1, 0), "held-out": (1, 1, 0)}


def test_goals_of_both_are_seen_also_after_the_journey_has_ended() -> None:
    on = town()
    on.wake(*[one for one in on.enrollments() if one.is_active])
    assert not any(one.is_active for one in on.enrollments())
    on.now = NOW + 2 * DAY
    for contact in (REACHED, ALONE, REACHED, ALONE):
        on.told_of(contact, happening("Ordered", on.now))
    on.now = NOW + 3 * DAY
    assert on.counts() == {"entered": (1, 1, 1), "held-out": (1, 1, 1)}


@pytest.mark.parametrize("at", [NOW - HOUR, NOW + 3 * DAY + 1])
def test_what_comes_too_early_or_too_late_is_none(at: int) -> None:
    on = town()
    on.now = NOW + 4 * DAY
    for contact in (REACHED, ALONE):
        on.told_of(contact, happening("Ordered", at))
    assert on.counts() == {"entered": (1, 1, 0), "held-out": (1, 1, 0)}


def test_counting_survives_every_crash_and_every_repetition() -> None:
    def attempt(number: int) -> tuple[int, list[str]]:
        on = Town(WELCOME)
        for contact in (REACHED, ALONE):
            on.table.write(Put(Contact(id=contact, last=(NOW, "e")).to_item(), 0))
        made = 0
        for contact in (REACHED, ALONE):
            for happened in (happening(), happening("Ordered", NOW + HOUR)):
                on.now = happened.at

                def again(contact: str = contact, happened: Any = happened) -> None:
                    on.told_of(contact, happened)

                made = max(made, on.dying_at(number, again))
                again()
        return made, sorted(f"{item['pk']} {item['sk']}" for item in on.table.items("TRIAL"))

    requests, wanted = attempt(0)
    assert len(wanted) == 4
    for number in range(1, requests + 1):
        assert attempt(number)[1] == wanted


def test_without_a_time_a_goal_is_looked_for_a_month() -> None:
    plan = program_of({**WELCOME, "goal": {"event": "Ordered"}}).plans[HOLDOUT]
    assert plan.contest.within == WITHIN == 30 * DAY


def test_without_holdout_or_goal_nothing_is_counted() -> None:
    for journey in ({**WELCOME, "holdout": 0}, {name: one for name, one in WELCOME.items() if name != "goal"}):
        on = town(journey)
        assert on.table.items("TRIAL") == []
        assert read_results(on.table, program_of(journey), NOW).holdout is None


def test_who_would_have_been_kept_away_is_not_counted_as_held_out() -> None:
    first = document({"wait": "P9D"}, name="first", exclusive=True, priority=5)
    campaign = {**WELCOME, "steps": [{"email": "cart"}, *WELCOME["steps"]], "trigger": {"event": "Later"}}
    on = Town(first, campaign)
    for contact in (REACHED, ALONE):
        on.table.write(Put(Contact(id=contact, last=(NOW, "e")).to_item(), 0))
        on.told_of(contact, happening())
        on.told_of(contact, happening("Later"))
    assert {one.status for one in on.enrollments() if one.journey == "j"} == {"held out", "kept out"}
    assert on.table.items("TRIAL") == []
