"""How events and passing time change a contact. Pure: the same events in the same order give the same contact.

Time between two events is walked from one moment to the next at which something flips by itself, so a contact who is
looked at rarely ends up the same as one who is looked at every minute.
"""

from collections.abc import Iterable

from leadwell.calendar import next_anniversary, parse_date, zone_or
from leadwell.clock import FOREVER, Moment
from leadwell.conditions.compiling import STAGES
from leadwell.conditions.facts import Facts
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.contacts.profile import Touched, apply_to_profile
from leadwell.definitions.catalog import Catalog
from leadwell.journeys.models import DateTrigger
from leadwell.scoring.points import Points, ScoringModel
from leadwell.tracking.events import Event

_MOST_ROUNDS = 10


def facts_of(contact: Contact, catalog: Catalog) -> Facts:
    """The contact as conditions see it."""
    consents, segments = contact.granted(), frozenset(contact.segments)
    bare = Facts(contact.traits, contact.memory, contact.stage, consents, segments)
    score = _Score(catalog.scoring, contact.points, bare)
    return Facts(contact.traits, contact.memory, contact.stage, consents, segments, score.value, score.crossing)


class _Score:
    """The score as a function of time; many conditions ask for the same moment, which is worked out once."""

    def __init__(self, model: ScoringModel, points: Points, facts: Facts) -> None:
        self._model, self._points, self._facts = model, points, facts
        self._now: Moment = -1
        self._steady, self._until, self._value = 0.0, FOREVER, 0.0

    def value(self, now: Moment) -> float:
        if now != self._now:
            self._steady, self._until = self._model.steady(self._points, self._facts, now)
            self._value = self._steady + self._model.fading(self._points, now)
            self._now = now
        return self._value

    def crossing(self, threshold: float, now: Moment) -> Moment:
        self.value(now)
        return min(self._until, self._model.crossing(self._points, self._steady, threshold, now))


