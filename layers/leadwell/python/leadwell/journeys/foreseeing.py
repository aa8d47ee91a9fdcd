"""What steps make happen, as events, and the contact as it will be once they are applied.

An update travels as an event, like everything else, and is applied a moment later elsewhere. The steps right behind it
must not wait for that, nor decide by what the contact was before: so the same folding is done here, for them alone.
Nothing of it is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import Folding, facts_of
from leadwell.definitions.catalog import Catalog
from leadwell.ids import fingerprint
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.steps.running import Recorded, Situation
from leadwell.tracking.events import Event, Name, Standing


@dataclass(frozen=True, slots=True)
class Foresight:
    """``contact`` as it is stored, ``catalog`` what it is judged by, ``events`` what steps have made happen since."""

    contact: Contact
    catalog: Catalog
    default_zone: str
    events: tuple[Event, ...] = ()

    def after(self, situation: Situation, enrollment: Enrollment, effects: Sequence[Recorded]) -> Situation:
        """The situation once these are applied, too: all in the order in which they will be."""
        events = (*self.events, *(recorded(enrollment, effect, situation.now) for effect in effects))
        folding = Folding(self.contact, self.catalog, self.default_zone)
        for event in sorted(events, key=lambda one: one.order):
            folding.apply(event)
        facts = facts_of(folding.contact, self.catalog, self.default_zone)
        ahead = replace(self, events=events)
        return replace(situation, contact=folding.contact, facts=facts, zone=facts.zone, foresight=ahead)


def recorded(enrollment: Enrollment, effect: Recorded, now: Moment) -> Event:
    what = "update" if effect.name == Name.IDENTIFIED else effect.name
    return Event(
        contact=enrollment.contact,
        id="j" + fingerprint(what, enrollment.id, effect.step, str(effect.visit), *filter(None, [effect.part])),
        at=now + effect.place,
        type="identify" if effect.name == Name.IDENTIFIED else "track",
        name=effect.name,
        standing=Standing.PROVEN,
        properties=effect.properties,
        traits=effect.traits,
        source=f"journey:{enrollment.journey}",
    )
