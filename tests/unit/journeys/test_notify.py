"""The step ``notify``."""

from typing import Any

import pytest

from leadwell.errors import Refused
from leadwell.journeys.engine import enter
from leadwell.journeys.steps.running import Requested
from tests.unit.journeys.house import happening, path, program, situation

SALES = "sales@example.com"


def asked(traits: dict[str, Any], **notify: Any) -> tuple[Requested, str]:
    one = program({"id": "alert", "notify": {"template": "hot", **notify}})
    move = enter(one, "", 1, happening(), situation(traits=traits, stage="mql"))
    (effect,) = move.effects
    assert isinstance(effect, Requested)
    return effect, path(move.enrollment)[0][1]


@pytest.mark.parametrize(
    ("traits", "notify", "recipient", "noted"),
    [
        ({"owner": " Sam@Example.com "}, {"to": "owner"}, "sam@example.com", "done"),
        ({"owner": "Sam"}, {"to": "owner", "otherwise": SALES}, SALES, "done"),
        ({}, {"to": "owner", "otherwise": "Sales@Example.com"}, SALES, "done"),
        ({}, {"to": "owner"}, "", "nobody is in charge"),
        ({"owner": "sam@example.com"}, {"to": SALES}, SALES, "done"),
    ],
)
def test_who_is_told(traits: dict[str, Any], notify: dict[str, Any], recipient: str, noted: str) -> None:
    effect, said = asked(traits, **notify)
    assert (effect.recipient, said) == (recipient, noted)
    assert (effect.channel, effect.template, effect.purpose, effect.step) == ("email", "hot", "internal", "alert")
    assert effect.about == {"score": 0, "stage": "mql", "grade": ""}


def test_it_is_no_campaign_and_nothing_keeps_it_away() -> None:
    one = program({"notify": {"template": "hot", "to": SALES}})
    assert not one.is_campaign
    assert [(sending.template, sending.purpose) for sending in one.sends()] == [("hot", "internal")]


@pytest.mark.parametrize("notify", [{}, {"to": "somebody"}, {"to": "owner", "otherwise": "x"}, {"to": ""}])
def test_what_is_refused(notify: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        program({"notify": {"template": "hot", **notify}})
