"""Members of segments and lists, and all contacts, as CSV by page."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from leadwell.console import cursors
from leadwell.console.api.access import Asked, Cursor, Work, least, routes
from leadwell.console.api.segments import find_segment_of_contacts, read_place
from leadwell.console.publishing import find_entry
from leadwell.contacts.in_rows import MOST_TRAITS, headings, rows_of_members
from leadwell.contacts.membership import EVERYONE, list_key
from leadwell.delimited import written_rows
from leadwell.errors import Refused
from leadwell.segments.listing import list_members

router = routes()

TAG = "Tables"
Name = Annotated[str, Path(description="The name of the segment or list.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Members of a page.")]
Traits = Annotated[str, Query(max_length=500, description="Further columns: names of traits, separated by commas.")]
_ANSWERS: dict[int, OpenAPIResponse] = {
    200: {
        "description": "One page; the header `leadwell-cursor` says how to ask for the next. The first has headings.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/api/segments/<name>/members/csv",
    **least("marketer", TAG, "segment_as_csv", "The contacts in a segment as CSV, by page"),
    responses=_ANSWERS,
)
def of_segment(
    work: Asked, name: Name, cursor: Cursor = None, limit: Limit = 500, traits: Traits = ""
) -> Response[str]:
    find_entry(work.given, "segment", name)
    find_segment_of_contacts(work, name)
    return _page(work, f"segment {name}", name, cursor, limit, traits)


@router.get(
    "/api/lists/<name>/members/csv",
    **least("marketer", TAG, "list_as_csv", "The contacts on a list as CSV, by page"),
    responses=_ANSWERS,
)
def of_list(work: Asked, name: Name, cursor: Cursor = None, limit: Limit = 500, traits: Traits = "") -> Response[str]:
    find_entry(work.given, "list", name)
    return _page(work, f"list {name}", list_key(name), cursor, limit, traits)


@router.get(
    "/api/contacts/csv",
    **least("marketer", TAG, "contacts_as_csv", "All contacts as CSV, by page"),
    responses=_ANSWERS,
)
def of_everybody(work: Asked, cursor: Cursor = None, limit: Limit = 500, traits: Traits = "") -> Response[str]:
    return _page(work, "contacts", EVERYONE, cursor, limit, traits)


def _page(work: Work, what: str, key: str, cursor: str | None, limit: int, traits: str) -> Response[str]:
    columns = _columns(traits)
    page = list_members(work.given.table, key, limit=limit, cursor=read_place(cursor))
    work.note("contacts.exported", what, members=len(page.members))
    first = [headings(columns)] if cursor is None else []
    text = written_rows([*first, *rows_of_members(work.given.table, page.members, columns)])
    more = {"leadwell-cursor": cursors.written(*page.cursor)} if page.cursor else {}
    saved = {"content-disposition": 'attachment; filename="members.csv"', "x-content-type-options": "nosniff"}
    return Response(200, "text/csv; charset=utf-8", text, headers={**more, **saved})


def _columns(traits: str) -> Sequence[str]:
    columns = [one.strip() for one in traits.split(",") if one.strip()]
    if len(columns) > MOST_TRAITS:
        raise Refused(f"names more than {MOST_TRAITS} columns", "traits")
    return columns
