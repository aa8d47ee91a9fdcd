"""How events and passing time change a contact. Pure: the same events in the same order give the same contact.

Time between two events is walked from one moment to the next at which something flips by itself, so a contact who is
looked at rarely ends up the same as one who is looked at every minute.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from leadwell.clock import FOREVER, Moment
from leadwell.companies.heralding import heard
from leadwell.companies.profile import apply_to_company
from leadwell.companies.worth import told_now
from leadwell.conditions.courses import MemberScores
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import ANY
from leadwell.conditions.kinds.person import STAGES
from leadwell.conditions.paths import lookup
from leadwell.consent.withdrawals import ANY as ANY_CHANNEL
from leadwell.contacts.change import TOLD_BY, Happening
from leadwell.contacts.contact import LIVE, LOGGED_STAGES, RESTRICTED, Contact
from leadwell.contacts.profile import Touched, apply_to_profile
from leadwell.contacts.ratings import ContactRatings
from leadwell.definitions.catalog import Catalog
from leadwell.journeys.triggers.date import DateTrigger
from leadwell.scoring.points import NO_POINTS
from leadwell.tracking.events import LINK, Event, Name, Standing

_MOST_ROUNDS = 10


def facts_of(contact: Contact, catalog: Catalog, default_zone: str) -> Facts:
    """The contact as conditions see it."""
    ratings = ContactRatings(contact, catalog)
    ratings.facts = Facts(
        traits=contact.traits,
        memory=contact.memory,
        stage=contact.stage,
        stages={STAGES[0]: contact.first_seen, **contact.stages},
        consents={topic: consent.state for topic, consent in contact.consents.items()},
        segments=dict(contact.segments),
        crossed=contact.crossed,
        lists=contact.lists.keys(),
        journeys=contact.journeys,
        company=contact.company,
        company_segments=contact.belonging.get("segments", ()),
        company_stage=contact.belonging.get("stage", STAGES[0]),
        members=contact.members,
        scores=MemberScores(contact.courses if contact.is_company else None, sum(contact.members.values())),
        ratings=ratings,
        contact=contact.id,
        zone=contact.zone(default_zone),
    )
    return ratings.facts


class Folding:
    """A contact being worked on; ``happened`` collects what journeys may react to, in the order of time, and ``placed``
    what companies ask for, with the company that the contact belonged to when it happened."""

    def __init__(self, contact: Contact, catalog: Catalog, default_zone: str) -> None:
        self.contact = contact.copied()
        self.happened: list[Happening] = []
        self.placed: list[tuple[Event, str]] = []
        self._catalog = catalog
        self._default_zone = default_zone

    def apply(self, event: Event) -> None:
        """One more event; must not be older than what was applied."""
        contact, catalog = self.contact, self._catalog
        event = _restated(event, catalog)
        first = contact.events == 0
        if first:
            contact.clock = contact.first_seen = event.at
            contact.plan = catalog.plan
        self.walk_to(event.at)
        contact.clock = max(contact.clock, event.at)
        contact.last = event.order
        contact.events += 1
        dirty = set(catalog.watchers) if first else set()
        belonged = contact.belonging
        touched = apply_to_company(contact, event) if contact.is_company else apply_to_profile(contact, event)
        if contact.company and catalog.asks_for(event):
            self.placed.append((event, contact.company["id"]))
        dirty |= self._concerned(touched)
        dirty |= self._remember(event)
        dirty |= self._earn(event)
        dirty |= self._return(event)
        if is_news(event, catalog):
            self.happened.append(news_of(event))
        if event.name == Name.COMPANY_UPDATED and touched.company:
            found = heard(belonged, contact, event)
            self.happened += [one for one in found if (one.kind, one.name) in catalog.starting]
        if first or touched.traits:
            self._plan_dates(event.at)
            self._tell_dates(touched.traits, event)
        self._look(dirty, event.at)

    def _remember(self, event: Event) -> set[str]:
        """Moves on what conditions keep of the past; answers the watchers it concerns."""
        contact, catalog, dirty = self.contact, self._catalog, set[str]()
        listening = catalog.behaviors.get(event.name, ())
        if event.is_activity:
            listening = (*listening, *catalog.behaviors.get(ANY, ()))
        # One event is one, even for a behavior that listens to its name twice or to any activity besides.
        for behavior in {one.id: one for one in listening}.values():
            before = contact.memory.get(behavior.id)
            after = behavior.moved_on(before, event)
            if after is not before:
                contact.memory[behavior.id] = after
                dirty |= catalog.dependents.by_behavior.get(behavior.id, frozenset())
        return dirty

    def _earn(self, event: Event) -> set[str]:
        """Points and interests; answers the watchers they concern."""
        contact, catalog, dirty = self.contact, self._catalog, set[str]()
        for model in catalog.earning.get(event.name, ()):
            before = contact.points.get(model.name, NO_POINTS)
            after = model.earn(before, event)
            if after is not before:
                contact.points[model.name] = after
                dirty |= catalog.dependents.by_score.get(model.name, frozenset())
        if catalog.interests is not None and (
            event.name in catalog.interests.by_event or event.name == Name.INTEREST_SHOWN
        ):
            learned = catalog.interests.learned(contact.interests, event)
            if event.name == Name.INTEREST_SHOWN:
                learned = catalog.interests.shown(learned, event)
            if learned is not contact.interests:
                contact.interests = dict(learned)
                dirty |= catalog.dependents.on_interests
        return dirty

    def _return(self, event: Event) -> frozenset[str]:
        """The way back in the lifecycle, or a stage that was set, and what it concerns."""
        if event.name == Name.STAGE_SET:
            return self._set_stage(event)
        for fits, stages, to in self._catalog.returns.get(event.name, ()):
            if self.contact.stage in stages and fits(event):
                self._reach(to, event.at)
                # What still holds leads up again.
                return self._catalog.dependents.on_stage | {watcher.key for watcher in self._catalog.stages}
        return frozenset()

    def _set_stage(self, event: Event) -> frozenset[str]:
        stage = event.properties.get("stage")
        if event.standing is not Standing.PROVEN or stage not in STAGES or stage == self.contact.stage:
            return frozenset()
        self._reach(str(stage), event.at)
        return self._catalog.dependents.on_stage

    def walk_to(self, now: Moment) -> None:
        """Lets time pass: every moment up to ``now`` at which something flips is looked at, one after the other."""
        contact = self.contact
        while contact.untils and contact.status == LIVE:
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
        contact.score = round(self._facts().ratings.score("", contact.clock), 6)
        if not contact.is_company:
            contact.courses = self._courses()
        contact.due_at = min(contact.untils.values(), default=None) if contact.status == LIVE else None
        return contact

    def _courses(self) -> dict[str, Any]:
        """Of the scores that the contact's company asks for."""
        contact = self.contact
        if not self._catalog.told or not contact.belonging:
            return {}
        ratings = self._facts().ratings
        told = {key: ratings.course(model, contact.clock)[0] for key, model in self._catalog.told.items()}
        return told_now(told, contact.clock)

    def _concerned(self, touched: Touched) -> set[str]:
        dependents = self._catalog.dependents
        found: set[str] = set()
        for trait in touched.traits:
            # What looks at `a.b` depends on `a`, and on a trait whose name has the dot itself.
            found |= dependents.by_trait.get(trait.partition(".")[0], frozenset())
        if touched.consent:
            found |= dependents.on_consent
        if touched.list:
            found |= dependents.by_list.get(touched.list, frozenset())
        if touched.journey:
            found |= dependents.by_journey.get(touched.journey, frozenset())
        if touched.company:
            found |= dependents.on_company
        if touched.members:
            found |= dependents.on_members
        for model in touched.scores:
            found |= dependents.by_member_score.get(model, frozenset())
        return found

    def _facts(self) -> Facts:
        return facts_of(self.contact, self._catalog, self._default_zone)

    def _look(self, keys: Iterable[str], at: Moment) -> None:
        """Works out the truth of the given watchers, and of those that depend on what changes by it."""
        pending = set(keys)
        for _ in range(_MOST_ROUNDS * (1 + len(self._catalog.watchers))):
            if not pending:
                return
            ready = self._ready(pending)
            pending -= ready
            facts = self._facts()
            for watcher in self._catalog.stages:
                if watcher.key in ready:
                    truth, until = watcher.evaluate(facts, at)
                    self._until(watcher.key, until)
                    if truth and STAGES.index(watcher.name) > STAGES.index(self.contact.stage):
                        self._reach(watcher.name, at)
                        pending |= self._catalog.dependents.on_stage
                        facts = self._facts()
            for watcher in [self._catalog.watchers[key] for key in sorted(ready) if key.startswith("segment:")]:
                truth, until = watcher.evaluate(facts, at)
                self._until(watcher.key, until)
                if truth != (watcher.name in self.contact.segments):
                    self._cross(watcher.name, truth, at)
                    pending |= self._catalog.dependents.by_segment.get(watcher.name, frozenset())
            for watcher in [self._catalog.watchers[key] for key in ready if key.startswith("told:")]:
                # The company is told when the contact is written.
                self._until(watcher.key, watcher.evaluate(facts, at)[1])
            for watcher in [self._catalog.watchers[key] for key in sorted(ready) if key.startswith("turn:")]:
                truth, until = watcher.evaluate(facts, at)
                self._until(watcher.key, until)
                if truth != (watcher.name in self.contact.turns):
                    self._turn(watcher.name, truth, at)

    def _ready(self, pending: set[str]) -> set[str]:
        """Those that rest on none of the others, so that nobody enters a segment, or reaches a stage for ever, by what
        is about to change. Where they rest on each other, as stages and segments may, all."""
        behind = self._catalog.dependents.behind
        resting = {key for one in pending if one in behind for key in behind[one]}
        return (pending - resting) or set(pending)

    def _until(self, key: str, until: Moment) -> None:
        if until < FOREVER:
            self.contact.untils[key] = until
        else:
            self.contact.untils.pop(key, None)

    def _reach(self, stage: str, at: Moment) -> None:
        before = self.contact.stage
        self.contact.stage = stage
        self.contact.stages[stage] = at
        self.contact.stage_log = (*self.contact.stage_log, (at, before, stage))[-LOGGED_STAGES:]
        self.happened.append(Happening("stage", f"stage:{stage}@{at}", stage, at, {"from": before}))

    def _cross(self, segment: str, entered: bool, at: Moment) -> None:
        if entered:
            self.contact.segments[segment] = at
        else:
            del self.contact.segments[segment]
        kind = "entered" if entered else "left"
        if segment in self._catalog.crossings:
            before = self.contact.crossed.get(segment, (0, 0))
            self.contact.crossed[segment] = [at, before[1]] if entered else [before[0], at]
        self.happened.append(Happening(kind, f"{kind}:{segment}@{at}", segment, at, {}))

    def _turn(self, turn: str, truth: bool, at: Moment) -> None:
        self.contact.silent -= {turn}
        if truth:
            self.contact.turns[turn] = at
            self.happened.append(Happening("became", f"became:{turn}@{at}", turn, at, {}))
        else:
            del self.contact.turns[turn]

    def _date_came(self, trigger: DateTrigger, at: Moment) -> None:
        which = self._next_date(trigger, at - 1)[1]
        self.happened.append(Happening("date", f"date:{trigger.id}/{which}", trigger.id, at, {"year": which}))
        self._plan_date(trigger, at)

    def _plan_dates(self, now: Moment) -> None:
        for trigger in self._catalog.dates:
            self._plan_date(trigger, now)

    def _tell_dates(self, traits: frozenset[str], event: Event) -> None:
        """Those who wait for a date hear that it moved; whoever is late for one may still join its journey."""
        told = {TOLD_BY: event.id}
        for trait in sorted(traits & self._catalog.dated):
            self.happened.append(Happening("changed", f"changed:{trait}/{event.id}", trait, event.at, told))
        for trigger in self._catalog.dates:
            if trigger.date.partition(".")[0] in traits:
                self._join_late(trigger, event.at, told)

    def join_late(self, now: Moment) -> None:
        """Definitions changed: whoever is late for a date may join a journey that takes those."""
        for trigger in self._catalog.dates:
            self._join_late(trigger, now, {})

    def _join_late(self, trigger: DateTrigger, at: Moment, told: Mapping[str, str]) -> None:
        which = trigger.missed(lookup(self.contact.traits, trigger.date), self.contact.zone(self._default_zone), at)
        if which is not None:
            said = {"year": which, **told}
            self.happened.append(Happening("date", f"date:{trigger.id}/{which}", trigger.id, at, said))

    def _plan_date(self, trigger: DateTrigger, now: Moment) -> None:
        self._until(f"date:{trigger.id}", self._next_date(trigger, now)[0])

    def _next_date(self, trigger: DateTrigger, after: Moment) -> tuple[Moment, str]:
        return trigger.next(lookup(self.contact.traits, trigger.date), self.contact.zone(self._default_zone), after)


