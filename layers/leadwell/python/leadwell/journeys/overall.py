"""What all campaigns together bring: those whom no campaign reaches (the policy's ``holdout``) beside the others.

Who belongs to which group follows from the contact's id alone, so nothing was counted on the way: any segment can be
asked about, at any time, also about the past that it looks back on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadwell.consent.withdrawals import is_advertising
from leadwell.contacts.contact import LIVE, Contact
from leadwell.contacts.membership import EVERYONE
from leadwell.journeys.admission import is_left_alone
from leadwell.journeys.statistics import Interval, Tally, difference
from leadwell.segments.listing import Place, list_members
from leadwell.store import keys
from leadwell.store.table import Table

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Effect:
    """``reached`` and ``left_alone`` count how many of those who may be written to are in the segment."""

    reached: Tally
    left_alone: Tally

    @property
    def difference(self) -> Interval:
        """Of the rate of those reached minus that of those left alone, in 95 of 100 cases."""
        return difference(self.reached, self.left_alone)


def effect(contacts: Iterable[Contact], holdout: float, segment: str) -> Effect:
    """Of those contacts that campaigns could reach: who has never allowed anything is not compared."""
    counts = {True: [0, 0], False: [0, 0]}
    for contact in contacts:
        if contact.status != LIVE or not _may_be_written_to(contact):
            continue
        group = counts[is_left_alone(contact.id, holdout)]
        group[0] += 1
        group[1] += segment in contact.segments
    return Effect(Tally("reached", *counts[False]), Tally("left alone", *counts[True]))


def everybody(table: Table) -> Iterator[Contact]:
    """All contacts, page by page."""
    cursor: Place | None = None
    while True:
        page = list_members(table, EVERYONE, limit=_PAGE, cursor=cursor)
        wanted = [keys.contact(one.contact) for one in page.members]
        found = table.get_many(wanted) if wanted else {}
        yield from (Contact.from_item(found[key]) for key in wanted if key in found)
        if page.cursor is None:
            return
        cursor = page.cursor


def _may_be_written_to(contact: Contact) -> bool:
    """A consent that was withdrawn since counts, too: campaigns may have been the reason."""
    return any(
        is_advertising(topic.partition("/")[0]) and consent.state in ("granted", "withdrawn")
        for topic, consent in contact.consents.items()
    )
