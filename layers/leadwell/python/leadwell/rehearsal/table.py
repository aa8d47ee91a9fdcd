"""The table in memory: plain values, one reader, no faults. Obeys the contract of ``store.table``."""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leadwell.clock import Moment, from_iso
from leadwell.errors import Conflict
from leadwell.store.table import TRANSACTION_LIMIT, Change, Check, DueEntry, DuePage, Item, Key, Page, Put, key_of

_EXACT = 1e38
"""From here on numbers have more digits than DynamoDB keeps."""
_PLAIN = frozenset({str, int, bool, type(None), bytes})
"""What is given back as it is."""


class Written(NamedTuple):
    """One change as the stream would show it; an image is None where there is none."""

    key: Key
    old: Item | None
    new: Item | None


@dataclass(slots=True)
class _Partition:
    items: dict[str, Item] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


class MemoryTable:
    """``written`` collects every change until somebody takes it."""

    def __init__(self) -> None:
        self._partitions: dict[str, _Partition] = {}
        self._due: list[tuple[str, Key]] = []
        self._written: list[Written] = []

    @property
    def pepper(self) -> bytes:
        return b"rehearsal"

    def get(self, key: Key) -> Item | None:
        found = self._stored(key)
        return settled(found) if found is not None else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = {key: self._stored(key) for key in dict.fromkeys(keys)}
        return {key: settled(item) for key, item in found.items() if item is not None}

    def put_many(self, items: Sequence[Item]) -> None:
        _distinct([key_of(item) for item in items], "a batch write")
        for item in [settled(item) for item in items]:
            self._put(item)

    def write(self, *changes: Change) -> None:
        _distinct([change.key for change in changes], "a transaction")
        if len(changes) > TRANSACTION_LIMIT:
            raise ValueError(f"a transaction has more than {TRANSACTION_LIMIT} changes")
        items = [settled(change.item) if isinstance(change, Put) else None for change in changes]
        failed = tuple(n for n, change in enumerate(changes) if not self._holds(change))
        if failed:
            raise Conflict(failed=failed)
        for change, item in zip(changes, items, strict=True):
            if item is not None:
                self._put(item)
            elif not isinstance(change, Check):
                self._delete(change.key)

    def query(
        self,
        pk: str,
        *,
        begins: str = "",
        after: str | None = None,
        until: str | None = None,
        newest_first: bool = False,
        limit: int = 100,
        cursor: Key | None = None,
    ) -> Page:
        if after is not None and until is not None and after > until:
            raise ValueError("the range ends before it begins")
        partition = self._partitions.get(pk, _Partition())
        first = bisect_left(partition.order, max(begins, after or ""))
        found = []
        for sk in partition.order[first:]:
            if (begins and not sk.startswith(begins)) or (until is not None and sk > until):
                break
            found.append(sk)
        if newest_first:
            found.reverse()
        if cursor:
            found = [sk for sk in found if (sk < cursor.sk if newest_first else sk > cursor.sk)]
        page = found[:limit]
        items = [settled(partition.items[sk]) for sk in page]
        return Page(items, Key(pk, page[-1]) if len(found) > limit else None)

    def count(self, pk: str, *, most: int) -> int:
        return len(self._partitions.get(pk, _Partition()).order)

    def query_due(self, bucket: str, *, limit: int, cursor: dict[str, str] | None = None) -> DuePage:
        entries = [
            DueEntry(key_of(item), item["due_at"])
            for item in self._all()
            if item.get("due_bucket") == bucket and "due_at" in item
        ]
        entries.sort(key=lambda entry: (entry.due_at, entry.key))
        if cursor:
            last = (cursor["due_at"], Key(cursor["pk"], cursor["sk"]))
            entries = [entry for entry in entries if (entry.due_at, entry.key) > last]
        page = entries[:limit]
        if len(entries) <= limit:
            return DuePage(page)
        end = page[-1]
        return DuePage(page, {"pk": end.key.pk, "sk": end.key.sk, "due_bucket": bucket, "due_at": end.due_at})

    def scan(self, *, segment: int, segments: int, limit: int, cursor: Key | None = None) -> Page:
        found = sorted(key_of(item) for item in self._all() if sum(item["pk"].encode()) % segments == segment)
        if cursor:
            found = [key for key in found if key > cursor]
        page = found[:limit]
        items = self.get_many(page)
        return Page([items[key] for key in page], page[-1] if len(found) > limit else None)

    def items(self, kind: str) -> list[Item]:
        """Every item of a kind, in key order."""
        found = [item for item in self._all() if item.get("kind") == kind]
        return [settled(item) for item in sorted(found, key=key_of)]

    def take_written(self) -> list[Written]:
        """The changes since this was asked last."""
        taken, self._written = self._written, []
        return taken

    def next_due(self) -> Moment | None:
        """When the next item is due."""
        while self._due:
            due_at, key = self._due[0]
            if self._is_due(key, due_at):
                return from_iso(due_at)
            heapq.heappop(self._due)
        return None

    def due_by(self, now_iso: str) -> list[Key]:
        """The keys of everything due by then, the earliest first. They stay due until a write changes that."""
        found: list[tuple[str, Key]] = []
        while self._due and self._due[0][0] <= now_iso:
            entry = heapq.heappop(self._due)
            if self._is_due(entry[1], entry[0]):
                found.append(entry)
        distinct = list(dict.fromkeys(found))
        for entry in distinct:
            heapq.heappush(self._due, entry)
        return [key for _, key in distinct]

    def _is_due(self, key: Key, due_at: str) -> bool:
        item = self._stored(key)
        return item is not None and item.get("due_at") == due_at and "due_bucket" in item

    def _stored(self, key: Key) -> Item | None:
        partition = self._partitions.get(key.pk)
        return partition.items.get(key.sk) if partition else None

    def _all(self) -> Iterable[Item]:
        return (item for partition in self._partitions.values() for item in partition.items.values())

    def _holds(self, change: Change) -> bool:
        if change.expect is None:
            return True
        stored = self._stored(change.key)
        if change.expect == 0:
            return stored is None
        return stored is not None and type(stored.get("rev")) is int and stored["rev"] == change.expect

    def _put(self, new: Item) -> None:
        key = key_of(new)
        partition = self._partitions.setdefault(key.pk, _Partition())
        old = partition.items.get(key.sk)
        if old is None:
            insort(partition.order, key.sk)
        partition.items[key.sk] = new
        if "due_at" in new and "due_bucket" in new:
            heapq.heappush(self._due, (new["due_at"], key))
        if old != new:
            self._written.append(Written(key, old, new))

    def _delete(self, key: Key) -> None:
        partition = self._partitions.get(key.pk)
        if partition is None or key.sk not in partition.items:
            return
        old = partition.items.pop(key.sk)
        del partition.order[bisect_left(partition.order, key.sk)]
        self._written.append(Written(key, old, None))


def settled(value: Any) -> Any:
    """A copy of a value as DynamoDB gives it back: tuples as lists, whole floats as integers."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        # Most of what is inside is plain, and half of a rehearsal's time would go into asking for it one by one.
        return {
            name if type(name) is str else str(name): inner if type(inner) in _PLAIN else settled(inner)
            for name, inner in value.items()
        }
    if kind is list or kind is tuple:
        return [inner if type(inner) in _PLAIN else settled(inner) for inner in value]
    if kind is float:
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    raise TypeError(f"cannot store a {kind.__name__}")


def _distinct(keys: Sequence[Key], what: str) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError(f"{what} names a key twice")
