"""Definitions and templates: reading, checking, publishing, switching on and off."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.console.api.access import Asked, Work, least, routes
from leadwell.console.api.shapes.basics import Given, JsonObject
from leadwell.console.api.shapes.definitions import (
    Checked,
    DefinitionEntry,
    DefinitionList,
    DefinitionShape,
    JourneyList,
    PublishedShape,
    StatusShape,
    Template,
    TemplateList,
    definition_shape,
    held_since,
    reasons_in,
    status_of,
    template_shape,
    text_of,
)
from leadwell.console.problems import Already
from leadwell.console.publishing import Activation, filled_in, find_entry, publish, topics_ended
from leadwell.definitions.library import LIVE, PAUSED, Published
from leadwell.definitions.publishing import Publisher
from leadwell.journeys.turnovers import InFlight
from leadwell.pages import models as pages
from leadwell.store import keys
from leadwell.tracking.requests import weigh
from leadwell.tracking.values import checked

router = routes()

TAG = "Definitions"
JOURNEYS = "Journeys"
_MOST_VERSIONS = 50
_MOST_PARAMETERS = 32 * 1024
"""Bytes of all parameters of a definition together."""

Kind = Annotated[
    Literal[
        "journey",
        "segment",
        "list",
        "scoring",
        "lifecycle",
        "grade",
        "persona",
        "interests",
        "policy",
        "form",
        "download",
        "page",
        "popin",
        "preferences",
        "email",
        "sms",
    ],
    Path(description="What it defines."),
]
Name = Annotated[str, Path(description="Its name.")]


EXAMPLE = """\
kind: segment
name: berliners
title: {en: From Berlin, de: Aus Berlin}
when: {trait: city, equals: Berlin}
"""


Policy = Annotated[
    InFlight | None,
    Field(
        description="For a journey: what becomes of those inside, where the definition does not say what is meant. "
        "`finish`: they go on in the version they entered; `migrate`: in the new one, where it has the step at which "
        "they stand; `exit`: the journey ends for them."
    ),
]


class Draft(Given):
    text: Annotated[
        str, Field(min_length=1, max_length=200_000, description="The definition in YAML.", examples=[EXAMPLE])
    ]
    parameters: JsonObject = Field(
        default_factory=dict, description="Values for its parameters, by name.", examples=[{}]
    )
    announce: bool = Field(
        False,
        strict=True,
        description="For a segment: who comes in or leaves only because of this version starts journeys, too. Look at "
        "a preview first.",
    )
    in_flight: Policy = None


class Chosen(Given):
    parameters: JsonObject = Field(default_factory=dict, description="By name; those not given keep their values.")
    in_flight: Policy = None


@router.get("/api/definitions", **least("viewer", TAG, "list_definitions", "Everything that is published"))
def list_all(work: Asked) -> DefinitionList:
    library = work.given.library
    library.catalog()
    shapes = []
    for entry in library.entries():
        published = library.live(entry.kind, entry.name)
        shapes.append(
            DefinitionEntry(
                kind=entry.kind,
                name=entry.name,
                version=entry.version,
                status=status_of(entry),
                title=text_of(published.document, "title") if published else None,
                reasons=list(reasons_in(published.document)) if published and entry.kind == "journey" else [],
            )
        )
    return DefinitionList(definitions=shapes)


@router.get("/api/definitions/<kind>/<name>", **least("viewer", TAG, "read_definition", "One definition"))
def read(work: Asked, kind: Kind, name: Name) -> DefinitionShape:
    return _definition(work, kind, name)


@router.post("/api/definitions/validate", **least("viewer", TAG, "validate_definition", "Check without publishing"))
def validate(work: Asked, draft: Draft) -> Checked:
    publisher = Publisher(work.given.library, work.now, work.caller.id)
    document = publisher.check(draft.text, draft.parameters)
    doubts = [*publisher.doubts(draft.text, draft.parameters)]
    doubts += topics_ended(work.given, [(draft.text, draft.parameters)])
    return Checked(kind=document["kind"], name=document["name"], document=document, doubts=doubts)


@router.post(
    "/api/definitions",
    **least("marketer", TAG, "publish_definition", "Publish a new version, and make it live", status=201),
)
def publish_draft(work: Asked, draft: Draft) -> PublishedShape:
    parameters = _sound(draft.parameters)
    document = Publisher(work.given.library, work.now, work.caller.id).check(draft.text, parameters)
    work.note(f"{document['kind']}.published", document["name"], parameters=parameters)
    activation = publish(
        work.given, draft.text, parameters, work.caller.id, announced=draft.announce, in_flight=draft.in_flight
    )
    return _published(activation)


@router.post(
    "/api/definitions/<kind>/<name>/pause",
    **least("marketer", TAG, "pause_definition", "Let nobody into a journey, or show a page no more"),
)
def pause(
    work: Asked,
    kind: Kind,
    name: Name,
    hold: Annotated[
        bool,
        Query(
            description="Of a journey: those inside, who otherwise go on, stay where they are until it is resumed. A "
            "goal, and what they wait for, counts meanwhile. Then what is overdue goes on within an hour (within six, "
            "if it was held for more than a day), each message as the `late` rule of its step says."
        ),
    ] = False,
) -> StatusShape:
    return _set_status(work, kind, name, PAUSED, hold=hold)


@router.post(
    "/api/definitions/<kind>/<name>/resume", **least("marketer", TAG, "resume_definition", "Switch it on again")
)
def resume(work: Asked, kind: Kind, name: Name) -> StatusShape:
    return _set_status(work, kind, name, LIVE)


@router.get("/api/templates", **least("viewer", JOURNEYS, "list_templates", "Journeys that can be filled in"))
def templates(work: Asked) -> TemplateList:
    return TemplateList(templates=[one for one in _journeys(work) if one.parameters])


@router.get("/api/journeys", **least("viewer", JOURNEYS, "list_journeys", "All journeys"))
def journeys(work: Asked) -> JourneyList:
    return JourneyList(journeys=_journeys(work))


@router.get("/api/journeys/<name>", **least("viewer", JOURNEYS, "read_journey", "One journey"))
def journey(work: Asked, name: Name) -> DefinitionShape:
    return _definition(work, "journey", name)


@router.post(
    "/api/journeys/<name>/activate",
    **least("marketer", JOURNEYS, "activate_journey", "Switch a journey on with these parameters"),
)
def activate_journey(work: Asked, name: Name, chosen: Chosen) -> PublishedShape:
    parameters = _sound(chosen.parameters)
    source, complete = filled_in(work.given, name, parameters)
    document = Publisher(work.given.library, work.now, work.caller.id).check(source, complete)
    work.note("journey.activated", document["name"], parameters=parameters)
    return _published(publish(work.given, source, complete, work.caller.id, in_flight=chosen.in_flight))


def _sound(parameters: JsonObject) -> JsonObject:
    """What fits into the audit log, too."""
    weigh(parameters, _MOST_PARAMETERS)
    return checked(dict(parameters), "parameters")


def _journeys(work: Work) -> list[Template]:
    library = work.given.library
    library.catalog()
    found = [(entry, library.live(entry.kind, entry.name)) for entry in library.entries() if entry.kind == "journey"]
    return [template_shape(entry, published) for entry, published in found if published]


def _definition(work: Work, kind: str, name: str) -> DefinitionShape:
    entry = find_entry(work.given, kind, name)
    pk = keys.definition(kind, name, 1).pk
    page = work.given.table.query(pk, newest_first=True, limit=_MOST_VERSIONS)
    versions = [Published.from_item(item) for item in page.items]
    present = next((one for one in versions if one.version == entry.version), None)
    return definition_shape(entry, present or work.given.library.version(kind, name, entry.version), versions)


def _published(activation: Activation) -> PublishedShape:
    published = activation.published
    return PublishedShape(
        kind=published.kind,
        name=published.name,
        version=published.version,
        recounts=activation.recounts,
        doubts=list(activation.doubts),
    )


def _set_status(work: Work, kind: str, name: str, status: str, *, hold: bool = False) -> StatusShape:
    entry = find_entry(work.given, kind, name)
    if kind != "journey" and kind not in pages.KINDS:
        raise Already(f"a {kind} cannot be paused: only journeys, which let contacts in, and pages can")
    if hold and kind != "journey":
        raise Already(f"nobody is inside a {kind}: leave out hold")
    work.note(f"{kind}.{'held' if hold else 'paused' if status == PAUSED else 'resumed'}", name)
    changed = work.given.library.set_status(kind, name, status, work.now if hold else None) or entry
    return StatusShape(
        kind=kind, name=name, version=changed.version, status=status_of(changed), held_since=held_since(changed)
    )
