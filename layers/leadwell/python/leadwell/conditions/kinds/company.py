"""A contact's company: its segments and stage. A company: its members."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, FiniteFloat, model_validator

from leadwell.clock import Moment
from leadwell.conditions.answer import Answer, Evaluate, enough, negated, steady
from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.courses import MAIN_MODEL
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


class ScoreReached(Model):
    """``model`` is a scoring model about contacts, the main one without it."""

    at_least: Annotated[FiniteFloat, Field(gt=0)]
    model: str = ""

    @property
    def key(self) -> str:
        return self.model or MAIN_MODEL


class MemberBounds(Model):
    """How many members there are, or how many of them are at a stage or have a score."""

    stage: StageReached | None = None
    score: ScoreReached | None = None
    at_least: Annotated[int | None, Field(ge=1)] = None
    at_most: Annotated[int | None, Field(ge=0)] = None

    @model_validator(mode="after")
    def _some(self) -> "MemberBounds":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least or at_most: {members: {stage: {at_least: mql}, at_least: 2}}")
        if self.stage is not None and self.score is not None:
            raise ValueError("give either stage or score; two conditions about members go into all")
        return self


class MembersCondition(ConditionModel):
    """About a company."""

    members: MemberBounds

    def compiled(self, needs: Needs) -> Evaluate:
        needs.members = True
        if self.members.score is not None:
            needs.member_scores.add(self.members.score.key)
            return self._by_score
        lowest = self.members.at_least or 0
        highest = self.members.at_most
        return lambda facts, now: steady(
            lowest <= (count := self._count(facts)) and (highest is None or count <= highest)
        )

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        if self.members.score is None:
            return {"members": self._count(facts)}
        return {"members": sum(truth for truth, _ in self._scored(facts, now))}

    def rule(self) -> dict[str, Any]:
        return as_written(self.members)

    def _count(self, facts: Facts) -> int:
        wanted = self.members.stage
        return sum(count for stage, count in facts.members.items() if wanted is None or wanted.holds(stage))

    def _by_score(self, facts: Facts, now: Moment) -> Answer:
        reached = self._scored(facts, now)
        answers = []
        if self.members.at_least is not None:
            answers.append(enough(self.members.at_least, reached))
        if self.members.at_most is not None:
            answers.append(negated(enough(self.members.at_most + 1, reached)))
        return enough(len(answers), answers)

    def _scored(self, facts: Facts, now: Moment) -> list[Answer]:
        wanted = self.members.score
        if wanted is None:
            return []
        courses = facts.scores.of(wanted.key).courses
        return [(one.at(now) >= wanted.at_least, one.crossing(wanted.at_least, now)) for one in courses]
