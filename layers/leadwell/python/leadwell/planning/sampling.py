"""A look at some of everybody, where to look at all would take too long."""

from leadwell.contacts.contact import LIVE, Contact
from leadwell.segments.listing import Place, list_members
from leadwell.store import keys
from leadwell.store.table import Table

MOST_COUNTED = 2_000_000
"""Members of a list; of more it is said that they are so many at least."""
_PAGE = 200


def sample_of(table: Table, everybody: str, most: int) -> tuple[list[Contact], bool]:
    """Up to ``most`` of the contacts (or companies) in a list that stand for themselves, and whether that is all."""
    found: list[Contact] = []
    cursor: Place | None = None
    while len(found) < most:
        page = list_members(table, everybody, limit=min(_PAGE, most - len(found)), cursor=cursor)
        stored = table.get_many(keys.contact(member.contact) for member in page.members)
        found += [one for one in map(Contact.from_item, stored.values()) if one.status == LIVE]
        cursor = page.cursor
        if cursor is None:
            return found, True
    return found, False
