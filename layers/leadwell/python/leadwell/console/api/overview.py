"""The small numbers of the first page, who is signed in, and the audit log."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from leadwell.clock import from_iso, to_iso
from leadwell.console import cursors
from leadwell.console.api.access import Asked, Cursor, least, routes
from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, Text
from leadwell.console.api.shapes.definitions import text_of
from leadwell.console.auditing import entries_of
from leadwell.errors import Refused
from leadwell.messaging.reputation import decided, read
from leadwell.segments.listing import count_members

router = routes()

TAG = "Overview"
_MOST_COUNTED = 1_000


class SegmentCount(Shape):
    name: str
    title: Text | None
    count: int
    exact: bool


class JourneyState(Shape):
    name: str
    title: Text | None
    status: str
    version: int


class MarketingPauses(Shape):
    """To protect the sender's reputation, or because a person said so."""

    since: Instant
    reason: str
    by_person: bool


class Overview(Shape):
    """Cheap numbers: segments are counted up to 1,000."""

    marketing_pauses: MarketingPauses | None

    segments: list[SegmentCount]
    journeys: list[JourneyState]


class Me(Shape):
    id: str
    role: str


class AuditEntry(Shape):
    at: Instant
    who: str
    what: str
    which: str
    details: JsonObject


class AuditList(Shape):
    entries: list[AuditEntry]
    cursor: str | None


@router.get("/api/overview", **least("viewer", TAG, "read_overview", "Segments and journeys in numbers"))
def overview(work: Asked) -> Overview:
    library = work.given.library
    library.catalog()
    segments, journeys = [], []
    for entry in library.entries():
        published = library.live(entry.kind, entry.name) if entry.kind in ("segment", "journey") else None
        title = text_of(published.document, "title") if published else None
        if entry.kind == "segment":
            counted = count_members(work.given.table, entry.name, most=_MOST_COUNTED)
            segments.append(SegmentCount(name=entry.name, title=title, count=counted.count, exact=counted.exact))
        elif entry.kind == "journey":
            journeys.append(JourneyState(name=entry.name, title=title, status=entry.status, version=entry.version))
    return Overview(segments=segments, journeys=journeys, marketing_pauses=_pauses(work))


def _pauses(work: Asked) -> MarketingPauses | None:
    state = decided(read(work.given.table, work.now), work.now)
    if not state.paused:
        return None
    return MarketingPauses(since=to_iso(state.since), reason=state.reason, by_person=state.person)


@router.get("/api/me", **least("viewer", TAG, "read_me", "Who is signed in, in which role"))
def me(work: Asked) -> Me:
    return Me(id=work.caller.id, role=work.caller.role)


@router.get("/api/audit", **least("admin", TAG, "list_audit", "Who changed what in a month, newest first"))
def audit(
    work: Asked,
    month: Annotated[
        str | None, Query(pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$", description="2026-11; this month if absent.")
    ] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditList:
    moment = from_iso(f"{month}-01") if month else work.now
    place = cursors.read(cursor, str)
    if place and not place[0].startswith(to_iso(moment)[:7]):
        raise Refused("belongs to another month; leave it away to begin at the beginning", "cursor")
    page = entries_of(work.given.table, moment, limit, place[0] if place else None)
    return AuditList(
        entries=[
            AuditEntry(at=to_iso(one.at), who=one.who, what=one.what, which=one.which, details=dict(one.details))
            for one in page.entries
        ],
        cursor=cursors.written(page.cursor) if page.cursor else None,
    )
