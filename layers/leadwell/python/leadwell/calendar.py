"""Local days and times: what a clock on the contact's wall shows.

Zones are IANA names; an unknown one is the installation's default, never an error: what websites send is not under our
control. A local time that a change to summer time skips comes later by as much as was skipped (02:30 is 03:30 on that
day); one that happens twice counts the first time.
"""

import calendar as _calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadwell.clock import DAY, FOREVER, Moment, moment_of

_LATEST_YEAR = 9000
"""What websites send for "never" (9999-12-31) has no next year."""


@lru_cache(maxsize=512)
def zone_or(name: str, default: str) -> str:
    """The zone if it exists, else the default."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return default
    return name if name else default


def local_date(moment: Moment, zone: str) -> date:
    return _local(moment, zone).date()


def at_local_time(day: date, clock_time: str, zone: str) -> Moment:
    """The moment at which the wall clock shows ``HH:MM`` on that day."""
    hour, minute = (int(part) for part in clock_time.split(":"))
    local = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
    # A skipped local time maps to itself shifted by the gap when it goes through UTC and back.
    return moment_of(local.astimezone(UTC))


def next_local_time(clock_time: str, zone: str, after: Moment, weekdays: Collection[int] = range(7)) -> Moment:
    """The first moment at or after ``after`` at which the wall clock shows ``HH:MM``, on one of these weekdays
    (Monday is 0)."""
    day = local_date(after, zone)
    while True:
        if day.weekday() in weekdays:
            moment = at_local_time(day, clock_time, zone)
            if moment >= after:
                return moment
        day += timedelta(days=1)


def days_later(moment: Moment, days: int, zone: str) -> Moment:
    """So many days on, at the same time of day."""
    seconds, rest = divmod(moment, 1000)
    # A skipped local time maps to itself shifted by the gap when it goes through UTC and back.
    return moment_of((_local(seconds * 1000, zone) + timedelta(days=days)).astimezone(UTC)) + rest


def local_time(moment: Moment, zone: str) -> time:
    """What the wall clock shows."""
    return _local(moment, zone).time()


def anniversary(born: date, year: int, leap_day: str) -> date:
    """The day it is celebrated in that year; 29 February on 28 February or 1 March where there is none."""
    if (born.month, born.day) == (2, 29) and not _calendar.isleap(year):
        return date(year, 2, 28) if leap_day == "feb-28" else date(year, 3, 1)
    return date(year, born.month, born.day)


@dataclass(frozen=True, slots=True)
class DayRule:
    """When a date counts: at ``HH:MM`` (or at its ``own`` time of day), so many milliseconds before or after, on every
    anniversary or on the date alone."""

    at: str
    offset: int
    yearly: bool
    leap_day: str = "feb-28"


def next_moment_of(value: object, rule: DayRule, zone: str, after: Moment) -> tuple[Moment, str]:
    """(the first moment later than ``after``, what tells it from others: its year, or the date itself).

    The date itself is no anniversary. ``FOREVER`` where it is no date, or none comes any more.
    """
    first = parse_date(value)
    if first is None:
        return FOREVER, ""
    if not rule.yearly:
        moment = _moment_on(first, value, rule, zone)
        return (moment if moment > after else FOREVER), str(value)[:25]
    year = max(local_date(after - max(rule.offset, 0), zone).year - 1, first.year + 1)
    while True:
        moment = _moment_on(anniversary(first, year, rule.leap_day), value, rule, zone)
        if moment > after:
            return moment, str(year)
        year += 1


def once_moment(value: object, rule: DayRule, zone: str) -> Moment:
    """The moment of the date alone; ``FOREVER`` where it is no date."""
    day = parse_date(value)
    return FOREVER if day is None else _moment_on(day, value, rule, zone)


def moment_in_window(opens: str, closes: str, zone: str, after: Moment, weekdays: Collection[int] = range(7)) -> Moment:
    """The first moment at or after ``after`` within ``HH:MM`` to ``HH:MM`` on one of these weekdays; a window that ends
    earlier than it begins goes on past midnight and belongs to the day on which it began."""
    day = local_date(after, zone) - timedelta(days=1)
    while True:
        if day.weekday() in weekdays:
            begins = at_local_time(day, opens, zone)
            ends = at_local_time(day + timedelta(days=closes <= opens), closes, zone)
            if after < ends:
                return max(begins, after)
        day += timedelta(days=1)


def _moment_on(day: date, value: object, rule: DayRule, zone: str) -> Moment:
    """``FOREVER`` where that is before the calendar begins: what some programs say for "no date" is in the year 1."""
    try:
        if rule.at == "own":
            return _own_time(day, value, zone) + rule.offset
        days, rest = divmod(rule.offset, DAY)
        return at_local_time(day + timedelta(days=days), rule.at, zone) + rest
    except OverflowError:
        return FOREVER


def _own_time(day: date, value: object, zone: str) -> Moment:
    """The moment a date-time names, moved to that day; a date alone begins at midnight."""
    try:
        stated = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return at_local_time(day, "00:00", zone)
    if stated.tzinfo is None:
        return moment_of(datetime.combine(day, stated.time(), ZoneInfo(zone)).astimezone(UTC))
    return moment_of(stated.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC))


def parse_date(given: object) -> date | None:
    """An ISO date (or the date of an ISO date-time); None when it is none, or too late to have anniversaries."""
    try:
        day = date.fromisoformat(str(given)[:10])
    except ValueError:
        return None
    return day if day.year <= _LATEST_YEAR else None


def _local(moment: Moment, zone: str) -> datetime:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone))
