"""Grade, persona and interests: what follows from scores and conditions, each with until when it stays."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.answer import Evaluate
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import Occurrence, compile_filter, values_at
from leadwell.conditions.needs import Needs
from leadwell.scoring.models import Axis, GradeDefinition, InterestsDefinition, PersonaDefinition

MOST_CATEGORIES = 50
_LONGEST_CATEGORY = 100


def mark(axis: Axis, marks: str, score: float) -> str:
    """The mark of a score: ``marks`` from the best to the worst."""
    return next((one for one, limit in zip(marks, axis.thresholds, strict=False) if score >= limit), marks[-1])


def grade(definition: GradeDefinition, fit: float, interest: float) -> str:
    """``A1`` … ``D4``."""
    return mark(definition.fit, "ABCD", fit) + mark(definition.interest, "1234", interest)


@dataclass(frozen=True, slots=True)
class Persona:
    """A compiled persona; ``parts`` are the weights, as shares of 1, and their conditions."""

    name: str
    at_least: float
    parts: Sequence[tuple[float, Evaluate]]
    needs: Needs

    def share(self, facts: Facts, now: Moment) -> tuple[float, Moment]:
        """(how much of the profile the contact covers, until when)."""
        covered, until = 0.0, FOREVER
        for weight, evaluate in self.parts:
            truth, holds = evaluate(facts, now)
            if truth:
                covered += weight
            until = min(until, holds)
        return round(covered, 9), until


def compile_persona(definition: PersonaDefinition) -> Persona:
    needs, total = Needs(), sum(one.weight for one in definition.profile)
    parts: list[tuple[float, Evaluate]] = []
    for one in definition.profile:
        compiled = compile_condition(one.when)
        needs.merge(compiled.needs)
        parts.append((one.weight / total, compiled.evaluate))
    return Persona(definition.name, definition.at_least / 100, tuple(parts), needs)


def best(personas: Sequence[Persona], shares: Mapping[str, float]) -> str:
    """The persona that is covered most, if far enough; of equals the first by name."""
    fit = [one for one in personas if shares[one.name] >= one.at_least]
    return min(fit, key=lambda one: (-shares[one.name], one.name)).name if fit else ""


@dataclass(frozen=True, slots=True)
class Lesson:
    fits: Callable[[Occurrence], bool]
    category: str
    weight: float


@dataclass(frozen=True, slots=True)
class Interests:
    """Compiled. Weights are kept as ``category: [weight, moment]``; all fade alike, so that their order stays."""

    half_life: int
    by_event: Mapping[str, Sequence[Lesson]]

    def learned(self, kept: Mapping[str, Any], event: Occurrence) -> Mapping[str, Any]:
        """The weights after one more event; the same object when it teaches nothing."""
        found: dict[str, Any] = {}
        for lesson in self.by_event.get(event.name, ()):
            if lesson.fits(event):
                for category in _categories(values_at(event, lesson.category)):
                    before = found.get(category) or kept.get(category)
                    found[category] = [self.weight(before, event.at) + lesson.weight, event.at]
        if not found:
            return kept
        return self._kept({**kept, **found}, event.at)

    def shown(self, kept: Mapping[str, Any], event: Occurrence) -> Mapping[str, Any]:
        """The weights after a journey or a person said that there is an interest, or less of it."""
        category, weight = event.properties.get("category"), event.properties.get("weight")
        if not isinstance(category, str) or not _categories(category):
            return kept
        if not event.is_proven or not isinstance(weight, int | float):
            return kept
        left = max(self.weight(kept.get(category), event.at) + float(weight), 0.0)
        return self._kept({**kept, category: [left, event.at]}, event.at)

    def _kept(self, everything: Mapping[str, Any], now: Moment) -> Mapping[str, Any]:
        if len(everything) <= MOST_CATEGORIES:
            return everything
        order = sorted(everything, key=lambda one: (-self.weight(everything[one], now), one))
        return {one: everything[one] for one in order[:MOST_CATEGORIES]}

    def weight(self, entry: Any, now: Moment) -> float:
        if not entry:
            return 0.0
        weight, at = entry
        return float(weight) * math.pow(2.0, -max(now - at, 0) / self.half_life)

    def crossing(self, entry: Any, threshold: float, now: Moment) -> Moment:
        """When the weight falls below the threshold."""
        present = self.weight(entry, now)
        if present < threshold:
            return FOREVER
        moment = now + max(math.ceil(self.half_life * math.log2(present / threshold)), 1)
        # The comparison decides, not the logarithm, which may be a millisecond off.
        while moment > now + 1 and self.weight(entry, moment - 1) < threshold:
            moment -= 1
        while self.weight(entry, moment) >= threshold:
            moment += 1
        return moment

    def top(self, kept: Mapping[str, Any]) -> str:
        """Of equals the first by name; empty without any."""
        latest = max((entry[1] for entry in kept.values()), default=0)
        return min(kept, key=lambda one: (-round(self.weight(kept[one], latest), 9), one), default="")


def compile_interests(definition: InterestsDefinition) -> Interests:
    by_event: dict[str, list[Lesson]] = {}
    for one in definition.learn:
        by_event.setdefault(one.event, []).append(Lesson(compile_filter(one.where), one.category, one.weight))
    return Interests(definition.half_life, by_event)


def _categories(values: Iterable[Any]) -> list[str]:
    """Each once, however often an event names it."""
    first = islice(values, MOST_CATEGORIES)
    return list(dict.fromkeys(one for one in first if isinstance(one, str) and 0 < len(one) <= _LONGEST_CATEGORY))
