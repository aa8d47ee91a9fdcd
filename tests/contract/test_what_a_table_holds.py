"""What DynamoDB cannot hold it refuses as a mistake of the caller: nothing of it is written, and no retry helps.

Sources: Amazon DynamoDB Developer Guide, "Supported data types and naming rules" and "Constraints in Amazon DynamoDB".
"""

from collections.abc import Mapping
from typing import Any

import pytest

from leadwell.errors import LeadwellError
from leadwell.store.table import ABSENT, Check, Item, Key, Put, Table

_BIG = "x" * 300 * 1024


def _nested(levels: int) -> Any:
    value: Any = "deep"
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


FITS: Mapping[str, Item] = {
    "pk of 2048 bytes": {"pk": 2048},
    "sk of 1024 bytes": {"sk": 1024},
    "38 digits": {"value": int("9" * 38)},
    "1e-130": {"value": 1e-130},
    "31 levels in an attribute": {"value": _nested(31)},
    "399 KB": {"value": "x" * 399 * 1024},
}
TOO_MUCH: Mapping[str, Item] = {
    "an empty pk": {"pk": 0},
    "an empty sk": {"sk": 0},
    "pk of 2049 bytes": {"pk": 2049},
    "sk of 1025 bytes": {"sk": 1025},
    "39 digits": {"value": int("9" * 39)},
    "1e126": {"value": 1e126},
    "1e-131": {"value": 1e-131},
    "not a number": {"value": float("nan")},
    "infinite": {"value": [float("inf")]},
    "33 levels in an attribute": {"value": _nested(33)},
    "401 KB": {"value": "x" * 401 * 1024},
    "401 KB in two attributes": {"a": "x" * 200 * 1024, "b": "x" * 201 * 1024},
    "an empty bucket": {"due_bucket": "", "due_at": "2026"},
    "a bucket that is a number": {"due_bucket": 1, "due_at": "2026"},
    "an empty due moment": {"due_bucket": "b", "due_at": ""},
    "a due moment that is a number": {"due_bucket": "b", "due_at": 1},
}


def _item(own: str, shape: Item) -> Item:
    """``pk`` and ``sk`` in a shape are lengths in bytes."""
    pk = own.ljust(shape.get("pk", 0), "x")[: shape.get("pk", len(own))]
    return {"rev": 1, **shape, "pk": pk, "sk": "s" * shape.get("sk", 1)}


@pytest.mark.parametrize("case", FITS)
def test_what_fits_is_stored(table: Table, own: str, case: str) -> None:
    written = _item(own, FITS[case])
    table.write(Put(written, ABSENT))
    assert table.get(Key(written["pk"], written["sk"])) == written


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_does_not_fit_is_refused(table: Table, own: str, case: str) -> None:
    _refused(table, own, TOO_MUCH[case], lambda item: table.write(Put(item, ABSENT)))


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_does_not_fit_is_refused_in_a_transaction(table: Table, own: str, case: str) -> None:
    neighbor = {"pk": f"{own}-neighbor", "sk": "s", "rev": 1}
    check = Check(Key(f"{own}-absent", "s"), ABSENT)
    _refused(table, own, TOO_MUCH[case], lambda item: table.write(Put(neighbor), Put(item, ABSENT), check))
    assert table.get(Key(f"{own}-neighbor", "s")) is None


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_does_not_fit_is_refused_in_a_batch(table: Table, own: str, case: str) -> None:
    _refused(table, own, TOO_MUCH[case], lambda item: table.put_many([item]))


def _refused(table: Table, own: str, shape: Item, write: Any) -> None:
    item = _item(own, shape)
    with pytest.raises(Exception) as caught:
        write(item)
    assert not isinstance(caught.value, LeadwellError | TypeError), "it must look like a mistake, not like the weather"
    if 0 < len(item["pk"]) <= 2048 and 0 < len(item["sk"]) <= 1024:
        assert table.get(Key(item["pk"], item["sk"])) is None


def test_a_transaction_writes_four_megabytes_and_no_more(table: Table, own: str) -> None:
    puts = [Put({"pk": own, "sk": f"{n:02d}", "rev": 1, "big": "x" * 390 * 1024}, ABSENT) for n in range(11)]
    with pytest.raises(Exception) as caught:
        table.write(*puts)
    assert not isinstance(caught.value, LeadwellError), "it must look like a mistake, not like the weather"
    assert table.get(Key(own, "00")) is None
    table.write(*puts[:10])
    assert table.get(Key(own, "09")) is not None


def test_a_page_ends_at_a_megabyte_whatever_its_limit(table: Table, own: str) -> None:
    """Only the cursor tells whether there is more."""
    for number in range(5):
        table.write(Put({"pk": own, "sk": str(number), "big": _BIG}))
    first = table.query(own, limit=100)
    assert 1 < len(first.items) < 5
    assert first.cursor is not None
    rest = table.query(own, limit=100, cursor=first.cursor)
    assert [item["sk"] for item in first.items + rest.items] == ["0", "1", "2", "3", "4"]


def test_a_batch_of_large_items_is_read_whole(table: Table, own: str) -> None:
    """An answer holds 16 MB; the rest comes back as unprocessed and is asked for again."""
    keys = [Key(f"{own}-{number}", "s") for number in range(44)]
    for key in keys:
        table.write(Put({**key._asdict(), "big": "x" * 390 * 1024}))
    assert set(table.get_many(keys)) == set(keys)
