"""What strangers send: values that no form would offer, and ways to spoil what was valid."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]


def nested(depth: int) -> Any:
    value: Any = 1
    for number in range(depth):
        value = {"a": value} if number % 2 else [value]
    return value


VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**37,
    10**40,
    -(10**40),
    1e-200,
    1e300,
    float("nan"),
    float("inf"),
    "",
    " ",
    "0",
    "true",
    "\x00",
    "a\x00b",
    "\r\nset-cookie: a=b",
    "\ud800",
    "a\udfff",
    "\u202eb\u200b",
    "🛋" * 90,
    "x" * 300,
    "x" * 5_000,
    "ä" * 40_000,
    "{{ 7 * 7 }}",
    "'; DROP TABLE",
    "../../etc/passwd",
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1969-12-31T23:59:59Z",
    "5" * 4_500,
    [],
    [[]],
    [None],
    {},
    {"": 1},
    {"a": float("nan")},
    {"\ud800": 1},
    {"a": "\ud800"},
    {"pk": "C#other", "sk": "C"},
    nested(25),
    nested(60),
)
"""One of each kind of trouble."""

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    [value for value in VALUES if isinstance(value, str)]
)
NUMBERS = st.integers() | st.integers(-(10**45), 10**45) | st.floats()
JSON = st.sampled_from(VALUES) | st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)

_STRANGE_HEADERS = ["", ",", ";", "*", "q=", "a;q=nan", "de;q=inf,en;q=1e999", '"', "=" * 300, "x" * 8_000, "ä" * 500]
HEADER_VALUES = st.sampled_from(_STRANGE_HEADERS) | st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40
)
HEADER_NAMES = st.sampled_from(
    [
        "accept",
        "accept-language",
        "authorization",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "idempotency-key",
        "if-none-match",
        "origin",
        "user-agent",
        "x-forwarded-for",
        "x-forwarded-proto",
    ]
)
HEADERS = st.dictionaries(HEADER_NAMES, HEADER_VALUES, max_size=4)

RAW_JSON = st.sampled_from(
    [
        "",
        "null",
        "[]",
        "{",
        '{"a":1}{"a":2}',
        '{"a":1,"a":2}',
        "[" * 100_000,
        '{"a":' * 20_000,
        "[" * 900 + "]" * 900,
        "1" * 5_000,
        '{"a":NaN}',
        '{"a":-Infinity}',
        '{"a":1e999}',
        '"\\ud800"',
        '{"\\ud800":1}',
        "\ufeff{}",
        "{'a': 1}",
        '{"__proto__": {"a": 1}}',
        "\x00",
    ]
)
"""Bodies as text."""


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a document, the document itself first."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from paths(one, (*here, name))


def put(document: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a place."""
    if not path:
        return value
    changed = copy.deepcopy(document)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


def without(document: Any, path: Path) -> Any:
    """A copy that lacks something."""
    changed = copy.deepcopy(document)
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed


def spoiled_everywhere(document: Any) -> Iterator[tuple[Path, Any]]:
    """Each place once without, and once with each strange value."""
    for path in paths(document):
        if path:
            yield path, without(document, path)
        for value in VALUES:
            yield path, put(document, path, value)


@st.composite
def spoiled(draw: st.DrawFn, document: Any) -> Any:
    """A valid document with one to three places changed."""
    for _ in range(draw(st.integers(1, 3))):
        known = [path for path in paths(document) if path]
        if not known or draw(st.integers(0, 30)) == 0:
            return draw(JSON)
        path = draw(st.sampled_from(known))
        document = without(document, path) if draw(st.booleans()) else put(document, path, draw(JSON))
    return document


def as_json(value: Any) -> str:
    """JSON as Python's clients write it: lone surrogates escaped, NaN and Infinity by name."""
    return json.dumps(value)
