"""Conditions worked out the slow way: from the whole list of events, at any moment, with nothing remembered.

Written from the description of the language alone; it shares no code with what it checks. ``naive_past.py`` is the
contact, ``naive_words.py`` compares, ``naive_ratings.py`` knows scores and what follows from them,
``naive_messages.py`` what became of messages.
"""

import hashlib
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from leadwell.tracking.events import Event
from tests.unit.conditions import naive_messages, naive_ratings
from tests.unit.conditions.naive_past import Condition, Past, brought, fits, those
from tests.unit.conditions.naive_words import holds, iso, milliseconds, number, reach

RANK = ["visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist"]


@dataclass(frozen=True)
class Definitions:
    """As they stand in YAML. ``rules`` and ``half_life`` are those of the scoring model ``shop``, ``models`` others by
    name; ``main`` says which is meant where none is named, else the first by name. Stages may only rest on what time
    alone cannot change."""

    segments: Mapping[str, Any] = field(default_factory=dict)
    stages: Sequence[tuple[str, Any]] = ()
    returns: Sequence[Mapping[str, Any]] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    half_life: int | None = None
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    main: str = ""
    grade: Mapping[str, Any] | None = None
    personas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    interests: Mapping[str, Any] | None = None

    def scoring(self, name: str = "") -> Mapping[str, Any]:
        """A scoring model; the main one without a name."""
        models = {**self.models, "shop": {"rules": self.rules, "half_life": self.half_life}}
        return models[name or self.main or min(models)]


@dataclass(frozen=True)
class Naive(Past):
    definitions: Definitions = field(default_factory=Definitions)

    def truth(self, condition: Condition, at: int) -> bool:
        return HEADS[head_of(condition)](self, condition, at)

    @cached_property
    def untold(self) -> "Naive":
        """Who does not know what started a journey: segments, scores, stages and personas."""
        return replace(self, trigger={}) if self.trigger else self

    def stages(self, at: int) -> list[tuple[int, str]]:
        """When the contact came to which stage. Events of the same millisecond come one after the other."""
        history = self.until(at)
        reached = [(history[0].at, "visitor")] if history else [(at, "visitor")]
        for count, event in enumerate(history, 1):
            for one in self.definitions.returns:
                means = event.name == one["event"] and fits(one.get("where", {}), event)
                if means and reached[-1][1] in one["from"]:
                    reached.append((event.at, one["to"]))
            then = replace(self.untold, events=history[:count])
            for name, condition in self.definitions.stages:
                if RANK.index(name) > RANK.index(reached[-1][1]) and then.truth(condition, event.at):
                    reached.append((event.at, name))
        return reached

    def stage(self, at: int) -> str:
        return self.stages(at)[-1][1]


def head_of(condition: Condition) -> str:
    """What comes first in the table is the head: ``at_least`` with ``of``, ``trait`` beside ``near``."""
    return next(head for head in HEADS if head in condition)


COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "exactly": operator.eq,
}


def _numbers(condition: Condition, value: float) -> bool:
    return all(test(value, condition[word]) for word, test in COMPARED.items() if word in condition)


def _event(naive: Naive, condition: Condition, at: int) -> bool:
    events = naive.happened(condition, at)
    for end in ("first", "last"):
        if end in condition:
            return bool(events) and _compares(naive, events[0 if end == "first" else -1], condition[end], at)
    for kind, amount in AGGREGATES.items():
        if kind in condition:
            values = [value for event in events if (value := number(brought(event, condition[kind]))) is not None]
            return (kind == "sum" or bool(values)) and _numbers(condition, amount(values))
    if not any(word in condition for word in COMPARED):
        condition = {**condition, "at_least": 1}
    if "by" in condition:
        return _numbers(condition, max(_values(events, condition["by"]).values(), default=0))
    if "distinct" in condition:
        return _numbers(condition, len(_values(events, condition["distinct"])))
    return _numbers(condition, len(events))


AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "average": lambda values: sum(values) / len(values),
    "minimum": min,
    "maximum": max,
}


def _values(events: Iterable[Event], path: str) -> Counter[tuple[type, Any]]:
    found = [brought(event, path) for event in events]
    return Counter((type(one), one) for one in found if one is not None and not isinstance(one, list | dict))


def _compares(naive: Naive, event: Event, compared: Mapping[str, Any], at: int) -> bool:
    when = naive.when(at)
    return all(
        holds(words, iso(event.at) if path == "at" else brought(event, path), when) for path, words in compared.items()
    )


def _sequence(naive: Naive, condition: Condition, at: int) -> bool:
    """All ways through the steps, as (beginning, place of the step reached last)."""
    events, steps = naive.until(at), [those(step) for step in condition["sequence"]]
    places = [[events.index(one) for one in naive.happened(step, at)] for step in steps]
    ways = {(events[place].at, place) for place in places[0]}
    for step in places[1:]:
        ways = {(began, place) for began, before in ways for place in step if place > before}
    longest = milliseconds(condition["within"]) if "within" in condition else math.inf
    recent = milliseconds(condition["completed_within"]) if "completed_within" in condition else math.inf
    return any(events[end].at - began <= longest and at - events[end].at < recent for began, end in ways)


