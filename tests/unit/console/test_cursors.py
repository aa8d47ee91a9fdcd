import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.console import cursors
from leadwell.errors import Refused


@given(st.integers(0, 10**6), st.text(min_size=1))
def test_a_cursor_comes_back_as_it_was(number: int, text: str) -> None:
    cursor = cursors.written(number, text)
    assert cursor.isascii()
    assert cursors.read(cursor, int, str) == [number, text]


@given(st.text())
def test_anything_else_is_refused(text: str) -> None:
    try:
        parts = cursors.read(text, str)
    except Refused as refused:
        assert refused.field == "cursor"
    else:
        assert parts is None or isinstance(parts[0], str)


def test_the_kinds_of_the_parts_must_fit() -> None:
    with pytest.raises(Refused):
        cursors.read(cursors.written("a"), int)
    with pytest.raises(Refused):
        cursors.read(cursors.written(True), int)


@pytest.mark.parametrize("text", ["", "\ud800", "x" * 1_025, "ä" * 513])
def test_what_cannot_be_a_key_is_no_cursor(text: str) -> None:
    packed = base64.urlsafe_b64encode(json.dumps([text]).encode()).decode().rstrip("=")
    with pytest.raises(Refused):
        cursors.read(packed, str)


def test_a_cursor_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(Refused):
        cursors.read(base64.urlsafe_b64encode(b"[" * 6_000).decode(), str)
