"""The table's stream, from which everything follows that is not done at once.

Sources: Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB Streams"; API Reference, Record and
StreamRecord.
"""

from typing import Any

import pytest

from leadwell.errors import Conflict
from leadwell.store.table import ABSENT, Check, Delete, Item, Key, Put, Table
from tests.contract.seen import Change, Stream, eventually


class Watched:
    """One partition and what the stream shows of it."""

    def __init__(self, stream: Stream, pk: str) -> None:
        self.table: Table = stream.table()
        self.pk = pk
        self._stream = stream

    def item(self, sk: str, rev: int = 1, **more: Any) -> Item:
        return {"pk": self.pk, "sk": sk, "kind": "EVENT", "id": f"{self.pk}-{sk}", "rev": rev, **more}

    def put(self, sk: str, rev: int = 1, **more: Any) -> None:
        self.table.write(Put(self.item(sk, rev, **more)))

    def changes(self, count: int) -> list[Change]:
        """The first so many, once they are there; more than that is a mistake."""

        def shown() -> list[Change]:
            seen = self._stream.changes(self.pk)
            return seen if len(seen) >= count else []

        found = eventually(shown, self._stream)
        assert len(found) == count, found
        return found


@pytest.fixture
def watched(stream: Stream, own: str) -> Watched:
    return Watched(stream, own)


def test_what_is_new_is_inserted_and_then_modified(watched: Watched) -> None:
    watched.put("a", 1, text="Grüße", number=0.25, nested={"list": [1, None, True]}, empty="")
    watched.put("a", 2)
    first, second = watched.changes(2)
    assert (first.what, first.sk) == ("INSERT", "a")
    assert first.new == watched.item("a", 1, text="Grüße", number=0.25, nested={"list": [1, None, True]}, empty="")
    assert (second.what, second.new) == ("MODIFY", watched.item("a", 2))


def test_bytes_arrive_as_bytes(watched: Watched) -> None:
    watched.put("a", data=b"\x00\xff")
    (change,) = watched.changes(1)
    assert change.new is not None
    assert change.new["data"] == b"\x00\xff"


def test_the_image_before_is_shown_as_well(watched: Watched) -> None:
    watched.put("a", 1)
    watched.put("a", 2)
    assert [change.old for change in watched.changes(2)] == [None, watched.item("a", 1)]


def test_what_is_deleted_is_removed(watched: Watched) -> None:
    watched.put("a")
    watched.table.write(Delete(Key(watched.pk, "a")))
    assert watched.changes(2)[1] == Change("REMOVE", "a", watched.item("a"), None)


def test_each_items_changes_are_in_order(watched: Watched) -> None:
    for rev in range(1, 6):
        watched.put("a", rev)
        watched.put("b", rev)
    found = watched.changes(10)
    for sk in ("a", "b"):
        assert [change.new["rev"] for change in found if change.sk == sk and change.new] == [1, 2, 3, 4, 5]


def test_a_write_that_changes_nothing_is_not_shown(watched: Watched) -> None:
    watched.put("a", 1)
    watched.put("a", 1)
    watched.table.put_many([watched.item("a", 1)])
    watched.put("a", 2)
    assert [change.new and change.new["rev"] for change in watched.changes(2)] == [1, 2]


def test_deleting_what_is_not_there_is_not_shown(watched: Watched) -> None:
    watched.table.write(Delete(Key(watched.pk, "a")))
    watched.put("a")
    assert [change.what for change in watched.changes(1)] == ["INSERT"]


def test_a_transaction_shows_every_change_and_no_check(watched: Watched) -> None:
    watched.put("a", 1)
    watched.table.write(
        Put(watched.item("a", 2), 1), Put(watched.item("b"), ABSENT), Check(Key(watched.pk, "c"), ABSENT)
    )
    found = watched.changes(3)
    assert sorted((change.what, change.sk) for change in found) == [("INSERT", "a"), ("INSERT", "b"), ("MODIFY", "a")]


def test_what_was_refused_is_not_shown(watched: Watched) -> None:
    watched.put("a", 1)
    with pytest.raises(Conflict):
        watched.table.write(Put(watched.item("a", 2), ABSENT))
    with pytest.raises(Conflict):
        watched.table.write(Put(watched.item("b")), Put(watched.item("a", 2), 7))
    watched.put("a", 3)
    assert [(change.sk, change.new and change.new["rev"]) for change in watched.changes(2)] == [("a", 1), ("a", 3)]


def test_batches_are_shown_item_by_item(watched: Watched) -> None:
    watched.table.put_many([watched.item(f"{n:02d}") for n in range(30)])
    found = watched.changes(30)
    assert sorted(change.sk for change in found) == [f"{n:02d}" for n in range(30)]
    assert {change.what for change in found} == {"INSERT"}
