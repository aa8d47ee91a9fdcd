"""The stages a contact goes through, as they are written down.

kind: lifecycle
name: lifecycle
stages:
  - {stage: lead, when: {trait: email, exists: true}}
  - {stage: mql, when: {score: {at_least: 50}}}
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from leadwell.conditions.compiling import STAGES
from leadwell.conditions.models import Condition, Model
from leadwell.definitions.text import Text


class StageRule(Model):
    stage: Literal["lead", "mql", "sql", "opportunity", "customer", "evangelist"]
    when: Condition


class LifecycleDefinition(Model):
    """A contact stands at the highest stage whose rule ever held."""

    kind: Literal["lifecycle"] = "lifecycle"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "lifecycle"
    title: Text
    stages: tuple[StageRule, ...]

    @model_validator(mode="after")
    def _in_order(self) -> "LifecycleDefinition":
        order = [STAGES.index(rule.stage) for rule in self.stages]
        if order != sorted(set(order)):
            raise ValueError(f"stages come once each and in the order {', '.join(STAGES)}")
        return self
