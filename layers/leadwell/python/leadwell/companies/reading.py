"""Reads companies, for people to look at."""

from collections.abc import Iterable

from leadwell.contacts.contact import Contact
from leadwell.ids import is_company
from leadwell.store import keys
from leadwell.store.table import Table


def read_companies(table: Table, ids: Iterable[str]) -> list[Contact]:
    """Those that are there, in the order of the ids."""
    wanted = [keys.contact(one) for one in ids if is_company(one)]
    found = table.get_many(wanted) if wanted else {}
    return [Contact.from_item(found[key]) for key in wanted if key in found]
