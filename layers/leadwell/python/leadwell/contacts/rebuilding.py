"""Has every contact looked at again after definitions changed, through the same code that looks at one.

The work is sent in pages to the queue of due contacts; contacts built under another plan are recounted there. It can
stop and go on anywhere: looking at a contact twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.contacts.contact import KIND
from leadwell.store.queues import CONTACTS, Queues
from leadwell.store.table import Key, Table, key_of

PAGE = 500
PAGES_PER_CALL = 20


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``cursor`` continues where this call ended."""

    cursor: dict[str, str] | None
    more: bool
    touched: int


def rebuild_page(table: Table, queues: Queues, cursor: Mapping[str, Any] | None) -> Rebuilt:
    here = Key(cursor["pk"], cursor["sk"]) if cursor else None
    touched = 0
    for _ in range(PAGES_PER_CALL):
        page = table.scan(segment=0, segments=1, limit=PAGE, cursor=here)
        contacts = [key_of(item) for item in page.items if item.get("kind") == KIND]
        if contacts:
            queues.send(CONTACTS, contacts)
        touched += len(contacts)
        here = page.cursor
        if here is None:
            return Rebuilt(None, False, touched)
    return Rebuilt(here._asdict() if here else None, True, touched)
