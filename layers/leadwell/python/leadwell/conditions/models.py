"""Conditions as they are written down; ``compiling.py`` turns them into functions.

Each kind is recognized by its head word:

    all: […]   any: […]   not: {…}
    trait: address.city          equals: Köln
    event: Product Viewed        where: {category: sofas}   at_least: 3   within: P7D
    score:                       at_least: 50
    stage:                       at_least: mql
    consent: marketing/email
    segment: sofa-interest
"""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    FiniteFloat,
    Tag,
    model_validator,
)

from leadwell.clock import DAY, HOUR, MINUTE, SECOND
from leadwell.conditions.matchers import MATCHERS, Scalar, unfit

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_UNITS = {"weeks": 7 * DAY, "days": DAY, "hours": HOUR, "minutes": MINUTE, "seconds": SECOND}


def parse_duration(given: Any) -> int:
    """``P7D``, ``PT3H``, ``P1DT12H``, ``P2W`` → milliseconds. Months and years have no fixed length and are refused."""
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, timedelta):
        return round(given.total_seconds() * 1000)
    found = _DURATION.fullmatch(given) if isinstance(given, str) else None
    if not found or not any(found.groupdict().values()):
        raise ValueError(f"{given!r} is not a duration; write for example PT3H (hours), P7D (days) or P2W (weeks)")
    return sum(int(amount) * _UNITS[unit] for unit, amount in found.groupdict().items() if amount)


LONGEST = 100 * 365 * DAY
"""No duration is longer: what it ends must have a date that the due index can write down."""

Duration = Annotated[int, BeforeValidator(parse_duration), Field(gt=0, le=LONGEST)]
"""Milliseconds; written as ISO 8601."""

Matcher = dict[str, Any]
"""Comparison words (see ``matchers.MATCHERS``) and what to compare with; all of them must hold."""


def _as_matcher(given: Any) -> Any:
    if isinstance(given, str | int | float | bool):
        return {"equals": given}
    if isinstance(given, list):
        given = {"in": given}
    if isinstance(given, dict):
        unknown = [word for word in given if word not in MATCHERS]
        if unknown:
            raise ValueError(f"unknown comparison {unknown[0]!r}; known are {', '.join(MATCHERS)}")
        if not given:
            raise ValueError("an empty comparison; give a value or for example {exists: true}")
        problem = next(filter(None, (unfit(word, expected) for word, expected in given.items())), "")
        if problem:
            raise ValueError(problem)
    return given


Comparison = Annotated[Matcher, BeforeValidator(_as_matcher)]
Where = dict[str, Comparison]


class Model(BaseModel):
    """Definitions are frozen and refuse words they do not know, so that a typing error never passes for a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class AllOf(Model):
    all: Annotated[tuple["Condition", ...], Field(min_length=1)]


class AnyOf(Model):
    any: Annotated[tuple["Condition", ...], Field(min_length=1)]


class Not(Model):
    not_: Annotated["Condition", Field(alias="not")]


class TraitCondition(Model):
    """``{trait: plan, equals: pro}``: the comparison words stand beside the name."""

    trait: str
    matcher: Comparison

    @model_validator(mode="before")
    @classmethod
    def _collect(cls, given: Any) -> Any:
        if isinstance(given, dict) and "matcher" not in given:
            words = {word: value for word, value in given.items() if word != "trait"}
            return {"trait": given.get("trait"), "matcher": words}
        return given


class EventCondition(Model):
    """How often something happened; without numbers: at least once. ``at_most: 0`` means it did not."""

    event: str
    where: Where = Field(default_factory=dict)
    at_least: Annotated[int, Field(ge=1, le=100)] | None = None
    at_most: Annotated[int, Field(ge=0, le=99)] | None = None
    within: Duration | None = None


class ScoreBounds(Model):
    at_least: FiniteFloat | None = None
    less_than: FiniteFloat | None = None

    @model_validator(mode="after")
    def _one(self) -> "ScoreBounds":
        if self.at_least is None and self.less_than is None:
            raise ValueError("give at_least or less_than")
        return self


class ScoreCondition(Model):
    score: ScoreBounds


StageName = Literal["visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist"]


class StageBounds(Model):
    is_: Annotated[StageName | None, Field(alias="is")] = None
    at_least: StageName | None = None

    @model_validator(mode="after")
    def _one(self) -> "StageBounds":
        if (self.is_ is None) == (self.at_least is None):
            raise ValueError("give either is or at_least")
        return self


class StageCondition(Model):
    stage: StageBounds


class ConsentCondition(Model):
    consent: Annotated[str, Field(pattern=r"^[a-z0-9_-]+/(email|sms)$")]


class SegmentCondition(Model):
    segment: str


_HEADS = {
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
    "trait": TraitCondition,
    "event": EventCondition,
    "score": ScoreCondition,
    "stage": StageCondition,
    "consent": ConsentCondition,
    "segment": SegmentCondition,
}


def _head(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((head for head in _HEADS if head in given), None)
    return next((head for head, model in _HEADS.items() if isinstance(given, model)), None)


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[TraitCondition, Tag("trait")]
    | Annotated[EventCondition, Tag("event")]
    | Annotated[ScoreCondition, Tag("score")]
    | Annotated[StageCondition, Tag("stage")]
    | Annotated[ConsentCondition, Tag("consent")]
    | Annotated[SegmentCondition, Tag("segment")],
    Discriminator(
        _head,
        custom_error_type="unknown_condition",
        custom_error_message="a condition needs one of the words " + ", ".join(_HEADS),
    ),
]

for _model in (AllOf, AnyOf, Not):
    _model.model_rebuild()

__all__ = ["Condition", "Duration", "Model", "Scalar", "Where"]
