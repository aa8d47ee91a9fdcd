"""Scores, grade, personas and interests worked out the slow way: every point of every event again, at any moment.

Written from the description of the language alone; it shares no code with what it checks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadwell.tracking.events import Event
from tests.unit.conditions.naive_past import fits
from tests.unit.conditions.naive_words import milliseconds

if TYPE_CHECKING:
    from tests.unit.conditions.naive import Definitions, Naive

_CLOSE = 1e-9


class TooClose(Exception):
    """What fades is so close to a limit that rounding decides."""


@dataclass(frozen=True)
class Amount:
    """What stays, and what is left now of that which halves."""

    stays: float = 0.0
    fades: float = 0.0

    def reaches(self, limit: float) -> bool:
        value = self.stays + self.fades
        if self.fades and abs(value - limit) < _CLOSE:
            raise TooClose
        return value >= limit


def _left(points: float, at: int, since: int, half_life: Any) -> float:
    return points * 0.5 ** ((at - since) / milliseconds(half_life))


def _given(rule: Mapping[str, Any], events: Sequence[Event]) -> list[Event]:
    """The events for which the rule gives points."""
    found = [event for event in events if event.name == rule.get("event") and fits(rule.get("where", {}), event)]
    return found if "expires" in rule else found[: rule.get("max_times")]


def score(naive: "Naive", model: Mapping[str, Any], at: int) -> Amount:
    stays = fades = 0.0
    for rule in model["rules"]:
        given = _given(rule, naive.until(at))
        if "when" in rule:
            stays += rule["points"] * naive.truth(rule["when"], at)
        elif "expires" in rule:
            present = [event for event in given if at - event.at < milliseconds(rule["expires"])]
            stays += rule["points"] * min(len(present), rule.get("max_times", 100))
        elif model.get("half_life") and rule.get("decays", True):
            fades += sum(_left(rule["points"], at, event.at, model["half_life"]) for event in given)
        else:
            stays += rule["points"] * len(given)
    return Amount(stays, fades)


def gained(naive: "Naive", model: Mapping[str, Any], within: int, at: int) -> float:
    """The points that events gave so recently."""
    return float(
        sum(
            rule["points"]
            for rule in model["rules"]
            for event in _given(rule, naive.until(at))
            if "event" in rule and at - event.at < within
        )
    )


def grade(naive: "Naive", definitions: "Definitions", at: int) -> str:
    if definitions.grade is None:
        return ""
    return "".join(
        _mark(score(naive, definitions.scoring(axis["model"]), at), axis["thresholds"], marks)
        for axis, marks in ((definitions.grade["fit"], "ABCD"), (definitions.grade["interest"], "1234"))
    )


def _mark(reached: Amount, thresholds: Sequence[float], marks: str) -> str:
    return marks[sum(not reached.reaches(limit) for limit in thresholds)]


def shares(naive: "Naive", personas: Mapping[str, Mapping[str, Any]], at: int) -> dict[str, float]:
    """Which part of each persona's profile the contact covers."""
    found = {}
    for name, persona in personas.items():
        weights = [(one.get("weight", 1), naive.truth(one["when"], at)) for one in persona["profile"]]
        found[name] = sum(weight for weight, truth in weights if truth) / sum(weight for weight, _ in weights)
    return found


def best(personas: Mapping[str, Mapping[str, Any]], covered: Mapping[str, float]) -> str:
    """The one that is covered most, if far enough; of equals the first by name."""
    enough = [name for name in sorted(personas) if covered[name] * 100 >= personas[name].get("at_least", 50)]
    return max(enough, key=lambda name: covered[name], default="")


def interests(naive: "Naive", definition: Mapping[str, Any] | None, at: int) -> dict[str, Amount]:
    found: dict[str, Amount] = {}
    for event in naive.until(at) if definition else ():
        for lesson in definition["learn"] if definition else ():
            if event.name == lesson["event"] and fits(lesson.get("where", {}), event):
                for category in _categories(event, lesson["category"]):
                    weight = _left(lesson.get("weight", 1), at, event.at, definition["half_life"] if definition else 1)
                    found[category] = Amount(fades=found.get(category, Amount()).fades + weight)
    return found


def _categories(event: Event, path: str) -> Iterator[str]:
    around = path.startswith("context.")
    found = _walked([event.context if around else event.properties], path.removeprefix("context."))
    yield from sorted({one for one in found if isinstance(one, str) and one})


def _walked(places: Sequence[Any], path: str) -> list[Any]:
    """Everything under a path in any of these, whose lists count as their entries."""
    found: list[Any] = []
    for place in places:
        if not isinstance(place, dict):
            continue
        head, _, rest = path.partition(".")
        name = path if path in place else head
        inside = place.get(name)
        entries = inside if isinstance(inside, list) else [inside]
        found += entries if name == path else _walked(entries, rest)
    return found


def strongest(weights: Mapping[str, Amount]) -> str:
    """Of equals the first by name."""
    names = sorted(weights, key=lambda name: (-weights[name].fades, name))
    if len(names) > 1 and weights[names[0]] != weights[names[1]]:
        first, second = (weights[name].fades for name in names[:2])
        if first - second < first * 1e-6:
            raise TooClose
    return names[0] if names else ""
