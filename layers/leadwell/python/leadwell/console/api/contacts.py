"""Finding and reading contacts."""

from collections.abc import Mapping
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.console import cursors
from leadwell.console.api.access import LONGEST_ID, Asked, Cursor, Work, least, routes
from leadwell.console.api.companies import find_company
from leadwell.console.api.segments import find_segment_of_contacts, read_place
from leadwell.console.api.shapes.basics import Given
from leadwell.console.api.shapes.contacts import (
    ContactList,
    ContactShape,
    Timeline,
    contact_shape,
    event_shape,
    permission_shapes,
)
from leadwell.console.api.shapes.explanations import Explanation
from leadwell.console.explanation import explanation
from leadwell.console.reporting import identity
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import facts_of
from leadwell.contacts.reading import Found, find_contacts, read_contacts, read_permissions, read_timeline
from leadwell.errors import Refused
from leadwell.journeys.reading import read_enrollments
from leadwell.segments.listing import list_members
from leadwell.store import keys

router = routes()

TAG = "Contacts"
ContactId = Annotated[
    str, Path(max_length=LONGEST_ID, description="The id of the contact, or of one that became part of it.")
]


class Search(Given):
    """Exactly one identity. Unlike in an address, it stays out of access logs here."""

    email: str | None = Field(None, examples=["robin@example.com"])
    phone: str | None = Field(None, examples=["+12025550142"])
    user_id: str | None = None
    anonymous_id: str | None = None


@router.get(
    "/api/contacts",
    **least("viewer", TAG, "find_contacts", "Find contacts, or list a segment or company"),
)
def find(
    work: Asked,
    email: str | None = None,
    phone: str | None = None,
    user_id: str | None = None,
    anonymous_id: str | None = None,
    segment: Annotated[str | None, Query(description="The name of a segment: lists its members, by page.")] = None,
    company: Annotated[str | None, Query(description="The id of a company: lists its members, by page.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> ContactList:
    if segment is not None or company is not None:
        field = "company" if segment is None else "segment"
        if any((email, phone, user_id, anonymous_id)):
            raise Refused("cannot be combined with an identity; ask for one of the two", field)
        if segment is None:
            return _members(work, find_company(work, company or "").id, cursor, limit)
        if company is not None:
            raise Refused("cannot be combined with company; ask for one of the two", field)
        find_segment_of_contacts(work, segment)
        return _members(work, segment, cursor, limit)
    return _found(work, {"email": email, "phone": phone, "user_id": user_id, "anonymous_id": anonymous_id})


@router.post(
    "/api/contacts/search",
    **least("viewer", TAG, "search_contacts", "Find contacts by an identity that should not stand in an address"),
)
def search(work: Asked, search: Search) -> ContactList:
    return _found(work, search.model_dump())


@router.get("/api/contacts/<contact_id>", **least("viewer", TAG, "read_contact", "One contact"))
def read(work: Asked, contact_id: ContactId) -> ContactShape:
    contact = work.contact(contact_id)
    shape = _shape(work, contact)
    return shape.model_copy(
        update={"permissions": permission_shapes(read_permissions(work.given.table, contact, work.now))}
    )


@router.get(
    "/api/contacts/<contact_id>/timeline",
    **least("viewer", TAG, "read_timeline", "What happened to a contact, by page, newest first"),
)
def timeline(
    work: Asked,
    contact_id: ContactId,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    direction: Annotated[Literal["newest", "oldest"], Query(description="Which end to begin at.")] = "newest",
) -> Timeline:
    contact = work.contact(contact_id)
    place = cursors.read(cursor, str)
    if place and not place[0].startswith(keys.EVENTS):
        raise Refused("is none that was handed out here; leave it away to begin at the beginning", "cursor")
    page = read_timeline(
        work.given.table,
        contact.id,
        newest_first=direction == "newest",
        limit=limit,
        after=place[0] if place else None,
    )
    return Timeline(
        events=[event_shape(event) for event in page.events],
        cursor=cursors.written(page.cursor) if page.cursor else None,
    )


@router.get(
    "/api/contacts/<contact_id>/explain",
    **least("viewer", TAG, "explain_contact", "Why a contact has its score, stage, segments, messages and journeys"),
)
def explain(
    work: Asked,
    contact_id: ContactId,
    limit: Annotated[int, Query(ge=0, le=1000, description="How many score entries to list one by one.")] = 100,
) -> Explanation:
    return explanation(work.given, work.contact(contact_id), work.now, limit)


def _found(work: Work, search: Mapping[str, str | None]) -> ContactList:
    given = {kind: value for kind, value in search.items() if value is not None}
    if len(given) != 1:
        raise Refused("give exactly one of email, phone, user_id, anonymous_id, segment, or company", "")
    ((kind, value),) = given.items()
    found = find_contacts(work.given.table, *identity(kind, value))
    return ContactList(contacts=[_shape(work, one.contact, one) for one in found])


def _members(work: Work, of: str, cursor: str | None, limit: int) -> ContactList:
    page = list_members(work.given.table, of, limit=limit, cursor=read_place(cursor))
    contacts = read_contacts(work.given.table, [member.contact for member in page.members])
    return ContactList(
        contacts=[_shape(work, contact) for contact in contacts],
        cursor=cursors.written(*page.cursor) if page.cursor else None,
    )


def _shape(work: Work, contact: Contact, found: Found | None = None) -> ContactShape:
    catalog = work.given.library.catalog()
    facts = facts_of(contact, catalog, work.given.settings.default_timezone)
    enrollments = read_enrollments(work.given.table, contact.id, catalog)
    match: Literal["proven", "claimed"] | None = found.match if found else None  # type: ignore[assignment]
    return contact_shape(contact, facts, enrollments, work.now, catalog.scoring, match=match)
