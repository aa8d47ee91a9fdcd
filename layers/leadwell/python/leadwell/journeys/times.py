"""How times are written in journeys."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from leadwell.durations import duration_text, parse_duration

LocalTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""``HH:MM`` on the contact's wall."""

LocalTimeOrOwn = Annotated[str, Field(pattern=r"^(own|([01]\d|2[0-3]):[0-5]\d)$")]
"""The same, or the time of day that a date has itself."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_YEARS = 40


def _offset(given: Any) -> Any:
    if isinstance(given, str) and given[:1] in "+-":
        return -parse_duration(given[1:]) if given[0] == "-" else parse_duration(given[1:])
    return parse_duration(given)


def _written(offset: int) -> str:
    return f"-{duration_text(-offset)}" if offset < 0 else duration_text(offset)


Offset = Annotated[
    int,
    BeforeValidator(_offset),
    Field(ge=-_YEARS * 366 * 86_400_000, le=_YEARS * 366 * 86_400_000),
    PlainSerializer(_written),
    WithJsonSchema({"type": "string", "pattern": "^[+-]?P", "examples": ["-P30D", "PT2H"]}),
]
"""Milliseconds; written as an ISO 8601 duration, with a minus in front where it means before."""


def hours_and_minutes(clock_time: str) -> tuple[int, int]:
    hour, minute = re.split(":", clock_time)
    return int(hour), int(minute)
