"""What becomes of a message that leaves later than it was planned, by the rule of the step that asked for it. Pure.

A journey hands a message over at its moment; what keeps it from leaving then (a cap, quiet hours, a queue that stood
still) is not the journey's any more. So the message takes the rule along.
"""

from dataclasses import replace

from leadwell.calendar import local_time, next_local_time
from leadwell.clock import Moment
from leadwell.messaging.deciding import Skip, Wait
from leadwell.messaging.lateness import SHIFT, SKIP, said_late
from leadwell.messaging.manners import manners
from leadwell.messaging.message import Message


def too_late(message: Message, wait: Wait | None, zone: str, now: Moment) -> Skip | Wait | None:
    """What becomes of a message that could leave now, or not before ``wait`` is over; None where its rule has nothing
    to say. What is repeated until it arrives has been on its way in time."""
    if not message.late_then or message.planned_at is None or message.late_after is None:
        return None
    if message.attempts and manners(message.channel).repeats:
        return None
    at = max(wait.until, now) if wait is not None else now
    lateness = at - message.planned_at
    if lateness <= message.late_after:
        return None
    if message.late_then == SKIP:
        return Skip(said_late(lateness, wait.reason if wait is not None else ""))
    clock_time = local_time(message.planned_at, zone).strftime("%H:%M")
    return Wait(next_local_time(clock_time, zone, at), f"shifted to {clock_time}")


def shifted(message: Message, to: Moment) -> Message:
    """Planned for another moment: what it is late by counts from then."""
    return replace(message, planned_at=to) if message.late_then == SHIFT else message