_ONLY_PROVEN = frozenset(
    {
        Name.JOURNEY_REQUESTED,
        Name.JOURNEY_STOP_REQUESTED,
        Name.TASK_CREATED,
        Name.HANDED_OVER,
        Name.TASK_DONE,
        Name.LEAD_ACCEPTED,
        Name.LEAD_REJECTED,
    }
)


def is_news(event: Event, catalog: Catalog) -> bool:
    """Whether some journey may react to it."""
    return event.name in catalog.awaited and counts_for_journeys(event)


def counts_for_journeys(event: Event) -> bool:
    """Whoever wants somebody in a journey, or out of it, must have proved who they are."""
    return event.name not in _ONLY_PROVEN or event.is_proven


def news_of(event: Event) -> Happening:
    return Happening("event", event.id, event.name, event.at, dict(event.properties))


def recount(contact_id: str, history: Iterable[Event], catalog: Catalog, default_zone: str, until: Moment) -> Folding:
    """A contact from nothing but its events: what incremental updates must equal."""
    folding = Folding(Contact(id=contact_id), catalog, default_zone)
    ordered = sorted((event for event in history if not event.is_note), key=lambda event: event.order)
    end = open_restriction(ordered)
    for event in ordered if end is None else ordered[: end + 1]:
        folding.apply(event)
    if end is not None:
        folding.contact.status = RESTRICTED
    folding.walk_to(until)
    return folding


def open_restriction(ordered: Sequence[Event]) -> int | None:
    """The place of the event since which nothing may be done with the contact; what came later is kept, and counts once
    somebody lifts the restriction."""
    since = None
    for place, event in enumerate(ordered):
        if event.is_proven and event.name == Name.PROCESSING_RESTRICTED and since is None:
            since = place
        elif event.is_proven and event.name == Name.RESTRICTION_LIFTED:
            since = None
    return since


def _restated(event: Event, catalog: Catalog) -> Event:
    """Where the policy wants every consent confirmed, what is not is a request to ask."""
    if event.name != Name.CONSENT_GRANTED or event.source == LINK or catalog.policy is None:
        return event
    channel = str(event.properties.get("channel") or ANY_CHANNEL)
    if not catalog.policy.definition.confirms_all(str(event.properties.get("purpose") or ""), channel):
        return event
    return replace(event, name=Name.CONSENT_REQUESTED)
