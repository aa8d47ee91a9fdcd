"""Which journeys a contact is or was in, and why it is not in the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from leadwell.clock import Moment
from leadwell.definitions.catalog import Catalog
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.triggers.event import EventTrigger
from leadwell.store import keys
from leadwell.store.table import Table, query_all
from leadwell.tracking.events import Event


@dataclass(frozen=True, slots=True)
class NotEntered:
    """A journey that takes contacts and never had this one. ``times`` and ``last`` say how often what starts it has
    happened; None where it is started by a segment or a date."""

    program: Program
    times: int | None
    last: Moment | None


def read_enrollments(table: Table, contact: str) -> list[Enrollment]:
    """All of a contact, the newest first."""
    found = [Enrollment.from_item(item) for item in query_all(table, keys.contact(contact).pk, begins=keys.ENROLLMENTS)]
    return sorted(found, key=lambda one: (one.is_active, one.entered_at), reverse=True)


@dataclass(slots=True)
class TriggersSeen:
    """Notes, going through a history, how often each live journey could have been started."""

    catalog: Catalog
    seen: dict[str, list[Moment]] = field(default_factory=dict)

    def enter(self, event: Event) -> None:
        for program in self.catalog.live_programs():
            trigger = program.trigger
            named = isinstance(trigger, EventTrigger) and trigger.event == event.name
            if named and program.trigger_matches(event.properties, {}):
                self.seen.setdefault(program.name, []).append(event.at)

    def not_entered(self, enrollments: Iterable[Enrollment]) -> Sequence[NotEntered]:
        inside = {one.journey for one in enrollments}
        outside = [program for program in self.catalog.live_programs() if program.name not in inside]
        return [self._explained(program) for program in sorted(outside, key=lambda one: one.name)]

    def _explained(self, program: Program) -> NotEntered:
        if not isinstance(program.trigger, EventTrigger):
            return NotEntered(program, None, None)
        moments = self.seen.get(program.name, [])
        return NotEntered(program, len(moments), max(moments, default=None))
