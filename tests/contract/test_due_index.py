"""The sparse index of what is due, read as ``due/waking.py`` reads it; it may lag behind the table."""

from typing import Any

import pytest

from leadwell.store.table import Delete, DueEntry, Item, Key, Put, Table
from tests.contract.requests import Dynamo
from tests.contract.seen import Place, eventually


class Bucket:
    """One bucket, of one test."""

    def __init__(self, name: str, table: Table, place: Place) -> None:
        self.name = name
        self.table = table
        self.place = place

    def item(self, pk: str, second: int = 0, **more: Any) -> Item:
        return {
            "pk": f"{self.name}-{pk}",
            "sk": "s",
            "rev": 1,
            "due_bucket": self.name,
            "due_at": f"2026-03-02T12:00:{second:02d}.000Z",
            **more,
        }

    def entry(self, pk: str, second: int = 0) -> DueEntry:
        return DueEntry(Key(f"{self.name}-{pk}", "s"), f"2026-03-02T12:00:{second:02d}.000Z")

    def listed(self, limit: int = 100) -> tuple[list[DueEntry], int]:
        found: list[DueEntry] = []
        cursor, count = None, 0
        while True:
            page = self.table.query_due(self.name, limit=limit, cursor=cursor)
            found, count, cursor = found + page.entries, count + 1, page.cursor
            if cursor is None:
                return found, count

    def shows(self, *entries: DueEntry) -> bool:
        """In the end the index shows just these."""
        return eventually(lambda: sorted(self.listed()[0], key=str) == sorted(entries, key=str), self.place)


@pytest.fixture
def bucket(own: str, table: Table, implementation: Place) -> Bucket:
    return Bucket(own, table, implementation)


def test_what_is_due_is_listed_earliest_first(bucket: Bucket) -> None:
    bucket.table.put_many([bucket.item(f"p{n}", 7 * n % 10) for n in range(10)])
    expected = sorted((bucket.entry(f"p{n}", 7 * n % 10) for n in range(10)), key=lambda entry: entry.due_at)
    assert bucket.shows(*expected)
    for limit in (1, 3, 10, 100):
        found, count = bucket.listed(limit)
        assert found == expected
        assert 10 / limit <= count <= 10 / limit + 1


def test_an_item_without_a_due_moment_is_not_listed(bucket: Bucket) -> None:
    idle = {"pk": f"{bucket.name}-idle", "sk": "s", "rev": 1}
    moment = {**idle, "sk": "a moment alone", "due_at": "2026-03-02T12:00:00.000Z"}
    elsewhere = bucket.item("elsewhere", due_bucket=f"{bucket.name}-other")
    bucket.table.put_many([idle, moment, elsewhere, bucket.item("due")])
    assert bucket.shows(bucket.entry("due"))


def test_an_item_in_a_bucket_without_a_moment_is_not_listed(bucket: Bucket) -> None:
    bucket.table.put_many([{"pk": f"{bucket.name}-half", "sk": "s", "due_bucket": bucket.name}, bucket.item("due")])
    assert bucket.shows(bucket.entry("due"))


def test_many_due_at_the_same_moment_are_paged_without_loss(bucket: Bucket) -> None:
    bucket.table.put_many([bucket.item(f"p{n:02d}") for n in range(25)])
    expected = [bucket.entry(f"p{n:02d}") for n in range(25)]
    assert bucket.shows(*expected)
    found, _ = bucket.listed(limit=4)
    assert sorted(found, key=str) == expected


def test_an_item_leaves_the_index_with_its_due_moment(bucket: Bucket) -> None:
    table = bucket.table
    table.write(Put(bucket.item("a")))
    assert bucket.shows(bucket.entry("a"))
    table.write(Put({"pk": f"{bucket.name}-a", "sk": "s", "rev": 2}))
    assert bucket.shows()
    table.write(Put(bucket.item("a", 1)))
    assert bucket.shows(bucket.entry("a", 1))
    table.write(Put(bucket.item("a", 2)))
    assert bucket.shows(bucket.entry("a", 2))
    table.write(Put(bucket.item("a", due_bucket=f"{bucket.name}-other")))
    assert bucket.shows()
    table.write(Put(bucket.item("a")))
    assert bucket.shows(bucket.entry("a"))
    table.write(Delete(bucket.entry("a").key))
    assert bucket.shows()


def test_a_cursor_whose_item_has_left_still_continues_there(bucket: Bucket) -> None:
    bucket.table.put_many([bucket.item(f"p{n}", n) for n in range(6)])
    assert bucket.shows(*[bucket.entry(f"p{n}", n) for n in range(6)])
    first = bucket.table.query_due(bucket.name, limit=3)
    for entry in first.entries:
        bucket.table.write(Delete(entry.key))
    assert first.cursor is not None
    assert bucket.shows(*[bucket.entry(f"p{n}", n) for n in range(3, 6)])
    rest = bucket.table.query_due(bucket.name, limit=100, cursor=first.cursor)
    assert rest.entries == [bucket.entry(f"p{n}", n) for n in range(3, 6)]


def test_the_index_holds_keys_only(dynamo: Dynamo, own: str, implementation: Place) -> None:
    keys = {"pk": {"S": own}, "sk": {"S": "s"}, "due_bucket": {"S": own}, "due_at": {"S": "2026"}}
    dynamo.put({**keys, "rev": {"N": "1"}, "much": {"S": "more"}})

    def listed() -> list[Any]:
        answer = dynamo.query("due_bucket = :bucket", {":bucket": own}, IndexName="due")
        found: list[Any] = answer["Items"]
        return found

    assert eventually(listed, implementation) == [keys]


def test_the_index_pages_by_all_four_keys(dynamo: Dynamo, own: str, implementation: Place) -> None:
    keys = [
        {"pk": {"S": f"{own}-{n}"}, "sk": {"S": "s"}, "due_bucket": {"S": own}, "due_at": {"S": f"{n}"}}
        for n in range(3)
    ]
    dynamo.put_batch(keys)

    def page() -> Any:
        answer = dynamo.query("due_bucket = :bucket", {":bucket": own}, IndexName="due", Limit=2)
        return answer if answer["Items"] == keys[:2] else None

    assert eventually(page, implementation)["LastEvaluatedKey"] == keys[1]
