"""Member lists: who is in a segment, on a list, and who there is at all, without reading contacts.

They are written in the same transaction as the contact. Lists kept by hand stand beside segments as ``list:<name>``.
"""

from leadwell.clock import Moment
from leadwell.contacts.contact import LIVE, Contact
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Put

EVERYONE = "*"
"""All contacts that are neither erased nor joined with another."""


def list_key(name: str) -> str:
    """Under which name the members of a list are kept."""
    return f"list:{name}"


def memberships(contact: Contact) -> dict[str, Moment]:
    """Everything a stored contact is a member of, and since when."""
    if contact.rev == 0 or contact.status != LIVE:
        return {}
    return _memberships(contact)


def member_changes(before: Contact, after: Contact) -> list[Change]:
    """What a write of ``after`` changes in the lists; ``before`` is the contact as stored."""
    old, new = memberships(before), _memberships(after)
    changes: list[Change] = []
    for name in sorted(new.keys() - old.keys()):
        key = keys.member(name, after.id)
        changes.append(Put({"pk": key.pk, "sk": key.sk, "kind": "MEMBER", "since": new[name]}))
    return [*changes, *(Delete(keys.member(name, after.id)) for name in sorted(old.keys() - new.keys()))]


def leaving_all(contact: Contact) -> list[Change]:
    """Takes a contact out of everything."""
    return [Delete(keys.member(name, contact.id)) for name in sorted(memberships(contact))]


def _memberships(contact: Contact) -> dict[str, Moment]:
    lists = {list_key(name): since for name, since in contact.lists.items()}
    return {EVERYONE: contact.first_seen, **contact.segments, **lists}
