"""Whatever a file holds, what is wrong with it is said in words."""

import pytest

from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.library import Library
from leadwell.errors import Refused
from tests.fakes.memory_table import MemoryTable

SEGMENT = "kind: segment\nname: s\ntitle: {en: A, de: A}\nwhen: {trait: a, equals: %s}\n"
BOMB = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))])


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "a: &a [*a]",
        "a: " + "[" * 1_000,
        "- " * 5_000,
        "a: !!timestamp 2026-02-30",
        f"a: {'9' * 5_000}",
        f"a: {'9' * 39}",
        "a: .nan",
        "a: .inf",
        'a: "\\ud800"',
        "1: a",
        "!!bool true: a",
        "!!timestamp 2026-01-01: a",
        "a: !!int ''",
        "a: !!timestamp x",
        "a: !!bool x",
        "a: !!python/object/apply:os.system ['true']",
        "a: !!float x",
    ],
)
def test_strange_files_are_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_yaml(text, "s.yaml")
    assert caught.value.field == "s.yaml"


@pytest.mark.parametrize("value", ["!!timestamp 2026-01-01", "!!binary aGk=", "!!set {a}"])
def test_what_json_cannot_say_must_stand_in_quotes(value: str) -> None:
    with pytest.raises(Refused):
        parse(read_yaml(SEGMENT % value))


def test_a_version_that_the_table_cannot_hold_is_refused() -> None:
    table = MemoryTable()
    with pytest.raises(Refused, match="KB"):
        Library(table).publish("segment", "s", {"a": "x" * 300_000}, now=0, by="test", source="x" * 100_000)
    assert table.snapshot() == {}