class Folding:
    """A contact being worked on; ``happened`` collects what journeys may react to, in the order of time."""

    def __init__(self, contact: Contact, catalog: Catalog, default_zone: str) -> None:
        self.contact = contact.copied()
        self.happened: list[Happening] = []
        self._catalog = catalog
        self._default_zone = default_zone

    def apply(self, event: Event) -> None:
        """One more event; must not be older than what was applied."""
        contact, catalog = self.contact, self._catalog
        first = contact.events == 0
        if first:
            contact.clock = contact.first_seen = event.at
            contact.plan = catalog.plan
        self.walk_to(event.at)
        contact.clock = max(contact.clock, event.at)
        contact.last = event.order
        contact.events += 1
        dirty = set(catalog.watchers) if first else set()
        touched = apply_to_profile(contact, event)
        dirty |= self._concerned(touched)
        for behavior in catalog.behaviors.get(event.name, ()):
            if behavior.matches(event.properties, {}):
                moments = contact.memory.get(behavior.id, [])
                contact.memory[behavior.id] = [event.at, *moments][: behavior.keep]
                dirty |= catalog.dependents.by_behavior.get(behavior.id, frozenset())
        earned = catalog.scoring.earn(contact.points, event.name, event.properties, event.at)
        if earned is not contact.points:
            contact.points = earned
            dirty |= catalog.dependents.on_score
        if event.name in catalog.awaited:
            self.happened.append(news_of(event))
        if first or touched.traits:
            self._plan_dates(event.at)
        self._look(dirty, event.at)

    def walk_to(self, now: Moment) -> None:
        """Lets time pass: every moment up to ``now`` at which something flips is looked at, one after the other."""
        contact = self.contact
        while contact.untils:
            moment = min(contact.untils.values())
            if moment > now:
                return
            contact.clock = max(contact.clock, moment)
            ripe = {key for key, until in contact.untils.items() if until <= moment}
            for key in ripe:
                del contact.untils[key]
            for trigger in self._catalog.dates:
                if f"date:{trigger.id}" in ripe:
                    self._date_came(trigger, moment)
            self._look({key for key in ripe if key in self._catalog.watchers}, moment)

    def settle(self, now: Moment) -> Contact:
        """Walks to ``now`` and answers the contact, with the moment it is due next."""
        self.walk_to(now)
        contact = self.contact
        contact.score = round(facts_of(contact, self._catalog).score(contact.clock), 6)
        contact.due_at = min(contact.untils.values(), default=None)
        return contact

    def _concerned(self, touched: Touched) -> set[str]:
        dependents = self._catalog.dependents
        found: set[str] = set()
        for trait in touched.traits:
            found |= dependents.by_trait.get(trait, frozenset())
        if touched.consent:
            found |= dependents.on_consent
        return found

    def _look(self, keys: Iterable[str], at: Moment) -> None:
        """Works out the truth of the given watchers, and of those that depend on what changes by it."""
        pending = set(keys)
        for _ in range(_MOST_ROUNDS):
            if not pending:
                return
            facts = facts_of(self.contact, self._catalog)
            changed: set[str] = set()
            for watcher in self._catalog.stages:
                if watcher.key in pending:
                    truth, until = watcher.evaluate(facts, at)
                    self._until(watcher.key, until)
                    if truth and STAGES.index(watcher.name) > STAGES.index(self.contact.stage):
                        self._reach(watcher.name, at)
                        changed |= self._catalog.dependents.on_stage
            for watcher in [self._catalog.watchers[key] for key in sorted(pending) if key.startswith("segment:")]:
                truth, until = watcher.evaluate(facts, at)
                self._until(watcher.key, until)
                if truth != (watcher.name in self.contact.segments):
                    self._cross(watcher.name, truth, at)
                    changed |= self._catalog.dependents.by_segment.get(watcher.name, frozenset())
            pending = changed

    def _until(self, key: str, until: Moment) -> None:
        if until < FOREVER:
            self.contact.untils[key] = until
        else:
            self.contact.untils.pop(key, None)

    def _reach(self, stage: str, at: Moment) -> None:
        before = self.contact.stage
        self.contact.stage = stage
        self.contact.stages.setdefault(stage, at)
        self.happened.append(Happening("stage", f"stage:{stage}@{at}", stage, at, {"from": before}))

    def _cross(self, segment: str, entered: bool, at: Moment) -> None:
        if entered:
            self.contact.segments[segment] = at
        else:
            del self.contact.segments[segment]
        kind = "entered" if entered else "left"
        self.happened.append(Happening(kind, f"{kind}:{segment}@{at}", segment, at, {}))

    def _date_came(self, trigger: DateTrigger, at: Moment) -> None:
        year = self._next_date(trigger, at - 1)[1]
        self.happened.append(Happening("date", f"date:{trigger.id}/{year}", trigger.id, at, {"year": year}))
        self._plan_date(trigger, at)

    def _plan_dates(self, now: Moment) -> None:
        for trigger in self._catalog.dates:
            self._plan_date(trigger, now)

    def _plan_date(self, trigger: DateTrigger, now: Moment) -> None:
        self._until(f"date:{trigger.id}", self._next_date(trigger, now)[0])

    def _next_date(self, trigger: DateTrigger, after: Moment) -> tuple[Moment, int]:
        born = parse_date(self.contact.traits.get(trigger.date))
        if born is None:
            return FOREVER, 0
        zone = zone_or(self.contact.timezone, self._default_zone)
        return next_anniversary(born, trigger.at, zone, trigger.leap_day, after)


def news_of(event: Event) -> Happening:
    return Happening("event", event.id, event.name, event.at, dict(event.properties))


def recount(contact_id: str, history: Iterable[Event], catalog: Catalog, default_zone: str, until: Moment) -> Folding:
    """A contact from nothing but its events: what incremental updates must equal."""
    folding = Folding(Contact(id=contact_id), catalog, default_zone)
    for event in sorted(history, key=lambda event: event.order):
        folding.apply(event)
    folding.walk_to(until)
    return folding
