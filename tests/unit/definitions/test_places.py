"""An error in a file leads to its line."""

import pytest

from leadwell.definitions.places import line_of
from leadwell.definitions.reading import read_definition
from leadwell.errors import Refused

TEXT = """\
kind: segment
name: sofas
title: {en: Sofas, de: Sofas}
when:
  all:
    - {event: Product Viewed, where: {category: sofas}}
    - any:
        - {trait: address.city, equals: Berlin}
        - event: Order Completed
          at_leest: 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("kind", 1),
        ("when", 4),
        ("when.all[0].event", 6),
        ("when.all[1].any[0].trait", 8),
        ("when.all[1].any[1].at_leest", 10),
        ("when.all[1].any[9]", 7),
        ("nothing.at.all", 1),
        ("", 1),
    ],
)
def test_the_line_of_a_path(path: str, line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize("text", ["", "kind: [", "\t"])
def test_what_is_no_document_has_no_lines(text: str) -> None:
    assert line_of(text, "kind") is None


def test_a_refusal_knows_its_line() -> None:
    with pytest.raises(Refused) as refused:
        read_definition(TEXT, {})
    assert (refused.value.field, refused.value.line) == ("when.all[1].any[1].at_leest", 10)
