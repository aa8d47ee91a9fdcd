"""What becomes of enrollments whose contact is no longer there to be moved: joined with another, restricted, erased."""

from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import ERASED, RESTRICTED, Contact
from leadwell.definitions.catalog import Catalog
from leadwell.journeys.admission import may_enter
from leadwell.journeys.committing import Committer, told_again
from leadwell.journeys.engine import MERGED, Move, ended
from leadwell.journeys.enrollment import EXITED, Enrollment
from leadwell.journeys.in_flight import as_of_today
from leadwell.journeys.inside import leaving, listed
from leadwell.sales.task import forget_tasks
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Put, Table, key_of, query_all
from leadwell.vouchers.forgetting import forget_vouchers


@dataclass(frozen=True, slots=True)
class Leaver:
    table: Table
    committer: Committer

    def leave_all(self, contact: Contact, catalog: Catalog, now: Moment) -> None:
        """Hands over what a joined contact was in; an erased one leaves nothing that could have been written
        meanwhile."""
        pk = keys.contact(contact.id).pk
        if contact.status == ERASED:
            for kind in (keys.ENROLLMENTS, keys.MESSAGES, keys.VOUCHERS, keys.TASKS):
                for item in query_all(self.table, pk, begins=kind):
                    forget_vouchers(self.table, [item])
                    forget_tasks(self.table, [item])
                    self.table.write(Delete(key_of(item)), *leaving([item]))
            self.table.write(Delete(keys.ledger(contact.id)))
            return
        for enrollment in of_contact(self.table, contact.id, catalog):
            if enrollment.is_active and contact.status == RESTRICTED:
                self.stop(enrollment, catalog, now)
            elif enrollment.is_active:
                self.hand_over(enrollment, contact.merged_into, catalog, now)

    def stop(self, enrollment: Enrollment, catalog: Catalog, now: Moment) -> None:
        """Nothing may be done with the contact any more."""
        today = as_of_today(enrollment, catalog.programs, catalog.turnovers)
        over = ended(today, EXITED, "processing is restricted", now) if today.is_active else today
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if program is None:
            self.committer.put(enrollment, over, now)
        else:
            self.committer.commit(program, enrollment, Move(over), catalog, now)

    def hand_over(self, enrollment: Enrollment, to: str, catalog: Catalog, now: Moment) -> None:
        """The contact turned out to be another one, who goes on where it stood if the journey lets that one in."""
        today = as_of_today(enrollment, catalog.programs, catalog.turnovers)
        if not today.is_active:
            self.committer.put(enrollment, today, now)
            return
        enrollment = today
        over = replace(ended(enrollment, EXITED, MERGED, now), rev=enrollment.rev)
        known = [
            one
            for one in of_contact(self.table, to, catalog)
            if (one.journey, one.key) == (enrollment.journey, enrollment.key)
        ]
        program, cause = catalog.programs.get((enrollment.journey, enrollment.version)), enrollment.cause
        began = Happening("event", cause.id, cause.name, cause.at, cause.properties)
        if not to or program is None or not may_enter(program, enrollment.key, began, known):
            self.committer.put(enrollment, over, now)
            return
        number = max((one.number for one in known), default=0) + 1
        over, gone = listed(enrollment, over)
        moved, come = listed(None, replace(enrollment, contact=to, number=number, rev=0))
        changes: list[Change] = [Put(over.to_item(), enrollment.rev), Put(moved.to_item(), 0), *gone, *come]
        if number != enrollment.number:
            # What was told of it as another run came along with the history.
            told = [*told_again(replace(over, contact=to), over.step, now), *told_again(moved, "", now)]
            changes += [Put(event.to_item()) for event in told]
        self.committer.armory.arm([moved.due_at], now)
        self.table.write(*changes)


def stored(table: Table, contact: str) -> list[Enrollment]:
    return [Enrollment.from_item(item) for item in query_all(table, keys.contact(contact).pk, begins=keys.ENROLLMENTS)]


def of_contact(table: Table, contact: str, catalog: Catalog) -> list[Enrollment]:
    """As the policies of newer versions have them, whatever is stored."""
    return [as_of_today(one, catalog.programs, catalog.turnovers) for one in stored(table, contact)]
