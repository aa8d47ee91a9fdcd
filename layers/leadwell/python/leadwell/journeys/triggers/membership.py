"""Somebody enters or leaves a segment, or reaches a stage.

trigger: {segment: sleepers}
trigger: {left_segment: sleepers}
trigger: {stage: mql}
"""

from pydantic import field_validator

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.facts import Facts
from leadwell.conditions.kinds.combining import Not
from leadwell.conditions.kinds.person import STAGES, SegmentCondition
from leadwell.conditions.needs import Needs
from leadwell.journeys.triggers.base import HappeningName, TriggerModel


class SegmentTrigger(TriggerModel):
    """Starts when a contact enters the segment."""

    segment: str

    def started_by(self) -> HappeningName:
        return "entered", self.segment

    def comes_true(self) -> ConditionModel:
        return SegmentCondition(segment=self.segment)

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return self.segment in facts.segments, facts.segments.get(self.segment)

    def needs(self, needs: Needs) -> None:
        needs.segments.add(self.segment)


class LeftSegmentTrigger(TriggerModel):
    """Starts when a contact leaves the segment."""

    left_segment: str

    def started_by(self) -> HappeningName:
        return "left", self.left_segment

    def comes_true(self) -> ConditionModel:
        return Not(**{"not": SegmentCondition(segment=self.left_segment)})

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return self.left_segment not in facts.segments, None

    def needs(self, needs: Needs) -> None:
        needs.segments.add(self.left_segment)


class StageTrigger(TriggerModel):
    """Starts when a contact comes to the stage, on the way up or back."""

    stage: str

    @field_validator("stage")
    @classmethod
    def _known(cls, stage: str) -> str:
        if stage not in STAGES:
            raise ValueError(f"there is no stage {stage!r}; stages are {', '.join(STAGES)}")
        return stage

    def started_by(self) -> HappeningName:
        return "stage", self.stage

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return facts.stage == self.stage, facts.stages.get(self.stage) if facts.stage == self.stage else None
