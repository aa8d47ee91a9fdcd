"""Everything that is stored about a person, for the person (Article 15 and 20 GDPR).

The list is not kept by hand: whatever lies in the partitions of the contact, and of those that became part of it, is
given out, and beside it what is kept elsewhere about them. So a kind of item that is invented tomorrow is in it, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment, from_iso, to_iso
from leadwell.consent.suppressions import find_suppression
from leadwell.contacts.contact import MERGED, Contact
from leadwell.ids import company_id, contact_id
from leadwell.store import keys
from leadwell.store.table import Item, Key, Table
from leadwell.tracking.events import KIND as EVENT
from leadwell.tracking.events import Event

PAGE = 500
"""Items of one call: what fits into one answer of an API."""
FORMAT = "leadwell-export-1"

_CHANNELS = {"email": "email", "phone": "sms"}
_OURS = frozenset({"pk", "sk", "kind", "rev", "due_bucket", "due_at", "due_key", "news", "change", "plan", "plan_rev"})
"""How we keep it, not what we keep of somebody."""
_MOST_HOPS = 8


@dataclass(frozen=True, slots=True)
class Portion:
    """``items`` by kind, in lower case (``event``, ``message`` …); ``cursor`` continues, None at the end."""

    items: Mapping[str, list[dict[str, Any]]]
    cursor: tuple[str, str] | None


def portion(table: Table, contact: Contact, cursor: tuple[str, str] | None = None, limit: int = PAGE) -> Portion:
    """One part of all the person's items; those of contacts that became part of this one follow its own."""
    partition, after = cursor or (contact.id, "")
    found: dict[str, list[dict[str, Any]]] = {}
    where = [contact.id, *former_ids(table, contact)]
    for place in where[where.index(partition) if partition in where else 0 :]:
        pk = keys.contact(place).pk
        page = table.query(pk, limit=limit, cursor=Key(pk, after) if after.strip() and place == partition else None)
        for item in page.items:
            found.setdefault(str(item["kind"]).lower(), []).append(_plain(item, place))
        limit -= len(page.items)
        if page.cursor is not None:
            return Portion(found, (place, page.cursor.sk))
        if limit <= 0:
            rest = where[where.index(place) + 1 :]
            return Portion(found, (rest[0], " ") if rest else None)
    return Portion(found, None)


def beside(table: Table, contact: Contact) -> dict[str, list[dict[str, Any]]]:
    """What is kept of the person elsewhere than under their own name."""
    return {
        "identity": list(_pointers(table, contact)),
        "suppression": list(_suppressions(table, contact)),
        "company": list(_companies(table, contact)),
    }


def whole(table: Table, contact: Contact, now: Moment) -> dict[str, Any]:
    """All of it in one document."""
    items: dict[str, list[dict[str, Any]]] = {}
    cursor: tuple[str, str] | None = None
    while True:
        part = portion(table, contact, cursor)
        for kind, found in part.items.items():
            items.setdefault(kind, []).extend(found)
        cursor = part.cursor
        if cursor is None:
            return document(contact, {**items, **beside(table, contact)}, now)


def document(contact: Contact, items: Mapping[str, Any], now: Moment) -> dict[str, Any]:
    return {"format": FORMAT, "contact": contact.id, "exported_at": to_iso(now), "items": dict(items)}


def former_ids(table: Table, contact: Contact) -> list[str]:
    """Ids of contacts that turned out to be this one: messages and journeys stayed there."""
    names = {contact_id(kind, value) for kind, value in contact.identities} | _origins(table, contact)
    stored = table.get_many(keys.contact(name) for name in sorted(names - {contact.id}))
    return sorted(keys.contact_of(key.pk) for key, item in stored.items() if _ends_at(table, item, contact.id))


def _origins(table: Table, contact: Contact) -> set[str]:
    """Where events of this history were stored first."""
    found, cursor = set[str](), None
    pk = keys.contact(contact.id).pk
    while True:
        page = table.query(pk, begins=keys.EVENTS, limit=PAGE, cursor=cursor)
        found |= {origin for item in page.items if (origin := Event.from_item(item).origin)}
        cursor = page.cursor
        if cursor is None:
            return found


def _ends_at(table: Table, item: Item, contact: str) -> bool:
    found: Item | None = item
    for _ in range(_MOST_HOPS):
        if found is None or found["status"] != MERGED:
            return False
        if found["merged_into"] == contact:
            return True
        found = table.get(keys.contact(found["merged_into"]))
    return False


def _pointers(table: Table, contact: Contact) -> Iterator[dict[str, Any]]:
    for kind, value in contact.identities:
        pointer = table.get(keys.identity(kind, value))
        leads_here = pointer is not None and pointer["contact"] == contact.id
        yield {"type": kind, "value": value, "proven": True, "leads_here": leads_here}
    for kind, value in contact.claims.items():
        yield {"type": kind, "value": value, "proven": False, "leads_here": False}


def _suppressions(table: Table, contact: Contact) -> Iterator[dict[str, Any]]:
    known = [(kind, value) for kind, value in contact.identities if kind in _CHANNELS]
    for kind, value in known:
        found = find_suppression(table, _CHANNELS[kind], value)
        if found:
            yield {
                "address": value,
                "reason": found.reason.value,
                "source": found.source,
                "at": to_iso(found.at),
            }


def _companies(table: Table, contact: Contact) -> Iterator[dict[str, Any]]:
    """What is known of the company as a member knows it, and whether the company itself is kept as one."""
    if contact.company:
        stored = table.get(keys.contact(company_id(contact.company["id"])))
        yield {"attributes": dict(contact.company), "id": company_id(contact.company["id"]), "kept": stored is not None}


def _plain(item: Item, place: str) -> dict[str, Any]:
    """Without our bookkeeping; moments as people and machines read them."""
    kept = {name: _moment(name, value) for name, value in item.items() if name not in _OURS}
    if item["kind"] == EVENT or "id" in kept:
        return kept
    return {"id": item["sk"] if item["sk"] != "C" else place, **kept}


def _moment(name: str, value: Any) -> Any:
    is_moment = name in _MOMENTS or name.endswith("_at")
    if is_moment and isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return to_iso(value)
    return value


_MOMENTS = frozenset({"at", "clock", "first_seen", "since", "deadline"})


def moment_in(text: object) -> Moment | None:
    """The moment that a value of an export is, None where it is none."""
    if not isinstance(text, str) or not text.endswith("Z") or "T" not in text:
        return None
    try:
        return from_iso(text)
    except ValueError:
        return None
