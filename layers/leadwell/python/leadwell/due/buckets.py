"""The due index: buckets of a minute, and the markers that say a minute has something in it.

An item that is due carries ``due_at`` and ``due_bucket``; both leave it only by the write that does its work. The
bucket is the first full minute *after* the due moment, and no due moment lies in the past of the write that sets it,
so a bucket is filled before its minute comes; the few exceptions (a slow writer, a lagging index) are what the sweep
is for.

Arming comes before the write: a marker without items costs one empty query, an item without a marker would be lost.
"""

from collections.abc import Iterable, Sequence

from leadwell.clock import DAY, MINUTE, Moment, from_iso, to_iso, to_minute
from leadwell.due.starter import DelayStarter
from leadwell.errors import Conflict
from leadwell.ids import shard_of
from leadwell.store import keys
from leadwell.store.queues import TRANSACTIONAL, WEBHOOKS
from leadwell.store.table import ABSENT, TRANSACTION_LIMIT, Key, Put, Table

SPREAD = 4
"""One partition of the index takes 1,000 writes a second."""

LANES = {TRANSACTIONAL: SPREAD, WEBHOOKS: SPREAD + 1}
"""Queues with a shard of their own: whoever wakes what is due sees nothing but keys, and must know where it belongs."""

SHARDS = SPREAD + len(LANES)

HORIZON = 30 * DAY
"""How far ahead an execution waits; later minutes are started by the sweep when they come this near."""

_REMEMBERED = 4096


def due_attributes(pk: str, due_at: Moment, queue: str = "") -> dict[str, str]:
    """What an item that has something to do at ``due_at`` carries for the index. ``queue`` is where it is worked on, if
    that is one of ``LANES``."""
    shard = LANES.get(queue)
    if shard is None:
        shard = shard_of(pk, SPREAD)
    return {"due_at": to_iso(due_at), "due_bucket": bucket(bucket_minute(due_at), shard)}


def lane_of(shard: int) -> str | None:
    """The queue whose own shard this is."""
    return next((queue for queue, own in LANES.items() if own == shard), None)


def bucket_minute(due_at: Moment) -> str:
    """The minute at whose start something due at this moment is woken: late by a minute at most, never early."""
    return to_minute(due_at - due_at % MINUTE + MINUTE)


def bucket(minute: str, shard: int) -> str:
    return f"{minute}#{shard}"


def minute_start(minute: str) -> Moment:
    return from_iso(minute)


def execution_name(minute: str) -> str:
    """Execution names allow no colon and stay taken for 90 days, as a minute should."""
    return "due-" + minute.replace(":", "-")


class Armory:
    """Sees to it that every due minute is woken. Remembers the minutes it has armed to spare the table."""

    def __init__(self, table: Table, starter: DelayStarter) -> None:
        self._table = table
        self._starter = starter
        self._armed: dict[str, None] = {}

    def arm(self, moments: Iterable[Moment | None], now: Moment) -> None:
        """To be called before the items that are due at these moments are written."""
        minutes = sorted({bucket_minute(moment) for moment in moments if moment is not None} - self._armed.keys())
        for start in range(0, len(minutes), TRANSACTION_LIMIT):
            self._arm(minutes[start : start + TRANSACTION_LIMIT], now)

    def _arm(self, minutes: Sequence[str], now: Moment) -> None:
        """Marks them in one request; if some are marked already, the others each by itself."""
        try:
            self._table.write(*(Put(marker(minute), ABSENT) for minute in minutes))
        except Conflict as conflict:
            if len(minutes) == 1 and not conflict.failed:
                raise  # somebody is in the way, which does not mean that the marker is there
            there = {minutes[place] for place in conflict.failed}
            self._remember(there)
            for minute in minutes:
                if minute not in there:
                    self._arm([minute], now)
            return
        for minute in minutes:
            if minute_start(minute) <= now + HORIZON:
                self._starter.start_delay(minute, execution_name(minute))
        self._remember(minutes)

    def _remember(self, minutes: Iterable[str]) -> None:
        for minute in minutes:
            if len(self._armed) >= _REMEMBERED:
                del self._armed[next(iter(self._armed))]
            self._armed[minute] = None


def marker(minute: str) -> dict[str, str | int]:
    key: Key = keys.due_minute(minute)
    return {"pk": key.pk, "sk": key.sk, "kind": "MINUTE", "rev": 1}
