"""Which journeys a contact is or was in, and why it is not in the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from leadwell.clock import Moment
from leadwell.conditions.facts import Facts
from leadwell.contacts.change import Happening
from leadwell.definitions.catalog import Catalog
from leadwell.journeys.admission import entry_key, may_enter_again
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.in_flight import as_of_today
from leadwell.journeys.program import Program
from leadwell.journeys.triggers.called import ManualTrigger
from leadwell.journeys.triggers.event import EventTrigger
from leadwell.store import keys
from leadwell.store.table import Table, query_all
from leadwell.tracking.events import Event


@dataclass(frozen=True, slots=True)
class NotEntered:
    """A journey that never had this contact. ``times`` and ``last`` say how often the event that starts it has
    happened; None where none does. ``stands`` says whether that is so now whose beginning starts it, and since when
    (``TriggerModel.stands``). ``meant``: whether ``who`` holds now."""

    program: Program
    times: int | None
    last: Moment | None
    stands: tuple[bool, Moment | None] | None = None
    meant: bool = True
    paused: bool = False


def read_enrollments(table: Table, contact: str, catalog: Catalog) -> list[Enrollment]:
    """All of a contact, the newest first, as the policies of newer versions have them."""
    items = query_all(table, keys.contact(contact).pk, begins=keys.ENROLLMENTS)
    catalog = catalog.for_(contact)
    found = [as_of_today(Enrollment.from_item(item), catalog.programs, catalog.turnovers) for item in items]
    return sorted(found, key=lambda one: (one.is_active, one.entered_at), reverse=True)


@dataclass(slots=True)
class TriggersSeen:
    """Notes, going through a history, when each journey could have been started by an event, and under which key."""

    catalog: Catalog
    seen: dict[str, list[tuple[Moment, str]]] = field(default_factory=dict)

    def enter(self, event: Event) -> None:
        happening = Happening("event", event.id, event.name, event.at, event.properties)
        for program in self._newest():
            key = entry_key(program, happening)
            if key is not None:
                self.seen.setdefault(program.name, []).append((event.at, key))

    def not_entered(self, enrollments: Iterable[Enrollment], facts: Facts, now: Moment) -> Sequence[NotEntered]:
        inside = {one.journey for one in enrollments}
        return [self._explained(one, facts, now) for one in self._newest() if one.name not in inside]

    def refused_again(self, program: Program, entry: Enrollment) -> Moment | None:
        """When the event that starts it came again last after this entry, and its re-entry rule stood against it."""
        later = [at for at, key in self.seen.get(program.name, ()) if key == entry.key and at > entry.entered_at]
        rule = program.definition.reentry
        if not later or not entry.has_entered or may_enter_again(program, entry.key):
            return None
        return max(later) if rule.after is None or max(later) - entry.entered_at < rule.after else None

    def _newest(self) -> list[Program]:
        """Of each journey the version that takes contacts, or would, were it not paused; by name."""
        found: dict[str, Program] = {}
        for program in self.catalog.programs.values():
            live = self.catalog.live.get(program.name, program.version)
            if live == program.version and program.version >= found.get(program.name, program).version:
                found[program.name] = program
        return [found[name] for name in sorted(found)]

    def _explained(self, program: Program, facts: Facts, now: Moment) -> NotEntered:
        happens = isinstance(program.trigger, EventTrigger | ManualTrigger)
        moments = [at for at, _ in self.seen.get(program.name, ())]
        return NotEntered(
            program,
            len(moments) if happens else None,
            max(moments, default=None) if happens else None,
            program.trigger.stands(facts, now),
            program.who is None or program.who.holds(facts, now),
            program.name not in self.catalog.live,
        )
