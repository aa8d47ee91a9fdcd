"""Comparing a date with today: ``before``, ``after``, ``on``, ``within_next``, ``within_last``, ``anniversary``.

A date that a contact has (``2026-12-24``) is a day on the contact's own calendar; a date-time is a moment. What it is
compared with is a date, a date-time, or speaks of the present:

    on: today · tomorrow · yesterday · this_week · next_month · last_year · today + P3D
    before: today - P90D · now - PT3H · 2026-03-01
    within_next: P7D          within_last: P30D
    anniversary: {within_next: P7D}

Every comparison is a stretch of time during which it holds, so until when an answer holds is known to the millisecond.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from leadwell.calendar import anniversary, at_local_time, local_date, parse_date
from leadwell.clock import DAY, FOREVER, Moment, from_iso
from leadwell.conditions.answer import NEVER, Answer, steady
from leadwell.durations import parse_duration

Timed = Callable[[Any, str, Moment], Answer]
"""(value, zone, now) → does it hold, until when?"""

EVER: Moment = -FOREVER
_UNITS = ("day", "week", "month", "quarter", "year")
_NAMED = {"yesterday": ("day", -1), "today": ("day", 0), "tomorrow": ("day", 1)} | {
    f"{word}_{unit}": (unit, shift)
    for unit in _UNITS[1:]
    for word, shift in (("last", -1), ("this", 0), ("next", 1))
}  # fmt: skip
_LIMIT = re.compile(r"(?P<word>[a-z_]+)(?:\s*(?P<sign>[+-])\s*(?P<shift>P\w+))?")
_LONGEST = 100 * 366 * DAY
_YEARS = range(400, 8_801)
"""What lies outside is a typing error or means "never", and leaves room to add a hundred years."""


def during(start: Moment, end: Moment, now: Moment) -> Answer:
    """Holds from ``start`` until just before ``end``."""
    if now < start:
        return (False, start) if start < end else NEVER
    return (True, end) if now < end else NEVER


@dataclass(frozen=True, slots=True)
class _Limit:
    """A period: of the calendar and a number of units away from the present one, or fixed; ``shift`` of a moment."""

    unit: str = ""
    shift: int = 0
    fixed: str = ""


def _limit(given: Any, word: str, absolute: bool) -> _Limit:
    wanted = f'`{word}` needs a date such as "2026-03-01" or a word such as today, next_month or "today - P90D"'
    if isinstance(given, date):
        given = given.isoformat()
    if not isinstance(given, str):
        raise ValueError(wanted)
    found = _LIMIT.fullmatch(given.strip())
    if not found:
        try:
            from_iso(given)
        except ValueError:
            raise ValueError(wanted) from None
        return _Limit(fixed=given)
    if absolute:
        raise ValueError(f"`{word}: {given}` depends on today; an event is compared when it happens, with a fixed date")
    shift = _milliseconds(found["shift"]) * (-1 if found["sign"] == "-" else 1) if found["shift"] else 0
    if found["word"] == "now":
        if word == "on":
            raise ValueError("`on: now` is no day; write on: today")
        return _Limit("now", shift)
    if found["word"] not in _NAMED:
        raise ValueError(f"{wanted}; {found['word']!r} is not known")
    unit, units = _NAMED[found["word"]]
    if shift and (unit != "day" or shift % DAY):
        raise ValueError(f"only days can be added here, and only to today: {given!r}")
    return _Limit(unit, units + shift // DAY)


def _milliseconds(text: str) -> int:
    length = parse_duration(text)
    if length > _LONGEST:
        raise ValueError(f"{text} is too long")
    return length


def before(expected: Any, *, absolute: bool = False) -> Timed:
    limit = _limit(expected, "before", absolute)
    if limit.fixed:
        return lambda value, zone, now: _fixed(value, limit.fixed, zone, lambda start, low, high: start < low)
    if limit.unit == "now":
        return lambda value, zone, now: _moved(value, zone, now, lambda at: (at - limit.shift + 1, FOREVER))
    return lambda value, zone, now: _in_units(value, zone, now, limit, lambda start, end: (end, FOREVER))


def after(expected: Any, *, absolute: bool = False) -> Timed:
    limit = _limit(expected, "after", absolute)
    if limit.fixed:
        return lambda value, zone, now: _fixed(value, limit.fixed, zone, lambda start, low, high: start >= high)
    if limit.unit == "now":
        return lambda value, zone, now: _moved(value, zone, now, lambda at: (EVER, at - limit.shift))
    return lambda value, zone, now: _in_units(value, zone, now, limit, lambda start, end: (EVER, start))


def on(expected: Any, *, absolute: bool = False) -> Timed:
    limit = _limit(expected, "on", absolute)
    if limit.fixed:
        return lambda value, zone, now: _fixed(value, limit.fixed, zone, lambda start, low, high: low <= start < high)
    return lambda value, zone, now: _in_units(value, zone, now, limit, lambda start, end: (start, end))


def within_next(expected: Any, *, absolute: bool = False) -> Timed:
    """From now on: a day counts until it is over."""
    length = _length(expected, "within_next", absolute)

    def holds(value: Any, zone: str, now: Moment) -> Answer:
        found = _span(value, zone)
        return during(_back(value, zone, found[0], length), found[1], now) if found else NEVER

    return holds


def within_last(expected: Any, *, absolute: bool = False) -> Timed:
    """Up to now: a day counts from its beginning."""
    length = _length(expected, "within_last", absolute)

    def holds(value: Any, zone: str, now: Moment) -> Answer:
        found = _span(value, zone)
        return during(found[0], _back(value, zone, found[1], -length), now) if found else NEVER

    return holds


def every_year(expected: Any, *, absolute: bool = False) -> Timed:
    """The day of every year; 29 February is celebrated on 28 February where there is none."""
    if absolute:
        raise ValueError("`anniversary` depends on today; an event is compared when it happens, with a fixed date")
    words = {"on": on, "within_next": within_next, "within_last": within_last}
    if not isinstance(expected, dict) or len(expected) != 1 or next(iter(expected)) not in words:
        raise ValueError("`anniversary` needs one of on, within_next, within_last: anniversary: {within_next: P7D}")
    ((word, given),) = expected.items()
    holds_on = words[word](given)
    if word == "on" and (limit := _limit(given, word, absolute=False)).fixed:
        raise ValueError(f"`anniversary: {{on: {limit.fixed}}}` comes only once; write for example on: today")
    if word != "on" and _length(given, word, False) > 366 * DAY:
        raise ValueError("an anniversary is never farther than a year")

    def holds(value: Any, zone: str, now: Moment) -> Answer:
        born = parse_date(value)
        if born is None or born.year not in _YEARS:
            return NEVER
        today = local_date(now, zone).year
        days = [anniversary(born, year, "feb-28") for year in range(max(today - 2, born.year + 1), today + 4)]
        if not days:
            # The first one is years away: then is soon enough to look again.
            return False, at_local_time(date(born.year - 2, 1, 1), "00:00", zone)
        return _any([holds_on(day.isoformat(), zone, now) for day in days])

    return holds


TIMED: dict[str, Callable[..., Timed]] = {
    "before": before,
    "after": after,
    "on": on,
    "within_next": within_next,
    "within_last": within_last,
    "anniversary": every_year,
}


def _any(answers: Iterable[Answer]) -> Answer:
    given = list(answers)
    if held := [until for truth, until in given if truth]:
        return True, max(held)
    return False, min((until for _, until in given), default=FOREVER)


def _length(expected: Any, word: str, absolute: bool) -> int:
    if absolute:
        raise ValueError(f"`{word}` depends on today; an event is compared when it happens, with a fixed date")
    return _milliseconds(expected)


def _span(value: Any, zone: str) -> tuple[Moment, Moment] | None:
    """From when to when: a day in the zone, or one moment."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == 10:
            day = date.fromisoformat(value)
            return (_starts(day, zone), _starts(day + timedelta(days=1), zone)) if day.year in _YEARS else None
        moment = from_iso(value)
        return (moment, moment + 1) if local_date(moment, "UTC").year in _YEARS else None
    except (ValueError, OverflowError):
        return None


