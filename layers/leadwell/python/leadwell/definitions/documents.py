"""Reads definitions from YAML and says precisely what is wrong with them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from leadwell.conditions.models import Model
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.scoring.models import GradeDefinition, InterestsDefinition, PersonaDefinition, ScoringDefinition
from leadwell.segments.models import SegmentDefinition

KINDS: dict[str, type[Model]] = {
    "journey": JourneyDefinition,
    "segment": SegmentDefinition,
    "scoring": ScoringDefinition,
    "lifecycle": LifecycleDefinition,
    "grade": GradeDefinition,
    "persona": PersonaDefinition,
    "interests": InterestsDefinition,
}

_KINDS_HERE = {"trigger", "when", "not"}
_LISTS_OF_KINDS = {"steps", "all", "any", "of"}
"""Fields, and lists, that hold one of several kinds: pydantic puts the kind into its location behind them."""


def read_yaml(text: str, source: str = "") -> dict[str, Any]:
    """One YAML document as a mapping. Raises ``Refused`` with line and column."""
    import yaml  # only those who publish need it: functions read what was published, which is JSON

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
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refused(f"must be one of {', '.join(KINDS)}, not {kind!r}", field=_joined(source, "kind"))
    try:
        return KINDS[kind].model_validate({key: value for key, value in document.items() if key != "parameters"})
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(_readable(first["msg"]), field=_joined(source, _path(first["loc"]))) from error


def _joined(source: str, path: str) -> str:
    return f"{source}: {path}" if source and path else source or path


def _path(location: tuple[int | str, ...]) -> str:
    """pydantic's location without what stands in no file: tags of unions, and the field that holds comparison words."""
    path, parent, tag_follows = "", "", False
    for part in location:
        if tag_follows and isinstance(part, str):
            tag_follows = False
        elif isinstance(part, int):
            path += f"[{part}]"
            tag_follows = parent in _LISTS_OF_KINDS
        else:
            path += "" if part == "matcher" else f".{part}"
            parent, tag_follows = part, part in _KINDS_HERE
    return path.lstrip(".")


def _readable(message: str) -> str:
    message = message.removeprefix("Value error, ")
    if message == "Extra inputs are not permitted":
        return "is not known here; check the spelling"
    return message[0].lower() + message[1:]
