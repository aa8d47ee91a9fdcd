"""From what somebody wrote to a complete definition: YAML read, parameters filled in, parsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.conditions.models import Model
from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.parameters import choose, fill_in, read_parameters
from leadwell.definitions.places import line_of
from leadwell.errors import Refused


@dataclass(frozen=True, slots=True)
class Written:
    """``document`` is complete, ``values`` are the parameters that were filled in."""

    document: dict[str, Any]
    values: dict[str, Any]
    definition: Model


def read_definition(text: str, parameters: Mapping[str, Any]) -> Written:
    """Raises ``Refused`` that names field and line."""
    try:
        written = read_yaml(text)
        values = choose(read_parameters(written), parameters)
        document = fill_in({key: value for key, value in written.items() if key != "parameters"}, values)
        definition = parse(document)
        # Of some kinds there is one, which need not be named.
        return Written({**document, "name": str(getattr(definition, "name", ""))}, values, definition)
    except Refused as refused:
        raise located(refused, text) from refused


def located(refused: Refused, text: str) -> Refused:
    """The same with the line that its field has in the text."""
    return Refused(refused.message, refused.field, refused.line or line_of(text, refused.field))
