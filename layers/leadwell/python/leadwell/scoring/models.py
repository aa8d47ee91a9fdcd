"""A scoring model as it is written down. There may be several; without a name, conditions mean the main one.

kind: scoring
name: interest
main: true
half_life: P30D
rules:
  - {id: viewed, event: Product Viewed, points: 2, max_times: 50}
  - {id: ordered, event: Order Completed, points: 20, decays: false}
  - {id: webinar, event: Webinar Attended, points: 15, expires: P90D}
  - {id: student, when: {trait: occupation, equals: student}, points: -10}
"""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, model_validator

from leadwell.conditions.courses import MAIN_MODEL
from leadwell.conditions.models import Duration, Model, StandingCondition, Where
from leadwell.definitions.about import CONTACTS, About
from leadwell.definitions.text import Text

Name = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
MOST_EXPIRING = 100


class RollUp(Model):
    """What the scores of a company's members come to: their ``sum``, ``average`` or ``maximum``, or the ``count`` of
    members whose score is ``at_least`` so much. ``model`` is a scoring model about contacts, the main one without it.
    """

    score: Literal["sum", "average", "maximum", "count"]
    at_least: Annotated[FiniteFloat | None, Field(gt=0)] = None
    model: str = ""

    @property
    def key(self) -> str:
        return self.model or MAIN_MODEL

    @model_validator(mode="after")
    def _counted(self) -> "RollUp":
        if (self.score == "count") != (self.at_least is not None):
            raise ValueError("at_least goes with count: {score: count, at_least: 50} counts members with 50 points")
        return self


class Rule(Model):
    """Points for an event each time it happens, for a condition while it holds, or for the scores of a company's
    members.

    Of an event's points half is left after each half-life of the model; with ``decays: false`` they stay, with
    ``expires`` they stay so long and then are gone. ``max_times``: how often they are given; with ``expires``, how many
    times count at once (100 without it). For ``members``, ``points`` are given for each of their points (or for each
    member that is counted), together at most ``max_points``.
    """

    id: Name
    points: FiniteFloat
    event: str | None = None
    where: Where = Field(default_factory=dict)
    max_times: Annotated[int, Field(ge=1)] | None = None
    decays: bool = True
    expires: Duration | None = None
    when: StandingCondition | None = None
    members: RollUp | None = None
    max_points: Annotated[FiniteFloat, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_cause(self) -> "Rule":
        causes = [one for one in (self.event, self.when, self.members) if one is not None]
        if len(causes) != 1:
            raise ValueError(
                "a rule gives points for an `event`, `when` a condition holds, or for the scores of `members`"
            )
        if self.members is not None and (self.where or self.expires or self.max_times or self.points <= 0):
            raise ValueError("`members` goes with points of more than 0, and with max_points")
        if self.max_points is not None and self.members is None:
            raise ValueError("max_points goes with `members`; for an event write max_times")
        if self.when is not None and (self.where or self.expires or self.max_times):
            raise ValueError("where, max_times and expires go with an `event`; a condition gives points while it holds")
        if self.expires is not None and (self.max_times or 0) > MOST_EXPIRING:
            raise ValueError(f"with expires, max_times may be {MOST_EXPIRING}")
        return self


class ScoringDefinition(Model):
    kind: Literal["scoring"] = "scoring"
    name: Name
    title: Text
    description: Text | None = None
    about: About = CONTACTS
    main: bool = False
    half_life: Duration | None = None
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _distinct(self) -> "ScoringDefinition":
        ids = [rule.id for rule in self.rules]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice:
            raise ValueError(f"rule id {twice!r} is used twice")
        if self.about == CONTACTS and any(rule.members is not None for rule in self.rules):
            raise ValueError("only a company has members; say about: companies")
        return self


class Axis(Model):
    """A scoring model and the three scores from which on a contact has the best, second and third mark."""

    model: Name
    thresholds: tuple[FiniteFloat, FiniteFloat, FiniteFloat]

    @model_validator(mode="after")
    def _falling(self) -> "Axis":
        if not self.thresholds[0] > self.thresholds[1] > self.thresholds[2]:
            raise ValueError("thresholds fall: [60, 40, 20]")
        return self


class GradeDefinition(Model):
    """Fit (who somebody is: A to D) by interest (what they do: 1 to 4).

    kind: grade
    name: grade
    fit: {model: fit, thresholds: [60, 40, 20]}
    interest: {model: shop, thresholds: [80, 50, 20]}
    """

    kind: Literal["grade"] = "grade"
    name: Name = "grade"
    title: Text
    fit: Axis
    interest: Axis


class Trait(Model):
    """One thing that is typical of a persona."""

    when: StandingCondition
    weight: Annotated[FiniteFloat, Field(gt=0)] = 1


class PersonaDefinition(Model):
    """A typical buyer. A contact covers the share of the weights whose conditions hold; the persona with the largest
    share is the contact's, if it is at least ``at_least`` percent."""

    kind: Literal["persona"] = "persona"
    name: Name
    title: Text
    description: Text | None = None
    at_least: Annotated[FiniteFloat, Field(gt=0, le=100)] = 50
    profile: Annotated[tuple[Trait, ...], Field(min_length=1)]


class Lesson(Model):
    """An event that shows interest in the categories it names under the path ``category``; ``products.category`` looks
    into each of a list of products."""

    event: str
    where: Where = Field(default_factory=dict)
    category: Annotated[str, Field(min_length=1)]
    weight: Annotated[FiniteFloat, Field(gt=0)] = 1


class InterestsDefinition(Model):
    """What a contact is interested in, learned from what they look at.

    kind: interests
    name: interests
    half_life: P30D
    learn:
      - {event: Product Viewed, category: category}
      - {event: Order Completed, category: products.category, weight: 5}
    """

    kind: Literal["interests"] = "interests"
    name: Name = "interests"
    title: Text
    half_life: Duration
    learn: Annotated[tuple[Lesson, ...], Field(min_length=1)]