def _starts(day: date, zone: str) -> Moment:
    return at_local_time(day, "00:00", zone)


def _back(value: Any, zone: str, moment: Moment, length: int) -> Moment:
    """``length`` before the moment; days of a date are counted on the calendar."""
    if len(value) == 10 and length % DAY == 0:
        return _starts(local_date(moment, zone) - timedelta(days=length // DAY), zone)
    return moment - length


def _fixed(value: Any, limit: str, zone: str, holds: Callable[[Moment, Moment, Moment], bool]) -> Answer:
    found, low_high = _span(value, zone), _span(limit, zone)
    return steady(found is not None and low_high is not None and holds(found[0], *low_high))


def _moved(value: Any, zone: str, now: Moment, stretch: Callable[[Moment], tuple[Moment, Moment]]) -> Answer:
    found = _span(value, zone)
    return during(*stretch(found[0]), now) if found else NEVER


def _in_units(
    value: Any, zone: str, now: Moment, limit: _Limit, stretch: Callable[[Moment, Moment], tuple[Moment, Moment]]
) -> Answer:
    """While the present unit is so many units away from the value's, before that, or after it."""
    found = _span(value, zone)
    if found is None:
        return NEVER
    index = _index(local_date(found[0], zone), limit.unit) - limit.shift
    start, end = _starts(_first_day(index, limit.unit), zone), _starts(_first_day(index + 1, limit.unit), zone)
    return during(*stretch(start, end), now)


def _index(day: date, unit: str) -> int:
    match unit:
        case "day":
            return day.toordinal()
        case "week":
            return (day.toordinal() - 1) // 7
        case "month":
            return day.year * 12 + day.month - 1
        case "quarter":
            return day.year * 4 + (day.month - 1) // 3
    return day.year


def _first_day(index: int, unit: str) -> date:
    match unit:
        case "day":
            return date.fromordinal(index)
        case "week":
            return date.fromordinal(index * 7 + 1)
        case "month":
            return date(index // 12, index % 12 + 1, 1)
        case "quarter":
            return date(index // 4, index % 4 * 3 + 1, 1)
    return date(index, 1, 1)
