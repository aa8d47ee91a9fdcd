"""Finding a value by its path: ``address.city``, ``products.category``."""

from collections.abc import Iterator, Mapping
from typing import Any


def lookup(values: Mapping[str, Any], path: str) -> Any:
    """``address.city`` in nested mappings; a name that itself has dots wins. None when there is nothing.
    What is inside comes from JSON, so that a mapping is a dict."""
    if path in values:
        return values[path]
    head, dot, rest = path.partition(".")
    inner = values.get(head)
    return lookup(inner, rest) if dot and isinstance(inner, dict) else None


def lookup_all(values: Mapping[str, Any], path: str) -> Iterator[Any]:
    """Like ``lookup``, and on the way also through lists of mappings: ``products.category`` is that of each product. A
    list at the end of the path is each of its entries."""
    if path in values:
        found = values[path]
        yield from found if isinstance(found, list) else [found]
        return
    head, dot, rest = path.partition(".")
    inner = values.get(head)
    if dot:
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                yield from lookup_all(one, rest)
