"""Go one of several ways: the first arm whose condition holds; an arm without one always does.

branch:
  - when: {trait: phone, exists: true}
    steps: [{sms: abandoned-cart}]
  - steps: [{email: abandoned-cart-last}]
"""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from leadwell.conditions.models import Condition, Model
from leadwell.journeys.steps.running import Go, Next, StepModel, StepRun

if TYPE_CHECKING:
    from leadwell.journeys.steps import Step


class Arm(Model):
    when: Condition | None = None
    steps: "tuple[Step, ...]" = ()


class Branch(StepModel):
    branch: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=26)]

    @field_validator("branch")
    @classmethod
    def _otherwise_last(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        if any(arm.when is None for arm in arms[:-1]):
            raise ValueError("only the last arm may go without `when`: nothing after it would ever be reached")
        return arms


def run(step: Branch, run: StepRun) -> Next:
    for condition, first in run.node.arms:
        if condition is None or condition.evaluate(run.facts, run.at).truth:
            return Go(first)
    return Go(run.node.next)
