"""Reads definitions from YAML and says precisely what is wrong with them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from leadwell.conditions.models import Model
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.definitions.wording import of_errors, of_yaml
from leadwell.definitions.yaml_text import load
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.messaging.policy import PolicyDefinition
from leadwell.pages import models as pages
from leadwell.scoring.models import GradeDefinition, InterestsDefinition, PersonaDefinition, ScoringDefinition
from leadwell.segments.models import ListDefinition, SegmentDefinition
from leadwell.tracking.values import mended

KINDS: dict[str, type[Model]] = {
    "journey": JourneyDefinition,
    "segment": SegmentDefinition,
    "list": ListDefinition,
    "scoring": ScoringDefinition,
    "lifecycle": LifecycleDefinition,
    "grade": GradeDefinition,
    "persona": PersonaDefinition,
    "interests": InterestsDefinition,
    "policy": PolicyDefinition,
    **pages.KINDS,
}

_OF_CONSTRUCTORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""PyYAML lets errors of its constructors through, for example at 2026-02-30."""
_MOST_VALUES = 20_000
_DEEPEST = 50
_LARGEST = 10**38

_KINDS_HERE = {"trigger", "when", "not", "who", "becomes", "until", "holds", "exit", "reason"}
_LISTS_OF_KINDS = {"steps", "otherwise", "all", "any", "of", "events"}
"""Fields, and lists, that hold one of several kinds: pydantic puts the kind into its location behind them."""


def read_yaml(text: str, source: str = "") -> dict[str, Any]:
    """One YAML document as a mapping. Raises ``Refused`` with the line."""
    import yaml  # only those who publish need it

    try:
        document = load(text)
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place, line = (f"line {mark.line + 1}, column {mark.column + 1}: ", mark.line + 1) if mark else ("", None)
        said = of_yaml(problem) if problem else "no valid YAML"
        raise Refused(f"{place}{said}", field=source, line=line) from error
    except _OF_CONSTRUCTORS as error:
        raise Refused("no valid YAML: a value is not what it looks like; put it into quotes", field=source) from error
    if not isinstance(document, dict):
        raise Refused("must be a mapping that says its `kind`", field=source)
    _check_plain(document, source)
    return document


def _check_plain(document: dict[Any, Any], source: str) -> None:
    """Refuses what JSON cannot say, and more than a person writes: aliases make a lot out of a few lines."""
    pending: list[tuple[Any, int]] = [(document, 1)]
    met = 0
    while pending:
        value, depth = pending.pop()
        met += 1
        if met > _MOST_VALUES or depth > _DEEPEST:
            raise Refused("is too large or nested too deeply", field=source)
        if isinstance(value, dict):
            if not all(isinstance(name, str) for name in value):
                raise Refused("has a name that is not text; put it into quotes", field=source)
            pending += [(inner, depth + 1) for pair in value.items() for inner in pair]
        elif isinstance(value, list):
            pending += [(inner, depth + 1) for inner in value]
        elif isinstance(value, str):
            if mended(value) != value:
                raise Refused("has a text that is not valid Unicode", field=source)
        elif isinstance(value, int | float) and not abs(value) < _LARGEST:
            raise Refused("has a number of more than 38 digits", field=source)


def _check_types(value: Any, source: str) -> None:
    """A document is kept as JSON, which knows no dates."""
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        _check_types(inner, source)
    if not isinstance(value, Mapping | list | str | int | float | None):
        raise Refused(f"put {str(value)[:40]} into quotes", field=source)


def parse(document: Mapping[str, Any], source: str = "") -> Model:
    """A definition from a document without parameters. Raises ``Refused`` that names the field."""
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refused(f"must be one of {', '.join(KINDS)}, not {kind!r}", field=_joined(source, "kind"))
    try:
        made = KINDS[kind].model_validate({key: value for key, value in document.items() if key != "parameters"})
    except ValidationError as error:
        raise refusal(error, source=source, model=KINDS[kind]) from error
    _check_types(document, source)
    return made


def refusal(
    error: ValidationError,
    inside: tuple[int | str, ...] = (),
    source: str = "",
    model: type[Model] | None = None,
) -> Refused:
    """The first thing that is wrong, and where; ``inside`` leads to what was validated, ``model`` to what it should
    have been."""
    place, said = of_errors(error, model)
    return Refused(said, field=_joined(source, _path((*inside, *place))))


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
