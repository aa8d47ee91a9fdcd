"""What a company learns from its members, as events of its own history.

- What a member says about it (``Grouped``) is copied.
- That somebody joined, left or came to another stage is told by whoever writes the member, in the same transaction.
- What members do is copied as far as definitions about companies ask for it, to the company that the member belonged to
  when it happened. A late word about where somebody belonged moves the copies behind it.

Copies say what happened, never to whom: they carry the properties that are asked for, and in the place of the member a
name that only tells members apart. All are written in the same transaction as the member, so they are where the
member's stored state says.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.ids import company_id, fingerprint
from leadwell.store import keys
from leadwell.store.table import TRANSACTION_LIMIT, Change, Delete, Item, Key, Put, Table, key_of
from leadwell.tracking.events import Event, Name, Standing

if TYPE_CHECKING:
    from leadwell.contacts.contact import Contact
    from leadwell.definitions.catalog import Catalog

SOURCE = "member"
PAST = "member before"
"""The source of what is copied only because somebody asks for it by now: it starts nothing."""
MEMBER = "member"
"""The property that tells members apart."""

Placed = Sequence[tuple[Event, str]]
"""Events, and the group id of the company to which their contact belonged."""


def comings_and_goings(before: "Contact", after: "Contact | None") -> list[Change]:
    """That a contact joins or leaves a company or comes to another stage. ``before`` is the contact as stored; it goes
    if there is no ``after``."""
    was, now = _standing(before) if before.rev else None, _standing(after) if after else None
    if was == now:
        return []
    write = str(before.rev + 1)

    def told(name: str, group: str, at: Moment, **said: str) -> Change:
        event_id = "m" + fingerprint(name, before.id, write)
        properties = {"group_id": group, **said}
        return Put(_event(company_id(group), event_id, at, name, properties).to_item())

    if was and now and after and was[0] == now[0]:
        at = after.stages.get(after.stage, after.clock)
        return [told(Name.MEMBER_STAGE_CHANGED, now[0], at, **{"from": was[1], "to": now[1]})]
    changes = []
    if was:
        at = after.belonging["since"] if after and now else before.clock
        changes.append(told(Name.MEMBER_LEFT, was[0], at, stage=was[1]))
    if now and after:
        changes.append(told(Name.MEMBER_JOINED, now[0], after.belonging["since"], stage=now[1]))
    return changes


def stated_group(event: Event) -> str:
    """The company that somebody is said to belong to; empty when nothing proven is said."""
    group = event.properties.get("group_id")
    proven = event.name == Name.GROUPED and event.standing is Standing.PROVEN
    return group if proven and isinstance(group, str) else ""


def passed_on(arrived: Iterable[Event], placed: Placed, catalog: "Catalog") -> list[Change]:
    """For companies, of events that are newer than all the contact did before."""
    return [
        *(Put(_statement(event).to_item()) for event in arrived if stated_group(event)),
        *(Put(_copy(event, group, catalog).to_item()) for event, group in placed),
    ]


def copies_for(company: str, placed: Placed, catalog: "Catalog") -> list[Event]:
    """What the company would know of it."""
    return [_copy(event, group, catalog) for event, group in placed if company_id(group) == company]


def rearranged(
    table: Table,
    contact: "Contact",
    history: Sequence[Event],
    arrived: Collection[Event],
    placed: Placed,
    catalog: "Catalog",
    now: Moment,
    *,
    anew: bool,
) -> list[Change]:
    """The same after the whole history was counted again because of what ``arrived``, or because companies ask ``anew``
    for what was long ago. What lies behind a statement that came late may belong elsewhere. ``contact`` is as stored.
    """
    groups = sorted({group for event in history if (group := stated_group(event))})
    if not groups or not (arrived or anew):
        return []
    ids = {event.id for event in arrived}
    said = [event for event in history if event.id in ids and stated_group(event)]
    first = min((event.order for event in said), default=None)
    # What turned out to be a machine's was copied under the name of a person's.
    found = {event.properties.get("event") for event in arrived if event.name == Name.EMAIL_MACHINE_FOUND}
    asked = [event for event in history if catalog.asks_for(event) or event.id in found]
    moved = [
        event
        for event in asked
        if anew or event.id in ids or event.id in found or (first is not None and event.order > first)
    ]
    source = PAST if anew else SOURCE
    belonged = {event.order: group for event, group in placed}
    wanted = {
        key_of(item): item
        for item in [
            *(_statement(event).to_item() for event in said),
            *(
                _copy(event, belonged[event.order], catalog, SOURCE if event.id in ids else source).to_item()
                for event in moved
                if event.order in belonged
            ),
        ]
    }
    present = table.get_many(
        {**wanted, **dict.fromkeys(_copy_key(event, group) for event in moved for group in groups)}
    )
    mended = {key: _mended(key, wanted) for key, item in present.items() if not _says_the_same(item, wanted.get(key))}
    # One of each company goes in the last write: whoever dies before it comes back and knows that they were there.
    last = {key.pk: key for key in mended}
    return [
        *_withdrawn(contact, last, [now, *(event.at + 1 for event in moved)], source),
        *(mended[key] for key in last.values()),
        *(Put(item) for key, item in wanted.items() if key not in present),
        *(change for key, change in mended.items() if last[key.pk] != key),
    ]


def taken_back(table: Table, contact: "Contact", history: Iterable[Event], now: Moment) -> list[Change]:
    """Deletes every copy of what a contact did, who is no more or became another. Answers what is to be written
    afterwards, so that companies are counted again; doing it again changes nothing."""
    events = list(history)
    groups = sorted({group for event in events if (group := stated_group(event))})
    present = list(table.get_many(_copy_key(event, group) for event in events for group in groups))
    for start in range(0, len(present), TRANSACTION_LIMIT):
        table.write(*map(Delete, present[start : start + TRANSACTION_LIMIT]))
    partitions = [keys.contact(company_id(group)).pk for group in groups]
    return _withdrawn(contact, partitions, [now, *(event.at + 1 for event in events)])


def _withdrawn(
    contact: "Contact", partitions: Iterable[str], moments: Iterable[Moment], source: str = SOURCE
) -> list[Change]:
    """Has companies counted again. The latest of the moments lies behind everything that was taken back: of that, what
    the stream brings afterwards has the company counted again as well."""
    event_id, at = "w" + fingerprint(Name.MEMBER_WITHDRAWN, contact.id, str(contact.rev)), max(moments)
    return [
        Put(_event(keys.contact_of(pk), event_id, at, Name.MEMBER_WITHDRAWN, {}, source).to_item()) for pk in partitions
    ]


def _says_the_same(item: Item, other: Item | None) -> bool:
    return other is not None and all(item.get(name) == other.get(name) for name in ("properties", "context"))


def _mended(key: Key, wanted: Mapping[Key, Item]) -> Change:
    return Put(wanted[key]) if key in wanted else Delete(key)


def _statement(event: Event) -> Event:
    """The same said by who turns out to be the same person is the same copy."""
    group = stated_group(event)
    made = _event(
        company_id(group), "g" + fingerprint("statement", event.id), event.at, event.name, {"group_id": group}
    )
    return replace(made, traits=event.traits, source=event.source)


def _copy_key(event: Event, group: str) -> Key:
    """Where a company keeps its copy of what somebody did."""
    return keys.event(company_id(group), event.at, _copy_id(event))


def _standing(contact: "Contact") -> tuple[str, str] | None:
    """Group id and stage; None for who belongs nowhere."""
    return (contact.company["id"], contact.stage) if contact.belonging else None


def _copy(event: Event, group: str, catalog: "Catalog", source: str = SOURCE) -> Event:
    company = company_id(group)
    properties, context = catalog.asked_of(event)
    who = fingerprint("member", company, event.contact, length=12)
    return replace(
        _event(company, _copy_id(event), event.at, event.name, {**properties, MEMBER: who}, source),
        standing=event.standing,
        context=context,
    )


def _copy_id(event: Event) -> str:
    return "m" + fingerprint("copy", event.contact, event.id)


def _event(
    company: str, event_id: str, at: Moment, name: str, properties: Mapping[str, Any], source: str = SOURCE
) -> Event:
    return Event(
        contact=company,
        id=event_id,
        at=at,
        type="group" if name == Name.GROUPED else "track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
        source=source,
    )
