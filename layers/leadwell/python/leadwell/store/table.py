"""The port to the table.

Items are plain Python values (str, int, float, bool, None, bytes, list, dict) with the keys ``pk`` and ``sk``. Every
item that is written under a condition carries an integer ``rev``; the only condition there is compares it. That one
rule is enough for optimistic versions, put-if-absent and claims, and small enough to be obeyed by every
implementation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

Item = dict[str, Any]

ABSENT = 0
"""As ``expect``: the item must not exist."""

TRANSACTION_LIMIT = 100
"""Changes in one transaction (DynamoDB's limit)."""


class Key(NamedTuple):
    pk: str
    sk: str


KEY_BYTES = (2048, 1024)
"""The most that the parts of a key may have (DynamoDB's limits)."""


def key_of(item: Item) -> Key:
    return Key(item["pk"], item["sk"])


@dataclass(frozen=True, slots=True)
class Put:
    """Writes the whole item. ``expect``: None always, 0 only if absent, n only over revision n."""

    item: Item
    expect: int | None = None

    @property
    def key(self) -> Key:
        return key_of(self.item)


@dataclass(frozen=True, slots=True)
class Delete:
    key: Key
    expect: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Writes nothing, but lets the transaction fail unless the item is as expected."""

    key: Key
    expect: int


Change = Put | Delete | Check


@dataclass(frozen=True, slots=True)
class Page:
    """Some items and, when there are more, the cursor that continues after them."""

    items: list[Item]
    cursor: Key | None = None


@dataclass(frozen=True, slots=True)
class DueEntry:
    """An item that the due index lists: its key and the moment (ISO text) it is due at."""

    key: Key
    due_at: str


@dataclass(frozen=True, slots=True)
class DuePage:
    entries: list[DueEntry] = field(default_factory=list)
    cursor: dict[str, str] | None = None


class Table(Protocol):
    """Raises ``Conflict`` when a condition does not hold and ``Throttled`` when the table asks to slow down."""

    @property
    def pepper(self) -> bytes:
        """The installation's own secret for what must not be told from the table's keys (``keys.sealed``)."""

    def get(self, key: Key) -> Item | None:
        """Strongly consistent."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Strongly consistent; keys without an item are missing from the answer. One request per 100 keys."""

    def put_many(self, items: Sequence[Item]) -> None:
        """Unconditional puts, in no order, not atomic; all are durable on return. One request per 25 items."""

    def write(self, *changes: Change) -> None:
        """All or nothing. One change is a plain conditional request, more are a transaction."""

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
        """One page of a partition, strongly consistent: sort keys that begin with ``begins``, or lie in [after,
        until].
        """

    def count(self, pk: str, *, most: int) -> int:
        """How many items a partition has, counted up to ``most`` (or a little more); reads all of them in the table,
        and brings none along."""

    def query_due(self, bucket: str, *, limit: int, cursor: dict[str, str] | None = None) -> DuePage:
        """One page of a due bucket, earliest first. Eventually consistent: the newest writes may be missing."""

    def scan(self, *, segment: int, segments: int, limit: int, cursor: Key | None = None) -> Page:
        """One page of everything, for rebuilds."""


def query_all(table: Table, pk: str, *, begins: str = "", page: int = 500) -> Iterable[Item]:
    """Every item of a partition, page by page."""
    cursor: Key | None = None
    while True:
        found = table.query(pk, begins=begins, limit=page, cursor=cursor)
        yield from found.items
        if found.cursor is None:
            return
        cursor = found.cursor
