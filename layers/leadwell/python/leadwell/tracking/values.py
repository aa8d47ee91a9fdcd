"""Keeps out of the table what the table cannot hold, and names the place of it.

Limits are DynamoDB's (Developer Guide, "Supported data types and naming rules": 38 digits, magnitude 1E-130 to
9.99E+125, 32 levels of nesting) with some room left.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from leadwell.errors import Refused

DEPTH = 20
"""Levels of objects and lists inside ``properties`` or ``traits``."""

_LARGEST_INT = 10**38
_LARGEST = 1e125
_SMALLEST = 1e-129


def checked(value: dict[str, Any], field: str) -> dict[str, Any]:
    """The same object, fit for the table; lone surrogates (halves of a cut emoji) in it became U+FFFD.

    Raises ``Refused`` with the path of what does not fit, e.g. ``properties.products[2].price``.
    """
    try:
        _check(value, 1)
    except Refused as refused:
        raise Refused(refused.message, field + refused.field) from None
    return value


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Keys of parsed JSON are always text."""
    return type(value) is dict


def taken_object(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under a name; absent and null count as empty. Raises ``Refused`` for anything else."""
    value = source.get(name)
    if value is None:
        return {}
    if not is_object(value):
        raise Refused("must be an object", name)
    return value


def taken_text(source: Mapping[str, Any], name: str, limit: int) -> str:
    """The stripped text under a name, which must be there and not empty."""
    value = source.get(name)
    if type(value) is int:
        value = str(value) if abs(value) < _LARGEST_INT else ""
    if type(value) is not str or not (text := mended(value).strip()):
        raise Refused("must be a non-empty string", name)
    if len(text) > limit:
        raise Refused(f"must have at most {limit} characters", name)
    return text


def mended(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be written as UTF-8."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _check(value: dict[str, Any] | list[Any], depth: int) -> None:
    if depth > DEPTH:
        raise Refused(f"is nested deeper than {DEPTH} levels")
    named = type(value) is dict
    places: Any = value.items() if type(value) is dict else enumerate(value)
    container: Any = value
    for place, inner in places:
        if named and (not place or not place.isascii()):
            _check_name(place)
        kind = type(inner)
        if kind is str:
            if not inner.isascii():
                container[place] = mended(inner)
        elif kind is int:
            if not -_LARGEST_INT < inner < _LARGEST_INT:
                raise Refused("must have at most 38 digits", _place(place))
        elif kind is float:
            size = abs(inner)
            if not (_SMALLEST < size < _LARGEST or size == 0):
                raise Refused("must be a finite number between 1e-129 and 1e125 in size", _place(place))
        elif kind is dict or kind is list:
            try:
                _check(inner, depth + 1)
            except Refused as refused:
                raise Refused(refused.message, _place(place) + refused.field) from None


def _check_name(name: str) -> None:
    if not name:
        raise Refused("has an entry with an empty name")
    if mended(name) != name:
        raise Refused("has an entry whose name is not valid Unicode")


def _place(place: str | int) -> str:
    if type(place) is int:
        return f"[{place}]"
    return f".{mended(str(place))[:100]}"
