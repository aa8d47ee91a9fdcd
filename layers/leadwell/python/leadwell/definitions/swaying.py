"""Whether an event that a journey makes happen may make a condition come true, or may end it.

As far as one can tell from the two alone: what else the condition asks for may hold or not.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel, Shorthand
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import ANY, compile_where
from leadwell.conditions.kinds.behavior import ActiveCondition, EventCondition
from leadwell.conditions.kinds.combining import Not
from leadwell.conditions.kinds.person import (
    ConsentCondition,
    JourneyCondition,
    ListCondition,
    Permitted,
    SegmentCondition,
    StageCondition,
    TraitCondition,
)
from leadwell.conditions.kinds.rating import GradeCondition, InterestCondition, PersonaCondition, ScoreCondition
from leadwell.definitions.catalog import Judgments
from leadwell.journeys.steps.running import Caused
from leadwell.tracking.events import PASSIVE, Name

_ANY_TIME: Moment = 0
_TAGS = "tags"


class Sway(NamedTuple):
    """``begins``: the condition may come true by it; ``ends``: it may become false."""

    begins: bool = False
    ends: bool = False

    def turned(self) -> "Sway":
        return Sway(self.ends, self.begins)

    def __or__(self, other: object) -> "Sway":
        assert isinstance(other, Sway)
        return Sway(self.begins or other.begins, self.ends or other.ends)


_NOTHING, _EITHER, _UP, _DOWN = Sway(), Sway(True, True), Sway(begins=True), Sway(ends=True)


def sway(condition: ConditionModel, caused: Caused, judgments: Judgments, inside: frozenset[str] = frozenset()) -> Sway:
    """``inside`` are the segments and stages that are being looked into already."""
    if isinstance(condition, Shorthand):
        return sway(condition.meaning(), caused, judgments, inside)
    if isinstance(condition, Not):
        return sway(condition.not_, caused, judgments, inside).turned()
    if isinstance(condition, SegmentCondition):
        return _by_segment(condition, caused, judgments, inside)
    if isinstance(condition, StageCondition):
        return _by_stage(condition, caused, judgments, inside)
    if tell := _LEAVES.get(type(condition)):
        return tell(condition, caused, judgments)
    found = _NOTHING
    for part in condition.parts():
        found |= sway(part, caused, judgments, inside)
    return found


def _by_segment(condition: SegmentCondition, caused: Caused, judgments: Judgments, inside: frozenset[str]) -> Sway:
    key = f"segment:{condition.segment}"
    found = next((one for one in judgments.segments if one.name == condition.segment), None)
    if found is None or key in inside:
        return _NOTHING
    return sway(found.when, caused, judgments, inside | {key})


def _by_stage(condition: StageCondition, caused: Caused, judgments: Judgments, inside: frozenset[str]) -> Sway:
    asked = compile_condition(condition.model_copy(update={"stage": condition.stage.model_copy(update={"for_": None})}))

    def fits(stage: str) -> bool:
        return asked.holds(Facts(stage=stage, stages={stage: _ANY_TIME}), _ANY_TIME)

    if caused.name == Name.STAGE_SET:
        return _UP if fits(str(caused.properties.get("stage"))) else _DOWN
    found = _NOTHING
    for rule in judgments.lifecycle.stages if judgments.lifecycle else ():
        key = f"stage:{rule.stage}"
        if key not in inside and sway(rule.when, caused, judgments, inside | {key}).begins:
            found |= _UP if fits(rule.stage) else _DOWN
    return found


def _by_trait(condition: TraitCondition, caused: Caused, judgments: Judgments) -> Sway:
    name = condition.trait.partition(".")[0]
    asked = compile_condition(condition)

    def with_(value: Any) -> bool:
        return asked.holds(Facts(traits={name: value}), _ANY_TIME)

    if caused.name == Name.TAGGED and name == _TAGS:
        found = _NOTHING
        for before, after in ([], list(caused.properties["add"])), (list(caused.properties["remove"]), []):
            if with_(before) != with_(after):
                found |= _UP if with_(after) else _DOWN
        return found
    if name not in caused.traits:
        return _NOTHING
    return _UP if with_(caused.traits[name]) else _DOWN


def _by_list(condition: ListCondition, caused: Caused, judgments: Judgments) -> Sway:
    if caused.properties.get("list") != condition.list_:
        return _NOTHING
    return {Name.ADDED_TO_LIST: _UP, Name.REMOVED_FROM_LIST: _DOWN}.get(caused.name, _NOTHING)


def _by_score(condition: ScoreCondition, caused: Caused, judgments: Judgments) -> Sway:
    bounds = condition.score
    model = str(caused.properties.get("model") or judgments.main)
    if caused.name != Name.POINTS_GIVEN or model != (bounds.model or judgments.main):
        return _NOTHING
    rises = caused.properties["points"] > 0
    found = _NOTHING
    if bounds.at_least is not None or bounds.gained is not None:
        found |= _UP if rises else _DOWN
    if bounds.less_than is not None:
        found |= _DOWN if rises else _UP
    return found


def _by_interest(condition: InterestCondition, caused: Caused, judgments: Judgments) -> Sway:
    if caused.name != Name.INTEREST_SHOWN or caused.properties["category"] != condition.interest.category:
        return _NOTHING
    return _UP if caused.properties["weight"] > 0 else _DOWN


def _by_consent(condition: ConsentCondition, caused: Caused, judgments: Judgments) -> Sway:
    if caused.name != Name.CONSENT_WITHDRAWN:
        return _NOTHING
    return _UP if condition.state == "withdrawn" else _DOWN


def _by_permission(condition: Permitted, caused: Caused, judgments: Judgments) -> Sway:
    return _DOWN if caused.name == Name.CONSENT_WITHDRAWN else _NOTHING


def _by_journey(condition: JourneyCondition, caused: Caused, judgments: Judgments) -> Sway:
    of_itself = caused.name in (Name.JOURNEY_ENTERED, Name.JOURNEY_STEP_REACHED, Name.JOURNEY_ENDED)
    if not of_itself or caused.properties.get("journey") != condition.journey:
        return _NOTHING
    if condition.state == "in":
        return _EITHER if condition.at_step else _DOWN if caused.name == Name.JOURNEY_ENDED else _UP
    return _DOWN if condition.state == "never" else _UP


def _by_event(condition: EventCondition, caused: Caused, judgments: Judgments) -> Sway:
    any_activity = ANY in condition.event and caused.name not in PASSIVE
    if caused.name not in condition.event and not any_activity:
        return _NOTHING
    if caused.complete and not compile_where(condition.where)(caused.properties, {}):
        return _NOTHING
    most = (condition.at_most, condition.less_than, condition.exactly)
    return _UP if all(one is None for one in most) else _EITHER


def _by_activity(condition: ActiveCondition, caused: Caused, judgments: Judgments) -> Sway:
    return _NOTHING if caused.name in PASSIVE else _UP


def _by_rating(condition: ConditionModel, caused: Caused, judgments: Judgments) -> Sway:
    """What a grade or a persona is made of is too much to be told from one event."""
    return _EITHER if caused.name in (Name.POINTS_GIVEN, Name.INTEREST_SHOWN, Name.IDENTIFIED) else _NOTHING


_LEAVES: dict[type[ConditionModel], Callable[[Any, Caused, Judgments], Sway]] = {
    TraitCondition: _by_trait,
    ListCondition: _by_list,
    ScoreCondition: _by_score,
    InterestCondition: _by_interest,
    ConsentCondition: _by_consent,
    Permitted: _by_permission,
    JourneyCondition: _by_journey,
    EventCondition: _by_event,
    ActiveCondition: _by_activity,
    GradeCondition: _by_rating,
    PersonaCondition: _by_rating,
}
