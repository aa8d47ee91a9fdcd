"""What DynamoDB bills for a request, from the sizes of its items.

Sources: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats", "Read and write operations", "Amazon
DynamoDB Transactions: How it works" and "Managing write capacity" of global secondary indexes.
"""

from collections.abc import Mapping
from typing import Any

_KILOBYTE = 1024


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item in DynamoDB's typed form: names and values; lists and maps cost 3 bytes and 1 per entry."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def write_units(before: int, after: int) -> int:
    """Of one standard write; the larger of the two images counts, and nothing is free."""
    return max(1, -(-max(before, after) // _KILOBYTE))


def read_units(size: int, *, consistent: bool = True) -> float:
    units = max(1, -(-size // (4 * _KILOBYTE)))
    return units if consistent else units / 2


def index_units(before: tuple[str, str] | None, after: tuple[str, str] | None) -> int:
    """Of the index with keys only: an entry that moves is deleted and put."""
    return 0 if before == after else (before is not None) + (after is not None)


def _value_size(value: Mapping[str, Any]) -> int:
    kind, inner = next(iter(value.items()))
    if kind == "S":
        return len(str(inner).encode())
    if kind == "N":
        digits = str(inner).lstrip("-").replace(".", "").strip("0")
        return (len(digits) + 1) // 2 + 1 + str(inner).startswith("-")
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(one) for name, one in inner.items())
    if kind == "L":
        return 3 + sum(1 + _value_size(one) for one in inner)
    return 1
