"""What every table does: the one in memory, which most tests use, and ``DynamoTable`` over all that speak DynamoDB."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadwell.errors import Conflict
from leadwell.store.table import ABSENT, Change, Check, Delete, Item, Key, Put, Table, key_of, query_all


class Own:
    """Items and keys in the partitions of one test."""

    def __init__(self, prefix: str, table: Table) -> None:
        self.prefix = prefix
        self.table = table

    def pk(self, pk: str) -> str:
        return f"{self.prefix}-{pk}"

    def key(self, pk: str, sk: str = "s") -> Key:
        return Key(self.pk(pk), sk)

    def item(self, pk: str, sk: str = "s", rev: int = 1, **more: Any) -> Item:
        return {"pk": self.pk(pk), "sk": sk, "rev": rev, **more}

    def stored(self, pk: str, sk: str = "s") -> Item | None:
        return self.table.get(self.key(pk, sk))


@pytest.fixture
def at(own: str, table: Table) -> Own:
    return Own(own, table)


def pages(one_page: Callable[..., Any]) -> tuple[list[Any], int]:
    """Everything a paged read answers, and in how many pages."""
    found, cursor, count = [], None, 0
    while True:
        page = one_page(cursor=cursor)
        found += page.items
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
    "whole_float": 5.0,
    "third": 1 / 3,
    "yes": True,
    "no": False,
    "nothing": None,
    "bytes": b"\x00\xff",
    "empty_bytes": b"",
    "list": [1, "a", None, 2.5, [True, []], {"x": {}}],
    "empty_list": [],
    "empty_map": {},
    "map": {"a": {"b": {"c": [0.25]}}, "with.dot": 1, "mit Umlaut ü": ""},
}


def test_values_read_back_as_they_were_written(table: Table, at: Own) -> None:
    written = at.item("a", **VALUES)
    table.write(Put(written))
    read = at.stored("a")
    assert read == written
    assert read is not None
    for name in ("whole", "zero", "moment", "big", "yes", "no", "bytes", "empty_bytes", "empty_text", "float", "tiny"):
        assert type(read[name]) is type(written[name]), name
    assert table.get_many([at.key("a")]) == {at.key("a"): written}
    assert table.query(at.pk("a")).items == [written]


def test_what_is_read_does_not_change_what_is_stored(table: Table, at: Own) -> None:
    given_item = at.item("a", list=[1], map={"x": [2]})
    table.write(Put(given_item))
    given_item["list"].append(2)
    read = at.stored("a")
    assert read is not None
    read["map"]["x"].append(3)
    assert at.stored("a") == at.item("a", list=[1], map={"x": [2]})


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j])
def test_what_has_no_type_there_is_refused(table: Table, at: Own, value: Any) -> None:
    with pytest.raises(TypeError):
        table.write(Put(at.item("a", value=value)))
    with pytest.raises(TypeError):
        table.put_many([at.item("a", inner={"value": [value]})])
    assert at.stored("a") is None


def test_get(table: Table, at: Own) -> None:
    table.write(Put(at.item("a", "1")))
    assert at.stored("a", "1") == at.item("a", "1")
    assert at.stored("a", "2") is None
    assert at.stored("b", "1") is None


def test_get_many_leaves_out_what_is_missing_and_takes_any_number(table: Table, at: Own) -> None:
    table.put_many([at.item(f"p{n}") for n in range(130)])
    wanted = [at.key(f"p{n}") for n in range(140)]
    found = table.get_many(iter(wanted + wanted[:5]))
    assert set(found) == set(wanted[:130])
    assert all(key_of(one) == key for key, one in found.items())
    assert table.get_many([]) == {}


def test_put_many_replaces_and_takes_any_number(table: Table, at: Own) -> None:
    table.put_many([])
    table.put_many([at.item("a", f"{n:03d}", number=n) for n in range(60)])
    table.put_many([at.item("a", "007", number=-7)])
    found = list(query_all(table, at.pk("a"), page=50))
    assert [one["number"] for one in found] == [*range(7), -7, *range(8, 60)]


def test_put_many_may_not_name_a_key_twice(table: Table, at: Own) -> None:
    with pytest.raises(Exception) as caught:
        table.put_many([at.item("a"), at.item("b"), at.item("a", rev=2)])
    assert not isinstance(caught.value, Conflict), "no retry would help"
    assert at.stored("a") is None


def test_one_conditional_write(table: Table, at: Own) -> None:
    table.write(Put(at.item("a", rev=1), ABSENT))
    with pytest.raises(Conflict) as caught:
        table.write(Put(at.item("a", rev=1, lost=True), ABSENT))
    assert caught.value.failed == (0,)
    table.write(Put(at.item("a", rev=2), 1))
    with pytest.raises(Conflict) as caught:
        table.write(Put(at.item("a", rev=2, lost=True), 1))
    assert caught.value.failed == (0,)
    with pytest.raises(Conflict):
        table.write(Put(at.item("b", rev=4), 3))
    assert at.stored("a") == at.item("a", rev=2)
    assert at.stored("b") is None
    table.write(Put(at.item("a", rev=9)))
    assert at.stored("a") == at.item("a", rev=9), "without a condition the write always wins"


def test_one_conditional_delete(table: Table, at: Own) -> None:
    table.write(Put(at.item("a", rev=3)))
    for expect in (2, ABSENT):
        with pytest.raises(Conflict):
            table.write(Delete(at.key("a"), expect))
    table.write(Delete(at.key("a"), 3))
    assert at.stored("a") is None
    with pytest.raises(Conflict):
        table.write(Delete(at.key("a"), 3))
    table.write(Delete(at.key("a")))
    table.write(Delete(at.key("a"), ABSENT))


def test_a_check_alone(table: Table, at: Own) -> None:
    table.write(Check(at.key("a"), ABSENT))
    with pytest.raises(Conflict) as caught:
        table.write(Check(at.key("a"), 1))
    assert caught.value.failed == (0,)
    table.write(Put(at.item("a", rev=1)))
    table.write(Check(at.key("a"), 1))
    assert at.stored("a") == at.item("a", rev=1)


def test_an_item_without_a_revision_is_of_no_revision(table: Table, at: Own) -> None:
    table.write(Put({"pk": at.pk("a"), "sk": "s"}))
    for change in (Put(at.item("a"), ABSENT), Put(at.item("a"), 1), Delete(at.key("a"), 1)):
        with pytest.raises(Conflict):
            table.write(change)


def test_a_revision_in_text_is_none(table: Table, at: Own) -> None:
    table.write(Put({"pk": at.pk("a"), "sk": "s", "rev": "1"}))
    for change in (Put(at.item("a"), 1), Delete(at.key("a"), 1)):
        with pytest.raises(Conflict):
            table.write(change)


def test_all_or_nothing(table: Table, at: Own) -> None:
    table.write(Put(at.item("a")))
    table.write(Put(at.item("gone")))
    table.write(
        Put(at.item("a", rev=2), 1), Put(at.item("b"), ABSENT), Delete(at.key("gone"), 1), Check(at.key("c"), 0)
    )
    assert (at.stored("a"), at.stored("b"), at.stored("gone")) == (at.item("a", rev=2), at.item("b"), None)


def test_the_positions_of_what_failed(table: Table, at: Own) -> None:
    table.write(Put(at.item("a", rev=2)))
    with pytest.raises(Conflict) as caught:
        table.write(
            Put(at.item("new"), ABSENT),
            Put(at.item("a", rev=2), 1),
            Check(at.key("missing"), 1),
            Put(at.item("free")),
            Delete(at.key("a", "other"), 4),
        )
    assert caught.value.failed == (1, 2, 4)
    assert [at.stored(one) for one in ("new", "free", "missing")] == [None, None, None]
    assert at.stored("a") == at.item("a", rev=2)


def test_a_transaction_takes_a_hundred_changes_and_no_more(table: Table, at: Own) -> None:
    changes = [Put(at.item("a", f"{n:03d}"), ABSENT) for n in range(101)]
    with pytest.raises(Exception) as caught:
        table.write(*changes)
    assert not isinstance(caught.value, Conflict), "no retry would help"
    assert list(query_all(table, at.pk("a"))) == []
    table.write(*changes[:100])
    assert len(list(query_all(table, at.pk("a")))) == 100


def test_nothing_to_write_is_nothing(table: Table) -> None:
    table.write()


@pytest.mark.parametrize("case", ["delete", "check", "put"])
def test_a_transaction_that_names_a_key_twice_is_a_mistake(table: Table, at: Own, case: str) -> None:
    changes: dict[str, Change] = {
        "delete": Delete(at.key("a")),
        "check": Check(at.key("a"), ABSENT),
        "put": Put(at.item("a", rev=2)),
    }
    with pytest.raises(Exception) as caught:
        table.write(Put(at.item("a")), changes[case])
    assert not isinstance(caught.value, Conflict), "no retry would help"
    assert at.stored("a") is None


def filled(table: Table, at: Own) -> Table:
    table.put_many([at.item("p", sk) for sk in ("A", "E#1", "E#2", "E#3", "E#30", "F", "Ü")] + [at.item("q", "E#1")])
    return table


QUERIES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["A", "E#1", "E#2", "E#3", "E#30", "F", "Ü"]),
    ({"begins": "E#"}, ["E#1", "E#2", "E#3", "E#30"]),
    ({"begins": "E#3"}, ["E#3", "E#30"]),
    ({"begins": "X"}, []),
    ({"after": "E#2"}, ["E#2", "E#3", "E#30", "F", "Ü"]),
    ({"after": "E#2", "until": "E#3"}, ["E#2", "E#3"]),
    ({"after": "E#2", "until": "E~"}, ["E#2", "E#3", "E#30"]),
    ({"after": "G", "until": "H"}, []),
]


def check_query(table: Table, at: Own, arguments: dict[str, Any], expected: list[str]) -> None:
    for limit, newest_first in product((1, 2, 100), (False, True)):
        found, count = pages(partial(table.query, at.pk("p"), **arguments, limit=limit, newest_first=newest_first))
        assert [one["sk"] for one in found] == (expected[::-1] if newest_first else expected), arguments
        assert len(expected) / limit <= count <= len(expected) / limit + 1
        assert len(table.query(at.pk("p"), **arguments, limit=limit).items) == min(limit, len(expected))


def test_query(table: Table, at: Own) -> None:
    filled(table, at)
    for arguments, expected in QUERIES:
        check_query(table, at, arguments, expected)


def test_query_until(table: Table, at: Own) -> None:
    filled(table, at)
    check_query(table, at, {"until": "E#2"}, ["A", "E#1", "E#2"])


def test_sort_keys_are_in_the_order_of_their_bytes(table: Table, at: Own) -> None:
    names = ["A", "Z", "a", "z", "~", "é", "中", "\ufeff", "🛋"]
    table.put_many([at.item("p", name) for name in names])
    assert [one["sk"] for one in table.query(at.pk("p")).items] == names


def test_a_range_that_ends_before_it_begins_is_a_mistake(table: Table, at: Own) -> None:
    with pytest.raises(Exception) as caught:
        table.query(at.pk("p"), after="b", until="a")
    assert not isinstance(caught.value, AttributeError)


def test_query_all(table: Table, at: Own) -> None:
    filled(table, at)
    assert [one["sk"] for one in query_all(table, at.pk("p"), begins="E#", page=2)] == ["E#1", "E#2", "E#3", "E#30"]
    assert list(query_all(table, at.pk("nobody"))) == []


def test_scan_covers_everything_once(table: Table, at: Own) -> None:
    table.put_many([at.item(f"p{n}", f"{n % 3}") for n in range(40)])
    for segments in (1, 4):
        found = []
        for segment in range(segments):
            in_segment, _ = pages(partial(table.scan, segment=segment, segments=segments, limit=7))
            found += [key_of(one) for one in in_segment if one["pk"].startswith(at.prefix)]
        assert sorted(found) == sorted(at.key(f"p{n}", f"{n % 3}") for n in range(40))


_scalars = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.integers(-(10**37), 10**37),
    st.floats(-(2.0**53), 2.0**53).filter(lambda number: number == 0 or abs(number) > 1e-100),
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


@settings(derandomize=True, deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_values, min_size=1, max_size=6))
def test_any_value_reads_back(table: Table, at: Own, values: list[Any]) -> None:
    table.write(Put(at.item("a", values=values)))
    read = at.stored("a")
    assert read is not None
    assert read["values"] == values


def test_floats_of_any_size_read_back(table: Table, at: Own) -> None:
    """DynamoDB answers in plain digits: beyond 2^53 the shortest text of a float is not its exact value."""
    sizes = [1.994318016258161e16, 1e22, 1e23, -1.2345e37, 9.9e37, 1e38, -1.5e100, 9e125, 1e-130, -3.3e-100]
    values: dict[str, Any] = {f"v{n}": size for n, size in enumerate(sizes)}
    table.write(Put(at.item("a", **values, inner=values)))
    assert at.stored("a") == at.item("a", **values, inner=values)
