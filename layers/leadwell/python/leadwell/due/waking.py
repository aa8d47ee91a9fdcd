"""Takes what is due to the queue that works on it. Changes nothing: an item leaves the index when its work is done.

Two callers: the state machine when a minute has come (``drain``), and the sweep every five minutes (``sweep``), which
finds whatever was not woken or not finished. Waking twice is harmless, waking without end is not: while a queue has a
long backlog its items stay in the index, where they are remembered, and no copies are made of them.
"""

from dataclasses import dataclass
from typing import Any

from leadwell.clock import MINUTE, Moment, to_iso, to_minute
from leadwell.due.buckets import HORIZON, SHARDS, bucket, execution_name, lane_of, minute_start
from leadwell.due.starter import DelayStarter
from leadwell.store import keys
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES, TRANSACTIONAL, WEBHOOKS, Queues
from leadwell.store.table import Delete, Key, Table

PAGE = 100
PAGES_PER_CALL = 50
MAX_BACKLOG = 10_000
SETTLED = 20 * MINUTE
"""A minute this old has no writer left (no function lives longer than 15 minutes): its marker goes once it is empty."""
ARMING_WINDOW = 20 * MINUTE
"""Each sweep starts the minutes that came within the horizon lately; a missed one is still swept when it is due."""

_QUEUES = {"C": CONTACTS, "J": ENROLLMENTS, "B": ENROLLMENTS, "M": MESSAGES}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the draining of a minute has come; travels through the state machine between calls."""

    minute: str
    shard: int = 0
    cursor: dict[str, str] | None = None
    more: bool = True
    woken: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "minute": self.minute,
            "shard": self.shard,
            "cursor": self.cursor,
            "more": self.more,
            "woken": self.woken,
        }

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Progress":
        return cls(
            minute=given["minute"],
            shard=given.get("shard", 0),
            cursor=given.get("cursor"),
            woken=given.get("woken", 0),
        )


def queue_of(key: Key, shard: int = 0) -> str | None:
    """Contacts, enrollments (with calls into journeys) and messages each have their queue; the sort key tells which,
    and the shard which messages have one of their own.
    None for what a newer version may have left behind: it stays where it is and keeps nobody else from being woken."""
    return lane_of(shard) or _QUEUES.get(key.sk.partition("#")[0])


def drain(table: Table, queues: Queues, progress: Progress, now: Moment, pages: int = PAGES_PER_CALL) -> Progress:
    """Wakes up to ``pages`` pages of a minute; call again with the answer while ``more``."""
    shard, cursor, woken = progress.shard, progress.cursor, progress.woken
    for _ in range(pages):
        page = table.query_due(bucket(progress.minute, shard), limit=PAGE, cursor=cursor)
        due = [entry.key for entry in page.entries if entry.due_at <= to_iso(now)]
        woken += _wake(queues, due, shard)
        cursor = page.cursor
        if cursor is None:
            shard += 1
        if shard == SHARDS:
            return Progress(progress.minute, shard, None, False, woken)
    return Progress(progress.minute, shard, cursor, True, woken)


@dataclass(frozen=True, slots=True)
class Swept:
    minutes: int
    woken: int
    closed: int
    started: int


def sweep(table: Table, queues: Queues, starter: DelayStarter, now: Moment) -> Swept:
    """Wakes everything overdue, closes settled minutes, and starts those that came within the horizon."""
    overdue = table.query(keys.DUE, after="0", until=to_minute(now + MINUTE), limit=1000).items
    woken = closed = 0
    for found in overdue:
        minute = found["sk"]
        progress = Progress(minute)
        while progress.more:
            progress = drain(table, queues, progress, now)
        woken += progress.woken
        if minute_start(minute) + SETTLED < now and _is_empty(table, minute):
            table.write(Delete(keys.due_minute(minute)))
            closed += 1
    coming = table.query(
        keys.DUE, after=to_minute(now + HORIZON - ARMING_WINDOW), until=to_minute(now + HORIZON), limit=1000
    ).items
    for found in coming:
        starter.start_delay(found["sk"], execution_name(found["sk"]))
    return Swept(len(overdue), woken, closed, len(coming))


def _wake(queues: Queues, due: list[Key], shard: int) -> int:
    woken = 0
    for queue in (TRANSACTIONAL, CONTACTS, ENROLLMENTS, MESSAGES, WEBHOOKS):
        work = [key for key in due if queue_of(key, shard) == queue]
        if work and queues.backlog(queue) < MAX_BACKLOG:
            queues.send(queue, work)
            woken += len(work)
    return woken


def _is_empty(table: Table, minute: str) -> bool:
    return not any(table.query_due(bucket(minute, shard), limit=1).entries for shard in range(SHARDS))
