"""Whose event it is: from identities to contacts, with one read for a whole request."""

from collections.abc import Iterable, Sequence

from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.store.table import Table
from leadwell.tracking.events import Identity
from leadwell.tracking.standing import CLAIMED_USER


def owners(table: Table, subjects: Sequence[Identity]) -> dict[Identity, str]:
    """The contact of every subject: who owns the identity by now, else the contact first met under it.

    Two calls of one request may depend on each other (an identify, then a track of the same anonymous id): the pointer
    is not written yet then, the event goes to the anonymous contact, and its history moves with the merge.
    """
    known = pointed_at(table, subjects)
    return {subject: known.get(subject) or contact_id(*subject) for subject in subjects}


def pointed_at(table: Table, identities: Iterable[Identity]) -> dict[Identity, str]:
    """The contacts of those identities that somebody is known by; one read, and none for none."""
    pointers = {one: keys.identity(*one) for one in identities if one.kind != CLAIMED_USER}
    stored = table.get_many(pointers.values()) if pointers else {}
    return {one: stored[key]["contact"] for one, key in pointers.items() if key in stored}
