"""The handbook of journeys says what can be written, and all of it can be."""

import re
from pathlib import Path
from typing import Any

import pytest

from leadwell.conditions.models import Model
from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.yaml_text import load
from leadwell.journeys import steps, triggers
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import compile_journey
from tests.unit.journeys.house import program

HANDBOOK = (Path(__file__).parents[3] / "templates/journeys/README.md").read_text("utf-8")


FILLED = {
    "when: {}": "when: {everyone: true}",
    "until: {}": "until: {everyone: true}",
    "steps: []": "steps: [{wait: P1D}]",
    "event: …": "event: X",
    "traits: {}": "traits: {a: 1}",
}


def rows(section: str) -> list[str]:
    """What stands in the first column of the section's table, without what is only hinted at."""
    text = HANDBOOK.split(f"## {section}\n")[1].split("\n## ")[0]
    cells = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    found = [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]
    return [code.replace("{…}", "{}").replace("[…]", "[]") for code in found]


@pytest.mark.parametrize("written", rows("What starts a journey"))
def test_triggers(written: str) -> None:
    program({"wait": "P1D"}, trigger=load(written))


@pytest.mark.parametrize("written", rows("Steps"))
def test_steps(written: str) -> None:
    for hint, meant in FILLED.items():
        written = written.replace(hint, meant)
    step: Any = load(written)
    program({"id": "hello", "email": "hello"}, step)


def test_every_kind_is_there() -> None:
    told = " ".join(rows("What starts a journey"))
    assert all(f"{head}:" in told for head in triggers.KINDS)
    told = " ".join(rows("Steps"))
    assert all(f"{head}:" in told for head in steps.KINDS)


def test_every_field_is_there() -> None:
    told = {code.split(":")[0] for code in rows("Around the steps")}
    told |= {part.split(":")[0].strip() for code in rows("Around the steps") for part in code.split(", ")}
    basics = {"kind", "name", "title", "description", "about", "trigger", "steps", "scenarios"}
    assert set(JourneyDefinition.model_fields) - basics <= told


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(kind: .*?)```", HANDBOOK, re.DOTALL))
def test_examples(example: str) -> None:
    found: Model = parse(read_yaml(example))
    if isinstance(found, JourneyDefinition):
        compile_journey(found)
