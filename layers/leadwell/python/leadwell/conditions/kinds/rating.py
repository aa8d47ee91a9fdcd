"""What a contact is worth, how well it fits, and what it is interested in."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, FiniteFloat, model_validator

from leadwell.clock import Moment
from leadwell.conditions.answer import NEVER, Answer, Evaluate, negated, steady
from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.facts import Facts
from leadwell.conditions.needs import Needs
from leadwell.conditions.written import Duration, Model

GRADES = tuple(letter + digit for letter in "ABCD" for digit in "1234")
Grade = Annotated[str, Field(pattern="^[A-D][1-4]$")]


class ScoreBounds(Model):
    """``model`` is the name of a scoring model, the main one without it. With ``within`` the points are compared that
    were earned by events so recently: a jump."""

    model: str = ""
    at_least: FiniteFloat | None = None
    less_than: FiniteFloat | None = None
    gained: Annotated[FiniteFloat | None, Field(gt=0)] = None
    within: Duration | None = None

    @model_validator(mode="after")
    def _one(self) -> "ScoreBounds":
        if self.gained is not None:
            if self.within is None:
                raise ValueError("gained needs within: {gained: 20, within: P1D}")
            if self.at_least is not None or self.less_than is not None:
                raise ValueError("give either gained, or at_least and less_than")
        elif self.within is not None:
            raise ValueError("within goes with gained: {gained: 20, within: P1D}")
        elif self.at_least is None and self.less_than is None:
            raise ValueError("give at_least or less_than")
        return self


class ScoreCondition(ConditionModel):
    score: ScoreBounds

    def compiled(self, needs: Needs) -> Evaluate:
        bounds, model = self.score, self.score.model
        if bounds.gained is not None and bounds.within is not None:
            needs.gained(model, bounds.within)
            return _gained(model, bounds.gained, bounds.within)
        needs.scores.add(model)
        if bounds.less_than is None:
            return _reached(model, bounds.at_least or 0.0)
        if bounds.at_least is not None:
            return _between(model, bounds.at_least, bounds.less_than)
        reached = _reached(model, bounds.less_than)
        return lambda facts, now: negated(reached(facts, now))

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        found = {"score": round(facts.ratings.score(self.score.model, now), 6)}
        if self.score.within is not None:
            found["gained"] = round(_points(facts.ratings.gains(self.score.model), self.score.within, now), 6)
        return found

    def rule(self) -> dict[str, Any]:
        return as_written(self.score)


def _reached(model: str, threshold: float) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        ratings = facts.ratings
        return ratings.score(model, now) >= threshold, ratings.crossing(model, threshold, now)

    return evaluate


def _between(model: str, lowest: float, limit: float) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        ratings = facts.ratings
        score = ratings.score(model, now)
        if score < lowest:
            return False, ratings.crossing(model, lowest, now)
        until = ratings.crossing(model, limit, now)
        if score >= limit:
            return False, until
        return True, min(ratings.crossing(model, lowest, now), until)

    return evaluate


def _gained(model: str, points: float, within: int) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        entries = [entry for entry in facts.ratings.gains(model) or () if now < entry[0] + within]
        truth = sum(entry[2] for entry in entries) >= points
        while entries:
            leaves = entries[-1][0] + within
            entries = [entry for entry in entries if entry[0] + within > leaves]
            if (sum(entry[2] for entry in entries) >= points) != truth:
                return truth, leaves
        return steady(truth)

    return evaluate


def _points(entries: Any, within: int, now: Moment) -> float:
    return float(sum(entry[2] for entry in entries or () if now < entry[0] + within))


def _alone(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class GradeBounds(Model):
    """Fit (A to D) and interest (1 to 4); ``at_least: B2`` are A1, A2, B1 and B2."""

    is_: Annotated[
        tuple[Grade, ...] | None,
        BeforeValidator(_alone, json_schema_input_type=Grade | list[Grade] | None),
        Field(alias="is", min_length=1),
    ] = None
    at_least: Grade | None = None

    @model_validator(mode="after")
    def _one(self) -> "GradeBounds":
        if (self.is_ is None) == (self.at_least is None):
            raise ValueError("give either is or at_least: {is: [A1, A2]}, {at_least: B2}")
        return self


class GradeCondition(ConditionModel):
    grade: GradeBounds

    def compiled(self, needs: Needs) -> Evaluate:
        needs.grade = True
        lowest = self.grade.at_least
        good = [one for one in GRADES if lowest and one[0] <= lowest[0] and one[1] <= lowest[1]]
        wanted = frozenset(self.grade.is_ or good)

        def evaluate(facts: Facts, now: Moment) -> Answer:
            grade, until = facts.ratings.grade(now)
            return grade in wanted, until

        return evaluate

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"grade": facts.ratings.grade(now)[0]}

    def rule(self) -> dict[str, Any]:
        return as_written(self.grade)


class PersonaBounds(Model):
    """``at_least``: the share of the persona's profile that the contact covers, in percent; without it, the persona
    must
    be the one that fits best."""

    name: str
    at_least: Annotated[float | None, Field(gt=0, le=100)] = None


def _named(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


class PersonaCondition(ConditionModel):
    persona: Annotated[PersonaBounds, BeforeValidator(_named, json_schema_input_type=str | PersonaBounds)]

    def compiled(self, needs: Needs) -> Evaluate:
        name, share = self.persona.name, self.persona.at_least
        needs.personas.add(name)

        def evaluate(facts: Facts, now: Moment) -> Answer:
            shares, until = facts.ratings.personas(now)
            if share is None:
                return facts.ratings.best_persona(now) == name, until
            return shares.get(name, 0.0) * 100 >= share, until

        return evaluate

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        shares, _ = facts.ratings.personas(now)
        return {"percent": round(shares.get(self.persona.name, 0.0) * 100, 2), "best": facts.ratings.best_persona(now)}

    def rule(self) -> dict[str, Any]:
        return as_written(self.persona)


FLOOR = 0.1
"""A strongest interest must have this weight: a single view is so weak after three half-lives and a third."""


class InterestBounds(Model):
    """A category that the contact looks at: its weight, or that it is the one with the most, and that not too faded to
    count (0.1 at least)."""

    category: Annotated[str, Field(min_length=1)]
    at_least: Annotated[FiniteFloat | None, Field(gt=0)] = None


def _of_category(given: Any) -> Any:
    return {"category": given} if isinstance(given, str) else given


class InterestCondition(ConditionModel):
    interest: Annotated[InterestBounds, BeforeValidator(_of_category, json_schema_input_type=str | InterestBounds)]

    def compiled(self, needs: Needs) -> Evaluate:
        needs.interests = True
        category, weight = self.interest.category, self.interest.at_least
        if weight is None:
            return self._is_the_strongest

        def evaluate(facts: Facts, now: Moment) -> Answer:
            ratings = facts.ratings
            return ratings.interest(category, now) >= weight, ratings.interest_crossing(category, weight, now)

        return evaluate

    def _is_the_strongest(self, facts: Facts, now: Moment) -> Answer:
        """All fade alike, so that their order stays until something happens."""
        ratings, category = facts.ratings, self.interest.category
        if ratings.top_interest() != category or ratings.interest(category, now) < FLOOR:
            return NEVER
        return True, ratings.interest_crossing(category, FLOOR, now)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        ratings = facts.ratings
        return {"weight": round(ratings.interest(self.interest.category, now), 6), "top": ratings.top_interest()}

    def rule(self) -> dict[str, Any]:
        return as_written(self.interest)
