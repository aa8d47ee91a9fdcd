"""What a scenario expects beside what happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadwell.clock import MINUTE, Moment
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, GOAL, PARKED, Enrollment
from leadwell.journeys.scenarios import NOT_ENTERED, Expected, Scenario
from leadwell.messaging.message import Status
from leadwell.rehearsal.playing import Played
from leadwell.rehearsal.stage import Left


@dataclass(frozen=True, slots=True)
class Difference:
    """``expected`` and ``happened`` in words; one of them is empty where something is missing, or too much. ``when`` is
    the moment it is about, if any."""

    about: str
    expected: str
    happened: str
    expected_at: Moment | None = None
    happened_at: Moment | None = None


def differences(scenario: Scenario, played: Played) -> list[Difference]:
    found = [Difference("impossible", "", reason) for reason in played.impossible]
    found += _messages(scenario, played)
    found += _broken(played)
    if scenario.outcome is not None:
        found += _outcomes(scenario.outcome, played.enrollments)
    if played.holds is False:
        found.append(Difference("holds", "the condition under `holds` is true in the end", "it is not"))
    return found


def outcome_of(enrollment: Enrollment) -> str:
    """As scenarios write it."""
    if enrollment.status == ACTIVE:
        return f"waits: {enrollment.step}"
    if enrollment.status == FINISHED:
        return GOAL if enrollment.reason == GOAL else FINISHED
    return f"{enrollment.status}: {enrollment.reason}" if enrollment.reason else enrollment.status


def _messages(scenario: Scenario, played: Played) -> list[Difference]:
    """Each that left is held against the one expected at the same minute, else against the next one of its template."""
    open_ones = [(scenario.moment(one.at, played.zone), one) for one in scenario.expect]
    rest: list[Left] = []
    found: list[Difference] = []
    for left in played.sent:
        met = next((pair for pair in open_ones if _is(pair[1], left) and pair[0] == _minute(left.at)), None)
        if met is None:
            rest.append(left)
            continue
        open_ones.remove(met)
        found += _content(met[1], left)
    for left in rest:
        other = next((pair for pair in open_ones if _is(pair[1], left)), None)
        if other is None:
            found.append(Difference("message", "", _named(left), happened_at=left.at))
        else:
            open_ones.remove(other)
            found.append(Difference("message", _wanted(other[1]), _named(left), other[0], left.at))
            found += _content(other[1], left)
    found += [Difference("message", _wanted(one), "", expected_at=at) for at, one in open_ones]
    return sorted(found, key=lambda one: one.happened_at or one.expected_at or 0)


def _content(expected: Expected, left: Left) -> list[Difference]:
    subject = " ".join(left.outgoing.subject.split())
    text = " ".join(f"{left.outgoing.subject} {left.outgoing.text}".split())
    found = []
    if expected.subject and expected.subject not in subject:
        found.append(Difference("subject", expected.subject, subject, happened_at=left.at))
    for part in expected.contains:
        if " ".join(part.split()) not in text:
            found.append(Difference("text", f"{_named(left)} contains {part!r}", "it does not", happened_at=left.at))
    return found


def _broken(played: Played) -> list[Difference]:
    """What waits for a person is never right, whether it was expected or not."""
    return [
        Difference("parked", "", f"{message.channel} {message.template}: {message.reason}")
        for message in played.messages
        if message.status in (Status.PARKED, Status.FAILED, Status.UNKNOWN)
    ]


def _outcomes(expected: Sequence[str], enrollments: Sequence[Enrollment]) -> list[Difference]:
    happened = [outcome_of(one) for one in enrollments]
    fits = len(expected) == len(happened) and all(
        wanted == was or (wanted in (EXITED, PARKED) and was.startswith(f"{wanted}:"))
        for wanted, was in zip(expected, happened, strict=True)
    )
    if fits:
        return []
    return [Difference("outcome", "; ".join(expected) or NOT_ENTERED, "; ".join(happened) or NOT_ENTERED)]


def _is(expected: Expected, left: Left) -> bool:
    return (expected.channel, expected.template) == (left.message.channel, left.message.template)


def _minute(moment: Moment) -> Moment:
    return moment - moment % MINUTE


def _wanted(expected: Expected) -> str:
    return f"{expected.channel} {expected.template}"


def _named(left: Left) -> str:
    return f"{left.message.channel} {left.message.template}"
