"""Numbers and moments, as websites write them."""

import math
from typing import Any

from leadwell.clock import from_iso

_NUMBERS = (int, float)


def as_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, _NUMBERS):
        try:
            return _unless_nan(float(value))
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str):
        try:
            return _unless_nan(float(value))
        except ValueError:
            return None
    return None


def _unless_nan(number: float) -> float | None:
    return None if number != number else number


def as_moment(value: Any) -> float | None:
    """Of an ISO date or date-time; a text that is a number is none."""
    if not isinstance(value, str) or as_number(value) is not None:
        return None
    try:
        return float(from_iso(value))
    except ValueError:
        return None
