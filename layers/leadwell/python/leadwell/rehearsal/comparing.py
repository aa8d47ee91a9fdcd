"""What a scenario expects beside what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadwell.clock import MINUTE, Moment
from leadwell.journeys import enrollment as states
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, GOAL, PARKED, Enrollment
from leadwell.journeys.scenarios import HELD_OUT, KEPT_OUT, NOT_ENTERED, TASK, Expected, Scenario
from leadwell.messaging.message import Status
from leadwell.messaging.short_links import spelled_out
from leadwell.rehearsal.playing import Played


@dataclass(frozen=True, slots=True)
class Difference:
    """``expected`` and ``happened`` in words; one of them is empty where something is missing, or too much. ``when`` is
    the moment it is about, if any."""

    about: str
    expected: str
    happened: str
    expected_at: Moment | None = None
    happened_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class _Came:
    """A message that left, or a task that somebody got."""

    at: Moment
    journey: str
    channel: str
    name: str
    to: str
    subject: str
    text: str


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
    if enrollment.status == states.HELD_OUT:
        return HELD_OUT
    return f"{enrollment.status}: {enrollment.reason}" if enrollment.reason else enrollment.status


def _messages(scenario: Scenario, played: Played) -> list[Difference]:
    """Each that came is held against the one expected at the same minute, else against the next one of its name."""
    open_ones = [(scenario.moment(one.at, played.zone), one) for one in scenario.expect]
    rest: list[_Came] = []
    found: list[Difference] = []
    for came in _came(played):
        met = next((pair for pair in open_ones if _is(pair[1], came) and pair[0] == _minute(came.at)), None)
        if met is None:
            rest.append(came)
            continue
        open_ones.remove(met)
        found += _content(met[1], came)
    for came in rest:
        other = next((pair for pair in open_ones if _is(pair[1], came)), None)
        if other is None:
            found.append(Difference("message", "", _named(came), happened_at=came.at))
        else:
            open_ones.remove(other)
            found.append(Difference("message", _wanted(other[1]), _named(came), other[0], came.at))
            found += _content(other[1], came)
    found += [Difference("message", _wanted(one), "", expected_at=at) for at, one in open_ones]
    return sorted(found, key=lambda one: one.happened_at or one.expected_at or 0)


def _came(played: Played) -> Iterator[_Came]:
    for left in played.sent:
        message, outgoing = left.message, left.outgoing
        text = f"{outgoing.subject} {outgoing.text} {spelled_out(outgoing.text, outgoing.short)}"
        yield _Came(
            left.at,
            _other(played, message.journey),
            message.channel,
            message.template,
            outgoing.to,
            outgoing.subject,
            text,
        )
    for task in played.tasks:
        whose = _other(played, task.journey)
        yield _Came(task.created_at, whose, TASK, task.step, task.owner, "", " ".join(task.title.values()))


def _other(played: Played, journey: str) -> str:
    """As expectations name it: the journey itself need not be named."""
    return "" if journey == played.journey else journey


def _content(expected: Expected, came: _Came) -> list[Difference]:
    subject, text = " ".join(came.subject.split()), " ".join(came.text.split())
    found = []
    if expected.to and expected.to != came.to:
        found.append(Difference("to", f"{_named(came)} for {expected.to}", came.to or "nobody", happened_at=came.at))
    if expected.subject and expected.subject not in subject:
        found.append(Difference("subject", expected.subject, subject, happened_at=came.at))
    for part in expected.contains:
        if " ".join(part.split()) not in text:
            found.append(Difference("text", f"{_named(came)} contains {part!r}", "it does not", happened_at=came.at))
    return found


def _broken(played: Played) -> list[Difference]:
    """What waits for a person is never right, whether it was expected or not."""
    return [
        Difference("parked", "", f"{message.channel} {message.template}: {message.reason}")
        for message in played.messages
        if message.status in (Status.PARKED, Status.FAILED, Status.UNKNOWN)
    ]


def _outcomes(expected: Sequence[str], enrollments: Sequence[Enrollment]) -> list[Difference]:
    happened = [outcome_of(one) for one in enrollments if not one.came_too_late]
    fits = len(expected) == len(happened) and all(
        wanted == was or (wanted in (EXITED, PARKED, KEPT_OUT) and was.startswith(f"{wanted}:"))
        for wanted, was in zip(expected, happened, strict=True)
    )
    if fits:
        return []
    return [Difference("outcome", "; ".join(expected) or NOT_ENTERED, "; ".join(happened) or NOT_ENTERED)]


def _is(expected: Expected, came: _Came) -> bool:
    return (expected.journey, expected.channel, expected.template) == (came.journey, came.channel, came.name)


def _minute(moment: Moment) -> Moment:
    return moment - moment % MINUTE


def _wanted(expected: Expected) -> str:
    return _with_journey(f"{expected.channel} {expected.template}", expected.journey)


def _named(came: _Came) -> str:
    return _with_journey(f"{came.channel} {came.name}", came.journey)


def _with_journey(named: str, journey: str) -> str:
    return f"{named} of {journey}" if journey else named
