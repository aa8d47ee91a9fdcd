"""Makes events durable. Whoever reports something ends here, so a "no" is never slower than a "yes"."""

from collections.abc import Iterable, Sequence

from leadwell.consent.withdrawals import Withdrawals, is_withdrawal
from leadwell.errors import Broken, Conflict
from leadwell.store import keys
from leadwell.store.table import Item, Put, Table
from leadwell.tracking.events import Event

_ATTEMPTS = 5
_LONGEST_TRAIL = 50


def record(table: Table, events: Iterable[Event]) -> None:
    """Stores events; returns only when all of them are durable. Doing it again changes nothing.

    A withdrawal of consent is written together with the contact's ``NO`` item, which every send reads: it counts from
    this moment, not from when the contact is next updated. Raises ``Throttled`` when the table asks to slow down.
    """
    plain: list[Item] = []
    for event in events:
        if is_withdrawal(event):
            record_withdrawal(table, event)
        else:
            plain.append(event.to_item())
    if plain:
        table.put_many(_distinct(plain))


def record_withdrawal(table: Table, event: Event) -> None:
    """Stores the event and remembers the "no" in one transaction; durable on return, whoever the contact is today."""
    _write_withdrawal(table, event)
    pass_on_withdrawal(table, event)


def pass_on_withdrawal(table: Table, event: Event) -> None:
    """A "no" that is stored under a contact who became part of another counts for that one as well, at once.

    To be called after the "no" is written: a join that was quicker has left its signpost by then, and one that comes
    later reads the "no" itself.
    """
    for _ in range(_LONGEST_TRAIL):
        contact = table.get(keys.contact(event.contact)) or {}
        if not contact.get("merged_into"):
            return
        event = event.moved_to(contact["merged_into"])
        _write_withdrawal(table, event)
    raise Broken("a contact was merged into another more often than can be")


def _write_withdrawal(table: Table, event: Event) -> None:
    key = keys.withdrawals(event.contact)
    for _ in range(_ATTEMPTS):
        stored = table.get(key)
        before = Withdrawals.from_item(stored)
        after = before.with_event(event)
        if after == before:
            table.write(Put(event.to_item()))
            return
        try:
            table.write(Put(event.to_item()), Put(after.to_item(key), before.rev))
            return
        except Conflict:
            continue
    raise Conflict(f"the withdrawals of contact {event.contact} are written by many at once")


def _distinct(items: Sequence[Item]) -> list[Item]:
    """A batch write may not name a key twice; the same key is the same event."""
    return list({(item["pk"], item["sk"]): item for item in items}.values())
