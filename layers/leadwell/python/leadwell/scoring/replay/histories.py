"""Reads everybody's history: from the table, or from files with one event per line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from leadwell.clock import Moment, from_iso
from leadwell.contacts.contact import KIND as CONTACT
from leadwell.contacts.contact import MERGED
from leadwell.errors import Refused
from leadwell.ids import is_company
from leadwell.scoring.replay.moments import History
from leadwell.store import keys
from leadwell.store.attributes import from_attributes
from leadwell.store.table import Item, Key, Table
from leadwell.tracking.events import KIND as EVENT
from leadwell.tracking.events import Event, Identity, Standing

SEGMENTS = 64
"""A scan's segment is a share of the partition keys, so each holds whole histories, and one at a time is in memory."""
_PAGE = 1000


class Line(BaseModel):
    """An event as others may export it: ``{"contact": "ann", "at": "2026-03-02T08:00:00Z", "name": "Signed Up"}``.

    ``at`` is ISO 8601 or milliseconds since 1970. Without an ``id``, equal lines are one event.
    """

    model_config = ConfigDict(extra="forbid")

    contact: Annotated[str, Field(min_length=1)]
    at: Moment
    name: Annotated[str, Field(min_length=1)]
    id: str = ""
    type: str = "track"
    standing: Standing = Standing.PROVEN
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}
    identities: tuple[tuple[str, str], ...] = ()
    source: str = ""

    @field_validator("at", mode="before")
    @classmethod
    def _moment(cls, given: Any) -> Any:
        return from_iso(given) if isinstance(given, str) else given

    def event(self) -> Event:
        return Event(
            contact=self.contact,
            id=self.id or f"{self.name} {json.dumps(self.properties, sort_keys=True)}",
            at=self.at,
            type=self.type,
            name=self.name,
            standing=self.standing,
            properties=self.properties,
            traits=self.traits,
            context=self.context,
            identities=tuple(Identity(kind, value) for kind, value in self.identities),
            source=self.source,
        )


def stored_histories(table: Table, segments: int = SEGMENTS) -> Iterator[History]:
    """Of every contact in the table, in no order. Reads the whole table once, page by page, without writing."""
    for segment in range(segments):
        yield from _histories(_scanned(table, segment, segments))


def exported_histories(lines: Iterable[tuple[str, str]]) -> list[History]:
    """From (where it stands, text) of JSON lines, each a ``Line`` or what DynamoDB's export to S3 writes
    (``{"Item": {"pk": {"S": …}, …}}``).

    Holds all of them in memory. Raises ``Refused`` that names the place.
    """
    items: list[Item] = []
    told: dict[str, list[Event]] = {}
    for place, text in lines:
        if not text.strip():
            continue
        try:
            given = json.loads(text)
            if isinstance(given, dict) and "Item" in given:
                items.append(from_attributes(given["Item"]))
            else:
                event = Line.model_validate(given).event()
                told.setdefault(event.contact, []).append(event)
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(str(part) for part in first["loc"])
            raise Refused(first["msg"].removeprefix("Value error, "), field=f"{place}: {path}") from error
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise Refused("is no event in JSON", field=place) from error
    return [*_histories(items), *(History.of(contact, events) for contact, events in told.items())]


def last_moment(histories: Sequence[History]) -> Moment:
    """Up to when an export is known; 0 without any event."""
    return max((history.events[-1].at for history in histories), default=0)


def _scanned(table: Table, segment: int, segments: int) -> Iterator[Item]:
    cursor: Key | None = None
    while True:
        page = table.scan(segment=segment, segments=segments, limit=_PAGE, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def _histories(items: Iterable[Item]) -> Iterator[History]:
    found: dict[str, list[Event]] = {}
    moved: set[str] = set()
    for item in items:
        if item.get("kind") == EVENT:
            found.setdefault(item["pk"], []).append(Event.from_item(item))
        elif item.get("kind") == CONTACT and item["status"] == MERGED:
            # What is behind a signpost was copied to whom it points at.
            moved.add(item["pk"])
    for pk, events in found.items():
        # Companies are kept like contacts, out of copies of what their members did.
        if pk not in moved and not is_company(keys.contact_of(pk)):
            yield History.of(keys.contact_of(pk), events)
