"""Do the same again, a stated number of times at most.

repeat:
  times: 4
  until: {event: Order Completed, within: P30D}
  steps: [{email: offer}, {wait: P7D}]
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.models import Condition, Model
from leadwell.conditions.needs import Needs
from leadwell.journeys.steps.running import Go, Next, StepModel, StepRun, Way

if TYPE_CHECKING:
    from leadwell.journeys.steps import Step

MOST_TIMES = 60


class Rounds(Model):
    """``until`` is looked at before each round."""

    times: Annotated[int, Field(ge=1, le=MOST_TIMES)]
    until: Condition | None = None
    steps: "Annotated[tuple[Step, ...], Field(min_length=1)]"


class Repeat(StepModel):
    repeat: Rounds

    loops: ClassVar[bool] = True

    def ways(self) -> Sequence[Way]:
        return [Way("repeat.steps", self.repeat.steps)]

    def compiled(self) -> object:
        return compile_condition(self.repeat.until) if self.repeat.until is not None else None

    def needs(self, needs: Needs) -> None:
        if self.repeat.until is not None:
            needs.merge(compile_condition(self.repeat.until).needs)

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        rounds = run.enrollment.rounds.get(run.node.id, 0)
        done = run.node.compiled is not None and run.node.compiled.holds(run.facts, run.at)
        if done or rounds >= self.repeat.times:
            run.rounds = 0  # whoever comes here again, in the round of a loop around this one, begins anew
            return Go(run.node.next, f"{rounds} rounds")
        run.rounds = rounds + 1
        return Go(run.node.arms[0].first, f"round {rounds + 1}")
