"""Reads definitions from YAML and says precisely what is wrong with them."""

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from leadwell.conditions.models import Model
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.scoring.models import ScoringDefinition
from leadwell.segments.models import SegmentDefinition

KINDS: dict[str, type[Model]] = {
    "journey": JourneyDefinition,
    "segment": SegmentDefinition,
    "scoring": ScoringDefinition,
    "lifecycle": LifecycleDefinition,
}


def read_yaml(text: str, source: str = "") -> dict[str, Any]:
    """One YAML document as a mapping. Raises ``Refused`` with line and column."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Refused(f"{place}{getattr(error, 'problem', None) or 'no valid YAML'}", field=source) from error
    if not isinstance(document, dict):
        raise Refused("must be a mapping that says its `kind`", field=source)
    return document


def parse(document: Mapping[str, Any], source: str = "") -> Model:
    """A definition from a document without parameters. Raises ``Refused`` that names the field."""
    kind = document.get("kind")
    if kind not in KINDS:
        raise Refused(f"must be one of {', '.join(KINDS)}, not {kind!r}", field=_joined(source, "kind"))
    try:
        return KINDS[kind].model_validate({key: value for key, value in document.items() if key != "parameters"})
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(_readable(first["msg"]), field=_joined(source, _path(document, first["loc"]))) from error


def _joined(source: str, path: str) -> str:
    return f"{source}: {path}" if source and path else source or path


def _path(document: Any, location: tuple[int | str, ...]) -> str:
    """pydantic's location without the tags of its unions, which stand in no file."""
    path, here = "", document
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and part not in here and len(path) and path != location[-1] and here is not None:
            if part == location[-1]:
                path += f".{part}"
        else:
            path += f".{part}"
            here = here.get(part) if isinstance(here, dict) else None
    return path.lstrip(".")


def _readable(message: str) -> str:
    message = message.removeprefix("Value error, ")
    if message == "Extra inputs are not permitted":
        return "is not known here; check the spelling"
    return message[0].lower() + message[1:]
