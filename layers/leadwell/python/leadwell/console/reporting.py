"""What people report about a contact by hand or through the API becomes an event, like everything else."""

from collections.abc import Mapping, Sequence
from typing import Any

from leadwell.clock import Moment
from leadwell.contacts.whereabouts import find
from leadwell.errors import Refused
from leadwell.ids import company_id
from leadwell.store.table import Table
from leadwell.tracking.deliveries import ENTRY_LIMIT
from leadwell.tracking.events import Event, Identity, Name, Standing
from leadwell.tracking.identities import ID_LENGTH, email_address, phone_number
from leadwell.tracking.once import record_all_once
from leadwell.tracking.requests import weigh
from leadwell.tracking.times import TOLERATED
from leadwell.tracking.values import checked, mended

SOURCE = "api"

KINDS = ("user_id", "email", "phone", "anonymous_id")
"""Strongest first: the first one that is given decides whose contact it is."""

_SPELLINGS = {
    "email": (email_address, "must be an e-mail address such as robin@example.com"),
    "phone": (phone_number, "must be a phone number with the country's code, such as +12025550142"),
}


def report(table: Table, event: Event, now: Moment) -> str:
    """Stores an event, durably on return, once per (contact, id). Answers the contact it belongs to today.

    Looks again afterwards: a contact that was joined with another at this very moment takes its history along only as
    far as it was there.
    """
    while True:
        record_all_once(table, [event], now)
        found = find(table, event.contact)
        if found.contact == event.contact or found.erased:
            return found.contact
        event = event.moved_to(found.contact)


def identity(kind: str, value: str, field: str = "") -> Identity:
    """An identity in its stored spelling. Raises ``Refused`` naming the field."""
    if kind in _SPELLINGS:
        spell, remedy = _SPELLINGS[kind]
        spelled = spell(value)
        if spelled is None:
            raise Refused(remedy, field or kind)
        return Identity(kind, spelled)
    text = mended(value).strip()
    if not text or len(text) > ID_LENGTH:
        raise Refused(f"must have between 1 and {ID_LENGTH} characters", field or kind)
    return Identity(kind, text)


def identified(
    contact: str, event_id: str, identities: Sequence[Identity], traits: Mapping[str, Any], now: Moment
) -> Event:
    """A proven statement about who somebody is. A trait that is None is removed."""
    weigh(traits, ENTRY_LIMIT)
    return Event(
        contact=contact,
        id=event_id,
        at=now,
        type="identify",
        name=Name.IDENTIFIED,
        standing=Standing.PROVEN,
        traits=checked(dict(traits), "traits"),
        identities=tuple(identities),
        source=SOURCE,
    )


def described(group: str, event_id: str, attributes: Mapping[str, Any], now: Moment) -> Event:
    """A proven statement about a company, in its own history. An attribute that is None is removed."""
    weigh(attributes, ENTRY_LIMIT)
    return Event(
        contact=company_id(mended(group)),
        id=event_id,
        at=now,
        type="group",
        name=Name.GROUPED,
        standing=Standing.PROVEN,
        properties={"group_id": mended(group)},
        traits=checked(dict(attributes), "attributes"),
        source=SOURCE,
    )


def happened(contact: str, event_id: str, name: str, properties: Mapping[str, Any], at: Moment, now: Moment) -> Event:
    """Something that happened outside of every website: a call, a visit to the shop, a fair."""
    if at > now + TOLERATED:
        raise Refused("must not lie in the future", "at")
    if at < 0:
        raise Refused("must not lie before 1970", "at")
    weigh(properties, ENTRY_LIMIT)
    return Event(
        contact=contact,
        id=event_id,
        at=min(at, now),
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=checked(dict(properties), "properties"),
        source=SOURCE,
    )
