"""The table in memory, with a stream."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from leadwell.errors import Conflict
from leadwell.store.attributes import from_attributes, to_attributes
from leadwell.store.table import Change, Check, Delete, DueEntry, DuePage, Item, Key, Page, Put, key_of
from tests.fakes.limits import PAGE_BYTES, TRANSACTION_BYTES, check_fits

_ACTIONS: Mapping[type, str] = {Put: "PutItem", Delete: "DeleteItem", Check: "ConditionCheckItem"}


class MemoryTable:
    """Keeps items in the wire form, so that what the real table would refuse is refused here too.

    Takes the freedoms that the real table has: a page ends at a megabyte, and the last one may promise another.

    ``on_request`` is told before and after each request, ``on_action`` the permission that it needs.
    """

    def __init__(self) -> None:
        self._items: dict[Key, dict[str, Any]] = {}
        self._sizes: dict[Key, int] = {}
        self.stream: list[dict[str, Any]] = []
        self.requests = 0
        self.on_request: Callable[[str], None] = lambda operation: None
        self.on_action: Callable[[str], None] = lambda action: None
        self.on_pepper: Callable[[], None] = lambda: None
        """Is told when the secret is needed, which not every function may read."""

    @property
    def pepper(self) -> bytes:
        self.on_pepper()
        return b"an installation's own"

    def get(self, key: Key) -> Item | None:
        self.on_action("GetItem")
        self._request("get")
        found = self._items.get(key)
        return from_attributes(found) if found else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        for _ in range(0, len(wanted), 100):
            self.on_action("BatchGetItem")
            self._request("get_many")
        return {key: from_attributes(self._items[key]) for key in wanted if key in self._items}

    def put_many(self, items: Sequence[Item]) -> None:
        keys = [key_of(item) for item in items]
        if len(set(keys)) != len(keys):
            raise ValueError("a batch write names a key twice")
        for start in range(0, len(items), 25):
            self.on_action("BatchWriteItem")
            self._request("put_many")
            wires = [to_attributes(item) for item in items[start : start + 25]]
            for wire in wires:
                check_fits(wire)
            for wire in wires:
                self._put(wire)
            self._done("put_many")

    def write(self, *changes: Change) -> None:
        if not changes:
            return
        keys = [change.key for change in changes]
        if len(set(keys)) != len(keys):
            raise ValueError("a transaction names a key twice")
        if len(changes) > 100:
            raise ValueError("a transaction has more than 100 changes")
        for change in changes:
            self.on_action(_ACTIONS[type(change)])
        self._request("write")
        wires = {change.key: to_attributes(change.item) for change in changes if isinstance(change, Put)}
        if sum(check_fits(wire) for wire in wires.values()) > TRANSACTION_BYTES:
            raise ValueError("a transaction writes more than 4 MB")
        failed = tuple(n for n, change in enumerate(changes) if not self._holds(change))
        if failed:
            raise Conflict(failed=failed)
        for change in changes:
            match change:
                case Put():
                    self._put(wires[change.key])
                case Delete(key, _):
                    self._delete(key)
                case Check():
                    pass
        self._done("write")

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
        self.on_action("Query")
        self._request("query")
        if after is not None and until is not None and after > until:
            raise ValueError("the range ends before it begins")
        found = sorted(
            key
            for key in self._items
            if key.pk == pk
            and key.sk.startswith(begins)
            and (after is None or key.sk >= after)
            and (until is None or key.sk <= until)
        )
        if newest_first:
            found.reverse()
        if cursor:
            found = [key for key in found if (key < cursor if newest_first else key > cursor)]
        return self._page(found, limit)

    def count(self, pk: str, *, most: int) -> int:
        self.on_action("Query")
        self._request("count")
        return sum(key.pk == pk for key in self._items)

    def query_due(self, bucket: str, *, limit: int, cursor: dict[str, str] | None = None) -> DuePage:
        self.on_action("Query on due")
        self._request("query_due")
        found = sorted(
            (item["due_at"]["S"], key)
            for key, item in self._items.items()
            if item.get("due_bucket") == {"S": bucket} and "due_at" in item
        )
        if cursor:
            last = (cursor["due_at"], Key(cursor["pk"], cursor["sk"]))
            found = [entry for entry in found if entry > last]
        entries = [DueEntry(key, due_at) for due_at, key in found[:limit]]
        if len(found) < limit:
            return DuePage(entries)
        end = entries[-1]
        return DuePage(entries, {"pk": end.key.pk, "sk": end.key.sk, "due_bucket": bucket, "due_at": end.due_at})

    def scan(self, *, segment: int, segments: int, limit: int, cursor: Key | None = None) -> Page:
        self.on_action("Scan")
        self._request("scan")
        found = [key for key in sorted(self._items) if _segment(key, segments) == segment]
        if cursor:
            found = [key for key in found if key > cursor]
        return self._page(found, limit)

    def items(self, kind: str) -> list[Item]:
        """For assertions: every item of a kind, in key order."""
        return [
            from_attributes(self._items[key])
            for key in sorted(self._items)
            if self._items[key].get("kind") == {"S": kind}
        ]

    def snapshot(self) -> dict[Key, dict[str, Any]]:
        return copy.deepcopy(self._items)

    def restore(self, snapshot: Mapping[Key, dict[str, Any]]) -> None:
        """Puts a snapshot's items in place, without a trace in the stream."""
        self._items = copy.deepcopy(dict(snapshot))
        self._sizes.clear()

    def _page(self, found: list[Key], limit: int) -> Page:
        page: list[Key] = []
        room = PAGE_BYTES
        for key in found[:limit]:
            room -= self._size(key)
            if room < 0:
                break
            page.append(key)
        more = len(page) < len(found) or len(page) == limit
        return Page([from_attributes(self._items[key]) for key in page], page[-1] if more else None)

    def _size(self, key: Key) -> int:
        if key not in self._sizes:
            self._sizes[key] = check_fits(self._items[key])
        return self._sizes[key]

    def _holds(self, change: Change) -> bool:
        if change.expect is None:
            return True
        stored = self._items.get(change.key)
        if change.expect == 0:
            return stored is None
        return stored is not None and stored.get("rev") == {"N": str(change.expect)}

    def _put(self, new: dict[str, Any]) -> None:
        key = Key(new["pk"]["S"], new["sk"]["S"])
        old = self._items.get(key)
        self._items[key] = new
        self._sizes.pop(key, None)
        if old != new:
            self._emit("MODIFY" if old else "INSERT", key, old, new)

    def _delete(self, key: Key) -> None:
        old = self._items.pop(key, None)
        self._sizes.pop(key, None)
        if old:
            self._emit("REMOVE", key, old, None)

    def _emit(self, event_name: str, key: Key, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        number = len(self.stream) + 1
        change: dict[str, Any] = {
            "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            "SequenceNumber": f"{number:021d}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        if old:
            change["OldImage"] = old
        if new:
            change["NewImage"] = new
        self.stream.append(
            {"eventID": str(number), "eventName": event_name, "eventSource": "aws:dynamodb", "dynamodb": change}
        )

    def _request(self, operation: str) -> None:
        self.requests += 1
        self.on_request(f"before {operation}")

    def _done(self, operation: str) -> None:
        self.on_request(f"after {operation}")


def _segment(key: Key, segments: int) -> int:
    return sum(key.pk.encode()) % segments
