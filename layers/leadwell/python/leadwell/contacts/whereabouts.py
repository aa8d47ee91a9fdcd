"""Which contact a link or a tag that left days ago stands for today: contacts are joined and erased meanwhile."""

from dataclasses import dataclass

from leadwell.errors import Broken
from leadwell.messaging.message import Message
from leadwell.store import keys
from leadwell.store.table import Key, Table

_LONGEST_TRAIL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """``contact`` is today's contact. ``message`` is None when none was asked for or it is gone."""

    contact: str
    erased: bool
    message: Message | None = None


def find(table: Table, contact_id: str, message_id: str = "") -> Whereabouts:
    """Follows ``merged_into`` from contact to contact. A contact that is not stored yet counts as it is.

    One request, and one more per merge. Raises Broken when the trail is longer than fifty contacts.
    """
    message: Message | None = None
    for _ in range(_LONGEST_TRAIL + 1):
        wanted: list[Key] = [keys.contact(contact_id)]
        if message_id and message is None:
            wanted.append(keys.message(contact_id, message_id))
        found = table.get_many(wanted)
        if len(wanted) > 1 and wanted[1] in found:
            message = Message.from_item(found[wanted[1]])
        contact = found.get(wanted[0], {})
        following = contact.get("merged_into")
        if not following:
            return Whereabouts(contact=contact_id, erased=contact.get("status") == "erased", message=message)
        contact_id = following
    raise Broken("a contact was merged into another more often than can be")
