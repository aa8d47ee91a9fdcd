"""What a company would know of its members if definitions about companies asked for more than they do.

A company is only told what is asked for. A definition that asks for something new has members tell it once it is
published; before, it is worked out here, from the members' own histories, and nothing is written.
"""

from collections.abc import Sequence

from leadwell.clock import Moment
from leadwell.companies.passing_on import copies_for
from leadwell.companies.worth import scores_for, told_since
from leadwell.contacts.contact import LIVE, Contact
from leadwell.contacts.folding import recount
from leadwell.definitions.catalog import Catalog
from leadwell.segments.listing import list_members
from leadwell.store import keys
from leadwell.store.table import Table, query_all
from leadwell.tracking.events import Event

MOST = 1_000
"""Members of one company that are asked; of larger ones, those who come first in its list."""


def asks_for_more(candidate: Catalog, live: Catalog) -> bool:
    """Whether companies under the one would want to know of members what those under the other do not. Both are the
    catalogs of contacts."""
    return candidate.passed != live.passed or bool(candidate.told.keys() - live.told.keys())


def asked_anew(
    table: Table, company: str, history: Sequence[Event], candidate: Catalog, default_zone: str, now: Moment
) -> tuple[list[Event], int]:
    """The company's history as it would be, and how many members were asked."""
    known = {event.id: event for event in history}
    members = list_members(table, company, limit=MOST).members
    for item in table.get_many(keys.contact(member.contact) for member in members).values():
        stored = Contact.from_item(item)
        if stored.status != LIVE:
            continue
        theirs = [Event.from_item(one) for one in query_all(table, keys.contact(stored.id).pk, begins=keys.EVENTS)]
        folding = recount(stored.id, theirs, candidate, default_zone, now)
        contact = folding.settle(now)
        contact.rev, contact.courses = stored.rev, told_since(stored, contact)
        told = [*copies_for(company, folding.placed, candidate), *scores_for(company, contact)]
        known |= {event.id: event for event in told}
    return list(known.values()), len(members)
