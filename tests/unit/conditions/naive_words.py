"""Comparisons worked out the slow way: one value, one word, one moment; nothing is compiled and nothing knows an end.

Written from the description of the language alone; it shares no code with what it checks.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

_DAY = 86_400_000


@dataclass(frozen=True)
class When:
    """The moment in milliseconds, the zone of the calendar, and what started the journey that asks."""

    at: int = 0
    zone: str = "UTC"
    trigger: Mapping[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.at / 1000, ZoneInfo(self.zone)).date()


EVENT = When()
"""What an event brought is compared when it happens: in UTC, with fixed dates."""


def holds(words: Any, value: Any, when: When = EVENT) -> bool:
    """``words`` as they stand in YAML."""
    if isinstance(words, list):
        words = {"in": words}
    if not isinstance(words, Mapping):
        words = {"equals": words}
    return all(WORDS[word](value, expected, when) for word, expected in words.items())


def reach(values: Any, path: str) -> Any:
    """``address.city`` looks inside; a name that has dots itself comes first."""
    if not isinstance(values, Mapping):
        return None
    if path in values:
        return values[path]
    outer, dot, inner = path.partition(".")
    return reach(values.get(outer), inner) if dot else None


def milliseconds(duration: Any) -> int:
    """``P7D``, ``PT3H``, ``P1DT12H``, ``P2W``."""
    if isinstance(duration, int):
        return duration
    units = {"W": 7 * _DAY, "D": _DAY, "H": 3_600_000, "M": 60_000, "S": 1000}
    return sum(int(amount) * units[unit] for amount, unit in re.findall(r"(\d+)([WDHMS])", duration))


def iso(at: int) -> str:
    """A moment as a date-time."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).isoformat(timespec="milliseconds")


# Values


def number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def moment(value: Any) -> int | None:
    """An ISO date-time; one without an offset is UTC."""
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return round((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)


def same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return value == other
    return number(value) is not None and number(value) == number(other)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _contains(value: Any, expected: Any) -> bool:
    if isinstance(value, list):
        return any(same(one, expected) for one in value)
    return isinstance(value, str) and str(expected).lower() in value.lower()


def _any_of(value: Any, expected: list[Any]) -> bool:
    return any(same(one, other) for one in _listed(value) for other in expected)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any, When], bool]:
    """Numbers with numbers, dates with dates; what is neither, or the other, never matches."""

    def compare(value: Any, limit: Any, when: When) -> bool:
        read = number if number(limit) is not None else moment
        given = None if read is moment and number(value) is not None else read(value)
        return given is not None and test(given, read(limit))

    return compare


def _length(value: Any, limits: Mapping[str, float], when: When) -> bool:
    if not isinstance(value, str | list | dict):
        return False
    tests = {"equals": operator.eq, "differs": operator.ne, "at_least": operator.ge, "at_most": operator.le}
    tests |= {"more_than": operator.gt, "less_than": operator.lt}
    return all(tests[word](len(value), limit) for word, limit in limits.items())


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


# Dates


@lru_cache(maxsize=4096)
def begins(day: date, zone: str) -> int:
    """The first moment at which a calendar on the wall shows the day, searched."""
    low = round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) - 2 * _DAY
    high = low + 4 * _DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if When(middle, zone).today >= day else (middle, high)
    return high


def _day(value: Any, zone: str) -> date | None:
    """The day that a date is, or in which a moment lies."""
    at = moment(value)
    if at is None:
        return None
    return date.fromisoformat(value) if _is_day(value) else When(at, zone).today


def _is_day(value: str) -> bool:
    return len(value) == 10


def _start(value: str, zone: str) -> int:
    """A day counts by its first moment."""
    return begins(date.fromisoformat(value), zone) if _is_day(value) else moment(value) or 0


def _period(words: str, today: date) -> tuple[date, date]:
    """The first and the last day that are meant."""
    word, sign, shift = re.fullmatch(r"([a-z_]+)\s*([+-]?)\s*(\w*)", words).groups()  # type: ignore[union-attr]
    if word in ("yesterday", "today", "tomorrow"):
        days = milliseconds(shift) // _DAY if shift else 0
        day = today + timedelta(
            days={"yesterday": -1, "today": 0, "tomorrow": 1}[word] + (-days if sign == "-" else days)
        )
        return day, day
    which, unit = word.split("_")
    # From the middle of the present one by so many steps of about its length.
    first, last = _around(unit, today)
    if which == "last":
        return _around(unit, first - timedelta(days=1))
    return _around(unit, last + timedelta(days=1)) if which == "next" else (first, last)


