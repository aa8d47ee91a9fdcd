"""What definitions about companies ask for of what members do: the names of events, and of each the properties."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from leadwell.conditions.base import Shorthand
from leadwell.conditions.filters import CONTEXT
from leadwell.conditions.paths import lookup
from leadwell.conditions.written import Model

_NAMING = ("by", "sum", "average", "minimum", "maximum", "distinct", "key")
"""Words of a condition or trigger that name a property."""
_OF_TRIGGER = ("same_as", "same_as_or_missing")
"""Words of a comparison that name a property of the event that started the journey."""


def paths_in(definitions: Iterable[Model]) -> dict[str, frozenset[str]]:
    """Event name → the paths that are looked at, as in a ``where``."""
    found: dict[str, set[str]] = {}
    for one in definitions:
        _gather(one, found)
        for name in events_of(getattr(one, "trigger", None)):
            found[name] |= set(_compared_with(one))
    return {name: frozenset(paths) for name, paths in found.items()}


def only(values: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Of properties what lies under these paths, each where ``lookup`` finds it again."""
    found = {path: lookup(values, path) for path in sorted(paths)}
    return {path: value for path, value in found.items() if value is not None}


def told_apart(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Paths into the properties, and those into the context."""
    said, around = [], []
    for path in paths:
        if path.startswith(CONTEXT):
            around.append(path.removeprefix(CONTEXT))
        else:
            said.append(path)
    return said, around


def _gather(part: Any, found: dict[str, set[str]]) -> None:
    if isinstance(part, Shorthand):
        _gather(part.meaning(), found)
    elif isinstance(part, Model):
        for name in events_of(part):
            found.setdefault(name, set()).update(_looked_at(part))
        for value in part.__dict__.values():
            _gather(value, found)
    elif isinstance(part, tuple):
        for one in part:
            _gather(one, found)


def events_of(part: Any) -> Iterable[str]:
    """Of the events that a part of a definition speaks of."""
    named = getattr(part, "event", None)
    return (named,) if isinstance(named, str) else named or ()


def _compared_with(part: Any) -> Iterator[str]:
    if isinstance(part, Shorthand):
        yield from _compared_with(part.meaning())
    elif isinstance(part, Model):
        yield from _compared_with(part.__dict__)
    elif isinstance(part, Mapping):
        yield from (path for word in _OF_TRIGGER if isinstance(path := part.get(word), str))
        for value in part.values():
            yield from _compared_with(value)
    elif isinstance(part, tuple):
        for one in part:
            yield from _compared_with(one)


def _looked_at(part: Model) -> Iterable[str]:
    yield from getattr(part, "where", None) or ()
    yield from (path for word in _NAMING if (path := getattr(part, word, None)))
    for word in ("first", "last"):
        compared = getattr(part, word, None)
        if isinstance(compared, Mapping):
            yield from (path for path in compared if path != "at")
