"""Lists kept by hand: who is on them, putting contacts on them, and taking a segment's present members over."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console import cursors
from leadwell.console.api.access import LONGEST_ID, Asked, Cursor, IdempotencyKey, Work, least, routes
from leadwell.console.api.segments import (
    TAG,
    CountShape,
    MemberList,
    MemberShape,
    counted,
    find_segment_of_contacts,
    read_place,
)
from leadwell.console.api.shapes.basics import Given, Shape, Text
from leadwell.console.api.shapes.definitions import text_of
from leadwell.console.publishing import find_entry
from leadwell.console.reporting import happened
from leadwell.contacts.membership import list_key
from leadwell.contacts.reading import read_contacts
from leadwell.segments.listing import list_members
from leadwell.tracking.events import Event, Name
from leadwell.tracking.once import record_all_once

router = routes()

ListName = Annotated[str, Path(description="The name of the list.")]
_MOST = 100
_Ids = Annotated[list[Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]], Field(max_length=_MOST)]


class ListShape(Shape):
    name: str
    title: Text
    description: Text | None


class AllLists(Shape):
    lists: list[ListShape]


class ListChanges(Given):
    """Ids of contacts, up to 100 of each."""

    add: _Ids = Field(default_factory=list)
    remove: _Ids = Field(default_factory=list)


class ListChanged(Shape):
    """Stored for good; the contacts follow within seconds."""

    added: int
    removed: int
    unknown: list[str] = Field(description="Ids that no contact has; the others were taken.")


class Snapshot(Given):
    """Whose members are put on the list; `cursor` as the former answer said."""

    segment: Annotated[str, Field(examples=["newsletter"])]
    cursor: str | None = None


class SnapshotTaken(Shape):
    added: int
    cursor: str | None = Field(description="There are more: repeat the request with this cursor.")


@router.get("/api/lists", **least("viewer", TAG, "list_lists", "All lists that are kept by hand"))
def list_all(work: Asked) -> AllLists:
    library = work.given.library
    library.catalog()
    found = [library.live(entry.kind, entry.name) for entry in library.entries() if entry.kind == "list"]
    return AllLists(
        lists=[
            ListShape(
                name=one.name,
                title=text_of(one.document, "title") or Text(en=one.name, de=one.name),
                description=text_of(one.document, "description"),
            )
            for one in found
            if one
        ]
    )


@router.get("/api/lists/<name>/members", **least("viewer", TAG, "list_list_members", "Who is on a list, by page"))
def members(
    work: Asked, name: ListName, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> MemberList:
    find_entry(work.given, "list", name)
    page = list_members(work.given.table, list_key(name), limit=limit, cursor=read_place(cursor))
    return MemberList(
        members=[MemberShape(contact=one.contact, since=to_iso(one.since)) for one in page.members],
        cursor=cursors.written(*page.cursor) if page.cursor else None,
    )


@router.get("/api/lists/<name>/count", **least("viewer", TAG, "count_list_members", "How many are on a list"))
def count(work: Asked, name: ListName) -> CountShape:
    find_entry(work.given, "list", name)
    return counted(work, list_key(name))


@router.post(
    "/api/lists/<name>/changes",
    **least("marketer", TAG, "change_list", "Put contacts on a list, or take them off", status=202),
)
def change(work: Asked, name: ListName, changes: ListChanges, idempotency_key: IdempotencyKey = None) -> ListChanged:
    find_entry(work.given, "list", name)
    work.note("list.changed", name, added=len(changes.add), removed=len(changes.remove))
    known = {one.id for one in read_contacts(work.given.table, [*changes.add, *changes.remove])}
    add = [one for one in dict.fromkeys(changes.add) if one in known]
    remove = [one for one in dict.fromkeys(changes.remove) if one in known and one not in add]
    request = work.derived_id(f"list {name}", idempotency_key)
    _report(work, name, Name.ADDED_TO_LIST, add, request)
    _report(work, name, Name.REMOVED_FROM_LIST, remove, request)
    unknown = [one for one in dict.fromkeys([*changes.add, *changes.remove]) if one not in known]
    return ListChanged(added=len(add), removed=len(remove), unknown=unknown)


@router.post(
    "/api/lists/<name>/snapshots",
    **least("marketer", TAG, "take_snapshot", "Put those on a list who are in a segment now, by page", status=202),
)
def take_snapshot(work: Asked, name: ListName, snapshot: Snapshot) -> SnapshotTaken:
    find_entry(work.given, "list", name)
    find_segment_of_contacts(work, snapshot.segment)
    place = read_place(snapshot.cursor)
    work.note("list.snapshot", name, segment=snapshot.segment)
    page = list_members(work.given.table, snapshot.segment, limit=_MOST, cursor=place)
    request = work.derived_id(f"snapshot {name} {snapshot.cursor}", None)
    _report(work, name, Name.ADDED_TO_LIST, [one.contact for one in page.members], request)
    return SnapshotTaken(added=len(page.members), cursor=cursors.written(*page.cursor) if page.cursor else None)


def _report(work: Work, name: str, what: str, contacts: Sequence[str], request: str) -> None:
    events: list[Event] = [
        happened(contact, f"{request}-{contact}"[:100], what, {"list": name}, work.now, work.now)
        for contact in contacts
    ]
    record_all_once(work.given.table, events, work.now)
