"""Who is late for a date, and would join a journey that takes those the moment it is published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadwell.clock import Moment
from leadwell.conditions.paths import lookup
from leadwell.contacts.membership import EVERY_COMPANY, EVERYONE
from leadwell.definitions.about import COMPANIES, CONTACTS
from leadwell.definitions.catalog import Catalog
from leadwell.journeys.triggers.date import DateTrigger
from leadwell.planning.plan import CHANGED, NEW, Change
from leadwell.planning.sampling import sample_of
from leadwell.store.table import Table


@dataclass(frozen=True, slots=True)
class Latecomers:
    """Of those looked at; ``complete`` when that was everybody."""

    about: str
    looked_at: int
    complete: bool
    triggers: Sequence[DateTrigger]
    contacts: Sequence[str]


def latecomers(
    table: Table, changes: Iterable[Change], after: Catalog, zone: str, now: Moment, most: int
) -> list[Latecomers]:
    """For each kind of whom journeys are about, if some changed journey takes those who are late for its date."""
    touched = {one.name for one in changes if one.kind == "journey" and one.what in (NEW, CHANGED)}
    found = []
    for about, catalog in ((CONTACTS, after), (COMPANIES, after.companies)):
        triggers = [
            program.trigger
            for program in (catalog.live_programs() if catalog else ())
            if program.name in touched
            and isinstance(program.trigger, DateTrigger)
            and program.trigger.late_join is not None
        ]
        if triggers:
            found.append(_late(table, about, triggers, zone, now, most))
    return found


def _late(table: Table, about: str, triggers: Sequence[DateTrigger], zone: str, now: Moment, most: int) -> Latecomers:
    contacts, complete = sample_of(table, EVERY_COMPANY if about == COMPANIES else EVERYONE, most)
    late = [
        one.id
        for one in contacts
        if any(each.missed(lookup(one.traits, each.date), one.zone(zone), now) is not None for each in triggers)
    ]
    return Latecomers(about, len(contacts), complete, triggers, late)
