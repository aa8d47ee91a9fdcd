"""Makes events durable whose time we had to make up: their key cannot recognize a retry, so a guard does."""

from collections.abc import Iterable
from dataclasses import replace

from leadwell.clock import DAY, Moment
from leadwell.consent.withdrawals import Withdrawals, is_withdrawal
from leadwell.errors import Conflict
from leadwell.ids import fingerprint
from leadwell.store import keys
from leadwell.store.table import ABSENT, TRANSACTION_LIMIT, Item, Key, Put, Table
from leadwell.tracking.events import Event
from leadwell.tracking.recording import pass_on_withdrawal

_REMEMBERED = 7 * DAY
"""Longer than any client goes on trying."""
_ATTEMPTS = 5


def record_all_once(table: Table, events: Iterable[Event], now: Moment) -> None:
    """Stores those events that were not stored this way before, each together with its guard.

    Returns only when all are durable; doing it again, at another time and with other times in the events, changes
    nothing. Raises ``Throttled``, or ``Conflict`` when many requests write the same items.
    """
    plain: dict[Key, Event] = {}
    for event in events:
        guard = _guard_of(event)
        if is_withdrawal(event):
            pass_on_withdrawal(table, _record_withdrawal_once(table, event, guard, now))
        else:
            plain.setdefault(guard, event)
    pairs = list(plain.items())
    size = TRANSACTION_LIMIT // 2
    for start in range(0, len(pairs), size):
        _record_pairs(table, pairs[start : start + size], now)


def _guard_of(event: Event) -> Key:
    """Named after who said it: whose event it is may have changed before a retry, when two contacts turned out to be
    one. What is believed less has names of its own, so that nobody can take those of others. A fingerprint, because
    an address must not survive in a key."""
    said_by = (event.standing, *event.identities[0]) if event.identities else (event.contact,)
    return keys.guard(f"event#{fingerprint('said', *said_by, event.id)}")


def _record_pairs(table: Table, pairs: list[tuple[Key, Event]], now: Moment) -> None:
    while pairs:
        changes = [put for guard, event in pairs for put in _guarded(guard, event, now)]
        try:
            table.write(*changes)
            return
        except Conflict as conflict:
            known = {position // 2 for position in conflict.failed}
            if not known:
                raise
            pairs = [pair for n, pair in enumerate(pairs) if n not in known]


def _record_withdrawal_once(table: Table, event: Event, guard: Key, now: Moment) -> Event:
    """Guard, event and "no" in one transaction: a guard that survives a crash must not hide a lost "no".

    Answers the event as it is stored: a retry has made up another time for it.
    """
    key = keys.withdrawals(event.contact)
    for _ in range(_ATTEMPTS):
        before = Withdrawals.from_item(table.get(key))
        after = before.with_event(event)
        changes = _guarded(guard, event, now)
        if after != before:
            changes.append(Put(after.to_item(key), before.rev))
        try:
            table.write(*changes)
            return event
        except Conflict as conflict:
            if {0, 1} & set(conflict.failed):
                said = table.get(guard) or {}
                return replace(event, at=said.get("at", event.at))
    raise Conflict(f"the withdrawals of contact {event.contact} are written by many at once")


def _guarded(guard: Key, event: Event, now: Moment) -> list[Put]:
    item: Item = {
        "pk": guard.pk,
        "sk": guard.sk,
        "kind": "GUARD",
        "rev": 1,
        "at": event.at,
        "expires_at": (now + _REMEMBERED) // 1000,
    }
    return [Put(item, ABSENT), Put(event.to_item(), ABSENT)]
