import base64

import pytest

from leadwell.clock import SECOND
from leadwell.tracking.keys import KeyKind, KeyRing, WriteKey, add_key, presented_key, remove_key
from tests.fakes.memory_table import MemoryTable


def test_a_key_is_found_by_its_secret_and_the_secret_is_not_stored() -> None:
    table = MemoryTable()
    add_key(table, "wk-1", KeyKind.PUBLIC, "website", ("https://shop.example.com",))
    assert KeyRing(table).find("wk-1", 0) == WriteKey("website", KeyKind.PUBLIC, ("https://shop.example.com",))
    assert "wk-1" not in str(table.stream)


def test_lookups_are_remembered_for_a_minute() -> None:
    table = MemoryTable()
    add_key(table, "wk-1", KeyKind.PUBLIC, "website")
    ring = KeyRing(table)
    ring.find("wk-1", 0)
    before = table.requests
    remove_key(table, "wk-1")
    assert ring.find("wk-1", 59 * SECOND) is not None
    assert table.requests == before + 1, "only the removal"
    assert ring.find("wk-1", 61 * SECOND) is None


def test_a_new_key_works_within_seconds() -> None:
    table = MemoryTable()
    ring = KeyRing(table)
    assert ring.find("wk-1", 0) is None
    add_key(table, "wk-1", KeyKind.SERVER, "shop")
    assert ring.find("wk-1", 1 * SECOND) is None
    assert ring.find("wk-1", 6 * SECOND) == WriteKey("shop", KeyKind.SERVER)


def test_guessing_keys_does_not_fill_the_memory() -> None:
    table = MemoryTable()
    ring = KeyRing(table)
    for n in range(2_500):
        ring.find(f"guess-{n}", 0)
    assert len(ring._remembered) <= 1_000


@pytest.mark.parametrize("secret", ["", "ü", "\ud800", "x" * 201])
def test_what_can_be_no_key_is_not_looked_up(secret: str) -> None:
    table = MemoryTable()
    assert KeyRing(table).find(secret, 0) is None
    assert table.requests == 0


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (_basic("wk:"), "wk"),
        (_basic("wk:password"), "wk"),
        (_basic("wk").replace("Basic", "basic"), "wk"),
        ("Bearer wk", "wk"),
        (_basic(":"), None),
        ("Basic %%%", None),
        ("Basic /w==", None),
        ("Bearer ", None),
        ("Digest wk", None),
        ("", None),
    ],
)
def test_authorization_headers(header: str, key: str | None) -> None:
    assert presented_key(header) == key
