"""The steps ``task`` and ``hand_over``."""

from typing import Any

import pytest

from leadwell.clock import DAY, to_iso
from leadwell.errors import Refused
from leadwell.journeys.engine import enter
from leadwell.journeys.steps.running import Assigned, Recorded
from leadwell.tracking.events import PASSIVE, Name
from tests.unit.journeys.house import NOW, happening, program, situation

CALL = {"title": {"de": "Anrufen", "en": "Call"}, "due": "P2D"}
SAM = "sam@example.com"


def effects(step: dict[str, Any], stage: str = "lead", **traits: Any) -> list[Any]:
    one = program({"id": "call", **step})
    return list(enter(one, "", 1, happening(), situation(traits=traits, stage=stage)).effects)


def test_a_task() -> None:
    assigned, told = effects({"task": CALL}, owner=SAM)
    title = {"en": "Call", "de": "Anrufen"}
    assert assigned == Assigned("task", title, SAM, NOW + 2 * DAY, "call")
    due = to_iso(NOW + 2 * DAY)
    said = {"title": title, "due": due, "journey": "j", "step": "call", "owner": SAM}
    assert told == Recorded("Task Created", "call", said)


@pytest.mark.parametrize(
    ("to", "owner"),
    [
        ({}, ""),
        ({"otherwise": SAM}, SAM),
        ({"to": SAM}, SAM),
    ],
)
def test_whose_it_is(to: dict[str, str], owner: str) -> None:
    assert effects({"task": {**CALL, **to}})[0].owner == owner


@pytest.mark.parametrize(("stage", "stages"), [("lead", ["sql"]), ("sql", []), ("customer", [])])
def test_who_is_handed_over_becomes_sales_qualified_but_nobody_falls_back(stage: str, stages: list[str]) -> None:
    found = effects({"hand_over": {"task": CALL}}, stage)
    assert [one.properties["stage"] for one in found if getattr(one, "name", "") == Name.STAGE_SET] == stages
    assert [one.kind for one in found if isinstance(one, Assigned)] == ["hand_over"]
    assert found[-1].name == "Handed Over to Sales"


def test_nothing_of_this_is_what_the_contact_did() -> None:
    assert {"Task Created", "Task Done", "Handed Over to Sales", "Lead Accepted", "Lead Rejected"} <= PASSIVE


@pytest.mark.parametrize("task", [{}, {"due": "P1D"}, {**CALL, "to": "Sam"}, {**CALL, "title": {"en": "Call"}}])
def test_what_is_refused(task: dict[str, Any]) -> None:
    for step in ({"task": task}, {"hand_over": {"task": task}}):
        with pytest.raises(Refused):
            program(step)
