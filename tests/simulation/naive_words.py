"""Durations, comparisons and dates as the naive recount understands them. Shares no code with the package."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = 86_400_000


def milliseconds(duration: str) -> int:
    """``P7D``, ``PT3H``, ``P1DT12H``, ``P2W``, ``PT20M``."""
    total, number = 0, ""
    units = {"W": 7 * DAY, "D": DAY, "H": 3_600_000, "M": 60_000, "S": 1000}
    for sign in duration.removeprefix("P").replace("T", ""):
        if sign.isdigit():
            number += sign
        else:
            total, number = total + int(number) * units[sign], ""
    return total


def midnight(day: date, zone: str) -> int:
    """Summer time begins by night, but at midnight in none of the zones that stories have."""
    return round(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def local_day(moment: int, zone: str) -> date:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).date()


def iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")


def compares(words: Any, value: Any, moment: int = 0, zone: str = "UTC") -> bool:
    """All the words; ``moment`` and ``zone`` are what today is."""
    if not isinstance(words, dict):
        words = {"in": words} if isinstance(words, list) else {"equals": words}
    for word, expected in words.items():
        if word not in _WORDS:
            raise AssertionError(f"a comparison that the naive recount does not know: {word}")
        if not _WORDS[word](value, expected, moment, zone):
            return False
    return True


def birthdays(value: Any) -> Iterator[date]:
    """The day of every year, from the one after the birth on; 29 February on the 28th where there is none."""
    try:
        born = date.fromisoformat(str(value)[:10])
    except ValueError:
        return
    for year in range(max(born.year + 1, 2020), 2040):
        try:
            yield born.replace(year=year)
        except ValueError:
            yield date(year, 2, 28)


def flips(words: Any, value: Any, zone: str) -> Iterator[int]:
    """Every moment at which a comparison with the present may turn."""
    for word, expected in words.items() if isinstance(words, dict) else ():
        if word == "anniversary":
            ((inner, given),) = expected.items()
            for day in birthdays(value):
                yield from flips({inner: given}, day.isoformat(), zone)
        elif word in ("before", "on") and isinstance(value, str):
            day = _day(value, zone) - timedelta(days=_days(expected))
            yield from (midnight(day + timedelta(days=more), zone) for more in (0, 1))
        elif word == "within_next" and isinstance(value, str):
            day = date.fromisoformat(value)
            yield midnight(day - timedelta(days=milliseconds(expected) // DAY), zone)
            yield midnight(day + timedelta(days=1), zone)


def _day(value: str, zone: str) -> date:
    """A date is a day on the contact's calendar, a date-time lies in one."""
    if len(value) == 10:
        return date.fromisoformat(value)
    return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).date()


def _days(limit: str) -> int:
    """``today - P3D`` → -3."""
    found = re.fullmatch(r"(today|tomorrow)(?: ([+-]) P(\d+)D)?", limit)
    if not found:
        raise AssertionError(f"a day that the naive recount does not know: {limit}")
    shift = int(found[3] or 0) * (-1 if found[2] == "-" else 1)
    return shift + (found[1] == "tomorrow")


def _beside(value: Any, limit: str, moment: int, zone: str) -> float:
    """Days from what it is compared with to a value; no number for none."""
    if not isinstance(value, str):
        return math.nan
    return (_day(value, zone) - local_day(moment, zone)).days - _days(limit)


def _within_next(value: Any, expected: str, moment: int, zone: str) -> bool:
    return 0 <= (date.fromisoformat(value) - local_day(moment, zone)).days <= milliseconds(expected) // DAY


def _anniversary(value: Any, expected: Mapping[str, Any], moment: int, zone: str) -> bool:
    return any(compares(expected, day.isoformat(), moment, zone) for day in birthdays(value))


_WORDS: Mapping[str, Callable[[Any, Any, int, str], bool]] = {
    "equals": lambda value, expected, moment, zone: value == expected,
    "exists": lambda value, expected, moment, zone: (value is not None and value != "") is expected,
    "in": lambda value, expected, moment, zone: value in expected,
    "at_least": lambda value, expected, moment, zone: isinstance(value, int | float) and value >= expected,
    "at_most": lambda value, expected, moment, zone: isinstance(value, int | float) and value <= expected,
    "ends_with": lambda value, expected, moment, zone: isinstance(value, str) and value.endswith(expected),
    "matches": lambda value, expected, moment, zone: isinstance(value, str) and bool(re.search(expected, value)),
    "before": lambda value, expected, moment, zone: _beside(value, expected, moment, zone) < 0,
    "on": lambda value, expected, moment, zone: _beside(value, expected, moment, zone) == 0,
    "within_next": _within_next,
    "anniversary": _anniversary,
}
