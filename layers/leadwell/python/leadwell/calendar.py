"""Local days and times: what a clock on the contact's wall shows.

Zones are IANA names; an unknown one is the installation's default, never an error: what websites send is not under our
control. A local time that a change to summer time skips comes later by as much as was skipped (02:30 is 03:30 on that
day); one that happens twice counts the first time.
"""

import calendar as _calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadwell.clock import Moment, moment_of

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


def next_local_time(clock_time: str, zone: str, after: Moment) -> Moment:
    """The first moment at or after ``after`` at which the wall clock shows ``HH:MM``."""
    day = local_date(after, zone)
    moment = at_local_time(day, clock_time, zone)
    return moment if moment >= after else at_local_time(day + timedelta(days=1), clock_time, zone)


def anniversary(born: date, year: int, leap_day: str) -> date:
    """The day it is celebrated in that year; 29 February on 28 February or 1 March where there is none."""
    if (born.month, born.day) == (2, 29) and not _calendar.isleap(year):
        return date(year, 2, 28) if leap_day == "feb-28" else date(year, 3, 1)
    return date(year, born.month, born.day)


def next_anniversary(born: date, clock_time: str, zone: str, leap_day: str, after: Moment) -> tuple[Moment, int]:
    """The first anniversary moment later than ``after``, and its year. The day of birth itself is none."""
    year = max(local_date(after, zone).year - 1, born.year + 1)
    while True:
        moment = at_local_time(anniversary(born, year, leap_day), clock_time, zone)
        if moment > after:
            return moment, year
        year += 1


def parse_date(given: object) -> date | None:
    """An ISO date (or the date of an ISO date-time); None when it is none, or too late to have anniversaries."""
    try:
        day = date.fromisoformat(str(given)[:10])
    except ValueError:
        return None
    return day if day.year <= _LATEST_YEAR else None


def _local(moment: Moment, zone: str) -> datetime:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone))
