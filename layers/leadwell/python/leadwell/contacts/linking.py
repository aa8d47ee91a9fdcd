"""Joins what turns out to be one person: the visitor before and after signing in, two devices, two addresses.

Only proven statements get here. The rules:

- A device (anonymous id) that nobody known used before brings its history along. One that somebody else used is from
  now on this person's, but the other's history stays theirs.
- Two contacts with the same proven address are one, unless both have user ids: then they share a mailbox.
- Of two contacts the one with a user id stays; the other becomes a signpost to it, and its history is moved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from leadwell.clock import Moment
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import ERASED, MERGED, Contact
from leadwell.contacts.membership import leaving_all
from leadwell.ids import contact_id
from leadwell.messaging.ledger import ledgers_joined
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Item, Key, Put, Table
from leadwell.tracking.events import Identity

PREVIOUS = "previous_id"
_MOST_HOPS = 8


@dataclass(slots=True)
class Link:
    """What a link needs written. ``absorbed`` are contacts that become part of this one; ``into``, if given, is the
    contact that this one becomes part of, and then nothing else is to be written about this one."""

    changes: list[Change] = field(default_factory=list)
    absorbed: list[str] = field(default_factory=list)
    into: str = ""


@dataclass(frozen=True, slots=True)
class _Owner:
    """``id`` is empty where the owner was erased: the identity is free, and there is nobody to join."""

    identity: Identity
    pointer: Item | None
    id: str
    contact: Contact | None


def plan_link(table: Table, contact: Contact, identities: Iterable[Identity], now: Moment) -> Link:
    """Works out what the identities, newly proven for this contact, mean. Reads only; see ``Link`` for the writes."""
    link = Link()
    owners = _owners(table, _wanted(identities))
    for owner in owners:
        if owner.id == contact.id:
            continue
        other = owner.contact
        if other is not None and _stays(owner.identity, contact, other):
            link.into = other.id
            return link
    withdrawn = Withdrawals()
    for owner in owners:
        other = owner.contact
        somebody_else = owner.id not in ("", contact.id)
        if somebody_else and (other is None or _joins(owner.identity, contact, other)):
            if owner.id not in link.absorbed:
                link.absorbed.append(owner.id)
                link.changes += tombstone(owner.id, other, contact.id, now)
                withdrawn = withdrawn.joined(Withdrawals.from_item(table.get(keys.withdrawals(owner.id))))
        elif somebody_else and owner.identity.kind in ("email", "phone", "user_id"):
            continue  # somebody else's for good
        if owner.identity.kind != PREVIOUS and not _points_at(owner.pointer, contact.id):
            link.changes.append(_pointer(owner, contact.id))
    if withdrawn.latest:
        link.changes.append(carried_over(table, withdrawn, contact.id))
    if link.absorbed:
        link.changes += ledgers_joined(table, link.absorbed, contact.id)
    return link


def tombstone(contact: str, stored: Contact | None, into: str, now: Moment) -> list[Change]:
    """Turns a contact into a signpost and takes it out of its segments."""
    rev = stored.rev if stored else 0
    signpost = Contact.merged(contact, into, rev=rev, now=now)
    changes: list[Change] = [Put(signpost.to_item(), rev)]
    if stored:
        changes += leaving_all(stored)
        changes += claim_changes(stored.claims, {}, contact)
    return changes


def claim_changes(before: Mapping[str, str], after: Mapping[str, str], contact: str) -> list[Change]:
    """Keeps findable who claims an address, so that a person who is asked "do you know me?" can be answered."""
    lost = [Delete(keys.claim(kind, value, contact)) for kind, value in before.items() if after.get(kind) != value]
    new = [keys.claim(kind, value, contact) for kind, value in after.items() if before.get(kind) != value]
    puts = [Put({"pk": key.pk, "sk": key.sk, "kind": "CLAIM", "contact": contact}) for key in new]
    return [*lost, *puts]


def carried_over(table: Table, withdrawn: Withdrawals, into: str) -> Change:
    """A "no" said under one contact counts for the one it became."""
    key = keys.withdrawals(into)
    present = Withdrawals.from_item(table.get(key))
    return Put(present.joined(withdrawn).to_item(key), present.rev)


def _wanted(identities: Iterable[Identity]) -> list[Identity]:
    """A previous id may have been a user's or a visitor's."""
    wanted: list[Identity] = []
    for identity in identities:
        if identity.kind == PREVIOUS:
            wanted += [Identity(PREVIOUS, identity.value)]
        else:
            wanted.append(identity)
    return list(dict.fromkeys(wanted))


def _owners(table: Table, identities: list[Identity]) -> list[_Owner]:
    spelled = [
        (identity, kind)
        for identity in identities
        for kind in (("user_id", "anonymous_id") if identity.kind == PREVIOUS else (identity.kind,))
    ]
    pointers = table.get_many(keys.identity(kind, identity.value) for identity, kind in spelled)
    owners: list[tuple[Identity, Item | None, str, bool]] = []
    for identity, kind in spelled:
        pointer = pointers.get(keys.identity(kind, identity.value))
        owner = str(pointer["contact"]) if pointer else contact_id(kind, identity.value)
        owners.append((identity, pointer, owner, identity.kind == PREVIOUS))
    contacts = _resolved(table, [owner for _, _, owner, _ in owners])
    found = []
    for identity, pointer, owner, must_exist in owners:
        resolved_id, contact = contacts[owner]
        if contact is not None or not must_exist:
            found.append(_Owner(identity, pointer, resolved_id, contact))
    return found


def _resolved(table: Table, contact_ids: list[str]) -> Mapping[str, tuple[str, Contact | None]]:
    """Follows signposts to the contact that is live."""
    resolved: dict[str, tuple[str, Contact | None]] = {}
    items = table.get_many(keys.contact(one) for one in contact_ids)
    for one in contact_ids:
        item, here = items.get(keys.contact(one)), one
        for _ in range(_MOST_HOPS):
            if item is None or item["status"] != MERGED:
                break
            here = item["merged_into"]
            item = table.get(keys.contact(here))
        if item and item["status"] == ERASED:
            resolved[one] = ("", None)
            continue
        contact = Contact.from_item(item) if item and item["status"] != MERGED else None
        resolved[one] = (here, contact)
    return resolved


def _has_user(contact: Contact) -> bool:
    return any(identity.kind == "user_id" for identity in contact.identities)


def _stays(identity: Identity, contact: Contact, other: Contact) -> bool:
    """Is the other one the contact that remains of the two?"""
    return identity.kind not in ("anonymous_id", PREVIOUS) and _has_user(other) and not _has_user(contact)


def _joins(identity: Identity, contact: Contact, other: Contact) -> bool:
    """Does the other one become part of this contact?"""
    if identity.kind == PREVIOUS:
        return True
    if identity.kind == "anonymous_id":
        return not other.is_known
    return not _has_user(other)


def _points_at(pointer: Item | None, contact: str) -> bool:
    return pointer is not None and pointer["contact"] == contact


def _pointer(owner: _Owner, contact: str) -> Put:
    key: Key = keys.identity(owner.identity.kind, owner.identity.value)
    rev = owner.pointer["rev"] if owner.pointer else 0
    return Put({"pk": key.pk, "sk": key.sk, "kind": "IDENTITY", "rev": rev + 1, "contact": contact}, rev)
