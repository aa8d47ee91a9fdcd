"""Why a contact got a message of a journey, gets it later or never: one decision for each step that sends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadwell.clock import Moment
from leadwell.journeys.enrollment import FINISHED, GOAL, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.reading import NotEntered
from leadwell.journeys.steps.running import Node, Sending
from leadwell.messaging.message import Message, Status


class Outcome(StrEnum):
    SENT = "sent"
    """``at`` is when it left; ``reason`` what became of it since, if that is known."""
    WAITING = "waiting"
    """``at`` is until when; ``reason`` what it waits for, or ``step`` where the contact stands before it."""
    NOT_SENT = "not_sent"
    """``reason`` says why: no permission, a cap, too late, nobody to send it to."""
    LEFT = "left"
    """The contact left the journey before it, at that moment and for that reason."""
    ANOTHER_WAY = "another_way"
    """A branch, an arm or what came meanwhile led past it."""
    KEPT_OUT = "kept_out"
    """The contact was not let in: held out for comparison, kept away by another journey, an exit condition."""
    NOT_TRIGGERED = "not_triggered"
    """What starts the journey has not happened."""
    NOT_LET_IN = "not_let_in"
    """What starts it has happened, for the last time ``at``; yet it was paused then, or not meant for this contact."""


_ON_ITS_WAY = frozenset({Status.REQUESTED, Status.CLAIMED})


@dataclass(frozen=True, slots=True)
class Decision:
    """``sender`` is the step that sends the message, ``step`` the one where the contact stands or stood."""

    journey: str
    sender: str
    channel: str
    template: str
    outcome: Outcome
    at: Moment | None = None
    reason: str = ""
    step: str = ""


def decisions(program: Program, enrollment: Enrollment, messages: Iterable[Message]) -> Iterator[Decision]:
    """Of one entry into a journey. ``messages`` are the contact's; ``program`` is the version it runs."""
    asked = {one.step: one for one in sorted(_of(enrollment, messages), key=lambda one: one.requested_at)}
    ahead = _ahead(program, enrollment)
    for node, sending in _senders(program):
        found = asked.get(node.id)
        outcome, at, reason = _became(found) if found else _without(node, enrollment, ahead)
        step = enrollment.step if outcome in (Outcome.WAITING, Outcome.LEFT) and not found else ""
        yield Decision(program.name, node.id, sending.channel, sending.template, outcome, at, reason, step)


def never(one: NotEntered) -> Iterator[Decision]:
    """Of a journey that the contact never came to."""
    outcome = Outcome.NOT_LET_IN if one.times else Outcome.NOT_TRIGGERED
    for node, sending in _senders(one.program):
        yield Decision(one.program.name, node.id, sending.channel, sending.template, outcome, one.last)


def _senders(program: Program) -> Iterator[tuple[Node, Sending]]:
    """In the order in which a journey that goes straight comes to them."""
    reached = _reached(program, program.first)
    for node in sorted(program.nodes.values(), key=lambda one: reached.index(one.id) if one.id in reached else 0):
        for sending in node.step.sends():
            yield node, sending


def _of(enrollment: Enrollment, messages: Iterable[Message]) -> list[Message]:
    return [one for one in messages if one.enrollment == enrollment.item_key.sk]


def _became(message: Message) -> tuple[Outcome, Moment | None, str]:
    if message.status in _ON_ITS_WAY:
        return Outcome.WAITING, message.due_at, message.reason
    if message.sent_at is not None:
        return Outcome.SENT, message.sent_at, "" if message.status is Status.SENT else message.status.value
    return Outcome.NOT_SENT, message.finished_at, message.reason or message.status.value


def _without(node: Node, enrollment: Enrollment, ahead: Sequence[str]) -> tuple[Outcome, Moment | None, str]:
    """No message was asked for."""
    noted = next(((at, what) for step, at, what in reversed(enrollment.path) if step == node.id), None)
    if not enrollment.has_entered:
        return Outcome.KEPT_OUT, enrollment.ended_at, enrollment.reason
    if enrollment.is_active and enrollment.step == node.id:
        return Outcome.WAITING, enrollment.due_at, noted[1] if noted else enrollment.reason
    if noted is not None:
        return Outcome.NOT_SENT, *noted
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
