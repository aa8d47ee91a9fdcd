"""Conditions → functions, and the list of what they need to be remembered and when they need a new look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import Moment
from leadwell.conditions.answer import ALWAYS, NEVER, Answer, Evaluate, all_of, any_of, negated, steady
from leadwell.conditions.facts import Facts
from leadwell.conditions.matchers import MATCHERS, Check, lookup
from leadwell.conditions.models import (
    AllOf,
    AnyOf,
    Condition,
    ConsentCondition,
    EventCondition,
    Not,
    ScoreCondition,
    SegmentCondition,
    StageCondition,
    TraitCondition,
    Where,
)
from leadwell.ids import fingerprint

STAGES = ("visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist")

Matches = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
"""(event properties, trigger properties) → does the event match?"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A behavior that some condition asks about: the newest ``keep`` moments of matching events are kept."""

    id: str
    event: str
    matches: Matches
    keep: int


@dataclass(slots=True)
class Needs:
    """What a condition depends on: only a change of one of these, or its ``until``, calls for a new look."""

    behaviors: dict[str, Remembered] = field(default_factory=dict)
    traits: set[str] = field(default_factory=set)
    score: bool = False
    stage: bool = False
    consent: bool = False
    segments: set[str] = field(default_factory=set)

    def remember(self, behavior: Remembered) -> None:
        known = self.behaviors.get(behavior.id)
        if known is None or known.keep < behavior.keep:
            self.behaviors[behavior.id] = behavior

    def merge(self, other: "Needs") -> None:
        for behavior in other.behaviors.values():
            self.remember(behavior)
        self.traits |= other.traits
        self.segments |= other.segments
        self.score |= other.score
        self.stage |= other.stage
        self.consent |= other.consent


@dataclass(frozen=True, slots=True)
class Compiled:
    evaluate: Evaluate
    needs: Needs


def compile_condition(condition: Condition) -> Compiled:
    needs = Needs()
    return Compiled(_compile(condition, needs), needs)


def compile_where(where: Where) -> Matches:
    """All comparisons of a ``where`` must hold; an empty one matches every event."""
    if not where:
        return lambda properties, trigger: True
    checks = [(path, _check(comparison)) for path, comparison in where.items()]

    def matches(properties: Mapping[str, Any], trigger: Mapping[str, Any]) -> bool:
        return all(check(lookup(properties, path), trigger) for path, check in checks)

    return matches


def _check(comparison: Mapping[str, Any]) -> Check:
    checks = [MATCHERS[word](expected) for word, expected in comparison.items()]
    if len(checks) == 1:
        return checks[0]
    return lambda value, trigger: all(check(value, trigger) for check in checks)


def _compile(condition: Condition, needs: Needs) -> Evaluate:
    return _KINDS[type(condition)](condition, needs)


def _all(condition: AllOf, needs: Needs) -> Evaluate:
    return all_of([_compile(part, needs) for part in condition.all])


def _any(condition: AnyOf, needs: Needs) -> Evaluate:
    return any_of([_compile(part, needs) for part in condition.any])


def _not(condition: Not, needs: Needs) -> Evaluate:
    inner = _compile(condition.not_, needs)
    return lambda facts, now: negated(inner(facts, now))


def _trait(condition: TraitCondition, needs: Needs) -> Evaluate:
    path, check = condition.trait, _check(condition.matcher)
    needs.traits.add(path.partition(".")[0])
    return lambda facts, now: steady(check(lookup(facts.traits, path), facts.trigger))


def _event(condition: EventCondition, needs: Needs) -> Evaluate:
    at_least = condition.at_least if condition.at_least is not None else (1 if condition.at_most is None else None)
    highest = max(at_least or 0, 0 if condition.at_most is None else condition.at_most + 1)
    behavior = behavior_of(condition.event, condition.where, keep=highest)
    needs.remember(behavior)
    parts: list[Evaluate] = []
    if at_least is not None:
        parts.append(_happened(behavior.id, at_least, condition.within))
    if condition.at_most is not None:
        too_often = _happened(behavior.id, condition.at_most + 1, condition.within)
        parts.append(lambda facts, now: negated(too_often(facts, now)))
    return parts[0] if len(parts) == 1 else all_of(parts)


def behavior_of(event: str, where: Where, keep: int) -> Remembered:
    canonical = repr(sorted((path, sorted(words.items())) for path, words in where.items()))
    return Remembered(fingerprint("behavior", event, canonical, length=8), event, compile_where(where), keep)


def _happened(behavior: str, times: int, within: int | None) -> Evaluate:
    """True until the ``times``-newest occurrence leaves the window."""

    def evaluate(facts: Facts, now: Moment) -> Answer:
        moments = facts.memory.get(behavior)
        if moments is None or len(moments) < times:
            return NEVER
        if within is None:
            return ALWAYS
        ends = moments[times - 1] + within
        return Answer(True, ends) if now < ends else NEVER

    return evaluate


def _score(condition: ScoreCondition, needs: Needs) -> Evaluate:
    needs.score = True
    bounds = condition.score
    parts: list[Evaluate] = []
    if bounds.at_least is not None:
        parts.append(_reached(bounds.at_least))
    if bounds.less_than is not None:
        reached = _reached(bounds.less_than)
        parts.append(lambda facts, now: negated(reached(facts, now)))
    return parts[0] if len(parts) == 1 else all_of(parts)


def _reached(threshold: float) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        return Answer(facts.score(now) >= threshold, facts.crossing(threshold, now))

    return evaluate


def _stage(condition: StageCondition, needs: Needs) -> Evaluate:
    needs.stage = True
    if condition.stage.is_ is not None:
        wanted = condition.stage.is_
        return lambda facts, now: steady(facts.stage == wanted)
    lowest = STAGES.index(condition.stage.at_least or STAGES[0])
    return lambda facts, now: steady(STAGES.index(facts.stage) >= lowest)


def _consent(condition: ConsentCondition, needs: Needs) -> Evaluate:
    needs.consent = True
    topic = condition.consent
    return lambda facts, now: steady(topic in facts.consents)


def _segment(condition: SegmentCondition, needs: Needs) -> Evaluate:
    name = condition.segment
    needs.segments.add(name)
    return lambda facts, now: steady(name in facts.segments)


_KINDS: dict[type, Callable[[Any, Needs], Evaluate]] = {
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
    TraitCondition: _trait,
    EventCondition: _event,
    ScoreCondition: _score,
    StageCondition: _stage,
    ConsentCondition: _consent,
    SegmentCondition: _segment,
}
