"""How much memory nested data takes: the embedded AWS has its tables in this process, and they grow, as they should."""

import sys
from collections.abc import Iterable
from typing import Any

_STEP = 16
"""CPython hands out small pieces of memory in multiples of this."""


def size_of(values: Iterable[Any]) -> int:
    """Bytes of dicts, lists and what is in them. Names of attributes that share one string are counted once."""
    total, names = 0, set[int]()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        total += -(-sys.getsizeof(value) // _STEP) * _STEP
        if isinstance(value, dict):
            for name, inner in value.items():
                if id(name) not in names:
                    names.add(id(name))
                    total += -(-sys.getsizeof(name) // _STEP) * _STEP
                waiting.append(inner)
        elif isinstance(value, list | tuple):
            waiting += value
    return total
