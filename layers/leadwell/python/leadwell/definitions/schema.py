"""The JSON Schema of everything that is written in YAML: editors complete and check with it."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from leadwell.conditions.models import Model
from leadwell.definitions.documents import KINDS
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.scenarios import Scenario
from leadwell.messaging.rendering.settings import EmailSettings, SmsSettings

ID = "https://leadwell.invalid/definition.json"
_PARAMETERS = {
    "type": "object",
    "description": "What a marketer fills in; ${name} stands for its value.",
    "additionalProperties": {"type": "object"},
}

_SCENARIOS = {
    "type": "array",
    "description": "What is to happen to a contact; `leadwell journeys test` tries it.",
    "items": {"$ref": f"#/$defs/{Scenario.__name__}"},
}


def schema() -> dict[str, Any]:
    """One document for all kinds, told apart by ``kind``. A place may hold a parameter instead: ``${name}``."""
    models: list[type[Model]] = [*KINDS.values(), Scenario]
    _, found = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions: dict[str, Any] = found["$defs"]
    for model in KINDS.values():
        one = definitions[model.__name__]
        one["properties"]["parameters"] = _PARAMETERS
        one["required"] = sorted({*one.get("required", ()), "kind"})
    definitions[JourneyDefinition.__name__]["properties"]["scenarios"] = _SCENARIOS
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "A definition of Leadwell",
        "type": "object",
        "required": ["kind"],
        "discriminator": {"propertyName": "kind"},
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in KINDS.values()],
        "$defs": {name: _or_parameter(one) for name, one in definitions.items()},
    }


TEMPLATES: dict[str, tuple[type[BaseModel], str]] = {
    "email": (EmailSettings, "email.yaml: what the languages of an e-mail have in common"),
    "sms": (SmsSettings, "An SMS of Leadwell"),
}


def template_schema(kind: str) -> dict[str, Any]:
    """Of the YAML file of an e-mail or SMS: ``email`` or ``sms``."""
    model, title = TEMPLATES[kind]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://leadwell.invalid/{kind}.json",
        **model.model_json_schema(),
        "title": title,
    }


_PARAMETER = {"type": "string", "pattern": r"^\$\{[^}]+\}$"}
_WITH_PARAMETER = {"type": "string", "pattern": r"\$\{[^}]+\}"}
"""A text in which the value is written out: ``P${days}D``."""


def _or_parameter(node: Any) -> Any:
    """Wherever a text could not hold it, the name of a parameter may stand, alone or in a text of a certain form."""
    if isinstance(node, list):
        return [_or_parameter(one) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {
        name: _or_parameter(one) if name not in ("enum", "const", "required") else one for name, one in node.items()
    }
    if "pattern" in node or "format" in node:
        return {"anyOf": [inner, _WITH_PARAMETER]}
    narrow = "enum" in node or node.get("type") in ("integer", "number", "boolean")
    return {"anyOf": [inner, _PARAMETER]} if narrow else inner
