"""What values may be compared with: the test, how an error names it, and its JSON Schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.conditions.patterns import compile_pattern
from leadwell.conditions.values import as_moment, as_number


def _is_scalar(expected: object) -> bool:
    return isinstance(expected, str | int | float)


def _is_list(expected: object) -> bool:
    return isinstance(expected, list) and bool(expected) and all(_is_scalar(one) for one in expected)


def _is_text(expected: object) -> bool:
    return isinstance(expected, str)


def _is_pattern(expected: object) -> bool:
    """Raises ValueError that says what is wrong with it."""
    return isinstance(expected, str) and bool(compile_pattern(expected))


def _is_limit(expected: object) -> bool:
    return as_number(expected) is not None or as_moment(expected) is not None


def _is_range(expected: object) -> bool:
    if not isinstance(expected, list) or len(expected) != 2:
        return False
    ends = [as_number(one) for one in expected]
    low, high = ends if any(one is not None for one in ends) else [as_moment(one) for one in expected]
    return low is not None and high is not None and low <= high


def _is_flag(expected: object) -> bool:
    return isinstance(expected, bool)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a word is compared with: the test, how an error names it, and its JSON Schema."""

    fits: Callable[[object], bool]
    wanted: str
    schema: Mapping[str, Any]


SCALARS = ["string", "number", "boolean"]
SCALAR = Kind(_is_scalar, "a text, a number, true or false", {"type": SCALARS})
LIST = Kind(
    _is_list,
    "a list of texts or numbers",
    {"type": "array", "minItems": 1, "items": {"type": SCALARS}},
)
TEXT = Kind(_is_text, "a text", {"type": "string"})
LIMIT = Kind(_is_limit, 'a number, or a date in quotes such as "2026-03-01"', {"type": ["number", "string"]})
FLAG = Kind(_is_flag, "true or false", {"type": "boolean"})
RANGE = Kind(
    _is_range,
    'two numbers or dates, the smaller one first: [10, 20] or ["2026-03-01", "2026-03-31"]',
    {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "string"]}},
)
PATTERN = Kind(_is_pattern, "a regular expression", {"type": "string", "format": "regex"})
