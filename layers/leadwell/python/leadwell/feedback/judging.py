"""Looks at what was reported about a mail within a few minutes, and has machines' openings and clicks marked as theirs.

Marking gives the event the name of a machine's and writes, in the same transaction, the event ``Email Machine Found``,
by which the contact is counted again. Both follow from the set of reports, so their order does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from leadwell.clock import DAY, SECOND, Moment, to_iso
from leadwell.errors import Conflict
from leadwell.feedback.machines import (
    BY_MACHINE,
    CLICKS,
    DELIVERIES,
    OPENS,
    PEOPLES_CLICKS,
    REACH,
    Report,
    Sign,
    is_honeypot,
    signs,
)
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message
from leadwell.store import keys
from leadwell.store.table import ABSENT, Item, Key, Put, Table
from leadwell.tracking.events import Event, Name, Standing

_OF_MAIL = OPENS | CLICKS | DELIVERIES
_OWN = frozenset({Sign.AGENT.value, Sign.ADDRESS.value})
_PAGE = 200
_ATTEMPTS = 5
_LAST = "\uffff"


def marked(event: Event, sign: str) -> Event:
    """The same opening or click as a machine's."""
    properties = {**event.properties, "machine": True, "machine_sign": str(sign)}
    return replace(event, name=BY_MACHINE.get(event.name, event.name), properties=properties)


def put_once(table: Table, event: Event) -> None:
    """What is there already may have been marked meanwhile, and stays."""
    try:
        table.write(Put(event.to_item(), ABSENT))
    except Conflict:
        if table.get(keys.event(event.contact, event.at, event.id)) is None:
            raise


@dataclass(frozen=True, slots=True)
class _Seen:
    event: Event
    sign: str


def judge(table: Table, contact: str, message: Message | None, message_id: str, at: Moment) -> None:
    """After something about a mail became durable that happened at ``at``: marks whatever is a machine's by now.
    Durable on return; doing it again changes nothing."""
    around = _events(table, contact, message_id, at - 2 * REACH, at + 2 * REACH)
    found = signs([_report(event) for event in around])
    near = [_Seen(event, found[event.id]) for event in around if event.id in found and abs(event.at - at) <= REACH]
    for one in near:
        if one.sign and one.sign != one.event.properties.get("machine_sign"):
            _mark(table, one.event, one.sign)
    if message is not None:
        _mend(table, message, contact, {one.event.at for one in near if one.sign})


def _mark(table: Table, event: Event, sign: str) -> None:
    if event.name in BY_MACHINE:
        table.write(Put(marked(event, sign).to_item()), Put(_finding(event).to_item()))
    else:
        table.write(Put(marked(event, sign).to_item()))


def _finding(event: Event) -> Event:
    return Event(
        contact=event.contact,
        id="f" + fingerprint(Name.EMAIL_MACHINE_FOUND, event.id),
        at=event.at,
        type="track",
        name=Name.EMAIL_MACHINE_FOUND,
        standing=Standing.PROVEN,
        properties={"message": event.properties["message"], "event": event.id},
        source=event.source,
    )


def _mend(table: Table, message: Message, contact: str, machines: set[Moment]) -> None:
    """The message says when a person opened it first, and when one clicked first: of all that was reported, if what it
    says is a machine's."""
    for _ in range(_ATTEMPTS):
        if not machines & {message.first_opened_at, message.first_clicked_at}:
            return
        since = min(filter(None, (message.claimed_at, message.requested_at))) - DAY
        events = list(_events(table, contact, message.id, since, None))
        after = replace(
            message,
            first_opened_at=min((one.at for one in events if one.name == Name.EMAIL_OPENED), default=None),
            first_clicked_at=min((one.at for one in events if one.name in PEOPLES_CLICKS), default=None),
        )
        if after == message:
            return  # a person did so at the very moment
        try:
            table.write(Put(after.to_item(), message.rev))
            return
        except Conflict:
            stored = table.get(message.key)
            if stored is None:
                return
            message = Message.from_item(stored)
    raise Conflict(f"message {message.id} is being written by many at once")


def _report(event: Event) -> Report:
    link, sign = str(event.properties.get("link", "")), str(event.properties.get("machine_sign", ""))
    own = sign if sign in _OWN or is_honeypot(link) else ""
    return Report(id=event.id, name=event.name, at=event.at, link=link, own=own)


def _events(table: Table, contact: str, message: str, since: Moment, until: Moment | None) -> list[Event]:
    """Those about a mail, of a time."""
    return [
        Event.from_item(item)
        for item in _items(table, contact, max(since, 0), until)
        if item["name"] in _OF_MAIL and item.get("properties", {}).get("message") == message
    ]


def _items(table: Table, contact: str, since: Moment, until: Moment | None) -> Iterable[Item]:
    cursor: Key | None = None
    last = f"{keys.EVENTS}{to_iso(until + SECOND) if until is not None else ''}{_LAST}"
    pk = keys.contact(contact).pk
    while True:
        page = table.query(pk, after=f"{keys.EVENTS}{to_iso(since)}", until=last, limit=_PAGE, cursor=cursor)
        yield from page.items
        if page.cursor is None:
            return
        cursor = page.cursor
