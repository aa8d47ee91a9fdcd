"""What differs, in words: what was expected, what happened, and the way there."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from leadwell.calendar import local_date
from leadwell.clock import Moment
from leadwell.journeys.enrollment import Cause
from leadwell.journeys.scenarios import Scenario
from leadwell.messaging.message import Status
from leadwell.rehearsal.comparing import Difference, outcome_of
from leadwell.rehearsal.playing import Played
from leadwell.rehearsal.script import Result

NO_SCENARIOS = "has no scenarios: nobody would notice if it stopped doing what it is meant to do"


def differences_told(result: Result) -> list[str]:
    """Line by line; empty when the scenario passed."""
    if result.passed:
        return []
    scenario, played = result.scenario, result.played
    said = [_difference(scenario, played, one) for one in result.differences]
    return [*said, "What happened:", *(f"  {line}" for line in _story(scenario, played))]


def _difference(scenario: Scenario, played: Played, one: Difference) -> str:
    def at(moment: Moment | None) -> str:
        return day_of(scenario, played.zone, moment) if moment is not None else ""

    if one.about == "message":
        if not one.happened:
            return f"missing      {at(one.expected_at)}  {one.expected}"
        if not one.expected:
            return f"not listed   {at(one.happened_at)}  {one.happened}"
        return f"other time   {at(one.happened_at)}  {one.happened}, expected {at(one.expected_at)}"
    if not one.expected:
        return f"{one.about:<12} {one.happened}"
    place = f"{at(one.happened_at)}  " if one.happened_at is not None else ""
    return f"{one.about:<12} {place}expected: {one.expected}; happened: {one.happened}"


def day_of(scenario: Scenario, zone: str, moment: Moment) -> str:
    """``day 4 09:00 (Thu 2026-03-05)``: as scenarios write it, and in the calendar."""
    local = datetime.fromtimestamp(moment / 1000, ZoneInfo(zone))
    number = (local.date() - local_date(scenario.begins(zone), zone)).days + 1
    return f"day {number} {local:%H:%M} ({local:%a %Y-%m-%d})"


def _story(scenario: Scenario, played: Played) -> Sequence[str]:
    entries = sorted(_entries(played), key=lambda entry: entry[0])
    told = [f"{day_of(scenario, played.zone, at)}  {text}" for at, text in entries]
    ends = [f"in the end: {outcome_of(one)}" for one in played.enrollments] or ["nobody entered the journey"]
    return [*told, *ends]


def _cause(cause: Cause) -> str:
    if cause.is_readable:
        return f"entered by {cause.name}"
    return "entered by a date" if cause.id.startswith("date:") else "entered, because its condition came true"


def _entries(played: Played) -> Iterator[tuple[Moment, str]]:
    """In the order in which things of one moment belong."""
    for enrollment in played.enrollments:
        run = f" ({enrollment.key})" if enrollment.key else ""
        yield enrollment.entered_at, f"{_cause(enrollment.cause)}{run}"
        for step, at, what in enrollment.path:
            yield at, f"{step}: {what}"
    for left in played.sent:
        subject = f": {left.outgoing.subject}" if left.outgoing.subject else ""
        yield left.at, f"{left.message.channel} {left.message.template} left for {left.outgoing.to}{subject}"
    for task in played.tasks:
        yield task.created_at, f"task {task.step} for {task.owner or 'nobody in particular'}: {task.title['en']}"
    for message in played.messages:
        if message.status in (Status.SKIPPED, Status.PARKED, Status.FAILED):
            at = message.finished_at if message.finished_at is not None else message.requested_at
            yield at, f"{message.channel} {message.template} was {message.status}: {message.reason}"
