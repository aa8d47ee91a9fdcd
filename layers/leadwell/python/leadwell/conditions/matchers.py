"""Comparing one value: ``plan: pro``, ``price: {at_least: 100}``, ``category: {in: [sofas, chairs]}``.

A matcher is one function plus one line in ``MATCHERS``. A value that is missing, or of a kind that cannot be compared,
never matches and never fails: what websites send is not under a marketer's control.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.conditions.expected import FLAG, LIMIT, LIST, PATTERN, RANGE, SCALAR, SCALARS, TEXT, Kind
from leadwell.conditions.paths import lookup
from leadwell.conditions.patterns import compile_pattern
from leadwell.conditions.values import as_moment, as_number

Check = Callable[[Any, Mapping[str, Any]], bool]
"""(value, trigger properties) → does it match?"""

Scalar = str | int | float | bool


def _same(value: Any, other: Any) -> bool:
    if type(value) is str and type(other) is str:
        return value == other
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return value == other
    left, right = as_number(value), as_number(other)
    return left is not None and left == right


def equals(expected: Scalar) -> Check:
    if _is_word(expected):
        return lambda value, trigger: bool(value == expected)
    return lambda value, trigger: _same(value, expected)


def _is_word(expected: Scalar) -> bool:
    """Nothing but the same text equals it: a text that is a number also equals the number."""
    return isinstance(expected, str) and as_number(expected) is None


def differs(expected: Scalar) -> Check:
    return _opposite(equals(expected))


def is_in(expected: list[Scalar]) -> Check:
    words = frozenset(one for one in expected if _is_word(one))
    others = [one for one in expected if not _is_word(one)]

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        if isinstance(value, str) and value in words:
            return True
        return bool(others) and any(_same(value, one) for one in others)

    return check


def not_in(expected: list[Scalar]) -> Check:
    return _opposite(is_in(expected))


def _opposite(check: Check) -> Check:
    return lambda value, trigger: not check(value, trigger)


def contains(expected: Scalar) -> Check:
    """A list that has the value, or a text that has it inside, whatever the case."""

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        if isinstance(value, list):
            return any(_same(one, expected) for one in value)
        return isinstance(value, str) and str(expected).casefold() in value.casefold()

    return check


def not_contains(expected: Scalar) -> Check:
    return _opposite(contains(expected))


def has_any(expected: list[Scalar]) -> Check:
    """A list (a single value counts as one) that has at least one of the values."""
    return lambda value, trigger: any(_same(one, other) for one in _listed(value) for other in expected)


def has_all(expected: list[Scalar]) -> Check:
    return lambda value, trigger: all(any(_same(one, other) for one in _listed(value)) for other in expected)


def has_none(expected: list[Scalar]) -> Check:
    return _opposite(has_any(expected))


def some_contain(expected: str) -> Check:
    """A list in which at least one text has it inside, whatever the case."""
    inside = contains(expected)
    return lambda value, trigger: any(isinstance(one, str) and inside(one, trigger) for one in _listed(value))


def some(expected: Mapping[str, Any]) -> Check:
    """A list (a single entry counts as one) that has an entry of which all this holds: ``some: {category: sofas}``."""
    checks = [
        (path, MATCHERS[word].check(given))
        for path, comparison in expected.items()
        for word, given in _spelled_out(comparison).items()
    ]

    def fits(entry: Any, trigger: Mapping[str, Any]) -> bool:
        return isinstance(entry, Mapping) and all(check(lookup(entry, path), trigger) for path, check in checks)

    return lambda value, trigger: any(fits(entry, trigger) for entry in _listed(value))


def _spelled_out(comparison: Any) -> Mapping[str, Any]:
    """A value alone means ``equals``, a list ``in``."""
    if isinstance(comparison, Mapping):
        return comparison
    return {"in": comparison} if isinstance(comparison, list) else {"equals": comparison}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def starts_with(expected: str) -> Check:
    return lambda value, trigger: isinstance(value, str) and value.startswith(expected)


def ends_with(expected: str) -> Check:
    return lambda value, trigger: isinstance(value, str) and value.endswith(expected)


def matches(expected: str) -> Check:
    """A regular expression that is found somewhere in the text (``^`` and ``$`` bind it to its ends)."""
    search = compile_pattern(expected)
    return lambda value, trigger: isinstance(value, str) and search(value)


def _ordered(expected: Scalar, holds: Callable[[float, float], bool]) -> Check:
    """Numbers compare with numbers, dates with dates; a number and a date cannot be compared."""
    read = as_number if as_number(expected) is not None else as_moment
    limit = read(expected)
    if limit is None:
        return lambda value, trigger: False

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        given = read(value)
        return given is not None and holds(given, limit)

    return check


def at_least(expected: Scalar) -> Check:
    return _ordered(expected, operator.ge)


def at_most(expected: Scalar) -> Check:
    return _ordered(expected, operator.le)


def more_than(expected: Scalar) -> Check:
    return _ordered(expected, operator.gt)


def less_than(expected: Scalar) -> Check:
    return _ordered(expected, operator.lt)


def between(expected: list[Scalar]) -> Check:
    """From the first to the second, both included."""
    low, high = at_least(expected[0]), at_most(expected[1])
    return lambda value, trigger: low(value, trigger) and high(value, trigger)


def empty(expected: bool) -> Check:
    """Missing, or a text, list or mapping with nothing in it."""
    return lambda value, trigger: (value is None or value in ("", [], {})) is expected


def length(expected: Mapping[str, Any]) -> Check:
    """How many characters a text, how many entries a list has: ``length: {at_least: 2}``."""
    checks = [MATCHERS[word].check(limit) for word, limit in expected.items()]

    def check(value: Any, trigger: Mapping[str, Any]) -> bool:
        return isinstance(value, str | list | dict) and all(one(len(value), trigger) for one in checks)

    return check


def exists(expected: bool) -> Check:
    return lambda value, trigger: (value is not None and value != "") is expected


def same_as(expected: str) -> Check:
    """Equal to a property of the event that started the enrollment: ``same_as: cart_id``."""
    return lambda value, trigger: expected in trigger and _same(value, trigger[expected])


def same_as_or_missing(expected: str) -> Check:
    """Like ``same_as``, but a value that was not sent counts as the same."""
    same = same_as(expected)
    return lambda value, trigger: value is None or same(value, trigger)


def unfit(word: str, expected: object) -> str:
    """What is wrong with comparing like this; empty when it is fine."""
    matcher = MATCHERS[word]
    try:
        return "" if matcher.kind.fits(expected) else f"`{word}` needs {matcher.kind.wanted}"
    except ValueError as error:
        return f"`{word}`: {error}"


def _is_length(expected: object) -> bool:
    return (
        isinstance(expected, dict)
        and bool(expected)
        and all(word in _SIZES and as_number(limit) is not None for word, limit in expected.items())
    )


def _is_entry(expected: object) -> bool:
    """Raises ValueError that says what is wrong inside."""
    if not isinstance(expected, dict) or not expected:
        return False
    for comparison in expected.values():
        words = _spelled_out(comparison)
        if not words or not all(word in MATCHERS for word in words):
            return False
        if problem := next((one for word, given in words.items() if (one := unfit(word, given))), ""):
            raise ValueError(problem)
    return True


_SIZES = ("equals", "differs", "at_least", "at_most", "more_than", "less_than")


@dataclass(frozen=True, slots=True)
class Matcher:
    check: Callable[[Any], Check]
    kind: Kind


_ENTRY = Kind(
    _is_entry,
    "what to compare of an entry, as in a filter: {category: sofas, price: {more_than: 100}}",
    {"type": "object", "minProperties": 1},
)
_LENGTH = Kind(
    _is_length,
    f"a number to compare with: {{at_least: 2}}; words are {', '.join(_SIZES)}",
    {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {word: {"type": "number"} for word in _SIZES},
    },
)

MATCHERS: dict[str, Matcher] = {
    "equals": Matcher(equals, SCALAR),
    "differs": Matcher(differs, SCALAR),
    "in": Matcher(is_in, LIST),
    "not_in": Matcher(not_in, LIST),
    "contains": Matcher(contains, SCALAR),
    "not_contains": Matcher(not_contains, SCALAR),
    "has_any": Matcher(has_any, LIST),
    "has_all": Matcher(has_all, LIST),
    "has_none": Matcher(has_none, LIST),
    "some_contain": Matcher(some_contain, TEXT),
    "some": Matcher(some, _ENTRY),
    "starts_with": Matcher(starts_with, TEXT),
    "ends_with": Matcher(ends_with, TEXT),
    "matches": Matcher(matches, PATTERN),
    "at_least": Matcher(at_least, LIMIT),
    "at_most": Matcher(at_most, LIMIT),
    "more_than": Matcher(more_than, LIMIT),
    "less_than": Matcher(less_than, LIMIT),
    "between": Matcher(between, RANGE),
    "length": Matcher(length, _LENGTH),
    "exists": Matcher(exists, FLAG),
    "empty": Matcher(empty, FLAG),
    "same_as": Matcher(same_as, TEXT),
    "same_as_or_missing": Matcher(same_as_or_missing, TEXT),
}


def comparison_words(timed: Iterable[str], without: Iterable[str] = ()) -> dict[str, Any]:
    """JSON Schema of what each word is compared with; ``timed`` are those of ``dates``."""
    words = {word: dict(matcher.kind.schema) for word, matcher in MATCHERS.items() if word not in without}
    return words | {word: {"type": ["string", "object"]} for word in timed}


def comparison_schema(timed: Iterable[str], without: Iterable[str] = ()) -> dict[str, Any]:
    """JSON Schema of a comparison: a value, a list, or words."""
    return {
        "anyOf": [
            {"type": SCALARS},
            {"type": "array", "items": {"type": SCALARS}},
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": comparison_words(timed, without),
            },
        ]
    }
