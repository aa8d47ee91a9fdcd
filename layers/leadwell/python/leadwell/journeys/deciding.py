"""Why a contact got a message of a journey, gets it later or never: one decision for each step that sends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadwell.clock import Moment
from leadwell.journeys.enrollment import FINISHED, GOAL, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.reading import NotEntered
from leadwell.journeys.steps.running import Node, Sending
from leadwell.messaging.lateness import is_said_late
from leadwell.messaging.message import Message, Status


class Outcome(StrEnum):
    SENT = "sent"
    """``at`` is when it left; ``reason`` what became of it since, if that is known."""
    WAITING = "waiting"
    """``at`` is until when; ``reason`` what it waits for, or ``step`` where the contact stands before it."""
    HELD = "held"
    """The journey is held, ``at`` since when: the contact stays at ``step`` until it is resumed."""
    NOT_SENT = "not_sent"
    """``reason`` says why: no permission, a cap, too late, nobody to send it to."""
    TOO_LATE = "too_late"
    """Its moment had passed for longer than its step allows: after an outage or a pause, or because of what it had to
    wait for. ``reason`` says by how much."""
    LEFT = "left"
    """The contact left the journey before it, at that moment and for that reason."""
    ANOTHER_WAY = "another_way"
    """A branch, an arm or what came meanwhile led past it."""
    KEPT_OUT = "kept_out"
    """The contact was not let in: held out for comparison, kept away by another journey, an exit condition."""
    NOT_TRIGGERED = "not_triggered"
    """The event that starts the journey has not happened, or nobody has started it by hand."""
    PAUSED = "paused"
    """The journey is paused now."""
    NOT_MEANT = "not_meant"
    """The journey is not for this contact: ``who`` does not hold now. ``at`` is when what starts it came last."""
    NOT_SO = "not_so"
    """That whose beginning starts the journey is not so now: the contact is not in the segment, not at the stage."""
    SO_ALREADY = "so_already"
    """It is so, since ``at`` if that is known; yet the contact did not enter when it began (before the journey was
    published, or while it was paused)."""
    ON_ITS_DAY = "on_its_day"
    """The contact has the date, or is in the segment or on the list, that the journey starts by when its day comes."""
    NOT_AGAIN = "not_again"
    """What starts the journey came again, ``at`` that moment last, and its re-entry rule kept the contact out."""
    REPORTED_LATE = "reported_late"
    """The event that starts the journey was reported so long after it happened (``at``) that it starts nothing."""
    NOT_LET_IN = "not_let_in"
    """The event that starts the journey has happened, for the last time ``at``, and the contact did not enter: the
    journey was not published then, or took nobody."""


_ON_ITS_WAY = frozenset({Status.REQUESTED, Status.CLAIMED})


@dataclass(frozen=True, slots=True)
class Decision:
    """``sender`` is the step that sends the message, ``step`` the one where the contact stands or stood; ``key``
    tells entries into the same journey apart."""

    journey: str
    sender: str
    channel: str
    template: str
    outcome: Outcome
    at: Moment | None = None
    reason: str = ""
    step: str = ""
    key: str = ""


def decisions(
    program: Program, enrollment: Enrollment, messages: Iterable[Message], held_since: Moment | None = None
) -> Iterator[Decision]:
    """Of one entry into a journey. ``messages`` are the contact's; ``program`` is the version it runs; ``held_since``
    is given where the journey is held now."""
    asked = {one.step: one for one in sorted(_of(enrollment, messages), key=lambda one: one.requested_at)}
    ahead = _ahead(program, enrollment)
    for node, sending in _senders(program):
        found = asked.get(node.id)
        outcome, at, reason = _became(found) if found else _without(node, enrollment, ahead)
        if outcome is Outcome.WAITING and not found and held_since is not None:
            outcome, at, reason = Outcome.HELD, held_since, ""
        told = (Outcome.WAITING, Outcome.LEFT, Outcome.HELD)
        step = enrollment.step if outcome in told and not found else ""
        yield Decision(
            program.name, node.id, sending.channel, sending.template, outcome, at, reason, step, enrollment.key
        )


def never(one: NotEntered) -> Iterator[Decision]:
    """Of a journey that the contact never came to."""
    outcome, at = _kept_away(one)
    for node, sending in _senders(one.program):
        yield Decision(one.program.name, node.id, sending.channel, sending.template, outcome, at)


def not_again(program: Program, key: str, at: Moment) -> Iterator[Decision]:
    """Of another entry under the same key that the re-entry rule refused."""
    for node, sending in _senders(program):
        yield Decision(program.name, node.id, sending.channel, sending.template, Outcome.NOT_AGAIN, at, key=key)


def _kept_away(one: NotEntered) -> tuple[Outcome, Moment | None]:
    came, at = (bool(one.times), one.last) if one.stands is None else one.stands
    if one.paused:
        return Outcome.PAUSED, at
    if not came:
        return (Outcome.NOT_TRIGGERED if one.stands is None else Outcome.NOT_SO), None
    if not one.meant:
        return Outcome.NOT_MEANT, at
    if one.program.trigger.has_its_day:
        return Outcome.ON_ITS_DAY, at
    return (Outcome.NOT_LET_IN if one.stands is None else Outcome.SO_ALREADY), at


def _senders(program: Program) -> Iterator[tuple[Node, Sending]]:
    """In the order in which a journey that goes straight comes to them."""
    reached = _reached(program, program.first)
    for node in sorted(program.nodes.values(), key=lambda one: reached.index(one.id) if one.id in reached else 0):
        for sending in node.step.requests(node.id):
            yield node, sending


def _of(enrollment: Enrollment, messages: Iterable[Message]) -> list[Message]:
    return [one for one in messages if one.enrollment == enrollment.item_key.sk]


def _became(message: Message) -> tuple[Outcome, Moment | None, str]:
    if message.status in _ON_ITS_WAY:
        return Outcome.WAITING, message.due_at, message.reason
    if message.sent_at is not None:
        return Outcome.SENT, message.sent_at, "" if message.status is Status.SENT else message.status.value
    outcome = Outcome.TOO_LATE if is_said_late(message.reason) else Outcome.NOT_SENT
    return outcome, message.finished_at, message.reason or message.status.value


def _without(node: Node, enrollment: Enrollment, ahead: Sequence[str]) -> tuple[Outcome, Moment | None, str]:
    """No message was asked for."""
    # That the journey came to its end there says nothing about the message.
    of_step = ((at, what) for step, at, what in reversed(enrollment.path) if step == node.id and what != FINISHED)
    noted = next(of_step, None)
    if not enrollment.has_entered:
        return (
            Outcome.REPORTED_LATE if enrollment.came_too_late else Outcome.KEPT_OUT,
            enrollment.ended_at,
            enrollment.reason,
        )
    if enrollment.is_active and enrollment.step == node.id:
        return Outcome.WAITING, enrollment.due_at, noted[1] if noted else enrollment.reason
    if noted is not None:
        return Outcome.TOO_LATE if is_said_late(noted[1]) else Outcome.NOT_SENT, *noted
    came_to_its_end = enrollment.status == FINISHED and enrollment.reason != GOAL
    if came_to_its_end or node.id not in ahead:
        return Outcome.ANOTHER_WAY, None, ""
    if enrollment.is_active:
        return Outcome.WAITING, enrollment.due_at, enrollment.reason
    return Outcome.LEFT, enrollment.ended_at, enrollment.reason


def _ahead(program: Program, enrollment: Enrollment) -> Sequence[str]:
    return _reached(program, enrollment.step) if enrollment.step in program.nodes else []


def _reached(program: Program, start: str) -> list[str]:
    """The steps to which a way leads from a step, itself among them."""
    found, pending = [], [start]
    while pending:
        node = program.nodes[pending.pop(0)]
        if node.id in found:
            continue
        found.append(node.id)
        pending = [*(one for one in (*(arm.first for arm in node.arms), node.next) if one is not None), *pending]
    return found
