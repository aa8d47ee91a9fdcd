"""Writes of several contacts that share transactions: at the same price, with far fewer requests."""

from collections.abc import Callable, Iterable, Sequence

from leadwell.store.table import TRANSACTION_LIMIT, Change, DuePage, Item, Key, Page, Table

SHARING = 10
"""Writers in one transaction: ten of the largest items there can be are what it may weigh (4 MB)."""


class Gathered:
    """A table on which transactions wait for each other until they fill one, or until ``flush``.

    Who reads, reads what was written: a partition that is asked for is written first. A single change needs no
    transaction, would cost twice in one, and is written at once. A ``Conflict`` may be that of any writer who waits:
    whoever gathers does the work of all of them again, each alone. ``durable`` is called after each transaction.
    """

    def __init__(self, table: Table, durable: Callable[[], None]) -> None:
        self._table = table
        self._durable = durable
        self._waiting: list[Change] = []
        self._writers = 0
        self._keys: set[Key] = set()

    def flush(self) -> None:
        waiting, self._waiting, self._writers, self._keys = self._waiting, [], 0, set()
        if waiting:
            self._table.write(*waiting)
            self._durable()

    def write(self, *changes: Change) -> None:
        keys = {change.key for change in changes}
        is_full = self._writers >= SHARING or len(self._waiting) + len(changes) > TRANSACTION_LIMIT
        if is_full or not keys.isdisjoint(self._keys):
            self.flush()
        if len(changes) == 1:
            self._table.write(*changes)
        elif changes:
            self._waiting += changes
            self._writers += 1
            self._keys |= keys

    def get(self, key: Key) -> Item | None:
        self._written([key.pk])
        return self._table.get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(keys)
        self._written(key.pk for key in wanted)
        return self._table.get_many(wanted)

    def put_many(self, items: Sequence[Item]) -> None:
        self._written(item["pk"] for item in items)
        self._table.put_many(items)

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
        self._written([pk])
        return self._table.query(
            pk, begins=begins, after=after, until=until, newest_first=newest_first, limit=limit, cursor=cursor
        )

    def count(self, pk: str, *, most: int) -> int:
        self._written([pk])
        return self._table.count(pk, most=most)

    def query_due(self, bucket: str, *, limit: int, cursor: dict[str, str] | None = None) -> DuePage:
        return self._table.query_due(bucket, limit=limit, cursor=cursor)

    def scan(self, *, segment: int, segments: int, limit: int, cursor: Key | None = None) -> Page:
        self.flush()
        return self._table.scan(segment=segment, segments=segments, limit=limit, cursor=cursor)

    def _written(self, partitions: Iterable[str]) -> None:
        if not {key.pk for key in self._keys}.isdisjoint(partitions):
            self.flush()
