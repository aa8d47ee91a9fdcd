"""Comparing one value: ``plan: pro``, ``price: {at_least: 100}``, ``category: {in: [sofas, chairs]}``.

A matcher is one function plus one line in ``MATCHERS``. A value that is missing, or of a kind that cannot be compared,
never matches and never fails: what websites send is not under a marketer's control.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from leadwell.clock import from_iso

Check = Callable[[Any, Mapping[str, Any]], bool]
"""(value, trigger properties) → does it match?"""

Scalar = str | int | float | bool


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _orderable(value: Any) -> float | None:
    """Numbers compare as numbers, ISO dates as moments."""
    number = _number(value)
    if number is None and isinstance(value, str):
        try:
            return float(from_iso(value))
        except ValueError:
            return None
    return number


def _same(value: Any, other: Any) -> bool:
    if type(value) is str and type(other) is str:
        return value == other
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return value == other
    left, right = _number(value), _number(other)
    return left is not None and left == right


def equals(expected: Scalar) -> Check:
    return lambda value, trigger: _same(value, expected)


def differs(expected: Scalar) -> Check:
    return lambda value, trigger: not _same(value, expected)


def is_in(expected: list[Scalar]) -> Check:
    texts = frozenset(one for one in expected if isinstance(one, str))

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        return (type(value) is str and value in texts) or any(_same(value, one) for one in expected)

    return check


def contains(expected: Scalar) -> Check:
    """A list that has the value, or a text that has it inside, whatever the case."""

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        if isinstance(value, list):
            return any(_same(one, expected) for one in value)
        return isinstance(value, str) and str(expected).casefold() in value.casefold()

    return check


def starts_with(expected: str) -> Check:
    return lambda value, trigger: isinstance(value, str) and value.startswith(expected)


def ends_with(expected: str) -> Check:
    return lambda value, trigger: isinstance(value, str) and value.endswith(expected)


def _ordered(expected: Scalar, holds: Callable[[float, float], bool]) -> Check:
    limit = _orderable(expected)

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        given = _orderable(value)
        return given is not None and limit is not None and holds(given, limit)

    return check


def at_least(expected: Scalar) -> Check:
    return _ordered(expected, lambda given, limit: given >= limit)


def at_most(expected: Scalar) -> Check:
    return _ordered(expected, lambda given, limit: given <= limit)


def more_than(expected: Scalar) -> Check:
    return _ordered(expected, lambda given, limit: given > limit)


def less_than(expected: Scalar) -> Check:
    return _ordered(expected, lambda given, limit: given < limit)


def exists(expected: bool) -> Check:
    return lambda value, trigger: (value is not None and value != "") is expected


def same_as(expected: str) -> Check:
    """Equal to a property of the event that started the enrollment: ``same_as: cart_id``."""
    return lambda value, trigger: expected in trigger and _same(value, trigger[expected])


def same_as_or_missing(expected: str) -> Check:
    """Like ``same_as``, but a value that was not sent counts as the same."""
    same = same_as(expected)
    return lambda value, trigger: value is None or same(value, trigger)


MATCHERS: dict[str, Callable[[Any], Check]] = {
    "equals": equals,
    "differs": differs,
    "in": is_in,
    "contains": contains,
    "starts_with": starts_with,
    "ends_with": ends_with,
    "at_least": at_least,
    "at_most": at_most,
    "more_than": more_than,
    "less_than": less_than,
    "exists": exists,
    "same_as": same_as,
    "same_as_or_missing": same_as_or_missing,
}


def unfit(word: str, expected: object) -> str:
    """What is wrong with comparing like this; empty when it is fine."""
    fits, wanted = _EXPECTED.get(word, (_is_scalar, "a text, a number, true or false"))
    return "" if fits(expected) else f"`{word}` needs {wanted}"


def _is_scalar(expected: object) -> bool:
    return isinstance(expected, str | int | float)


def _is_list(expected: object) -> bool:
    return isinstance(expected, list) and all(_is_scalar(one) for one in expected)


def _is_text(expected: object) -> bool:
    return isinstance(expected, str)


def _is_limit(expected: object) -> bool:
    return _orderable(expected) is not None


def _is_flag(expected: object) -> bool:
    return isinstance(expected, bool)


_LIMIT = (_is_limit, 'a number, or a date in quotes such as "2026-03-01"')
_TEXT = (_is_text, "a text")
_EXPECTED: dict[str, tuple[Callable[[object], bool], str]] = {
    "in": (_is_list, "a list of texts or numbers"),
    "starts_with": _TEXT,
    "ends_with": _TEXT,
    "at_least": _LIMIT,
    "at_most": _LIMIT,
    "more_than": _LIMIT,
    "less_than": _LIMIT,
    "exists": (_is_flag, "true or false"),
    "same_as": _TEXT,
    "same_as_or_missing": _TEXT,
}


def lookup(values: Mapping[str, Any], path: str) -> Any:
    """``address.city`` in nested mappings; a name that itself has dots wins. None when there is nothing."""
    if path in values:
        return values[path]
    head, dot, rest = path.partition(".")
    inner = values.get(head)
    return lookup(inner, rest) if dot and isinstance(inner, Mapping) else None
