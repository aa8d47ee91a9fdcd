"""The scenarios of every journey of the library notice whatever is taken out of it, and pass as long as nothing is."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leadwell.definitions.documents import read_yaml
from leadwell.errors import LeadwellError
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Script
from tests.unit.rehearsal.mutating import mutants

TEMPLATES = Path(__file__).parents[3] / "templates"
JOURNEYS = {path.stem: read_yaml(path.read_text("utf-8")) for path in sorted((TEMPLATES / "journeys").rglob("*.yaml"))}

CHANGES_NOTHING = {
    ("birthday", "reentry always"): "a date comes once a year, and each year has its own key",
    ("birthday-reminder", "reentry always"): "a date comes once a year, and each year has its own key",
    ("monthly-picks", "reentry always"): "each time of a schedule has its own key",
}
"""(journey, damage) → why nobody could notice."""


@cache
def repertoire() -> Repertoire:
    return Repertoire(TEMPLATES)


@cache
def passes_intact(journey: str) -> bool:
    """A scenario that fails anyway would notice anything."""
    return all(result.passed for result in Script(repertoire(), JOURNEYS[journey]).run_all())


def noticed(document: dict[str, Any]) -> bool:
    """Whether the definition is refused, or one of its scenarios fails."""
    try:
        return any(not result.passed for result in Script(repertoire(), document).run_all())
    except LeadwellError:
        return True


@pytest.mark.parametrize(
    ("journey", "damage", "damaged"),
    [
        pytest.param(name, damage, damaged, id=f"{name}: {damage}")
        for name, document in JOURNEYS.items()
        for damage, damaged in mutants(document)
        if (name, damage) not in CHANGES_NOTHING
    ],
)
def test_what_is_taken_out_is_missed(journey: str, damage: str, damaged: dict[str, Any]) -> None:
    assert passes_intact(journey), f"a scenario of {journey} fails without any damage"
    assert noticed(damaged), f"no scenario of {journey} notices that it is {damage}"


def test_what_nobody_could_notice_is_still_there() -> None:
    assert CHANGES_NOTHING.keys() <= {
        (name, damage) for name, document in JOURNEYS.items() for damage, _ in mutants(document)
    }
