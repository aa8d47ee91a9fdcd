"""Points as a function of time.

A score is a fixed sum, plus what conditions give while they hold, plus what has not expired yet, plus one sum that
halves every half-life. One half-life per model keeps it a closed formula: the value at any moment and the moment of
crossing a threshold are computed, not searched.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.answer import Evaluate
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.courses import crossing
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import Occurrence, compile_filter
from leadwell.conditions.needs import Needs
from leadwell.conditions.remembering import with_amount
from leadwell.definitions.about import CONTACTS
from leadwell.scoring.earned import NO_POINTS as NO_POINTS
from leadwell.scoring.earned import Points
from leadwell.scoring.models import MOST_EXPIRING, ScoringDefinition
from leadwell.scoring.rolling_up import RollUpRule, passing
from leadwell.tracking.events import Name


@dataclass(frozen=True, slots=True)
class EventRule:
    id: str
    points: float
    fits: Callable[[Occurrence], bool]
    max_times: int | None
    fades: bool
    expires: int | None

    def worth(self, event: Occurrence) -> float:
        """The points for an event that fits."""
        return self.points


@dataclass(frozen=True, slots=True)
class GivenRule(EventRule):
    """Points that a journey or a person gives; how many, the event says."""

    def worth(self, event: Occurrence) -> float:
        return float(event.properties["points"])


@dataclass(frozen=True, slots=True)
class ConditionRule:
    id: str
    points: float
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """A compiled scoring model. ``by_event`` finds the rules an event can concern; ``keeps_gains`` where some condition
    asks for jumps of this score. ``rolled`` are the rules about members' scores, ``counted`` those that count members.
    """

    name: str
    half_life: int | None
    by_event: Mapping[str, tuple[EventRule, ...]]
    expiring: Mapping[str, EventRule]
    conditions: tuple[ConditionRule, ...]
    needs: Needs
    keeps_gains: bool = False
    rolled: tuple[RollUpRule, ...] = ()
    counted: tuple[RollUpRule, ...] = ()

    def earn(self, points: Points, event: Occurrence) -> Points:
        """The points after one more event; the same object where it gives none. Events must come in the order of
        time."""
        rules = [rule for rule in self.by_event.get(event.name, ()) if self._gives(rule, points, event)]
        if not rules:
            return points
        at = event.at
        fixed, fading = points.fixed, self.fading(points, at)
        counts, expiring, gains = dict(points.counts), dict(points.expiring), points.gains
        for rule in rules:
            if rule.expires is not None:
                kept = rule.max_times or MOST_EXPIRING
                expiring[rule.id] = [at, *(one for one in expiring.get(rule.id, ()) if at < one + rule.expires)][:kept]
                continue
            if rule.max_times is not None:
                counts[rule.id] = counts.get(rule.id, 0) + 1
            if rule.fades:
                fading += rule.worth(event)
            else:
                fixed += rule.worth(event)
        if self.keeps_gains:
            gains = with_amount(gains, at, sum(rule.worth(event) for rule in rules))
        return Points(fixed, fading, at, counts, expiring, gains)

    def _gives(self, rule: EventRule, points: Points, event: Occurrence) -> bool:
        if not rule.fits(event):
            return False
        return rule.expires is not None or rule.max_times is None or points.counts.get(rule.id, 0) < rule.max_times

    def fading(self, points: Points, at: Moment) -> float:
        """What is left at ``at`` of the sum that halves."""
        if not points.fading or self.half_life is None:
            return points.fading
        # A journey may look at a moment before the newest event; the sum did not grow backwards.
        return points.fading * math.pow(2.0, -max(at - points.as_of, 0) / self.half_life)

    def steady(self, points: Points, facts: Facts, now: Moment) -> tuple[float, Moment]:
        """(what does not fade, until when it stays)."""
        total, until = points.fixed, FOREVER
        for name, moments in points.expiring.items():
            expiring = self.expiring.get(name)
            for moment in moments if expiring else ():
                ends = moment + expiring.expires if expiring and expiring.expires else moment
                if now < ends:
                    total += expiring.points if expiring else 0.0
                    until = min(until, ends)
        for held in self.conditions:
            truth, holds = held.evaluate(facts, now)
            if truth:
                total += held.points
            if holds < until:
                until = holds
        for rule in self.counted:
            total += rule.worth(facts.scores, now)
            until = min(until, rule.holds(facts.scores, now))
        return total, until

    def crossing(self, points: Points, steady: float, threshold: float, now: Moment, facts: Facts) -> Moment:
        """The first moment after ``now`` at which the score is on the other side of the threshold."""
        if not self.rolled:
            return crossing(steady, lambda at: self.fading(points, at), self.half_life, threshold, now)
        members = [facts.scores.of(model) for model in sorted({rule.model for rule in self.rolled})]
        fading = [one.faded(now) for some in members for one in some.courses if one.half_life]
        fading.append(self.fading(points, now) if self.half_life else 0.0)

        def pace(at: Moment) -> float:
            own = abs(self.fading(points, at)) * math.log(2) / self.half_life if self.half_life else 0.0
            return own + math.fsum(rule.pace(facts.scores, at) for rule in self.rolled)

        def score(at: Moment) -> float:
            return steady + self.fading(points, at) + self.rolled_up(facts, at)

        return passing(score, fading, pace, threshold, now)

    def rolled_up(self, facts: Facts, now: Moment) -> float:
        """What members' scores give that fades with them; who is counted belongs to what does not fade."""
        return math.fsum(rule.worth(facts.scores, now) for rule in self.rolled) if self.rolled else 0.0


