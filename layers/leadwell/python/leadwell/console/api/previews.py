"""What a definition would change, before anybody publishes it."""

from typing import Annotated, Any

from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console import cursors
from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.definitions import EXAMPLE, TAG
from leadwell.console.api.segments import read_place
from leadwell.console.api.shapes.basics import Given, JsonObject, Shape
from leadwell.console.api.shapes.explanations import ReasonShape, reason_shape
from leadwell.contacts.membership import EVERY_COMPANY, EVERYONE
from leadwell.contacts.previewing import Example, Previewer
from leadwell.contacts.rebuilding import read_progress
from leadwell.definitions.documents import parse
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.segments.listing import count_members

router = routes()

_MOST_COUNTED = 2_000_000


class PreviewAsked(Given):
    """A definition as it would be published. Contacts are looked at page by page."""

    text: Annotated[
        str, Field(min_length=1, max_length=200_000, description="The definition, in YAML.", examples=[EXAMPLE])
    ]
    parameters: JsonObject = Field(default_factory=dict, examples=[{}])
    limit: Annotated[int, Field(strict=True, ge=1, le=500, description="Contacts of this page.")] = 200
    examples: Annotated[int, Field(strict=True, ge=0, le=20)] = 20
    cursor: str | None = Field(None, description="Where the former page ended.")


class SegmentChange(Shape):
    segment: str
    entering: int
    leaving: int


class StageMove(Shape):
    before: str
    after: str
    contacts: int


class ExampleShape(Shape):
    contact: str
    what: str = Field(description="The segment, or `stage`.")
    before: str
    after: str
    since: str | None = Field(description="When the contact came there, by the definition that is looked at.")
    reason: ReasonShape | None = Field(
        description="The segment's condition, or the rule of the stage that is reached or lost; null where that stage "
        "has none any more."
    )
    as_of: str | None = Field(
        description="Of what moment the reason is, where not of now: a stage that was reached is kept, though its rule "
        "may hold no more."
    )


class PreviewShape(Shape):
    """Of this page. Add up the pages, with `cursor`, for all contacts."""

    looked_at: int
    segments: list[SegmentChange]
    stages: list[StageMove]
    examples: list[ExampleShape]
    cursor: str | None


class RebuildShape(Shape):
    reason: str
    started_at: str
    touched: int = Field(description="Contacts and companies that were sent to be looked at.")
    contacts: int = Field(description="All contacts and companies there are.")
    finished_at: str | None


class RebuildAnswer(Shape):
    rebuild: RebuildShape | None = Field(description="The last one; null before the first.")


def example_shape(one: Example) -> ExampleShape:
    return ExampleShape(
        contact=one.contact,
        what=one.what,
        before=one.before,
        after=one.after,
        since=to_iso(one.since) if one.since is not None else None,
        reason=reason_shape(one.reason) if one.reason else None,
        as_of=to_iso(one.as_of) if one.as_of is not None else None,
    )


@router.post("/api/previews", **least("viewer", TAG, "preview_definition", "What a definition would change, by page"))
def preview(work: Asked, asked: PreviewAsked) -> PreviewShape:
    given = work.given
    document = Publisher(given.library, work.now, work.caller.id).check(asked.text, asked.parameters)
    definition: Any = parse(document)
    if isinstance(definition, JourneyDefinition):
        raise Refused("journeys do not change who is where; preview segments, scoring, lifecycles and personas", "text")
    previewer = Previewer(
        given.table, given.library.catalog(), given.library.judgments(), given.settings.default_timezone, work.now
    )
    page = previewer.page(definition, limit=asked.limit, examples=asked.examples, cursor=read_place(asked.cursor))
    return PreviewShape(
        looked_at=page.looked_at,
        segments=[
            SegmentChange(segment=name, entering=page.entering[name], leaving=page.leaving[name])
            for name in sorted({*page.entering, *page.leaving})
        ],
        stages=[StageMove(before=one, after=to, contacts=count) for (one, to), count in sorted(page.stages.items())],
        examples=[example_shape(one) for one in page.examples],
        cursor=cursors.written(*page.cursor) if page.cursor else None,
    )


@router.get("/api/rebuild", **least("viewer", TAG, "read_rebuild", "How far the last recount of all contacts is"))
def rebuild(work: Asked) -> RebuildAnswer:
    progress = read_progress(work.given.table)
    if progress is None:
        return RebuildAnswer(rebuild=None)
    lists = (EVERYONE, EVERY_COMPANY)
    contacts = sum(count_members(work.given.table, one, most=_MOST_COUNTED).count for one in lists)
    return RebuildAnswer(
        rebuild=RebuildShape(
            reason=progress.reason,
            started_at=to_iso(progress.started_at),
            touched=progress.touched,
            contacts=contacts,
            finished_at=to_iso(progress.finished_at) if progress.finished_at is not None else None,
        )
    )
