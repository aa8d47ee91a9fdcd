"""The library's journey for text messages does what its scenarios say; it is not live at the start, so nothing else
plays them."""

import pytest

from leadwell.journeys.scenarios import Scenario
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Script
from tests.fakes.world import TEMPLATES

FILE = TEMPLATES / "journeys" / "service" / "double-opt-in-sms.yaml"
SCRIPT = Script.of(Repertoire.around(FILE), FILE)


@pytest.mark.parametrize("scenario", SCRIPT.scenarios, ids=lambda one: one.name)
def test_it_does_what_it_says(scenario: Scenario) -> None:
    assert SCRIPT.run(scenario).differences == []
