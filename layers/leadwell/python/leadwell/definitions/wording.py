"""What is wrong with a definition, in words for whoever wrote it; YAML and pydantic speak to programmers."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from leadwell.conditions.models import HEADS, Model

_OF_YAML = {
    "found character '\\t'": "a tab cannot indent anything in YAML: use spaces",
    "expected <block end>": "the indentation does not fit: what belongs together begins in the same column",
    "mapping values are not allowed here": "a colon where none is expected: either the indentation does not fit, or a "
    "text with a colon in it needs quotes",
    "expected ',' or": "a comma or a closing bracket is missing, or a text with a colon or comma in it needs quotes",
    "expected alphabetic or numeric character": "a text that begins with * or & needs quotes",
    "found undefined alias": "a text that begins with * needs quotes",
    "that cannot start any token": "a text that begins with this sign needs quotes",
    "found unexpected end of stream": "a quote is opened and never closed",
    "could not find expected ':'": "a name without a colon behind it",
    "found another document": "one file holds one definition: put what follows --- into a file of its own",
}
_PATTERNS = {
    r"^[a-z0-9-]+$": "may have small letters, digits and hyphens only, such as hot-leads",
    r"^[a-z0-9_-]+/(email|sms)$": "is written as purpose and channel, such as marketing/email",
}
_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be a text; put it into quotes",
    "tuple_type": "must be a list: [one, another], or lines that begin with a dash",
    "dict_type": "must have names with values inside: {name: value}",
}
_ALIKE = 0.7


def of_yaml(problem: str) -> str:
    """PyYAML's problem → what to do about it; as it is where nothing is known of it."""
    return next((said for sign, said in _OF_YAML.items() if sign in problem), problem)


def of_errors(error: ValidationError, model: type[Model] | None = None) -> tuple[tuple[int | str, ...], str]:
    """Where the first thing is that is wrong, and what it is. A misspelled name is told rather than what is missing
    because of it. ``model`` is what was to be read."""
    found = error.errors()
    beside = [one for one in found if one["loc"][:-1] == found[0]["loc"][:-1]]
    first: Mapping[str, Any] = next((one for one in beside if one["type"] == "extra_forbidden"), found[0])
    return first["loc"], _said(first, model)


def _said(error: Mapping[str, Any], model: type[Model] | None) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _not_known(error["loc"], model)
    if kind == "unknown_condition":
        return _no_condition(error["input"], error["msg"])
    if kind == "model_type":
        return _names_missing(str(context.get("class_name")), model)
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind == "literal_error":
        return f"must be {context['expected']}"
    message = _MESSAGES.get(kind) or str(error["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _not_known(location: Sequence[int | str], model: type[Model] | None) -> str:
    *place, name = location
    around = place[-1] if place else ""
    if name in HEADS and around in HEADS:
        return f"is a condition of its own beside `{around}`: write all: [{{{around}: …}}, {{{name}: …}}]"
    known = sorted({word for one in _models_at(model, place) for word in _words(one)}) if model else []
    return f"is not known here; {_meant(str(name), known) or 'check the spelling'}"


def _no_condition(given: Any, otherwise: str) -> str:
    if isinstance(given, list):
        return "a list is no condition: write all: or any: before it"
    for name in given if isinstance(given, dict) else ():
        if meant := _meant(str(name), list(HEADS)):
            return f"`{name}` is not known here; {meant}"
    return otherwise


def _names_missing(wanted: str, model: type[Model] | None) -> str:
    found = next((one for one in _all_models(model) if one.__name__ == wanted), None)
    words = list(_words(found)) if found else []
    return f"must have names with values inside: {{{words[0]}: …}}; known are {', '.join(words)}" if words else (
        _MESSAGES["dict_type"]
    )  # fmt: skip


def _meant(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, 1, _ALIKE)
    return f"did you mean {near[0]}?" if near else ""


def _words(model: type[Model]) -> Iterator[str]:
    """The names that may be written in it."""
    return (about.alias or name for name, about in _fields(model).items())


def _models_at(model: type[Model], place: Sequence[int | str]) -> list[type[Model]]:
    """What may stand there. pydantic's location also has the word that tells several models apart, behind the field."""
    here = [model]
    for part in place:
        if isinstance(part, int):
            continue
        if len(here) > 1 and HEADS.get(part) in here:
            here = [HEADS[part]]
            continue
        inside = [found for one in here for found in _inside(one, part)]
        here = inside or here
    return here


def _inside(model: type[Model], name: str) -> Iterator[type[Model]]:
    for word, about in _fields(model).items():
        if name in (word, about.alias):
            yield from _models_in(about.annotation)


def _fields(model: type[Model]) -> Mapping[str, FieldInfo]:
    """A model that was only built as a part of others does not know yet what its own fields may hold."""
    model.model_rebuild()
    return model.model_fields


def _models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _all_models(model: type[Model] | None) -> Iterator[type[Model]]:
    """It, and whatever may stand in it."""
    pending, met = [model] if model else [], set[type[Model]]()
    while pending:
        one = pending.pop()
        if one in met:
            continue
        met.add(one)
        yield one
        pending += [found for about in _fields(one).values() for found in _models_in(about.annotation)]
