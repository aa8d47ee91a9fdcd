"""Has every contact looked at again after definitions changed, through the same code that looks at one.

The work is sent in pages to the queue of due contacts; contacts built under another plan are recounted there. It can
stop and go on anywhere: looking at a contact twice changes nothing. How far it is stands in one item.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.contacts.membership import EVERY_COMPANY, EVERYONE
from leadwell.segments.listing import Place, list_members
from leadwell.store import keys
from leadwell.store.queues import CONTACTS, Queues
from leadwell.store.table import Put, Table

PAGE = 500
PAGES_PER_CALL = 20


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``cursor`` continues where this call ended."""

    cursor: dict[str, Any] | None
    more: bool
    touched: int


@dataclass(frozen=True, slots=True)
class Progress:
    """``touched`` contacts were sent to be looked at since ``started_at``; once ``finished_at`` is known, all of
    them."""

    reason: str
    started_at: Moment
    touched: int
    finished_at: Moment | None


def rebuild_page(table: Table, queues: Queues, cursor: Mapping[str, Any] | None) -> Rebuilt:
    here = Place(cursor["shard"], cursor["contact"]) if cursor else None
    everybody = cursor.get("list", EVERYONE) if cursor else EVERYONE
    touched = 0
    for _ in range(PAGES_PER_CALL):
        page = list_members(table, everybody, limit=PAGE, cursor=here)
        if page.members:
            queues.send(CONTACTS, [keys.contact(member.contact) for member in page.members])
        touched += len(page.members)
        here = page.cursor
        if here is None:
            if everybody == EVERY_COMPANY:
                return Rebuilt(None, False, touched)
            everybody, here = EVERY_COMPANY, Place(0, "")
    return Rebuilt({"list": everybody, "shard": here.shard, "contact": here.contact} if here else None, True, touched)


def note_progress(table: Table, progress: Progress) -> None:
    item: dict[str, Any] = {"pk": keys.REBUILD.pk, "sk": keys.REBUILD.sk, "kind": "REBUILD"}
    item |= {"reason": progress.reason, "started_at": progress.started_at, "touched": progress.touched}
    if progress.finished_at is not None:
        item["finished_at"] = progress.finished_at
    table.write(Put(item))


def read_progress(table: Table) -> Progress | None:
    """Of the last rebuild; None if there never was one."""
    item = table.get(keys.REBUILD)
    if item is None:
        return None
    return Progress(item["reason"], item["started_at"], item["touched"], item.get("finished_at"))