def _around(unit: str, day: date) -> tuple[date, date]:
    """The week, month, quarter or year that the day lies in: counted day by day."""
    number_of = {
        "week": lambda one: one.isocalendar()[:2],
        "month": lambda one: (one.year, one.month),
        "quarter": lambda one: (one.year, (one.month + 2) // 3),
        "year": lambda one: one.year,
    }[unit]
    first = last = day
    while number_of(first - timedelta(days=1)) == number_of(day):
        first -= timedelta(days=1)
    while number_of(last + timedelta(days=1)) == number_of(day):
        last += timedelta(days=1)
    return first, last


def _beside(value: Any, limit: str, when: When) -> int | None:
    """-1 before, 0 on, 1 after; None where it cannot be told."""
    day = _day(value, when.zone)
    if day is None or not isinstance(value, str):
        return None
    if found := re.fullmatch(r"now\s*([+-]?)\s*(\w*)", limit):
        sign, shift = found.groups()
        there = when.at + (milliseconds(shift) if shift else 0) * (-1 if sign == "-" else 1)
    elif limit[0].isdigit() and not _is_day(limit):
        there = moment(limit) or 0
    else:
        fixed = limit[0].isdigit()
        first, last = (date.fromisoformat(limit),) * 2 if fixed else _period(limit, when.today)
        return -1 if day < first else 1 if day > last else 0
    start = _start(value, when.zone)
    return -1 if start < there else 1 if start > there else 0


def _within_next(value: Any, length: Any, when: When) -> bool:
    """A day counts until it is over."""
    return _near(value, 0, milliseconds(length), when)


def _within_last(value: Any, length: Any, when: When) -> bool:
    """A day counts from its beginning."""
    return _near(value, milliseconds(length), 0, when)


def _near(value: Any, back: int, ahead: int, when: When) -> bool:
    day = _day(value, when.zone)
    if day is None or not isinstance(value, str):
        return False
    if not _is_day(value):
        return when.at - back <= (moment(value) or 0) <= when.at + ahead
    if back % _DAY == ahead % _DAY == 0:
        return when.today - timedelta(days=back // _DAY) <= day <= when.today + timedelta(days=ahead // _DAY)
    over = begins(day + timedelta(days=1), when.zone)
    return begins(day, when.zone) <= when.at + ahead and when.at - back < over


def _anniversary(value: Any, expected: Mapping[str, Any], when: When) -> bool:
    """Every year after that of the birth, on the day as it is written; 29 February on the 28th where there is none."""
    try:
        born = date.fromisoformat(str(value)[:10])
    except ValueError:
        return False
    for year in range(max(born.year + 1, when.today.year - 3), when.today.year + 4):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if holds(expected, day.isoformat(), when):
            return True
    return False


WORDS: dict[str, Callable[[Any, Any, When], bool]] = {
    "equals": lambda value, expected, when: same(value, expected),
    "differs": lambda value, expected, when: not same(value, expected),
    "in": lambda value, expected, when: any(same(value, one) for one in expected),
    "not_in": lambda value, expected, when: not any(same(value, one) for one in expected),
    "contains": lambda value, expected, when: _contains(value, expected),
    "not_contains": lambda value, expected, when: not _contains(value, expected),
    "has_any": lambda value, expected, when: _any_of(value, expected),
    "has_all": lambda value, expected, when: all(_any_of(value, [one]) for one in expected),
    "has_none": lambda value, expected, when: not _any_of(value, expected),
    "some_contain": lambda value, expected, when: any(
        isinstance(one, str) and expected.lower() in one.lower() for one in _listed(value)
    ),
    "some": lambda value, expected, when: any(
        isinstance(one, Mapping) and all(holds(words, reach(one, path), when) for path, words in expected.items())
        for one in _listed(value)
    ),
    "starts_with": lambda value, expected, when: isinstance(value, str) and value.startswith(expected),
    "ends_with": lambda value, expected, when: isinstance(value, str) and value.endswith(expected),
    "matches": lambda value, expected, when: isinstance(value, str) and bool(re.search(expected, value)),
    "at_least": _ordered(operator.ge),
    "at_most": _ordered(operator.le),
    "more_than": _ordered(operator.gt),
    "less_than": _ordered(operator.lt),
    "between": lambda value, expected, when: holds({"at_least": expected[0], "at_most": expected[1]}, value),
    "length": _length,
    "exists": lambda value, expected, when: (value not in (None, "")) is expected,
    "empty": lambda value, expected, when: _empty(value) is expected,
    "same_as": lambda value, expected, when: expected in when.trigger and same(value, when.trigger[expected]),
    "same_as_or_missing": lambda value, expected, when: value is None or holds({"same_as": expected}, value, when),
    "before": lambda value, expected, when: _beside(value, expected, when) == -1,
    "after": lambda value, expected, when: _beside(value, expected, when) == 1,
    "on": lambda value, expected, when: _beside(value, expected, when) == 0,
    "within_next": _within_next,
    "within_last": _within_last,
    "anniversary": _anniversary,
}
