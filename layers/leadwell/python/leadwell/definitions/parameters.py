"""Parameters of a template: what a marketer fills in before switching a journey on.

A value stands in the definition as ``${name}``. A text that is nothing but ``${name}`` becomes the value itself, with
its type; inside a longer text it is written out.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from leadwell.calendar import parse_date
from leadwell.conditions.models import Model
from leadwell.definitions.text import Text
from leadwell.durations import parse_duration
from leadwell.errors import Refused

_REFERENCE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Value = str | int | float | bool


ParameterType = Literal["text", "number", "duration", "time", "date", "url", "flag"]


class Parameter(Model):
    """``min`` and ``max`` bound numbers and durations, ``choices`` texts. ``help`` says what a title cannot."""

    type: ParameterType
    title: Text
    help: Text | None = None
    default: Value
    min: Value | None = None
    max: Value | None = None
    choices: tuple[str, ...] = ()
    max_length: Annotated[int, Field(ge=1, le=2000)] = 500

    @model_validator(mode="after")
    def _sound_default(self) -> "Parameter":
        for name, bound in (("min", self.min), ("max", self.max)):
            if bound is not None and _PROBLEMS[self.type](self, bound):
                raise ValueError(f"{name} {_PROBLEMS[self.type](self, bound)}")
        problem = self.problem(self.default)
        if problem:
            raise ValueError(f"the default {problem}")
        return self

    def problem(self, value: object) -> str:
        """What is wrong with a value; empty when it is fine."""
        return _PROBLEMS[self.type](self, value) or self._out_of_bounds(value)

    def _out_of_bounds(self, value: object) -> str:
        measure = parse_duration if self.type == "duration" else (lambda given: given)
        if self.type in ("number", "duration"):
            if self.min is not None and measure(value) < measure(self.min):
                return f"must be at least {self.min}"
            if self.max is not None and measure(value) > measure(self.max):
                return f"must be at most {self.max}"
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(self.choices)}"
        return ""


def _text(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str):
        return "must be a text"
    return "" if len(value) <= parameter.max_length else f"must be at most {parameter.max_length} characters long"


def _number(parameter: Parameter, value: object) -> str:
    return "" if isinstance(value, int | float) and not isinstance(value, bool) else "must be a number"


def _duration(parameter: Parameter, value: object) -> str:
    try:
        return "" if isinstance(value, str) and parse_duration(value) > 0 else "must be a duration such as PT3H or P7D"
    except ValueError:
        return "must be a duration such as PT3H or P7D"


def _time(parameter: Parameter, value: object) -> str:
    return "" if isinstance(value, str) and _TIME.fullmatch(value) else "must be a time of day such as 09:00"


def _date(parameter: Parameter, value: object) -> str:
    sound = isinstance(value, str) and len(value) == 10 and parse_date(value) is not None
    return "" if sound else "must be a day such as 2027-04-15"


def _url(parameter: Parameter, value: object) -> str:
    sound = isinstance(value, str) and re.fullmatch(r"https?://[^\s\"'<>]+", value)
    return "" if sound else "must be a web address that begins with https://"


def _flag(parameter: Parameter, value: object) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


_PROBLEMS = {
    "text": _text,
    "number": _number,
    "duration": _duration,
    "time": _time,
    "date": _date,
    "url": _url,
    "flag": _flag,
}


def read_parameters(document: Mapping[str, Any]) -> dict[str, Parameter]:
    """The parameters a template declares. Raises ``Refused`` naming the field."""
    declared = document.get("parameters") or {}
    if not isinstance(declared, Mapping):
        raise Refused("must be a mapping of names to parameters", field="parameters")
    found = {}
    for name, given in declared.items():
        try:
            found[str(name)] = Parameter.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(str(part) for part in first["loc"])
            raise Refused(first["msg"], field=f"parameters.{name}.{path}".rstrip(".")) from error
    return found


def choose(declared: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, Value]:
    """The values to use: those given, else the defaults. Raises ``Refused`` naming the parameter."""
    for name in given:
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise Refused(f"there is no such parameter; known are: {known}", field=f"parameters.{name}")
    chosen: dict[str, Value] = {}
    for name, parameter in declared.items():
        value = given.get(name, parameter.default)
        problem = parameter.problem(value)
        if problem:
            raise Refused(problem, field=f"parameters.{name}")
        chosen[name] = value  # type: ignore[assignment]
    return chosen


def fill_in(document: Any, values: Mapping[str, Value], path: str = "") -> Any:
    """The document with every ``${name}`` replaced. Raises ``Refused`` for a name nobody declared."""
    if isinstance(document, Mapping):
        return {key: fill_in(inner, values, f"{path}.{key}".lstrip(".")) for key, inner in document.items()}
    if isinstance(document, list):
        return [fill_in(inner, values, f"{path}[{n}]") for n, inner in enumerate(document)]
    if not isinstance(document, str):
        return document
    whole = _REFERENCE.fullmatch(document)
    for reference in _REFERENCE.finditer(document):
        if reference[1] not in values:
            raise Refused(f"uses the parameter {reference[1]}, which is not declared", field=path)
    if whole:
        return values[whole[1]]
    return _REFERENCE.sub(lambda reference: str(values[reference[1]]), document)