GIVEN = "given"
"""Under which name the ledger shows points that no rule of the model gives."""


def compile_scoring(definition: ScoringDefinition, keeps_gains: bool = False, main: str = "") -> ScoringModel:
    """``main`` is the model that is meant where an event names none."""
    by_event: dict[str, list[EventRule]] = {}
    conditions: list[ConditionRule] = []
    rolled: list[RollUpRule] = []
    needs = Needs()
    for rule in definition.rules:
        if rule.event is not None:
            fades = rule.decays and definition.half_life is not None and rule.expires is None
            compiled = EventRule(rule.id, rule.points, compile_filter(rule.where), rule.max_times, fades, rule.expires)
            by_event.setdefault(rule.event, []).append(compiled)
        elif rule.when is not None:
            condition = compile_condition(rule.when)
            needs.merge(condition.needs)
            conditions.append(ConditionRule(rule.id, rule.points, condition.evaluate))
        elif rule.members is not None:
            needs.members = True
            needs.member_scores.add(rule.members.key)
            rolled.append(RollUpRule(rule.id, rule.points, rule.max_points, rule.members))
    if definition.about == CONTACTS:
        fades = definition.half_life is not None
        given = GivenRule(GIVEN, 0.0, _given_to(definition.name, main), None, fades, None)
        by_event.setdefault(Name.POINTS_GIVEN, []).append(given)
    return ScoringModel(
        definition.name,
        definition.half_life,
        {event: tuple(rules) for event, rules in by_event.items()},
        {rule.id: rule for rules in by_event.values() for rule in rules if rule.expires is not None},
        tuple(conditions),
        needs,
        keeps_gains,
        tuple(one for one in rolled if one.roll_up.score != "count"),
        tuple(one for one in rolled if one.roll_up.score == "count"),
    )


_MOST_GIVEN = 1e9


def _given_to(model: str, main: str) -> Callable[[Occurrence], bool]:
    def fits(event: Occurrence) -> bool:
        points = event.properties.get("points")
        if not event.is_proven or not isinstance(points, int | float) or not abs(points) < _MOST_GIVEN:
            return False
        return (event.properties.get("model") or main) == model

    return fits
