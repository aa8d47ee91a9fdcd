"""What the splits and the holdout of a journey show."""

from typing import Literal

from pydantic import Field

from leadwell.console.api.shapes.basics import Instant, Shape, instant
from leadwell.durations import duration_text
from leadwell.journeys.program import Program
from leadwell.journeys.results import Arm, Comparison, Results
from leadwell.journeys.statistics import difference, interval


class ArmShape(Shape):
    """`low` and `high` are the 95 % confidence interval of `rate`."""

    name: str
    entered: int = Field(description="Runs through the journey that came here and were counted.")
    judged: int = Field(description="Those of them whose time is over.")
    succeeded: int = Field(description="Those of the judged for whom what is looked for came in time.")
    rate: float
    low: float
    high: float


class SplitShape(Shape):
    """Rates on the way are for information: the decision does not depend on when somebody looks."""

    step: str
    state: Literal["running", "decided", "undecided"] = Field(
        description="Undecided: it was looked at, and no arm is better than all others for certain. The split goes on."
    )
    winner: str | None
    decided_at: Instant | None
    asks: str = Field(description="The event that is looked for.")
    within: str
    each: int = Field(description="How many each arm has to have had.")
    confidence: float
    arms: list[ArmShape]
    part: float = Field(description="Of all who were counted, the part that was looked at: less than 1 is a sample.")


class HoldoutShape(Shape):
    """`difference` is the rate of those who entered minus that of those who were held out; `low` and `high` its 95 %
    confidence interval."""

    asks: str
    within: str
    entered: ArmShape
    held_out: ArmShape
    difference: float
    low: float
    high: float
    part: float


class JourneyResults(Shape):
    journey: str
    version: int
    splits: list[SplitShape] = Field(description="Those with a winner to be found.")
    holdout: HoldoutShape | None = Field(description="If the journey holds contacts out, and has a goal.")

    @property
    def part(self) -> float:
        return min([split.part for split in self.splits] + ([self.holdout.part] if self.holdout else []), default=1)


def results_shape(program: Program, results: Results) -> JourneyResults:
    return JourneyResults(
        journey=program.name,
        version=program.version,
        splits=[_split(one) for one in results.splits],
        holdout=_holdout(results.holdout) if results.holdout else None,
    )


def _split(one: Comparison) -> SplitShape:
    contest, verdict = one.plan.contest, one.verdict
    state: Literal["running", "decided", "undecided"] = "running"
    if verdict is not None:
        state = "decided" if verdict.winner else "undecided"
    return SplitShape(
        step=one.step,
        state=state,
        winner=verdict.winner or None if verdict else None,
        decided_at=instant(verdict.at) if verdict else None,
        asks=_asks(one),
        within=duration_text(contest.within),
        each=contest.each,
        confidence=contest.confidence,
        arms=[_arm(arm) for arm in one.arms],
        part=one.part,
    )


def _holdout(one: Comparison) -> HoldoutShape:
    entered, held_out = one.arms
    gap = difference(entered.tally, held_out.tally)
    return HoldoutShape(
        asks=_asks(one),
        within=duration_text(one.plan.contest.within),
        entered=_arm(entered),
        held_out=_arm(held_out),
        difference=entered.tally.rate - held_out.tally.rate,
        low=gap.low,
        high=gap.high,
        part=one.part,
    )


def _asks(one: Comparison) -> str:
    return " or ".join(sorted(one.plan.contest.names))


def _arm(arm: Arm) -> ArmShape:
    tally, span = arm.tally, interval(arm.tally)
    return ArmShape(
        name=tally.name,
        entered=arm.entered,
        judged=tally.entered,
        succeeded=tally.succeeded,
        rate=tally.rate,
        low=span.low,
        high=span.high,
    )
