"""Conditions as they are written down. Each kind is recognized by its head word; ``README.md`` shows them all."""

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, TypeAdapter

from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.kinds import behavior, combining, company, messages, person, rating, sequence, shorthands
from leadwell.conditions.matchers import Scalar
from leadwell.conditions.written import (
    LONGEST,
    NO_START,
    START_WORDS,
    Comparison,
    Duration,
    Model,
    StartedWhere,
    Where,
    one_of,
)
from leadwell.durations import duration_text, parse_duration

HEADS: dict[str, type[ConditionModel]] = {
    "all": combining.AllOf,
    "any": combining.AnyOf,
    "not": combining.Not,
    "of": combining.SomeOf,
    "everyone": combining.Everyone,
    "near": person.NearCondition,
    "trait": person.TraitCondition,
    "event": behavior.EventCondition,
    "sequence": sequence.SequenceCondition,
    "active": behavior.ActiveCondition,
    "score": rating.ScoreCondition,
    "grade": rating.GradeCondition,
    "persona": rating.PersonaCondition,
    "interest": rating.InterestCondition,
    "stage": person.StageCondition,
    "consent": person.ConsentCondition,
    "permitted": person.Permitted,
    "working": messages.WorkingAddressCondition,
    "reachable": messages.ReachableCondition,
    "segment": person.SegmentCondition,
    "list": person.ListCondition,
    "journey": person.JourneyCondition,
    "company": person.CompanyCondition,
    "company_segment": company.CompanySegmentCondition,
    "company_stage": company.CompanyStageCondition,
    "members": company.MembersCondition,
    "language": shorthands.LanguageCondition,
    "country": shorthands.CountryCondition,
    "region": shorthands.RegionCondition,
    "city": shorthands.CityCondition,
    "device": shorthands.DeviceCondition,
    "utm": shorthands.CampaignCondition,
    "referrer": shorthands.ReferrerCondition,
    "engaged": messages.MessageCondition,
    "downloaded": shorthands.DownloadCondition,
    "bucket": person.BucketCondition,
}
"""The kinds by their head words. A condition with several of them is what comes first here."""

_JSON: TypeAdapter[object] = TypeAdapter(object)
_BY_MODEL = {model: head for head, model in HEADS.items()}


def head_of(condition: ConditionModel) -> str:
    return _BY_MODEL[type(condition)]


def word_of_start(condition: ConditionModel) -> str:
    """The word in it that compares with what started a journey; empty without one."""
    text = _JSON.dump_json(as_written(condition)).decode()
    return next((word for word in START_WORDS if f'"{word}":' in text), "")


if TYPE_CHECKING:
    Condition = ConditionModel
else:
    Condition = one_of(HEADS, "condition")
    # Found there when a model is built, which is when it is first used.
    combining.Condition = Condition


def _without_start(condition: ConditionModel) -> ConditionModel:
    if word := word_of_start(condition):
        raise ValueError(f"{word} {NO_START}")
    return condition


StandingCondition = Annotated[Condition, AfterValidator(_without_start)]
"""A condition that is asked at any time, with no journey around it."""

__all__ = [
    "HEADS",
    "LONGEST",
    "Comparison",
    "Condition",
    "ConditionModel",
    "Duration",
    "Model",
    "Scalar",
    "StandingCondition",
    "StartedWhere",
    "Where",
    "duration_text",
    "head_of",
    "parse_duration",
    "word_of_start",
]
