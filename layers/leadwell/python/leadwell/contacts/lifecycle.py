"""The stages a contact goes through, and the way back, as they are written down.

kind: lifecycle
name: lifecycle
stages:
  - {stage: lead, when: {trait: email, exists: true}}
  - {stage: mql, when: {score: {at_least: 50}}}
  - {stage: sql, when: {event: Lead Accepted, since: Lead Rejected}}
returns:
  - {from: [sql, opportunity], to: mql, event: Lead Rejected}
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from leadwell.conditions.kinds.person import STAGES, StageName
from leadwell.conditions.models import Model, StandingCondition, Where
from leadwell.definitions.about import CONTACTS, About
from leadwell.definitions.text import Text


class StageRule(Model):
    stage: Literal["lead", "mql", "sql", "opportunity", "customer", "evangelist"]
    when: StandingCondition


class Return(Model):
    """An event that takes a contact back: sales rejected a lead, a deal was lost.

    The rules of the stages above hold on: where the event that led there is still remembered, the rule must ask for one
    ``since`` the return, or the contact climbs again at once.
    """

    from_: Annotated[tuple[StageName, ...], Field(alias="from", min_length=1)]
    to: StageName
    event: str
    where: Where = Field(default_factory=dict)

    @model_validator(mode="after")
    def _back(self) -> "Return":
        forward = next((one for one in self.from_ if STAGES.index(one) <= STAGES.index(self.to)), None)
        if forward:
            raise ValueError(f"from {forward} to {self.to} is no way back; stages are {', '.join(STAGES)}")
        return self


class LifecycleDefinition(Model):
    """A contact rises to the highest stage whose rule holds, and stays there until an event takes it back."""

    kind: Literal["lifecycle"] = "lifecycle"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "lifecycle"
    title: Text
    about: About = CONTACTS
    stages: tuple[StageRule, ...]
    returns: tuple[Return, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "LifecycleDefinition":
        order = [STAGES.index(rule.stage) for rule in self.stages]
        if order != sorted(set(order)):
            raise ValueError(f"stages come once each and in the order {', '.join(STAGES)}")
        return self
