"""Go one of several ways: the first arm whose condition holds; an arm without one always does.

branch:
  - when: {trait: phone, exists: true}
    steps: [{sms: abandoned-cart}]
  - steps: [{email: abandoned-cart-last}]
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from leadwell.conditions.models import Condition, Model
from leadwell.journeys.steps.running import Go, Next, StepModel, StepRun, Way

if TYPE_CHECKING:
    from leadwell.journeys.steps import Step


class BranchArm(Model):
    when: Condition | None = None
    steps: "tuple[Step, ...]" = ()


class Branch(StepModel):
    branch: Annotated[tuple[BranchArm, ...], Field(min_length=1, max_length=26)]

    @field_validator("branch")
    @classmethod
    def _otherwise_last(cls, arms: tuple[BranchArm, ...]) -> tuple[BranchArm, ...]:
        if any(arm.when is None for arm in arms[:-1]):
            raise ValueError("only the last arm may go without `when`: nothing after it would ever be reached")
        return arms

    def ways(self) -> Sequence[Way]:
        return [Way(f"branch[{place}].steps", arm.steps, arm.when) for place, arm in enumerate(self.branch)]

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        for arm in run.node.arms:
            if arm.when is None or arm.when.holds(run.facts, run.at):
                return Go(arm.first)
        return Go(run.node.next)
