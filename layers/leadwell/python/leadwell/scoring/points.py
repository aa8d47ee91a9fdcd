"""Points as a function of time.

A score is a fixed sum, plus what conditions give while they hold, plus one sum that halves every half-life. One half-
life per model keeps it a closed formula: the value at any moment and the moment of crossing a threshold are computed,
not searched.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.answer import Evaluate
from leadwell.conditions.compiling import Matches, Needs, compile_condition, compile_where
from leadwell.conditions.facts import Facts
from leadwell.scoring.models import ScoringDefinition


@dataclass(frozen=True, slots=True)
class Points:
    """What a contact's past has earned. ``counts`` only knows the rules that are capped."""

    fixed: float = 0.0
    fading: float = 0.0
    as_of: Moment = 0
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventRule:
    id: str
    points: float
    matches: Matches
    max_times: int | None
    fades: bool


@dataclass(frozen=True, slots=True)
class ConditionRule:
    id: str
    points: float
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """A compiled scoring model. ``by_event`` finds the rules an event can concern."""

    half_life: int | None
    by_event: Mapping[str, tuple[EventRule, ...]]
    conditions: tuple[ConditionRule, ...]
    needs: Needs

    def earn(self, points: Points, event: str, properties: Mapping[str, Any], at: Moment) -> Points:
        """The points after one more event. Events must come in the order of time."""
        rules = [
            rule
            for rule in self.by_event.get(event, ())
            if rule.matches(properties, {})
            and (rule.max_times is None or points.counts.get(rule.id, 0) < rule.max_times)
        ]
        if not rules:
            return points
        fixed, fading, counts = points.fixed, self.fading(points, at), dict(points.counts)
        for rule in rules:
            if rule.max_times is not None:
                counts[rule.id] = counts.get(rule.id, 0) + 1
            if rule.fades:
                fading += rule.points
            else:
                fixed += rule.points
        return Points(fixed, fading, at, counts)

    def fading(self, points: Points, at: Moment) -> float:
        """What is left at ``at`` of the sum that halves."""
        if not points.fading or self.half_life is None:
            return points.fading
        # A journey may look at a moment before the newest event; the sum did not grow backwards.
        return points.fading * math.pow(2.0, -max(at - points.as_of, 0) / self.half_life)

    def steady(self, points: Points, facts: Facts, now: Moment) -> tuple[float, Moment]:
        """(what does not fade, until when it stays)."""
        total, until = points.fixed, FOREVER
        for rule in self.conditions:
            truth, holds = rule.evaluate(facts, now)
            if truth:
                total += rule.points
            until = min(until, holds)
        return total, until

    def crossing(self, points: Points, steady: float, threshold: float, now: Moment) -> Moment:
        """The first moment after ``now`` at which the score is on the other side of the threshold.

        The fading part F runs towards zero, so score = steady + F·2^(-t/h) passes the threshold where
        F·2^(-t/h) = threshold - steady; that has a solution only if both sides have the same sign and |F| is larger.
        """
        fading, gap = self.fading(points, now), threshold - steady
        if self.half_life is None or fading == 0 or gap == 0 or (fading > 0) != (gap > 0):
            return FOREVER
        # The sum that is compared decides, not the gap: with decimals the two may round apart.
        if (steady + fading >= threshold) != (fading > 0):
            return FOREVER
        wait = math.ceil(self.half_life * math.log2(fading / gap))
        # "At least" still holds at the exact crossing, and rounding must never name a moment before it.
        moment = now + max(wait, 1)
        for _ in range(3):
            passed = steady + self.fading(points, moment) < threshold
            if passed == (fading > 0):
                return moment
            moment += 1
        return moment


def compile_scoring(definition: ScoringDefinition | None) -> ScoringModel:
    """Without a definition nothing earns points."""
    if definition is None:
        return ScoringModel(None, {}, (), Needs())
    by_event: dict[str, list[EventRule]] = {}
    conditions: list[ConditionRule] = []
    needs = Needs()
    for rule in definition.rules:
        if rule.event is not None:
            fades = rule.decays and definition.half_life is not None
            compiled = EventRule(rule.id, rule.points, compile_where(rule.where), rule.max_times, fades)
            by_event.setdefault(rule.event, []).append(compiled)
        elif rule.when is not None:
            condition = compile_condition(rule.when)
            needs.merge(condition.needs)
            conditions.append(ConditionRule(rule.id, rule.points, condition.evaluate))
    return ScoringModel(
        definition.half_life,
        {event: tuple(rules) for event, rules in by_event.items()},
        tuple(conditions),
        needs,
    )
