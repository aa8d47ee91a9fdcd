"""What ``templates/journeys/README.md`` says about scenarios."""

import re

import pytest

from leadwell.definitions.documents import read_yaml
from leadwell.journeys.scenarios import HEADS, Given, Scenario
from leadwell.rehearsal.script import Script
from tests.unit.rehearsal.house import REPERTOIRE, TEMPLATES

JOURNEYS = TEMPLATES / "journeys"
README = (JOURNEYS / "README.md").read_text("utf-8").partition("## Scenarios")[2]


def test_its_example_passes() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    document = read_yaml((JOURNEYS / "abandoned-cart.yaml").read_text("utf-8"))
    (result,) = Script(REPERTOIRE, {**document, **read_yaml(example)}).run_all()
    assert result.differences == []


@pytest.mark.parametrize("word", sorted({*HEADS, *Given.model_fields, *(Scenario.model_fields.keys() - {"name"})}))
def test_it_names_every_word(word: str) -> None:
    assert re.search(rf"`{word}\b", README)
