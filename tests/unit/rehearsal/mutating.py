"""Small damages to a journey, each of which at least one of its scenarios has to notice."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Path = tuple[str | int, ...]
Mutant = tuple[str, dict[str, Any]]
"""(what was damaged, the damaged document)."""

_ALWAYS = {"everyone": True}
_NEVER = {"not": _ALWAYS}
_RULES = ("trigger", "reentry", "goal", "exits", "steps")
_AROUND = ("goal", "exclusive", "holdout")
_OPTIONAL = ("where", "who", "key", "goal", "max_age", "on_timeout", "otherwise", "then")
"""Fields that narrow what a journey does, and may be left out."""


def mutants(document: dict[str, Any]) -> Iterator[Mutant]:
    """Without each step, arm of a branch, part of a condition, filter; with each condition always and never true."""
    for rule in _RULES:
        if rule in document:
            yield from _inside(document, (rule,))
    for rule in _AROUND:
        if rule in document:
            yield f"without its {rule}", _without(document, (rule,))
    if "schedule" in document.get("trigger", {}):
        yield from _of_schedule(document)
    for other in ("never", "always"):
        if document.get("reentry", "never") != other:
            yield f"reentry {other}", _changed(document, ("reentry",), other)


def _of_schedule(document: dict[str, Any]) -> Iterator[Mutant]:
    """Once instead of again and again, at another time, for everybody."""
    trigger, schedule = document["trigger"], document["trigger"]["schedule"]
    if "every" in schedule:
        yield "scheduled once", _without(document, ("trigger", "schedule", "every"))
    for word in ("weekdays", "zone"):
        if word in schedule:
            yield f"scheduled without {word}", _without(document, ("trigger", "schedule", word))
    yield "scheduled at another time", _changed(document, ("trigger", "schedule", "at"), "2020-01-01T03:17")
    others = {name: value for name, value in trigger.items() if name not in ("segment", "list", "everyone")}
    if not trigger.get("everyone"):
        yield "scheduled for everybody", _changed(document, ("trigger",), {**others, "everyone": True})


def _inside(document: dict[str, Any], path: Path) -> Iterator[Mutant]:
    node = _at(document, path)
    if isinstance(node, list):
        for number, one in enumerate(node):
            place = (*path, number)
            if isinstance(one, dict):
                yield f"without {_named(document, place)}", _without(document, place)
            yield from _inside(document, place)
    elif isinstance(node, dict):
        for name, inner in node.items():
            place = (*path, name)
            if name in _OPTIONAL:
                yield f"without {_named(document, place)}", _without(document, place)
            if name == "where":
                for property_name in inner:
                    one = (*place, property_name)
                    yield f"without {_named(document, one)}", _without(document, one)
            elif name == "not":
                yield f"{_named(document, place)} turned round", _changed(document, path, inner)
            elif name == "when":
                yield f"{_named(document, place)} always", _changed(document, place, _ALWAYS)
                yield f"{_named(document, place)} never", _changed(document, place, _NEVER)
            if name != "where":
                yield from _inside(document, place)


def _named(document: dict[str, Any], path: Path) -> str:
    """``steps.by-sms.branch.0.when``: with ids of steps where there are some."""
    parts, node = [], document
    for part in path:
        node = node[part]  # type: ignore[index]
        parts.append(str(node.get("id", part)) if isinstance(node, dict) else str(part))
    return ".".join(parts)


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    copy = deepcopy(document)
    del _at(copy, path[:-1])[path[-1]]
    return copy


def _changed(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    copy = deepcopy(document)
    _at(copy, path[:-1])[path[-1]] = deepcopy(value)
    return copy
