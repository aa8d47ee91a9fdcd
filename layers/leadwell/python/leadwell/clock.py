"""The only module that reads the time.

Everything else receives moments as arguments: integers, milliseconds since 1970-01-01T00:00:00Z.
"""

import time
from datetime import UTC, datetime
from typing import Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Moment = int
"""Milliseconds since the Unix epoch, UTC."""

FOREVER: Moment = 253_402_300_799_000
"""The last second of the year 9999: a moment that never comes."""


class Clock(Protocol):
    """Tells the time; tests and the local run bring their own."""

    def now(self) -> Moment: ...


class SystemClock:
    def now(self) -> Moment:
        return time.time_ns() // 1_000_000


def pause(milliseconds: int) -> None:
    """Lets time pass: for a turn that comes in a moment, never for something that may happen."""
    time.sleep(milliseconds / 1000)


def to_iso(moment: Moment) -> str:
    """1792643400123 → ``2026-10-22T03:10:00.123Z``: sorts as text the way it sorts as time."""
    seconds, millis = divmod(moment, 1000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{millis:03d}Z"


def from_iso(text: str) -> Moment:
    """Reads an ISO 8601 date-time; one without an offset counts as UTC.

    Raises ValueError when the text is no date-time.
    """
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return moment_of(parsed)


def moment_of(when: datetime) -> Moment:
    """The moment of an aware datetime, to the millisecond."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    delta = when - epoch
    return delta.days * DAY + delta.seconds * SECOND + delta.microseconds // 1000


def to_minute(moment: Moment) -> str:
    """The minute a moment lies in, as ``2026-10-22T03:10Z``."""
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")
