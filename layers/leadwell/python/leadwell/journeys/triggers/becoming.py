"""Something becomes true of somebody, to the minute, also because time has passed.

trigger: {becomes: {grade: {is: [A1, A2]}}}
trigger: {score: {at_least: 50}}
trigger: {score: {gained: 20, within: P1D}}
trigger: {last: Order Completed, ago: P90D}
"""

from collections.abc import Iterable

from pydantic import Field

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.kinds.behavior import EventCondition
from leadwell.conditions.kinds.combining import AllOf, Not
from leadwell.conditions.kinds.rating import ScoreBounds, ScoreCondition
from leadwell.conditions.models import Condition, Duration, Where
from leadwell.conditions.written import OneOrMore
from leadwell.definitions.about import About
from leadwell.journeys.triggers.base import HappeningName, TriggerModel
from leadwell.journeys.turning import turn_id


class BecomesTrigger(TriggerModel):
    """Starts when the condition comes true. For whom it is true already when the journey is published, it does not."""

    becomes: Condition

    def becoming(self) -> ConditionModel:
        return self.becomes

    def started_by(self) -> HappeningName:
        return "became", turn_id(self.becomes)

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return compile_condition(self.becomes).holds(facts, now), None


class ScoreTrigger(TriggerModel):
    """The score reaches a threshold, or jumps."""

    score: ScoreBounds

    def meaning(self, about: About) -> TriggerModel:
        return BecomesTrigger(becomes=ScoreCondition(score=self.score), who=self.who)


class LastTrigger(TriggerModel):
    """The last such event is so long ago: 90 days after the last order, whoever orders again starts anew."""

    last: OneOrMore
    where: Where = Field(default_factory=dict)
    ago: Duration

    def mentions(self) -> Iterable[tuple[str, str]]:
        return (("event", name) for name in self.last)

    def meaning(self, about: About) -> TriggerModel:
        ever = EventCondition(event=self.last, where=self.where)
        lately = EventCondition(event=self.last, where=self.where, within=self.ago)
        return BecomesTrigger(becomes=AllOf(all=(ever, Not(**{"not": lately}))), who=self.who)