def _active(naive: Naive, condition: Condition, at: int) -> bool:
    return naive.truth({"event": "*", "within": condition["active"]}, at)


def _stage(naive: Naive, condition: Condition, at: int) -> bool:
    bounds, (since, stage) = condition["stage"], naive.stages(at)[-1]
    if "at_least" in bounds:
        return RANK.index(stage) >= RANK.index(bounds["at_least"])
    if "reached" in bounds:
        reached = [moment for moment, one in naive.stages(at) if one == bounds["reached"]]
        return bool(reached) and at - reached[-1] < milliseconds(bounds["within"])
    return stage == bounds["is"] and at - since >= milliseconds(bounds.get("for", 0))


def _segment(naive: Naive, condition: Condition, at: int) -> bool:
    """All but the membership is asked only of segments that time alone cannot change."""
    inside, history = naive.definitions.segments[condition["segment"]], naive.until(at)
    for word, way in (("entered_within", True), ("left_within", False)):
        if word in condition:
            crossed, before = None, False
            for count, event in enumerate(history, 1):
                truth = replace(naive.untold, events=history[:count]).truth(inside, event.at)
                crossed, before = (event.at if (before, truth) == (not way, way) else crossed), truth
            return crossed is not None and at - crossed < milliseconds(condition[word])
    if "for" not in condition or not naive.untold.truth(inside, at):
        return naive.untold.truth(inside, at)
    since = at
    for count in range(len(history), 0, -1):
        if not replace(naive.untold, events=history[:count]).truth(inside, history[count - 1].at):
            break
        since = history[count - 1].at
    return at - since >= milliseconds(condition["for"])


def _list(naive: Naive, condition: Condition, at: int) -> bool:
    moves = {"event": ["Added to List", "Removed from List"], "where": {"list": condition["list"]}}
    last = naive.last(moves, at)
    return last is not None and last.name == "Added to List"


def _journey(naive: Naive, condition: Condition, at: int) -> bool:
    name = condition["journey"]
    reports = {"event": ["Journey Entered", "Journey Step Reached", "Journey Ended"], "where": {"journey": name}}
    inside: dict[str, str] = {}
    seen = set()
    for event in naive.happened(reports, at):
        run = event.properties["run"]
        if event.source != f"journey:{name}":
            continue
        if event.name == "Journey Entered":
            inside[run] = ""
            seen.add("entered")
        elif event.name == "Journey Ended":
            inside.pop(run, None)
            seen |= {"entered", "finished"} | ({"reached_goal"} if event.properties["outcome"] == "goal" else set())
        elif run in inside:
            inside[run] = event.properties["step"]
    state = condition.get("state", "in")
    if state == "in":
        return condition["at_step"] in inside.values() if "at_step" in condition else bool(inside)
    return not seen if state == "never" else state in seen


