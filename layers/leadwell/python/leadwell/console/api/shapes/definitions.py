"""Definitions, journeys and templates."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, Text, instant
from leadwell.console.publishing import declared_parameters
from leadwell.definitions.library import Entry, Published
from leadwell.definitions.parameters import ParameterType

HeldSince = Annotated[
    Instant | None, Field(description="Of a journey that is paused and holds those inside; null for any other.")
]


class DefinitionEntry(Shape):
    kind: str
    name: str
    version: int
    status: Literal["live", "paused"]
    title: Text | None
    reasons: list[Text] = Field(
        default_factory=list,
        description="Of a journey: the reasons for which it ends early, where they are written in both languages. "
        "Everything else names them by their English words.",
    )


class DefinitionList(Shape):
    definitions: list[DefinitionEntry]


class ParameterShape(Shape):
    """`value` is what the present version was published with."""

    name: str
    type: ParameterType
    title: Text
    help: Text | None
    default: str | int | float | bool
    value: str | int | float | bool
    min: str | int | float | bool | None
    max: str | int | float | bool | None
    choices: list[str]


class VersionShape(Shape):
    version: int
    published_at: Instant
    published_by: str
    parameters: JsonObject


class DefinitionShape(Shape):
    kind: str
    name: str
    version: int
    status: Literal["live", "paused"]
    title: Text | None
    description: Text | None
    document: JsonObject = Field(description="Complete: parameters are filled in.")
    source: str = Field(description="As it was written; empty for e-mails.")
    parameters: list[ParameterShape]
    versions: list[VersionShape] = Field(description="The newest first, 50 at most.")


class Template(Shape):
    """A journey that is ready to be filled in and switched on."""

    name: str
    title: Text
    description: Text
    status: Literal["live", "paused"]
    held_since: HeldSince
    version: int
    parameters: list[ParameterShape]


class TemplateList(Shape):
    templates: list[Template]


class JourneyList(Shape):
    journeys: list[Template]


class Checked(Shape):
    """The definition is sound."""

    kind: str
    name: str
    document: JsonObject
    doubts: list[str] = Field(description="What is odd about it, such as an event that nobody has sent yet.")


class PublishedShape(Shape):
    kind: str
    name: str
    version: int
    status: Literal["live"] = "live"
    recounts: bool = Field(description="Whether every contact is now looked at again.")
    doubts: list[str] = Field(description="What is odd about it, such as an event that nobody has sent yet.")


class StatusShape(Shape):
    kind: str
    name: str
    version: int
    status: Literal["live", "paused"]
    held_since: HeldSince


def reasons_in(document: Any) -> Iterator[Text]:
    """Why a journey may end early, of its exits and its steps ``exit``, where that is written in both languages."""
    if isinstance(document, list):
        for one in document:
            yield from reasons_in(one)
    elif isinstance(document, dict):
        for word, value in document.items():
            if word in ("reason", "exit") and isinstance(value, dict):
                yield Text(en=value["en"], de=value["de"])
            else:
                yield from reasons_in(value)


def text_of(document: Any, name: str) -> Text | None:
    found = document.get(name)
    return Text(**found) if isinstance(found, dict) and {"en", "de"} <= found.keys() else None


def status_of(entry: Entry) -> Literal["live", "paused"]:
    return "paused" if entry.status == "paused" else "live"


def held_since(entry: Entry) -> str | None:
    return instant(entry.held_since)


def parameter_shapes(published: Published) -> list[ParameterShape]:
    return [
        ParameterShape(
            name=name,
            type=parameter.type,
            title=Text(en=parameter.title.en, de=parameter.title.de),
            help=Text(en=parameter.help.en, de=parameter.help.de) if parameter.help else None,
            default=parameter.default,
            value=published.parameters.get(name, parameter.default),
            min=parameter.min,
            max=parameter.max,
            choices=list(parameter.choices),
        )
        for name, parameter in declared_parameters(published).items()
    ]


def template_shape(entry: Entry, published: Published) -> Template:
    document = published.document
    return Template(
        name=entry.name,
        title=text_of(document, "title") or Text(en=entry.name, de=entry.name),
        description=text_of(document, "description") or Text(en="", de=""),
        status=status_of(entry),
        held_since=held_since(entry),
        version=entry.version,
        parameters=parameter_shapes(published),
    )


def definition_shape(entry: Entry, published: Published, versions: list[Published]) -> DefinitionShape:
    return DefinitionShape(
        kind=entry.kind,
        name=entry.name,
        version=entry.version,
        status=status_of(entry),
        title=text_of(published.document, "title"),
        description=text_of(published.document, "description"),
        document=dict(published.document),
        source=published.source,
        parameters=parameter_shapes(published) if entry.kind != "sms" else [],
        versions=[
            VersionShape(
                version=one.version,
                published_at=to_iso(one.published_at),
                published_by=one.published_by,
                parameters=dict(one.parameters),
            )
            for one in versions
        ],
    )
