"""The audit log: who changed what, and when. No personal data: people and contacts appear by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.ids import fingerprint
from leadwell.store import keys
from leadwell.store.table import Item, Key, Put, Table

KIND = "AUDIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``what`` is a verb such as ``journey.activated``, ``which`` the id or name of what it was done to."""

    id: str
    at: Moment
    who: str
    what: str
    which: str
    details: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Item) -> "Entry":
        return cls(
            id=item["id"],
            at=item["at"],
            who=item["who"],
            what=item["what"],
            which=item["which"],
            details=item.get("details", {}),
        )


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry]
    cursor: str | None


def note(table: Table, *, request: str, at: Moment, who: str, what: str, which: str, **details: Any) -> None:
    """Writes an entry, durably on return. To be called right before the change: a change that then fails is noted too
    many times rather than never."""
    table.write(entry(request=request, at=at, who=who, what=what, which=which, **details))


def entry(*, request: str, at: Moment, who: str, what: str, which: str, **details: Any) -> Put:
    """The same for who writes it together with the change."""
    entry_id = fingerprint("audit", request, what, which, length=12)
    key = keys.audit(at, entry_id)
    item: Item = {"pk": key.pk, "sk": key.sk, "kind": KIND, "id": entry_id, "at": at, "who": who}
    item |= {"what": what, "which": which}
    if details:
        item["details"] = details
    return Put(item)


def entries_of(table: Table, month: Moment, limit: int, cursor: str | None) -> Page:
    """Entries of the month in which the moment lies, newest first."""
    pk = keys.audit(month, "").pk
    page = table.query(pk, newest_first=True, limit=limit, cursor=Key(pk, cursor) if cursor else None)
    return Page([Entry.from_item(item) for item in page.items], page.cursor.sk if page.cursor else None)