def _near(naive: Naive, condition: Condition, at: int) -> bool:
    """By the angle between two directions from the middle of the Earth."""
    circle, traits = condition["near"], naive.traits(at)
    place = reach(traits, condition["trait"]) if "trait" in condition else traits
    if not isinstance(place, Mapping):
        return False
    latitude, longitude = number(place.get("latitude")), number(place.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return False
    here, there = _direction(circle["latitude"], circle["longitude"]), _direction(latitude, longitude)
    return 6371.0088 * 2 * math.asin(math.dist(here, there) / 2) <= circle["km"]


def _direction(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def _bucket(naive: Naive, condition: Condition, at: int) -> bool:
    """The same for ever: the first four bytes of a SHA-256, in millionths."""
    bucket = condition["bucket"]
    digest = hashlib.sha256(f"{bucket['salt']}/{naive.events[0].contact}".encode()).digest()
    return bool(bucket.get("from", 0) <= int.from_bytes(digest[:4], "big") % 10**6 / 10**4 < bucket["to"])


# Shorter words


def _trait_in(*paths: str) -> Callable[[Naive, Condition, int], bool]:
    def holds_for(naive: Naive, condition: Condition, at: int) -> bool:
        ((_, wanted),) = condition.items()
        wanted = wanted if isinstance(wanted, list) else [wanted]
        return any(reach(naive.traits(at), path) in wanted for path in paths)

    return holds_for


def _language(naive: Naive, condition: Condition, at: int) -> bool:
    """``de`` is also ``de-AT``."""
    locale = str(naive.traits(at).get("locale", "")).replace("_", "-") + "-"
    wanted = condition["language"] if isinstance(condition["language"], list) else [condition["language"]]
    return any(locale.startswith(one.replace("_", "-") + "-") for one in wanted)


def _did(naive: Naive, condition: Condition, at: int, **where: Any) -> list[Event]:
    """Activities like this, within the time that the condition gives."""
    window = {"within": condition["within"]} if "within" in condition else {}
    return naive.happened({"event": "*", "where": where, **window}, at)


def _device(naive: Naive, condition: Condition, at: int) -> bool:
    paths = {name: "context.os.name" if name == "os" else f"context.device.{name}" for name in condition["device"]}
    return bool(_did(naive, condition, at, **{paths[name]: words for name, words in condition["device"].items()}))


def _utm(naive: Naive, condition: Condition, at: int) -> bool:
    words = {f"context.campaign.{'name' if one == 'campaign' else one}": w for one, w in condition["utm"].items()}
    if not condition.get("first"):
        return bool(_did(naive, condition, at, **words))
    came = _did(naive, condition, at, **{"context.campaign": {"empty": False}})
    return bool(came) and fits(words, came[0])


def _referrer(naive: Naive, condition: Condition, at: int) -> bool:
    return any(
        _did(naive, condition, at, **{path: condition["referrer"]}) for path in ("referrer", "context.page.referrer")
    )


def _downloaded(naive: Naive, condition: Condition, at: int) -> bool:
    wanted = condition["downloaded"] if isinstance(condition["downloaded"], list) else [condition["downloaded"]]
    events = naive.happened({**condition, "event": "Asset Downloaded"}, at)
    return any("*" in wanted or event.properties.get("asset") in wanted for event in events)


# Scores and what follows from them


def _score(naive: Naive, condition: Condition, at: int) -> bool:
    bounds = condition["score"]
    model = naive.definitions.scoring(bounds.get("model", ""))
    if "gained" in bounds:
        return naive_ratings.gained(naive.untold, model, milliseconds(bounds["within"]), at) >= bounds["gained"]
    score = naive_ratings.score(naive.untold, model, at)
    return all(
        score.reaches(limit) is (word == "at_least")
        for word, limit in bounds.items()
        if word in ("at_least", "less_than")
    )


def _grade(naive: Naive, condition: Condition, at: int) -> bool:
    bounds, grade = condition["grade"], naive_ratings.grade(naive.untold, naive.definitions, at)
    if "is" in bounds:
        return grade in (bounds["is"] if isinstance(bounds["is"], list) else [bounds["is"]])
    return bool(grade) and all(mark <= worst for mark, worst in zip(grade, bounds["at_least"], strict=True))


def _persona(naive: Naive, condition: Condition, at: int) -> bool:
    said = condition["persona"]
    shares = naive_ratings.shares(naive.untold, naive.definitions.personas, at)
    if isinstance(said, Mapping) and "at_least" in said:
        return shares.get(said["name"], 0) * 100 >= said["at_least"]
    name = said["name"] if isinstance(said, Mapping) else said
    return naive_ratings.best(naive.definitions.personas, shares) == name


def _interest(naive: Naive, condition: Condition, at: int) -> bool:
    said, weights = condition["interest"], naive_ratings.interests(naive.untold, naive.definitions.interests, at)
    if isinstance(said, Mapping) and "at_least" in said:
        return said["category"] in weights and weights[said["category"]].reaches(said["at_least"])
    wanted = said["category"] if isinstance(said, Mapping) else said
    return naive_ratings.strongest(weights) == wanted and wanted in weights and weights[wanted].reaches(0.1)


HEADS: Mapping[str, Callable[[Naive, Condition, int], bool]] = {
    "all": lambda naive, condition, at: all(naive.truth(part, at) for part in condition["all"]),
    "any": lambda naive, condition, at: any(naive.truth(part, at) for part in condition["any"]),
    "not": lambda naive, condition, at: not naive.truth(condition["not"], at),
    "of": lambda naive, condition, at: sum(naive.truth(part, at) for part in condition["of"]) >= condition["at_least"],
    "everyone": lambda naive, condition, at: True,
    "near": _near,
    "trait": lambda naive, condition, at: holds(
        {word: given for word, given in condition.items() if word != "trait"},
        reach(naive.traits(at), condition["trait"]),
        naive.when(at),
    ),
    "company": lambda naive, condition, at: holds(
        {word: given for word, given in condition.items() if word != "company"},
        reach(naive.company(at), condition["company"]),
        naive.when(at),
    ),
    "event": _event,
    "sequence": _sequence,
    "active": _active,
    "score": _score,
    "grade": _grade,
    "persona": _persona,
    "interest": _interest,
    "stage": _stage,
    "consent": lambda naive, condition, at: (
        naive.consents(at).get(condition["consent"]) == condition.get("state", "granted")
    ),
    "permitted": naive_messages.permitted,
    "reachable": naive_messages.reachable,
    "working": naive_messages.working,
    "segment": _segment,
    "list": _list,
    "journey": _journey,
    "language": _language,
    "country": _trait_in("country", "address.country"),
    "region": _trait_in("region", "address.state", "address.region"),
    "city": _trait_in("city", "address.city"),
    "device": _device,
    "utm": _utm,
    "referrer": _referrer,
    "engaged": naive_messages.engaged,
    "downloaded": _downloaded,
    "bucket": _bucket,
}
