"""Why a message does not leave at its moment: it comes late, something more important is under way, or it is night."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from leadwell.calendar import local_time, next_local_time
from leadwell.clock import HOUR, Moment
from leadwell.conditions.models import Duration, Model
from leadwell.consent.permission import MARKETING
from leadwell.journeys.steps.running import Go, Requested, Situation, Sleep, StepRun
from leadwell.messaging.lateness import SEND, SHIFT, SKIP, said_late

if TYPE_CHECKING:
    from leadwell.journeys.models import JourneyDefinition


class Late(Model):
    """What becomes of a message whose moment passed ``after`` ago: after an outage or a pause, because somebody's date
    lay in the past, or because it had to wait for a voucher, a cap, quiet hours or a closed day.

    ``send`` it now, and let what follows keep its distance; ``skip`` it, and go on as planned (``after`` is its maximum
    age); ``shift`` it to the next day's same time, and everything that follows with it. Quiet hours and closed days
    have a moment to shift to already: their end. What waits for a cap was handed over, and is shifted alone.
    """

    after: Duration = HOUR
    then: Literal["send", "skip", "shift"] = "send"


def held(run: StepRun, channel: str, purpose: str, late: Late | None = None) -> Go | Sleep | None:
    """What to do instead of sending now; None: nothing stands against it."""
    rule, moment_meant = late or run.program.definition.late, _meant_for(run)
    if rule.then == SKIP:
        if run.now - moment_meant > rule.after:
            return Go(run.node.next, said_late(run.now - moment_meant))
    elif run.now - run.at > rule.after:
        if rule.then == SHIFT:
            clock_time = local_time(run.at, run.zone).strftime("%H:%M")
            return Sleep(next_local_time(clock_time, run.zone, run.now), f"shifted to {clock_time}", anew=True)
        run.at = run.now
    if purpose != MARKETING:
        return None
    if name := keeper(run.program.definition, run.situation):
        return Go(run.node.next, f"kept away by {name}")
    policy, moment = run.situation.policy, max(run.at, run.now)
    if policy is not None:
        open_at, why = policy.opens(channel, run.situation.contact, run.zone, moment)
        if open_at > moment:
            if rule.then == SKIP and open_at - moment_meant > rule.after:
                return Go(run.node.next, said_late(open_at - moment_meant, why))
            return Sleep(open_at, why)
    return None


def planned(run: StepRun, asked: Requested, late: Late | None) -> Requested:
    """The message with the rule for its being late, which it may yet become."""
    rule = late or run.program.definition.late
    if rule.then == SEND:
        return asked
    meant = _meant_for(run) if rule.then == SKIP else run.at
    return replace(asked, planned_at=meant, late_after=rule.after, late_then=rule.then)


def _meant_for(run: StepRun) -> Moment:
    """When the step was reached, whatever it has waited for since."""
    return min(run.at, run.enrollment.since)


def keeper(journey: "JourneyDefinition", situation: Situation) -> str:
    """The journey under way that keeps this one's marketing away from the contact; empty if there is none."""
    # Of two exclusive ones of the same rank neither yields, or both would be silent.
    least = journey.priority + 1 if journey.exclusive else journey.priority
    others = situation.exclusive.items()
    return min((name for name, rank in others if name != journey.name and rank >= least), default="")
