"""What every table does: the one in memory, which most tests use, and the one in DynamoDB."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest import FixtureRequest, MonkeyPatch

from leadwell.clock import SystemClock, from_iso
from leadwell.due.buckets import bucket, bucket_minute, due_attributes
from leadwell.errors import Conflict
from leadwell.store.table import ABSENT, Check, Delete, Item, Key, Put, Table, key_of, query_all
from tests.fakes.memory_table import MemoryTable
from tests.functions.embedded_aws import embedded_aws


@pytest.fixture(params=["memory", "dynamo"])
def table(request: FixtureRequest, monkeypatch: MonkeyPatch) -> Iterator[Table]:
    if request.param == "memory":
        yield MemoryTable()
    else:
        with embedded_aws(monkeypatch, SystemClock()) as services:
            yield services.table


def item(pk: str, sk: str = "s", rev: int = 1, **more: Any) -> Item:
    return {"pk": pk, "sk": sk, "rev": rev, **more}


def stored(table: Table, pk: str, sk: str = "s") -> Item | None:
    return table.get(Key(pk, sk))


def pages(one_page: Callable[[Any], Any]) -> tuple[list[Any], int]:
    """Everything a paged read answers, and in how many pages."""
    found, cursor, count = [], None, 0
    while True:
        page = one_page(cursor)
        found += page.items if hasattr(page, "items") else page.entries
        count, cursor = count + 1, page.cursor
        if cursor is None:
            return found, count


VALUES: Item = {
    "text": "Grüße aus Köln 🛋",
    "empty_text": "",
    "whole": 7,
    "zero": 0,
    "negative": -3,
    "moment": 1_795_338_000_123,
    "big": 10**37,
    "float": 0.1,
    "tiny": 1e-100,
    "huge": 1.5e100,
    "whole_float": 5.0,
    "third": 1 / 3,
    "yes": True,
    "no": False,
    "nothing": None,
    "bytes": b"\x00\xff",
    "list": [1, "a", None, 2.5, [True, []], {"x": {}}],
    "empty_list": [],
    "empty_map": {},
    "map": {"a": {"b": {"c": [0.25]}}, "with.dot": 1, "mit Umlaut ü": ""},
}


def test_values_read_back_as_they_were_written(table: Table) -> None:
    written = item("a", **VALUES)
    table.write(Put(written))
    read = stored(table, "a")
    assert read == written
    assert read is not None
    for name in ("whole", "zero", "moment", "big", "yes", "no", "bytes", "empty_text", "float", "tiny"):
        assert type(read[name]) is type(written[name]), name
    assert table.get_many([Key("a", "s")]) == {Key("a", "s"): written}
    assert table.query("a").items == [written]
    assert table.scan(segment=0, segments=1, limit=10).items == [written]


def test_what_is_read_does_not_change_what_is_stored(table: Table) -> None:
    given_item = item("a", list=[1], map={"x": [2]})
    table.write(Put(given_item))
    given_item["list"].append(2)
    read = stored(table, "a")
    assert read is not None
    read["map"]["x"].append(3)
    assert stored(table, "a") == item("a", list=[1], map={"x": [2]})


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j])
def test_what_cannot_be_stored_is_refused(table: Table, value: Any) -> None:
    with pytest.raises(TypeError):
        table.write(Put(item("a", value=value)))
    with pytest.raises(TypeError):
        table.put_many([item("a", inner={"value": [value]})])
    assert stored(table, "a") is None


def test_get(table: Table) -> None:
    table.write(Put(item("a", "1")))
    assert table.get(Key("a", "1")) == item("a", "1")
    assert table.get(Key("a", "2")) is None
    assert table.get(Key("b", "1")) is None


def test_get_many_leaves_out_what_is_missing_and_takes_any_number(table: Table) -> None:
    table.put_many([item(f"p{n}") for n in range(130)])
    wanted = [Key(f"p{n}", "s") for n in range(140)]
    found = table.get_many(iter(wanted + wanted[:5]))
    assert set(found) == set(wanted[:130])
    assert all(key_of(one) == key for key, one in found.items())
    assert table.get_many([]) == {}


def test_put_many_replaces_and_takes_any_number(table: Table) -> None:
    table.put_many([])
    table.put_many([item("a", f"{n:03d}", number=n) for n in range(60)])
    table.put_many([item("a", "007", number=-7)])
    found = list(query_all(table, "a", page=50))
    assert [one["number"] for one in found] == [*range(7), -7, *range(8, 60)]


def test_one_conditional_write(table: Table) -> None:
    table.write(Put(item("a", rev=1), ABSENT))
    with pytest.raises(Conflict) as caught:
        table.write(Put(item("a", rev=1, lost=True), ABSENT))
    assert caught.value.failed == (0,)
    table.write(Put(item("a", rev=2), 1))
    with pytest.raises(Conflict) as caught:
        table.write(Put(item("a", rev=2, lost=True), 1))
    assert caught.value.failed == (0,)
    with pytest.raises(Conflict):
        table.write(Put(item("b", rev=4), 3))
    assert stored(table, "a") == item("a", rev=2)
    assert stored(table, "b") is None
    table.write(Put(item("a", rev=9)))
    assert stored(table, "a") == item("a", rev=9), "without a condition the write always wins"


def test_one_conditional_delete(table: Table) -> None:
    table.write(Put(item("a", rev=3)))
    for expect in (2, ABSENT):
        with pytest.raises(Conflict):
            table.write(Delete(Key("a", "s"), expect))
    table.write(Delete(Key("a", "s"), 3))
    assert stored(table, "a") is None
    with pytest.raises(Conflict):
        table.write(Delete(Key("a", "s"), 3))
    table.write(Delete(Key("a", "s")))
    table.write(Delete(Key("a", "s"), ABSENT))


def test_a_check_alone(table: Table) -> None:
    table.write(Check(Key("a", "s"), ABSENT))
    with pytest.raises(Conflict) as caught:
        table.write(Check(Key("a", "s"), 1))
    assert caught.value.failed == (0,)
    table.write(Put(item("a", rev=1)))
    table.write(Check(Key("a", "s"), 1))
    assert stored(table, "a") == item("a", rev=1)


def test_an_item_without_a_revision_is_of_no_revision(table: Table) -> None:
    table.write(Put({"pk": "a", "sk": "s"}))
    for change in (Put(item("a"), ABSENT), Put(item("a"), 1), Delete(Key("a", "s"), 1)):
        with pytest.raises(Conflict):
            table.write(change)


def test_all_or_nothing(table: Table) -> None:
    table.write(Put(item("a")))
    table.write(Put(item("gone")))
    table.write(Put(item("a", rev=2), 1), Put(item("b"), ABSENT), Delete(Key("gone", "s"), 1), Check(Key("c", "s"), 0))
    assert (stored(table, "a"), stored(table, "b"), stored(table, "gone")) == (item("a", rev=2), item("b"), None)


def test_the_positions_of_what_failed(table: Table) -> None:
    table.write(Put(item("a", rev=2)))
    with pytest.raises(Conflict) as caught:
        table.write(
            Put(item("new"), ABSENT),
            Put(item("a", rev=2), 1),
            Check(Key("missing", "s"), 1),
            Put(item("free")),
            Delete(Key("a", "other"), 4),
        )
    assert caught.value.failed == (1, 2, 4)
    assert [stored(table, one) for one in ("new", "free", "missing")] == [None, None, None]
    assert stored(table, "a") == item("a", rev=2)


def test_a_transaction_takes_a_hundred_changes(table: Table) -> None:
    table.write(*[Put(item("a", f"{n:03d}"), ABSENT) for n in range(100)])
    assert len(list(query_all(table, "a"))) == 100


def test_nothing_to_write_is_nothing(table: Table) -> None:
    table.write()


@pytest.mark.parametrize("twice", [[Put(item("a")), Delete(Key("a", "s"))], [Put(item("a")), Check(Key("a", "s"), 0)]])
def test_a_transaction_that_names_a_key_twice_is_a_mistake(table: Table, twice: list[Any]) -> None:
    with pytest.raises(Exception) as caught:
        table.write(*twice)
    assert not isinstance(caught.value, Conflict), "no retry would help"
    assert stored(table, "a") is None


def filled(table: Table) -> Table:
    table.put_many([item("p", sk) for sk in ("A", "E#1", "E#2", "E#3", "E#30", "F", "Ü")] + [item("q", "E#1")])
    return table


QUERIES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["A", "E#1", "E#2", "E#3", "E#30", "F", "Ü"]),
    ({"begins": "E#"}, ["E#1", "E#2", "E#3", "E#30"]),
    ({"begins": "E#3"}, ["E#3", "E#30"]),
    ({"begins": "X"}, []),
    ({"after": "E#2"}, ["E#2", "E#3", "E#30", "F", "Ü"]),
    ({"after": "E#2", "until": "E#3"}, ["E#2", "E#3"]),
    ({"after": "E#2", "until": "E~"}, ["E#2", "E#3", "E#30"]),
    ({"until": "E#2"}, ["A", "E#1", "E#2"]),
    ({"after": "G", "until": "H"}, []),
]


def test_query(table: Table) -> None:
    filled(table)
    for (arguments, expected), limit, newest_first in product(QUERIES, (1, 2, 100), (False, True)):
        found, count = pages(
            lambda cursor, arguments=arguments, limit=limit, newest_first=newest_first: table.query(
                "p", **arguments, limit=limit, newest_first=newest_first, cursor=cursor
            )
        )
        assert [one["sk"] for one in found] == (expected[::-1] if newest_first else expected), arguments
        assert len(expected) / limit <= count <= len(expected) / limit + 1
        assert len(table.query("p", **arguments, limit=limit).items) == min(limit, len(expected))


def test_query_all(table: Table) -> None:
    filled(table)
    assert [one["sk"] for one in query_all(table, "p", begins="E#", page=2)] == ["E#1", "E#2", "E#3", "E#30"]
    assert list(query_all(table, "nobody")) == []


def test_scan_covers_everything_once(table: Table) -> None:
    table.put_many([item(f"p{n}", f"{n % 3}") for n in range(40)])
    for segments in (1, 4):
        found = []
        for segment in range(segments):
            in_segment, _ = pages(
                lambda cursor, segment=segment, segments=segments: table.scan(
                    segment=segment, segments=segments, limit=7, cursor=cursor
                )
            )
            found += in_segment
        assert sorted(key_of(one) for one in found) == sorted(Key(f"p{n}", f"{n % 3}") for n in range(40))


NOON = from_iso("2026-03-02T12:00:00Z")


def due(pk: str, at: int, **more: Any) -> Item:
    """All of a test in one bucket."""
    return item(pk, **(due_attributes("same", at) | more))


def test_the_due_index_lists_what_is_due_earliest_first(table: Table) -> None:
    table.put_many([due(f"p{n}", NOON + (7 * n) % 10 * 1000) for n in range(10)])
    table.put_many([item("not due"), due("later", NOON + 60_000)])
    name = due("x", NOON)["due_bucket"]
    assert name == bucket(bucket_minute(NOON), int(name.partition("#")[2]))
    for limit in (1, 3, 10, 100):
        found, count = pages(lambda cursor, limit=limit: table.query_due(name, limit=limit, cursor=cursor))
        assert [one.due_at for one in found] == [f"2026-03-02T12:00:0{n}.000Z" for n in range(10)]
        assert {one.key for one in found} == {Key(f"p{n}", "s") for n in range(10)}
        assert 10 / limit <= count <= 10 / limit + 1


def test_many_due_at_the_same_moment_are_paged_without_loss(table: Table) -> None:
    table.put_many([due(f"p{n:02d}", NOON) for n in range(25)])
    name = due("x", NOON)["due_bucket"]
    found, _ = pages(lambda cursor: table.query_due(name, limit=4, cursor=cursor))
    assert sorted(one.key for one in found) == [Key(f"p{n:02d}", "s") for n in range(25)]


def test_an_item_leaves_the_due_index_when_it_is_no_longer_due(table: Table) -> None:
    name = due("a", NOON)["due_bucket"]
    table.write(Put(due("a", NOON)))
    table.write(Put(item("a")))
    assert table.query_due(name, limit=5).entries == []
    table.write(Put(due("a", NOON)))
    table.write(Put(due("a", NOON + 60_000)))
    assert table.query_due(name, limit=5).entries == []
    table.write(Put(due("a", NOON)))
    table.write(Delete(Key("a", "s")))
    assert table.query_due(name, limit=5).entries == []


_scalars = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.integers(-(10**37), 10**37),
    st.floats(-1e100, 1e100).filter(lambda number: number == 0 or abs(number) > 1e-100),
    st.booleans(),
    st.none(),
    st.binary(max_size=4),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_values, min_size=1, max_size=6))
def test_any_value_reads_back(table: Table, values: list[Any]) -> None:
    table.write(Put(item("a", values=values)))
    read = stored(table, "a")
    assert read is not None
    assert read["values"] == values
