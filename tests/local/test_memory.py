import json
import sys

from infra.local.memory import size_of
from tests.local.running import LocalRun


def test_nested_data_is_counted_once_per_piece() -> None:
    inner = {"S": "a text of some length"}
    assert size_of([inner]) >= sys.getsizeof(inner) + sys.getsizeof(inner["S"])
    # As the allocator rounds: no piece is counted with more than fifteen bytes too many.
    assert size_of([inner]) <= sys.getsizeof(inner) + sys.getsizeof(inner["S"]) + sys.getsizeof("S") + 3 * 15


def test_a_name_that_items_share_is_counted_once() -> None:
    parsed = json.loads('[{"a_name_of_some_length": 1}, {"a_name_of_some_length": 1}]')
    apart = [json.loads('{"a_name_of_some_length": 1}') for _ in range(2)]
    assert next(iter(parsed[0])) is next(iter(parsed[1]))
    assert size_of(apart) - size_of(parsed) >= sys.getsizeof("a_name_of_some_length")


def test_the_tables_grow_with_what_is_stored(local: LocalRun) -> None:
    before = local.get("/_local/memory").json()["table_bytes"]
    local.event("m-1", 60)
    local.settle()
    assert before < local.get("/_local/memory").json()["table_bytes"] < before + 100_000
