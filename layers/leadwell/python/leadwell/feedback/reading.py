"""What a report must have, in a shape that can be stored: looked at before anything is written because of it."""

from typing import Any

from leadwell.clock import FOREVER, Moment, from_iso
from leadwell.tracking.values import mended

_LONGEST = 300


def word(value: Any, limit: int = _LONGEST) -> str:
    """A text that is there, cut to ``limit`` characters. Raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError("no text")
    text = mended(value)[:limit]
    if not text:
        raise ValueError("an empty text")
    return text


def moment(value: Any) -> Moment:
    """A date-time between 1970 and 9999. Raises TypeError or ValueError."""
    found = from_iso(word(value))
    if not 0 <= found < FOREVER:
        raise ValueError("a moment that cannot be")
    return found


def detail(value: str | float) -> str | float:
    """A simple value as it is, or as text where the table could not hold it."""
    if isinstance(value, str):
        return mended(value)[:_LONGEST]
    return value if value == 0 or 1e-9 < abs(value) < 1e15 else str(value)[:_LONGEST]
