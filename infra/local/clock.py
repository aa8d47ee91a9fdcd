"""A clock that can be moved forward: real time plus an offset, or standing still while somebody drives."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import struct_time
from types import ModuleType
from typing import Any

_DURATION = re.compile(
    r"^P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?$"
)


class VirtualClock:
    """Milliseconds since the epoch, UTC; satisfies ``leadwell.clock.Clock``."""

    def __init__(self, offset: int = 0) -> None:
        self._offset = offset
        self._held: int | None = None
        self._pinned = threading.local()
        self.moved = threading.Condition()
        """Notified whenever the time jumps; waits for a moment of virtual time hang on it."""

    def now(self) -> int:
        pinned: int | None = getattr(self._pinned, "moment", None)
        if pinned is not None:
            return pinned
        held = self._held
        return held if held is not None else _real() + self._offset

    @property
    def offset(self) -> int:
        """How far the clock is ahead of real time, in milliseconds."""
        return self.now() - _real()

    @contextmanager
    def pinned(self, moment: int) -> Iterator[None]:
        """This thread sees one moment: a request is handled at the time it was accepted, again when it is replayed."""
        self._pinned.moment = moment
        try:
            yield
        finally:
            del self._pinned.moment

    def set(self, moment: int) -> None:
        """Jumps to a moment, forward in ordinary use, backward only while a journal is replayed."""
        with self.moved:
            if self._held is not None:
                self._held = moment
            else:
                self._offset = moment - _real()
            self.moved.notify_all()

    def pause(self, milliseconds: int) -> None:
        """So much time passes for whoever works, and nobody waits for it."""
        if getattr(self._pinned, "moment", None) is not None:
            self._pinned.moment += milliseconds
        else:
            self.set(self.now() + milliseconds)

    @contextmanager
    def hold(self, *, made_up: bool = False) -> Iterator[None]:
        """Stops the time, so that work takes none of it; nested holds are one hold.

        ``made_up``: afterwards the clock shows what it would show had it not been stopped.
        """
        if self._held is not None:
            yield
            return
        began = _real()
        self._held = self.now()
        try:
            yield
        finally:
            with self.moved:
                self._offset, self._held = self._held - (began if made_up else _real()), None
                self.moved.notify_all()


class VirtualTime(ModuleType):
    """Stands in for the module ``time`` inside an emulator module: its "now" is the virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__("time")
        self._clock = clock

    def time(self) -> float:
        return self._clock.now() / 1000

    def gmtime(self, seconds: float | None = None) -> struct_time:
        return time.gmtime(self.time() if seconds is None else seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def after(moment: int, duration: str) -> int:
    """The moment an ISO 8601 duration later: ``PT3H``, ``P30D``, ``P1Y2M``; years and months follow the calendar.

    Raises ValueError when the text is no such duration.
    """
    match = _DURATION.match(duration)
    if not match or duration.endswith(("P", "T")):
        raise ValueError(f"{duration!r} is not an ISO 8601 duration such as PT3H, P7D or P1Y")
    given = {name: int(value or 0) for name, value in match.groupdict().items()}
    start = datetime.fromtimestamp(moment // 1000, UTC)
    months = start.month - 1 + given["months"] + 12 * given["years"]
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, _days_in(year, month))
    shifted = start.replace(year=year, month=month, day=day) + timedelta(
        weeks=given["weeks"],
        days=given["days"],
        hours=given["hours"],
        minutes=given["minutes"],
        seconds=given["seconds"],
    )
    return int(shifted.timestamp()) * 1000 + moment % 1000


def _days_in(year: int, month: int) -> int:
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return (following - timedelta(days=1)).day


def _real() -> int:
    return time.time_ns() // 1_000_000
