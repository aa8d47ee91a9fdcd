"""A contact's messages, for people to look at and, where one is parked, to let go on."""

from leadwell.clock import MINUTE, Moment
from leadwell.due.buckets import Armory
from leadwell.errors import Broken
from leadwell.messaging.message import Message, Status, released
from leadwell.messaging.queueing import hand_in
from leadwell.store import keys
from leadwell.store.queues import Queues
from leadwell.store.table import Put, Table, query_all

_SAFETY = 2 * MINUTE
_GRID = 5 * MINUTE


def read_messages(table: Table, contact: str) -> list[Message]:
    """All of a contact, the newest first."""
    found = [Message.from_item(item) for item in query_all(table, keys.contact(contact).pk, begins=keys.MESSAGES)]
    return sorted(found, key=lambda one: (one.requested_at, one.id), reverse=True)


def read_message(table: Table, contact: str, message: str) -> Message | None:
    item = table.get(keys.message(contact, message))
    return Message.from_item(item) if item else None


def release(table: Table, armory: Armory, queues: Queues, message: Message, now: Moment) -> Message:
    """Has a parked message tried again; durable before the queue knows of it.

    Raises ``Broken`` for any other: a claimed or sent one may have left. Raises ``Conflict`` when it changed meanwhile.
    """
    if message.status is not Status.PARKED:
        raise Broken(f"the message is {message.status}; only a parked one can be released")
    # The queue is prompt, the due index makes sure.
    due = now + _SAFETY
    due = due - due % _GRID + _GRID
    again = released(message, due, "")
    armory.arm([due], now)
    table.write(Put(again.to_item(), message.rev))
    hand_in(queues, [again])
    return again
