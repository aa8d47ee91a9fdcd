"""Python values ↔ DynamoDB's typed attributes.

Hand-sized because boto3's serializer insists on Decimal and takes five times as long. DynamoDB answers numbers in plain
digits with zeros trimmed, so whole floats come back as equal ints; for that to be true of large ones they are written
exactly as long as 38 digits allow it, and longer numbers are read as the floats that they must have been.
"""

from base64 import b64decode
from typing import Any

_EXACT = 2.0**53
_LONGEST = 1e38
"""The first number with more than DynamoDB's 38 digits."""


def to_attribute(value: Any) -> dict[str, Any]:
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is bool:
        return {"BOOL": value}
    if kind is int:
        return {"N": str(value)}
    if kind is float:
        return {"N": repr(value) if abs(value) < _EXACT or abs(value) >= _LONGEST else str(int(value))}
    if kind is dict:
        return {"M": {str(name): to_attribute(inner) for name, inner in value.items()}}
    if kind is list or kind is tuple:
        return {"L": [to_attribute(inner) for inner in value]}
    if value is None:
        return {"NULL": True}
    if kind is bytes:
        return {"B": value}
    raise TypeError(f"cannot store a {kind.__name__}")


def to_attributes(item: dict[str, Any]) -> dict[str, Any]:
    return {name: to_attribute(value) for name, value in item.items()}


def from_attribute(attribute: dict[str, Any]) -> Any:
    for kind, value in attribute.items():
        if kind == "S" or kind == "BOOL":
            return value
        if kind == "N":
            if "." in value or "e" in value or "E" in value:
                return float(value)
            return int(value) if len(value) < 39 else _whole(value)
        if kind == "M":
            return {name: from_attribute(inner) for name, inner in value.items()}
        if kind == "L":
            return [from_attribute(inner) for inner in value]
        if kind == "NULL":
            return None
        if kind == "B":
            return value if isinstance(value, bytes) else b64decode(value)  # streams bring it as text
    raise TypeError(f"cannot read {attribute!r}")


def _whole(digits: str) -> int | float:
    number = int(digits)
    return number if abs(number) < 10**38 else float(digits)


def from_attributes(item: dict[str, Any]) -> dict[str, Any]:
    return {name: from_attribute(attribute) for name, attribute in item.items()}
