"""What journeys tell about a contact: entered, at which step, how it ended. Written with the move itself, so that none
is missing; conditions, timelines and other journeys can look at them."""

from collections.abc import Iterator
from typing import Any

from leadwell.clock import Moment
from leadwell.ids import fingerprint
from leadwell.journeys.enrollment import EXITED, FINISHED, GOAL, HELD_OUT, KEPT_OUT, Enrollment
from leadwell.tracking.events import Event, Name, Standing


def reports(enrollment: Enrollment, before: str, now: Moment, *, steps: bool) -> Iterator[Event]:
    """``before`` is the step where it stood (empty: it just entered); ``steps``: whether somebody asks at which step
    contacts are."""
    if enrollment.status == KEPT_OUT:
        return
    if enrollment.status == HELD_OUT:
        yield _report(Name.JOURNEY_HELD_OUT, enrollment, now, {"cause": enrollment.cause.name})
        return
    if not before:
        yield _report(Name.JOURNEY_ENTERED, enrollment, now, {"cause": enrollment.cause.name})
    if steps and enrollment.is_active and enrollment.step != before:
        yield _report(Name.JOURNEY_STEP_REACHED, enrollment, now, {"step": enrollment.step})
    if enrollment.status in (FINISHED, EXITED):
        reached = enrollment.status == FINISHED and enrollment.reason == GOAL
        outcome = "goal" if reached else enrollment.status
        reason = {"reason": enrollment.reason} if enrollment.reason else {}
        yield _report(Name.JOURNEY_ENDED, enrollment, now, {"outcome": outcome, **reason})


_ORDER = {
    Name.JOURNEY_HELD_OUT: "1",
    Name.JOURNEY_ENTERED: "1",
    Name.JOURNEY_STEP_REACHED: "2",
    Name.JOURNEY_ENDED: "3",
}
"""Events of one moment are applied in the order of their ids."""


def _report(name: str, enrollment: Enrollment, now: Moment, more: dict[str, Any]) -> Event:
    run = f"{enrollment.key}/{enrollment.number}"
    return Event(
        contact=enrollment.contact,
        id=f"j{_ORDER[name]}" + fingerprint("report", enrollment.id, name, str(enrollment.rev)),
        at=now,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties={"journey": enrollment.journey, "version": enrollment.version, "run": run, **more},
        source=f"journey:{enrollment.journey}",
    )
