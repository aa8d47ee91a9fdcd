"""A contact's company: its segments and stage. A company: its members."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from leadwell.clock import Moment
from leadwell.conditions.answer import Evaluate, steady
from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.facts import Facts
from leadwell.conditions.kinds.person import STAGES, StageName
from leadwell.conditions.needs import Needs
from leadwell.conditions.written import Model


class CompanySegmentCondition(ConditionModel):
    """``{company_segment: hot-companies}``: the company that the contact belongs to is in a segment of companies."""

    company_segment: str

    def compiled(self, needs: Needs) -> Evaluate:
        needs.company = True
        needs.company_segments.add(self.company_segment)
        name = self.company_segment
        return lambda facts, now: steady(name in facts.company_segments)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"member": self.company_segment in facts.company_segments}


class StageReached(Model):
    is_: Annotated[StageName | None, Field(alias="is")] = None
    at_least: StageName | None = None

    @model_validator(mode="after")
    def _one(self) -> "StageReached":
        if (self.is_ is None) == (self.at_least is None):
            raise ValueError("give either is or at_least")
        return self

    def holds(self, stage: str) -> bool:
        if self.at_least is None:
            return stage == self.is_
        return STAGES.index(stage) >= STAGES.index(self.at_least)


class CompanyStageCondition(ConditionModel):
    """``{company_stage: {at_least: customer}}``; who belongs to no company never matches."""

    company_stage: StageReached

    def compiled(self, needs: Needs) -> Evaluate:
        needs.company = True
        return lambda facts, now: steady(bool(facts.company) and self.company_stage.holds(facts.company_stage))

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"stage": facts.company_stage if facts.company else None}

    def rule(self) -> dict[str, Any]:
        return as_written(self.company_stage)


class MemberBounds(Model):
    """How many members there are, or how many of them are at a stage."""

    stage: StageReached | None = None
    at_least: Annotated[int | None, Field(ge=1)] = None
    at_most: Annotated[int | None, Field(ge=0)] = None

    @model_validator(mode="after")
    def _some(self) -> "MemberBounds":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least or at_most: {members: {stage: {at_least: mql}, at_least: 2}}")
        return self


class MembersCondition(ConditionModel):
    """About a company."""

    members: MemberBounds

    def compiled(self, needs: Needs) -> Evaluate:
        needs.members = True
        lowest = self.members.at_least or 0
        highest = self.members.at_most
        return lambda facts, now: steady(
            lowest <= (count := self._count(facts)) and (highest is None or count <= highest)
        )

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"members": self._count(facts)}

    def rule(self) -> dict[str, Any]:
        return as_written(self.members)

    def _count(self, facts: Facts) -> int:
        wanted = self.members.stage
        return sum(count for stage, count in facts.members.items() if wanted is None or wanted.holds(stage))
