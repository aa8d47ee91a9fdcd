"""The published JSON Schema: it takes whatever may be published, and stops what a person mistypes."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from leadwell.definitions.schema import schema
from leadwell.definitions.yaml_text import load

ROOT = Path(__file__).parents[3]
FILES = sorted(
    path
    for folder in ("templates", "tests/simulation/definitions")
    for path in (ROOT / folder).rglob("*.yaml")
    if path.parent.parent.name != "emails" and path.parent.name != "sms" and "kind" in load(path.read_text("utf-8"))
)
TITLE = {"en": "A title", "de": "Ein Titel"}


@pytest.fixture(scope="module")
def valid() -> Any:
    return jsonschema_rs.validator_for(schema())


def test_it_is_a_schema_itself() -> None:
    jsonschema_rs.meta.validate(schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_that_comes_with_leadwell_fits(valid: Any, path: Path) -> None:
    found = list(valid.iter_errors(load(path.read_text("utf-8"))))
    assert not found, found


@pytest.mark.parametrize(
    "when",
    [
        {"event": "A", "at_leest": 2},
        {"event": "A", "within": "a week"},
        {"trait": "plan", "equal": "pro"},
        {"all": []},
        {"near": {"latitude": 91, "longitude": 0, "km": 1}},
        {"grade": {"is": "E1"}},
        {"journey": "welcome", "state": "outside"},
        {"nonsense": 1},
    ],
)
def test_a_slip_of_the_pen_is_marked(valid: Any, when: dict[str, Any]) -> None:
    document = {"kind": "segment", "name": "x", "title": TITLE, "when": when}
    assert not valid.is_valid(document)


@pytest.mark.parametrize(
    "when",
    [
        {"event": ["A", "B"], "where": {"price": {"between": [1, 2]}}, "sum": "price", "at_least": 10, "within": "P7D"},
        {"sequence": ["A", {"event": "B", "where": {"k": "x"}}], "within": "P1D"},
        {"persona": "family"},
        {"persona": {"name": "family", "at_least": 60}},
        {"grade": {"is": ["A1", "B1"]}},
        {"event": "A", "at_least": "${times}", "within": "${days}"},
        {"trait": "birthday", "anniversary": {"within_next": "P7D"}},
    ],
)
def test_what_is_right_passes(valid: Any, when: dict[str, Any]) -> None:
    assert valid.is_valid({"kind": "segment", "name": "x", "title": TITLE, "when": when})
