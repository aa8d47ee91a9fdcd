"""What a plan says, for those who read it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, Text

if TYPE_CHECKING:
    from leadwell.planning.moving import Moved
    from leadwell.planning.plan import Plan

Numbers = dict[str, int]


class LineShape(Shape):
    """`before` and `after` are as they are written, and empty where there is nothing."""

    what: Literal["parameter", "field", "step", "new step", "step gone", "leads", "policy", "topic gone"]
    name: str
    before: str
    after: str


class ChangeShape(Shape):
    """`before` and `after` are versions."""

    kind: str
    name: str
    title: Text | None
    what: Literal["new", "changed", "stated", "paused"]
    before: int
    after: int
    lines: list[LineShape]


class StandingShape(Shape):
    """How many stand at a step of a version, and what becomes of them."""

    version: int
    step: str
    contacts: int
    moves: int = Field(description="Go on in the new version.")
    stays: int = Field(description="Go on in theirs.")
    ends: int


class AffectedShape(Shape):
    """`before` and `after` are messages of the next 24 hours by channel, without and with the change."""

    journey: str
    policy: Literal["finish", "migrate", "exit"]
    inside: int
    looked_at: int = Field(description="Where fewer than are inside, all numbers are estimates.")
    steps: list[StandingShape]
    before: Numbers
    after: Numbers
    kept_back: Numbers


class ComingAndGoing(Shape):
    segment: str
    entering: int
    leaving: int


class AudienceShape(Shape):
    """Who would come and go, of those `looked_at`."""

    about: Literal["contacts", "companies"]
    looked_at: int
    of: int
    segments: list[ComingAndGoing]
    stages: Numbers = Field(description="By the stages before and after: `lead → mql`.")


class ComingShape(Shape):
    """Who would enter a live journey because of the change: by announced segments, or late for the date of a trait."""

    journey: str
    segments: list[str]
    dates: list[str]
    contacts: int
    held_out: int
    after: Numbers
    kept_back: Numbers
    is_estimate: bool


class CostShape(Shape):
    """Of the e-mails within 24 hours, in US dollars at list prices."""

    before: float
    after: float


class PlanShape(Shape):
    """Send `plan` back to have exactly this done."""

    made_at: Instant
    is_empty: bool
    changes: list[ChangeShape]
    unchanged: int
    journeys: list[AffectedShape]
    audiences: list[AudienceShape]
    coming: list[ComingShape]
    usd: CostShape
    plan: JsonObject


class MovedShape(Shape):
    """Why a plan does not hold any more; `sentence` says it in English."""

    what: Literal["published", "files", "inside", "messages", "enter", "leave", "change", "start"]
    about: str
    channel: str
    was: int
    now: int
    sentence: str


class AppliedShape(Shape):
    """`applied` is false where the world has moved since the plan was made: then nothing was done, and `plan` is what
    holds now."""

    applied: bool
    recounts: bool = Field(description="Whether every contact is now looked at again.")
    moved: list[MovedShape]
    plan: PlanShape


def plan_shape(plan: "Plan", document: JsonObject, shown: tuple[str, ...]) -> PlanShape:
    return PlanShape(
        made_at=plan.made_at,
        is_empty=plan.is_empty,
        changes=[ChangeShape.model_validate(asdict(one)) for one in plan.changes if one.what in shown],
        unchanged=sum(one.what == "unchanged" for one in plan.changes),
        journeys=[AffectedShape.model_validate(asdict(one)) for one in plan.journeys],
        audiences=[
            AudienceShape(
                about="companies" if one.about == "companies" else "contacts",
                looked_at=one.looked_at,
                of=one.of,
                segments=[
                    ComingAndGoing(segment=name, entering=entering, leaving=leaving)
                    for name, (entering, leaving) in one.segments.items()
                ],
                stages=dict(one.stages),
            )
            for one in plan.audiences
        ],
        coming=[ComingShape.model_validate({**asdict(one), "is_estimate": one.is_estimate}) for one in plan.coming],
        usd=CostShape(before=plan.usd[0], after=plan.usd[1]),
        plan=document,
    )


def moved_shape(one: "Moved") -> MovedShape:
    return MovedShape.model_validate({**asdict(one), "sentence": one.text})
