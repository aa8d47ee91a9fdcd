"""From what somebody wrote to a complete definition: YAML read, parameters filled in, parsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadwell.conditions.models import Model
from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.parameters import choose, fill_in, read_parameters
from leadwell.definitions.places import line_of
from leadwell.errors import Refused

if TYPE_CHECKING:
    from leadwell.journeys.scenarios import Scenario

SCENARIOS = "scenarios"


@dataclass(frozen=True, slots=True)
class Written:
    """``document`` is complete, ``values`` are the parameters that were filled in. A journey's ``scenarios`` are no
    part of it: they say what it is to do, and nothing of what it does."""

    document: dict[str, Any]
    values: dict[str, Any]
    definition: Model
    scenarios: "tuple[Scenario, ...]" = ()


def read_definition(text: str, parameters: Mapping[str, Any]) -> Written:
    """Raises ``Refused`` that names field and line."""
    try:
        return completed(read_yaml(text), parameters)
    except Refused as refused:
        raise located(refused, text) from refused


def completed(written: Mapping[str, Any], parameters: Mapping[str, Any]) -> Written:
    """The same from a document that was read. Raises ``Refused`` that names the field."""
    values = choose(read_parameters(written), parameters)
    document = fill_in({key: value for key, value in written.items() if key != "parameters"}, values)
    scenarios = _scenarios_of(document)
    definition = parse(document)
    # Of some kinds there is one, which need not be named.
    return Written({**document, "name": str(getattr(definition, "name", ""))}, values, definition, scenarios)


def _scenarios_of(document: dict[str, Any]) -> "tuple[Scenario, ...]":
    """Takes them out of the document of a journey."""
    if document.get("kind") != "journey" or SCENARIOS not in document:
        return ()
    from leadwell.journeys.scenarios import read_scenarios  # what functions read was published, and has none

    return read_scenarios(document.pop(SCENARIOS))


def located(refused: Refused, text: str) -> Refused:
    """The same with the line that its field has in the text."""
    return Refused(refused.message, refused.field, refused.line or line_of(text, refused.field))
