"""Conditions worked out the slow way: from the whole list of events, at any moment, with nothing remembered.

Written from the description of the language alone; it shares no code with what it checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadwell.tracking.events import Event

_RANK = ["visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist"]


@dataclass(frozen=True)
class Definitions:
    """As they stand in YAML. Stages may only rest on what time alone cannot change."""

    segments: Mapping[str, Any] = field(default_factory=dict)
    stages: Sequence[tuple[str, Any]] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    half_life: int | None = None


@dataclass(frozen=True)
class Naive:
    events: Sequence[Event]
    definitions: Definitions = field(default_factory=Definitions)

    def truth(self, condition: Mapping[str, Any], at: int) -> bool:
        (head,) = [word for word in _HEADS if word in condition]
        return bool(_HEADS[head](self, condition, at))

    def until(self, at: int) -> list[Event]:
        return sorted((one for one in self.events if one.at <= at), key=lambda one: (one.at, one.id))

    def traits(self, at: int) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for event in self.until(at):
            if event.type == "identify":
                known |= event.traits
        return {name: value for name, value in known.items() if value is not None}

    def score(self, at: int) -> float:
        total, times = 0.0, dict.fromkeys((rule["id"] for rule in self.definitions.rules), 0)
        for event in self.until(at):
            for rule in self.definitions.rules:
                if rule.get("event") != event.name or not _fits(rule.get("where", {}), event.properties):
                    continue
                times[rule["id"]] += 1
                if times[rule["id"]] > rule.get("max_times", 10**9):
                    continue
                fades = rule.get("decays", True) and self.definitions.half_life
                total += rule["points"] * (0.5 ** ((at - event.at) / self.definitions.half_life) if fades else 1)
        return total + sum(
            rule["points"] for rule in self.definitions.rules if "when" in rule and self.truth(rule["when"], at)
        )

    def stage(self, at: int) -> str:
        """The highest that ever held; events of the same millisecond come one after the other."""
        reached, history = ["visitor"], self.until(at)
        for number, event in enumerate(history, 1):
            then = Naive(history[:number], self.definitions)
            reached += [name for name, condition in self.definitions.stages if then.truth(condition, event.at)]
        return max(reached, key=_RANK.index)

    def consents(self, at: int) -> set[str]:
        granted: set[str] = set()
        for event in self.until(at):
            topic = f"{event.properties.get('purpose')}/{event.properties.get('channel')}"
            if event.name == "Consent Granted":
                granted.add(topic)
            elif event.name == "Consent Withdrawn":
                granted.discard(topic)
        return granted


def _fits(where: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
    return all(properties.get(name) == value for name, value in where.items())


def _event(naive: Naive, condition: Mapping[str, Any], at: int) -> bool:
    count = 0
    for event in naive.until(at):
        inside = "within" not in condition or at - event.at < condition["within"]
        if event.name == condition["event"] and _fits(condition.get("where", {}), event.properties) and inside:
            count += 1
    if "at_least" not in condition and "at_most" not in condition:
        return count >= 1
    return condition.get("at_least", 0) <= count <= condition.get("at_most", 10**9)


def _trait(naive: Naive, condition: Mapping[str, Any], at: int) -> bool:
    value = naive.traits(at).get(condition["trait"])
    if "exists" in condition:
        return (value is not None) == condition["exists"]
    if "equals" in condition:
        return bool(value == condition["equals"])
    return value is not None and bool(value >= condition["at_least"])


def _score(naive: Naive, condition: Mapping[str, Any], at: int) -> bool:
    bounds, score = condition["score"], naive.score(at)
    return bool(bounds.get("at_least", -1e9) <= score < bounds.get("less_than", 1e9))


def _stage(naive: Naive, condition: Mapping[str, Any], at: int) -> bool:
    bounds, stage = condition["stage"], naive.stage(at)
    if "is" in bounds:
        return bool(stage == bounds["is"])
    return _RANK.index(stage) >= _RANK.index(bounds["at_least"])


_HEADS: Mapping[str, Any] = {
    "all": lambda naive, condition, at: all(naive.truth(part, at) for part in condition["all"]),
    "any": lambda naive, condition, at: any(naive.truth(part, at) for part in condition["any"]),
    "not": lambda naive, condition, at: not naive.truth(condition["not"], at),
    "event": _event,
    "trait": _trait,
    "score": _score,
    "stage": _stage,
    "consent": lambda naive, condition, at: condition["consent"] in naive.consents(at),
    "segment": lambda naive, condition, at: naive.truth(naive.definitions.segments[condition["segment"]], at),
}
