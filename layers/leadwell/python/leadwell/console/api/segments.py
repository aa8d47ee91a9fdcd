"""Segments: what they are, and who is in them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console import cursors
from leadwell.console.api.access import Asked, Cursor, Work, least, routes
from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, Text
from leadwell.console.api.shapes.definitions import text_of
from leadwell.console.publishing import find_entry, present_version
from leadwell.definitions.about import COMPANIES, CONTACTS, About
from leadwell.definitions.library import Published
from leadwell.errors import Refused
from leadwell.segments.listing import Place, count_members, list_members
from leadwell.store import keys

router = routes()

TAG = "Segments"
_MOST_COUNTED = 2_000_000
Name = Annotated[str, Path(description="The name of the segment.")]


class SegmentShape(Shape):
    name: str
    version: int
    title: Text
    description: Text | None
    about: About = Field(description="Whether its members are contacts or companies.")
    when: JsonObject = Field(description="The condition, as it is written.")


class SegmentList(Shape):
    segments: list[SegmentShape]


class MemberShape(Shape):
    contact: str = Field(description="The id of the contact, or of the company in a segment of companies.")
    since: Instant


class MemberList(Shape):
    members: list[MemberShape]
    cursor: str | None


class CountShape(Shape):
    count: int
    exact: bool = Field(description=f"False: there are at least so many; counting ends at {_MOST_COUNTED}.")


@router.get("/api/segments", **least("viewer", TAG, "list_segments", "All segments"))
def list_all(work: Asked) -> SegmentList:
    library = work.given.library
    library.catalog()
    found = [library.live(entry.kind, entry.name) for entry in library.entries() if entry.kind == "segment"]
    return SegmentList(segments=[_shape(one) for one in found if one])


@router.get("/api/segments/<name>", **least("viewer", TAG, "read_segment", "One segment"))
def read(work: Asked, name: Name) -> SegmentShape:
    return _shape(present_version(work.given, "segment", name))


@router.get("/api/segments/<name>/members", **least("viewer", TAG, "list_members", "Who is in a segment, by page"))
def members(
    work: Asked, name: Name, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> MemberList:
    find_entry(work.given, "segment", name)
    page = list_members(work.given.table, name, limit=limit, cursor=read_place(cursor))
    return MemberList(
        members=[MemberShape(contact=one.contact, since=to_iso(one.since)) for one in page.members],
        cursor=cursors.written(*page.cursor) if page.cursor else None,
    )


@router.get(
    "/api/segments/<name>/count",
    **least("viewer", TAG, "count_members", "How many are in a segment"),
)
def count(work: Asked, name: Name) -> CountShape:
    find_entry(work.given, "segment", name)
    return counted(work, name)


def counted(work: Work, members_of: str) -> CountShape:
    """Counts within the time an answer may take."""
    found = count_members(work.given.table, members_of, most=_MOST_COUNTED)
    return CountShape(count=found.count, exact=found.exact)


def find_segment_of_contacts(work: Work, name: str) -> None:
    """Raises ``NotThere``, and ``Refused`` for a segment of companies."""
    if present_version(work.given, "segment", name).document.get("about") == COMPANIES:
        raise Refused("is a segment of companies; its members are no contacts", "segment")


def find_segment_of_companies(work: Work, name: str) -> None:
    """Raises ``NotThere``, and ``Refused`` for a segment of contacts."""
    if present_version(work.given, "segment", name).document.get("about") != COMPANIES:
        raise Refused("is a segment of contacts; its members are no companies", "segment")


def read_place(cursor: str | None) -> Place | None:
    place = cursors.read(cursor, int, str)
    if place and not 0 <= place[0] < keys.SEGMENT_SHARDS:
        raise Refused("is none that was handed out here; leave it away to begin at the beginning", "cursor")
    return Place(*place) if place else None


def _shape(published: Published) -> SegmentShape:
    document = published.document
    return SegmentShape(
        name=published.name,
        version=published.version,
        title=text_of(document, "title") or Text(en=published.name, de=published.name),
        description=text_of(document, "description"),
        about=document.get("about", CONTACTS),
        when=document["when"],
    )
