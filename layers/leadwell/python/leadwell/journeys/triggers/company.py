"""Something becomes of the contact's company: it enters a segment, or rises to a stage.

trigger: {company_segment: hot-companies, who: {stage: {at_least: mql}}}
trigger: {company_stage: customer}

Starts for the members of a company: for all, or for those ``who`` fulfill a condition. Whoever joins the company later
is too late. In a journey about companies the company itself enters.
"""

from typing import Literal

from leadwell.clock import Moment
from leadwell.companies.heralding import ENTERED, REACHED
from leadwell.conditions.facts import Facts
from leadwell.conditions.needs import Needs
from leadwell.definitions.about import COMPANIES, About
from leadwell.journeys.triggers.base import HappeningName, TriggerModel
from leadwell.journeys.triggers.membership import SegmentTrigger, StageTrigger


class CompanySegmentTrigger(TriggerModel):
    """Starts for the members of a company when it enters the segment."""

    company_segment: str

    def meaning(self, about: About) -> TriggerModel:
        return SegmentTrigger(segment=self.company_segment, who=self.who) if about == COMPANIES else self

    def started_by(self) -> HappeningName:
        return ENTERED, self.company_segment

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return self.company_segment in facts.company_segments, None

    def needs(self, needs: Needs) -> None:
        needs.company_segments.add(self.company_segment)


class CompanyStageTrigger(TriggerModel):
    """The same when the company rises to the stage."""

    company_stage: Literal["lead", "mql", "sql", "opportunity", "customer", "evangelist"]

    def meaning(self, about: About) -> TriggerModel:
        return StageTrigger(stage=self.company_stage, who=self.who) if about == COMPANIES else self

    def started_by(self) -> HappeningName:
        return REACHED, self.company_stage

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return facts.company_stage == self.company_stage, None
