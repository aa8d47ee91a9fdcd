"""A scoring model as it is written down.

kind: scoring
name: interest
half_life: P30D
rules:
  - {id: viewed, event: Product Viewed, points: 2}
  - {id: ordered, event: Order Completed, points: 20, decays: false}
  - {id: business, when: {trait: company, exists: true}, points: 10}
"""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, model_validator

from leadwell.conditions.models import Condition, Duration, Model, Where
from leadwell.definitions.text import Text


class Rule(Model):
    """Points for an event each time it happens, or for a condition while it holds."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    points: FiniteFloat
    event: str | None = None
    where: Where = Field(default_factory=dict)
    max_times: Annotated[int, Field(ge=1)] | None = None
    decays: bool = True
    when: Condition | None = None

    @model_validator(mode="after")
    def _one_cause(self) -> "Rule":
        if (self.event is None) == (self.when is None):
            raise ValueError("a rule gives points either for an `event` or `when` a condition holds")
        return self


class ScoringDefinition(Model):
    kind: Literal["scoring"] = "scoring"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: Text
    half_life: Duration | None = None
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _distinct(self) -> "ScoringDefinition":
        ids = [rule.id for rule in self.rules]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice:
            raise ValueError(f"rule id {twice!r} is used twice")
        return self
