"""What DynamoDB refuses to hold, and how large it finds what it holds.

Source: Amazon DynamoDB Developer Guide, "Supported data types and naming rules", "Constraints in Amazon DynamoDB" and
"DynamoDB item sizes and formats".
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

MOST_BYTES = 400 * 1024
"""Of an item."""
PAGE_BYTES = 1024 * 1024
"""Of what one query or scan reads."""
TRANSACTION_BYTES = 4 * 1024 * 1024
"""Of what one transaction writes."""
_DEPTH = 32
_KEYS = {"pk": 2048, "sk": 1024, "due_bucket": 2048, "due_at": 1024}
"""Keys of the table and of its index: the most bytes of each."""


def check_fits(item: Mapping[str, Any]) -> int:
    """The size of an item in DynamoDB's typed form, in bytes. Raises ValueError when the table would not take it."""
    for name, most in _KEYS.items():
        if name in item and not 0 < len(str(item[name].get("S", "")).encode()) <= most:
            raise ValueError(f"{name} must be text of 1 to {most} bytes")
    size = sum(len(name.encode()) + _size(value, 1) for name, value in item.items())
    if size > MOST_BYTES:
        raise ValueError("item size has exceeded the maximum allowed size")
    return size


def _size(value: Mapping[str, Any], depth: int) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(inner) if inner.isascii() else len(inner.encode())
        case "N":
            return _number(inner)
        case "B":
            return len(inner)
        case "M" | "L":
            if depth > _DEPTH:
                raise ValueError(f"nested deeper than {_DEPTH} levels")
            if kind == "L":
                return 3 + sum(1 + _size(one, depth + 1) for one in inner)
            return 3 + sum(1 + len(name.encode()) + _size(one, depth + 1) for name, one in inner.items())
    return 1


@lru_cache(maxsize=100_000)
def _number(text: str) -> int:
    if len(text) < 20 and text.isdigit():
        return (len(text.strip("0")) + 1) // 2 + 1
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(f"{text} is no number")
    digits = len("".join(map(str, number.as_tuple().digits)).strip("0"))
    if digits > 38:
        raise ValueError(f"{text} has more than 38 digits")
    if number and not -130 <= number.adjusted() <= 125:
        raise ValueError(f"{text} is too large or too small")
    return (digits + 1) // 2 + 1 + text.startswith("-")
