"""Writes of several writers in one transaction: what they leave is what each alone would have left."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.errors import Conflict
from leadwell.store.gathered import SHARING, Gathered
from leadwell.store.table import Check, Delete, Key, Put, Table
from tests.fakes.memory_table import MemoryTable


def item(pk: str, sk: str = "a", **more: Any) -> dict[str, Any]:
    return {"pk": pk, "sk": sk, "kind": "THING", "rev": 1, **more}


def two(pk: str, said: int = 0) -> tuple[Put, Put]:
    return Put(item(pk, said=said)), Put(item(pk, "b", said=said))


def ignored() -> None:
    pass


def test_writers_share_a_transaction_up_to_a_number_of_them() -> None:
    table = MemoryTable()
    gathered = Gathered(table, ignored)
    for number in range(SHARING + 1):
        gathered.write(*two(f"c{number}"))
    assert table.requests == 1
    gathered.flush()
    gathered.flush()
    assert (table.requests, len(table.items("THING"))) == (2, 2 * SHARING + 2)


def test_up_to_a_number_of_changes() -> None:
    table = MemoryTable()
    gathered = Gathered(table, ignored)
    for pk in ("c1", "c2"):
        gathered.write(*(Put(item(pk, f"{number}")) for number in range(60)))
    assert len(table.items("THING")) == 60
    gathered.flush()
    assert len(table.items("THING")) == 120


def test_a_single_change_is_a_plain_write_and_the_others_go_on_waiting() -> None:
    table = MemoryTable()
    gathered = Gathered(table, ignored)
    gathered.write(*two("c1"))
    gathered.write(Put(item("c2")))
    assert [one["pk"] for one in table.items("THING")] == ["c2"]


@pytest.mark.parametrize(
    "read",
    [
        lambda table: table.get(Key("c1", "b")),
        lambda table: table.get_many([Key("c1", "b")]),
        lambda table: table.query("c1").items,
        lambda table: table.count("c1", most=10),
        lambda table: table.scan(segment=0, segments=1, limit=10).items,
    ],
)
def test_who_reads_a_partition_sees_what_was_written_there(read: Callable[[Table], object]) -> None:
    table = MemoryTable()
    gathered = Gathered(table, ignored)
    gathered.write(*two("c1"))
    there = read(gathered)
    assert there
    assert there == read(table)


def test_other_partitions_are_read_without_a_write() -> None:
    table = MemoryTable()
    gathered = Gathered(table, ignored)
    gathered.write(*two("c1"))
    assert gathered.get(Key("c2", "a")) is None
    assert table.items("THING") == []


def test_it_says_when_something_is_durable() -> None:
    table, told = MemoryTable(), list[int]()
    gathered = Gathered(table, lambda: told.append(len(table.items("THING"))))
    gathered.write(*two("c1"))
    assert told == []
    gathered.write(*two("c1", said=1))
    assert told == [2]
    gathered.flush()
    gathered.flush()
    assert told == [2, 2]


def test_a_conflict_is_everybodys_and_nothing_of_them_stays() -> None:
    table, told = MemoryTable(), list[int]()
    gathered = Gathered(table, lambda: told.append(1))
    gathered.write(*two("c1"))
    gathered.write(Put(item("c2")), Check(Key("c2", "x"), 7))
    with pytest.raises(Conflict):
        gathered.flush()
    gathered.flush()
    assert (table.items("THING"), told) == ([], [])


_PLACES = st.tuples(st.sampled_from("xyz"), st.sampled_from("ab"))
_CHANGES = st.lists(st.tuples(_PLACES, st.booleans()), min_size=1, max_size=3, unique_by=lambda one: one[0])
_STEPS = st.lists(st.one_of(_CHANGES, _PLACES), max_size=25)


@given(_STEPS)
def test_any_order_of_writes_and_reads_shows_what_a_plain_table_shows(steps: list[Any]) -> None:
    plain, behind = MemoryTable(), MemoryTable()
    gathered = Gathered(behind, ignored)
    numbers = count(1)
    for step in steps:
        if isinstance(step, tuple):
            assert gathered.get(Key(*step)) == plain.get(Key(*step))
            continue
        number = next(numbers)
        changes = [Put(item(*place, said=number)) if puts else Delete(Key(*place)) for place, puts in step]
        for table in (plain, gathered):
            table.write(*changes)
    gathered.flush()
    assert behind.items("THING") == plain.items("THING")
