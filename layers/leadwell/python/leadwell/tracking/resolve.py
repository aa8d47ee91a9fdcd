"""Whose event it is: from identities to contacts, with one read for a whole request."""

from collections.abc import Sequence

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
    distinct = dict.fromkeys(subjects)
    pointers = {subject: keys.identity(*subject) for subject in distinct if subject.kind != CLAIMED_USER}
    stored = table.get_many(pointers.values()) if pointers else {}
    found: dict[Identity, str] = {}
    for subject in distinct:
        item = stored.get(pointers[subject]) if subject in pointers else None
        found[subject] = item["contact"] if item else contact_id(*subject)
    return found
