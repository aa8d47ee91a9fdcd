"""What follows from a contact's facts by scoring models, grade, personas and interests.

Conditions ask for the same moment again and again; what was worked out is remembered as long as the contact is not
changed.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.courses import Course
from leadwell.conditions.facts import Facts
from leadwell.scoring.earned import NO_POINTS, Points
from leadwell.scoring.grading import best, grade

if TYPE_CHECKING:
    from leadwell.contacts.contact import Contact
    from leadwell.definitions.catalog import Catalog


class ContactRatings:
    """``facts`` is set by whoever makes the facts that these belong to. Circles are refused when something is
    published.
    """

    facts: Facts

    def __init__(self, contact: "Contact", catalog: "Catalog") -> None:
        self._contact, self._catalog = contact, catalog
        self._now: Moment = -1
        self._scores: dict[str, tuple[float, Moment, float]] = {}
        self._personas: tuple[Mapping[str, float], Moment] | None = None

    def score(self, model: str, now: Moment) -> float:
        return self._score(model, now)[2]

    def crossing(self, model: str, threshold: float, now: Moment) -> Moment:
        name = model or self._catalog.main
        rules = self._catalog.scoring.get(name)
        if rules is None:
            return FOREVER
        steady, until, _ = self._score(name, now)
        return min(until, rules.crossing(self._points(name), steady, threshold, now, self.facts))

    def course(self, model: str, now: Moment) -> tuple[Course, Moment]:
        """A score as a function of time, and until when it is that one if nothing happens."""
        rules, points = self._catalog.scoring[model], self._points(model)
        steady, until, _ = self._score(model, now)
        if not points.fading or not rules.half_life:
            return Course(steady + points.fading), until
        return Course(steady, points.fading, points.as_of, rules.half_life), until

    def gains(self, model: str) -> Any:
        return self._points(model or self._catalog.main).gains

    def grade(self, now: Moment) -> tuple[str, Moment]:
        definition = self._catalog.grade
        if definition is None:
            return "", FOREVER
        fit, interest = definition.fit, definition.interest
        until = min(
            self.crossing(axis.model, threshold, now) for axis in (fit, interest) for threshold in axis.thresholds
        )
        return grade(definition, self.score(fit.model, now), self.score(interest.model, now)), until

    def personas(self, now: Moment) -> tuple[Mapping[str, float], Moment]:
        self._at(now)
        if self._personas is None:
            shares: dict[str, float] = {}
            until = FOREVER
            for persona in self._catalog.personas:
                shares[persona.name], holds = persona.share(self.facts, now)
                until = min(until, holds)
            self._personas = shares, until
        return self._personas

    def best_persona(self, now: Moment) -> str:
        return best(self._catalog.personas, self.personas(now)[0])

    def interest(self, category: str, now: Moment) -> float:
        learned = self._catalog.interests
        return learned.weight(self._contact.interests.get(category), now) if learned else 0.0

    def interest_crossing(self, category: str, threshold: float, now: Moment) -> Moment:
        learned, entry = self._catalog.interests, self._contact.interests.get(category)
        return learned.crossing(entry, threshold, now) if learned and entry else FOREVER

    def top_interest(self) -> str:
        learned = self._catalog.interests
        return learned.top(self._contact.interests) if learned else ""

    def _score(self, model: str, now: Moment) -> tuple[float, Moment, float]:
        """(what does not fade, until when, the score)."""
        self._at(now)
        name = model or self._catalog.main
        known = self._scores.get(name)
        if known is None:
            rules, points = self._catalog.scoring.get(name), self._points(name)
            if rules is None:
                known = 0.0, FOREVER, 0.0
            else:
                steady, until = rules.steady(points, self.facts, now)
                known = steady, until, steady + rules.fading(points, now) + rules.rolled_up(self.facts, now)
            self._scores[name] = known
        return known

    def _points(self, model: str) -> Points:
        return self._contact.points.get(model, NO_POINTS)

    def _at(self, now: Moment) -> None:
        if now != self._now:
            self._now = now
            self._scores.clear()
            self._personas = None
