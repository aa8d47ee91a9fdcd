"""Why a message does not leave at its moment: it comes late, something more important is under way, or it is night."""

from typing import TYPE_CHECKING, Literal

from leadwell.calendar import local_time, next_local_time
from leadwell.clock import HOUR
from leadwell.conditions.models import Duration, Model, duration_text
from leadwell.consent.permission import MARKETING
from leadwell.journeys.steps.running import Go, Situation, Sleep, StepRun

if TYPE_CHECKING:
    from leadwell.journeys.models import JourneyDefinition


class Late(Model):
    """What becomes of a message whose moment passed ``after`` ago: after an outage or a pause, or because somebody's
    date lay in the past.

    ``send`` it now, and let what follows keep its distance; ``skip`` it, and go on as planned; ``shift`` it to the next
    day's same time, and everything that follows with it.
    """

    after: Duration = HOUR
    then: Literal["send", "skip", "shift"] = "send"


def held(run: StepRun, channel: str, purpose: str, late: Late | None = None) -> Go | Sleep | None:
    """What to do instead of sending now; None: nothing stands against it."""
    rule, lateness = late or run.program.definition.late, run.now - run.at
    if lateness > rule.after:
        if rule.then == "skip":
            return Go(run.node.next, f"skipped: {duration_text(lateness // HOUR * HOUR)} late")
        if rule.then == "shift":
            clock_time = local_time(run.at, run.zone).strftime("%H:%M")
            return Sleep(next_local_time(clock_time, run.zone, run.now), f"shifted to {clock_time}")
        run.at = run.now
    if purpose != MARKETING:
        return None
    if name := keeper(run.program.definition, run.situation):
        return Go(run.node.next, f"kept away by {name}")
    policy, moment = run.situation.policy, max(run.at, run.now)
    if policy is not None:
        open_at, why = policy.opens(channel, run.situation.contact, run.zone, moment)
        if open_at > moment:
            return Sleep(open_at, why)
    return None


def keeper(journey: "JourneyDefinition", situation: Situation) -> str:
    """The journey under way that keeps this one's marketing away from the contact; empty if there is none."""
    if journey.exclusive:
        return ""
    others = situation.exclusive.items()
    return min((name for name, rank in others if name != journey.name and rank >= journey.priority), default="")
