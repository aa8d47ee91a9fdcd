"""The table in memory, as strict in reading as it is in writing: what DynamoDB would refuse is an error here too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadwell.store.attributes import to_attributes
from leadwell.store.table import Change, DuePage, Item, Key, Page, Put
from tests.fakes.limits import check_fits
from tests.fakes.memory_table import MemoryTable

PK_BYTES = 2048
SK_BYTES = 1024
TRANSACTION_BYTES = 4 * 1024 * 1024


class Invalid(Exception):
    """What DynamoDB calls a ValidationException: no retry helps."""


class StrictTable(MemoryTable):
    def mark(self) -> Mapping[Key, dict[str, Any]]:
        """For ``rewind``. Cheap: stored items are replaced, never changed."""
        return dict(self._items)

    def rewind(self, mark: Mapping[Key, dict[str, Any]]) -> None:
        self._items = dict(mark)
        self._sizes.clear()
        self.stream.clear()

    def changed(self, since: int = 0) -> tuple[Key, ...]:
        """What changed, in order; ``since``: how many records the stream had."""
        keys = (record["dynamodb"]["Keys"] for record in self.stream[since:])
        return tuple(Key(key["pk"]["S"], key["sk"]["S"]) for key in keys)

    def plant(self, item: Mapping[str, Any]) -> None:
        """Puts an item in DynamoDB's own form in place, whatever is wrong with it."""
        self._items[Key(item["pk"]["S"], item["sk"]["S"])] = dict(item)

    def get(self, key: Key) -> Item | None:
        _check_key(key)
        return super().get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(keys)
        for key in wanted:
            _check_key(key)
        return super().get_many(wanted)

    def put_many(self, items: Sequence[Item]) -> None:
        for item in items:
            _check_names(item)
        super().put_many(items)

    def write(self, *changes: Change) -> None:
        size = 0
        for change in changes:
            _check_key(change.key)
            if isinstance(change, Put):
                _check_names(change.item)
                size += check_fits(to_attributes(change.item))
        if size > TRANSACTION_BYTES:
            raise Invalid("a transaction of more than 4 MB")
        super().write(*changes)

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
        _check_text(pk, PK_BYTES)
        for text in (begins, after, until):
            if text:
                _check_text(text, SK_BYTES)
        if cursor:
            _check_key(cursor)
            if cursor.pk != pk:
                raise Invalid("the cursor is of another partition")
        return super().query(
            pk, begins=begins, after=after, until=until, newest_first=newest_first, limit=limit, cursor=cursor
        )

    def query_due(self, bucket: str, *, limit: int, cursor: dict[str, str] | None = None) -> DuePage:
        _check_text(bucket, PK_BYTES)
        return super().query_due(bucket, limit=limit, cursor=cursor)


def _check_key(key: Key) -> None:
    _check_text(key.pk, PK_BYTES)
    _check_text(key.sk, SK_BYTES)


def _check_text(text: Any, limit: int) -> None:
    if type(text) is not str or not text:
        raise Invalid(f"a key that is {text!r:.40}")
    if len(text.encode()) > limit:
        raise Invalid(f"a key of more than {limit} bytes")


def _check_names(value: Any) -> None:
    match value:
        case dict():
            if "" in value:
                raise Invalid("an attribute without a name")
            for inner in value.values():
                _check_names(inner)
        case list() | tuple():
            for inner in value:
                _check_names(inner)
