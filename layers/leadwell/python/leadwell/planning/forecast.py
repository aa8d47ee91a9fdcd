"""What those inside journeys would get within a day, under the definitions as they are and as they would be.

Their part of the table is copied into memory, and the real engine runs it forward. Who comes in meanwhile is not known,
and not counted, but for those whom the change itself brings: they are looked at as a rebuild would.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from leadwell.clock import DAY, Moment
from leadwell.definitions.library import Library
from leadwell.journeys.enrollment import HELD_OUT, KEPT_OUT, Cause, Enrollment
from leadwell.journeys.triggers.date import DateTrigger
from leadwell.messaging.message import Status
from leadwell.rehearsal.stage import Stage
from leadwell.rehearsal.table import MemoryTable
from leadwell.settings import Settings
from leadwell.store import keys
from leadwell.store.table import Item, Key, Table, query_all

HORIZON = DAY

Messages = Counter[tuple[str, str]]
"""By journey and channel."""


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is stored of some contacts; what else is needed is read when it is."""

    base: Table
    items: Sequence[Item]

    @classmethod
    def of(cls, table: Table, contacts: Iterable[str]) -> "Copy":
        return cls(table, [item for contact in contacts for item in query_all(table, keys.contact(contact).pk)])


def forecast(
    copy: Copy, library: Library, inside: Iterable[Enrollment], now: Moment, settings: Settings
) -> tuple[Messages, Messages]:
    """(what would leave within a day for those ``inside``, what would be held back by permission or caps)."""
    table = _Window(copy.base)
    table.fill(copy.items)
    stage = Stage(library, now, settings, words=False, table=table)
    stage.advance(now + HORIZON)
    return _messages_of(stage, inside, now)


@dataclass(slots=True)
class Newcomers:
    """Of a journey: the announced ``segments`` or the ``dates`` that bring them, how many come in, how many are left
    alone."""

    segments: set[str] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    contacts: int = 0
    held_out: int = 0
    left: Messages = field(default_factory=Counter)
    kept: Messages = field(default_factory=Counter)


Brought = Callable[[Newcomers, Cause], bool]
"""Whether the cause of an entry is one that is looked for; notes it."""


def by_segments(announced: Collection[str]) -> Brought:
    def brought(newcomers: Newcomers, cause: Cause) -> bool:
        kind, _, _ = cause.id.partition(":")
        if kind not in ("entered", "left") or cause.name not in announced:
            return False
        newcomers.segments.add(cause.name)
        return True

    return brought


def by_dates(triggers: Iterable[DateTrigger]) -> Brought:
    traits = {one.id: one.date for one in triggers}

    def brought(newcomers: Newcomers, cause: Cause) -> bool:
        kind, _, _ = cause.id.partition(":")
        if kind != "date" or cause.name not in traits:
            return False
        newcomers.dates.add(traits[cause.name])
        return True

    return brought


def forecast_of_newcomers(
    copy: Copy, library: Library, contacts: Iterable[str], brought: Brought, now: Moment, settings: Settings
) -> dict[str, Newcomers]:
    """By journey, who starts it by what the definitions of the library make of the copied ``contacts``."""
    table = _Window(copy.base)
    table.fill(copy.items)
    stage = Stage(library, now, settings, words=False, table=table)
    known = {(one.contact, one.item_key) for one in stage.enrollments()}
    stage.look_again(contacts)
    fresh: dict[str, list[Enrollment]] = {}
    found: dict[str, Newcomers] = {}
    for one in stage.enrollments():
        if (one.contact, one.item_key) in known:
            continue
        mine = found.get(one.journey, Newcomers())
        if not brought(mine, one.cause):
            continue
        found[one.journey] = mine
        mine.held_out += one.status == HELD_OUT
        mine.contacts += one.status not in (HELD_OUT, KEPT_OUT)
        fresh.setdefault(one.journey, []).append(one)
    stage.advance(now + HORIZON)
    for journey, mine in found.items():
        mine.left, mine.kept = _messages_of(stage, fresh[journey], now)
    return found


def _messages_of(stage: Stage, enrollments: Iterable[Enrollment], now: Moment) -> tuple[Messages, Messages]:
    wanted = {one.item_key for one in enrollments}
    left: Messages = Counter()
    kept: Messages = Counter()
    sent = {(one.message.contact, one.message.id) for one in stage.left}
    for message in stage.messages():
        if Key(keys.contact(message.contact).pk, message.enrollment) not in wanted:
            continue
        if (message.contact, message.id) in sent:
            left[message.journey, message.channel] += 1
        elif message.status is Status.SKIPPED and (message.finished_at or 0) >= now:
            kept[message.journey, message.channel] += 1
    return left, kept


class _Window(MemoryTable):
    """Items of the copied contacts; others come from the table when they are asked for, and nothing goes back."""

    def __init__(self, base: Table) -> None:
        super().__init__()
        self._base = base
        self._asked: set[Key] = set()
        self._copied: set[str] = set()

    @property
    def pepper(self) -> bytes:
        return self._base.pepper

    def fill(self, items: Sequence[Item]) -> None:
        for item in items:
            self._put(item)
        self._copied = {item["pk"] for item in items}
        self.take_written()

    def _stored(self, key: Key) -> Item | None:
        found = super()._stored(key)
        if found is not None or key in self._asked or key.pk in self._copied:
            return found
        self._asked.add(key)
        there = self._base.get(key)
        if there is not None:
            written, self._written = self._written, []
            # Whatever is to happen to others by themselves is not asked for.
            self._put({name: value for name, value in there.items() if name not in ("due_at", "due_bucket")})
            self._written = written
        return super()._stored(key)
