"""Reacts to what changed about contacts, and wakes what is due. The only writer of enrollments; asks for messages.

What news do is worked out in ``reacting``, what is written of it in ``committing``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import LIVE, RESTRICTED, Contact
from leadwell.contacts.folding import facts_of
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict
from leadwell.journeys.calling import KIND as CALL
from leadwell.journeys.calling import Caller
from leadwell.journeys.committing import Committer
from leadwell.journeys.counting import Look, Referee
from leadwell.journeys.engine import Move, ended, wake
from leadwell.journeys.enrollment import PARKED, Enrollment
from leadwell.journeys.foreseeing import Foresight
from leadwell.journeys.hindsight import Hindsight
from leadwell.journeys.in_flight import as_of_today
from leadwell.journeys.leaving import Leaver, of_contact, stored
from leadwell.journeys.pausing import next_look
from leadwell.journeys.program import Program
from leadwell.journeys.reacting import Reaction, looked_around
from leadwell.journeys.steps.running import NOTHING, Situation, Stock
from leadwell.journeys.throttling import Turnstile
from leadwell.messaging.message import Message
from leadwell.messaging.queueing import hand_in
from leadwell.store import keys
from leadwell.store.gathered import Gathered
from leadwell.store.queues import Queues
from leadwell.store.table import Item, Key, Table
from leadwell.tracking.events import Name
from leadwell.vouchers.redeeming import redeem

_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Runner:
    table: Table
    queues: Queues
    armory: Armory
    library: Library
    default_zone: str
    stock: Stock = NOTHING
    seen: dict[str, Look] = field(default_factory=dict)
    """Of splits."""
    beside: Table | None = None
    """The table of those who settle conflicts of their own: where writes are gathered, the conflict might be another's,
    whose writes would be lost with it."""

    @property
    def referee(self) -> Referee:
        return Referee(self.beside or self.table, self.seen)

    @property
    def turnstile(self) -> Turnstile:
        return Turnstile(self.beside or self.table)

    @property
    def committer(self) -> Committer:
        return Committer(self.table, self.armory, self.library)

    @property
    def leaver(self) -> Leaver:
        return Leaver(self.table, self.committer)

    def react_to(self, images: Iterable[Item], now: Moment) -> None:
        """Contacts changed; ``images`` are their items as the stream shows them, in order. Each may come again."""
        catalog = self.library.catalog()
        meant = [(image, catalog.for_(keys.contact_of(image["pk"]))) for image in images]
        meant = [(image, judged_by) for image, judged_by in meant if _is_for_journeys(image, judged_by)]
        for image, judged_by in meant:
            self._look_into_reports(image, judged_by)
        try:
            self._react_together(meant, now)
        except Conflict:
            for image, judged_by in meant:
                self._react_alone(image, judged_by, now)

    def _look_into_reports(self, image: Item, catalog: Catalog) -> None:
        for happening in _news(image, catalog) if image["status"] == LIVE else ():
            if happening.kind == "event" and happening.name == Name.VOUCHER_REDEEMED:
                redeem(self.table, keys.contact_of(image["pk"]), happening)

    def _react_together(self, meant: Iterable[tuple[Item, Catalog]], now: Moment) -> None:
        """Transactions cost the same apart and together, requests do not. If one is out of date, each goes alone."""
        asked: list[Message] = []

        def hand_in_what_is_durable() -> None:
            hand_in(self.queues, asked)
            asked.clear()

        table = Gathered(self.table, hand_in_what_is_durable)
        together = replace(self, table=table, beside=self.table)
        for image, judged_by in meant:
            together._react_to(image, judged_by, now, asked)
        table.flush()

    def _react_alone(self, image: Item, catalog: Catalog, now: Moment) -> None:
        asked: list[Message] = []
        for attempt in range(_ATTEMPTS):
            try:
                self._react_to(image, catalog, now, asked)
                break
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
        hand_in(self.queues, asked)

    def _react_to(self, image: Item, catalog: Catalog, now: Moment, asked: list[Message]) -> None:
        contact = Contact.from_item(image)
        if contact.status != LIVE:
            self.leaver.leave_all(contact, catalog, now)
        else:
            self._react(contact, _news(image, catalog), image.get("change", {}).get("origins", ()), catalog, now, asked)

    def wake(self, due: Iterable[Key], now: Moment) -> dict[Key, Exception]:
        """Enrollments whose wait is over. Answers the keys that failed and why; the others are done."""
        catalog = self.library.catalog()
        wanted = list(dict.fromkeys(due))
        items = self.table.get_many(wanted)
        contacts = self.table.get_many({Key(key.pk, "C") for key in items})
        failed: dict[Key, Exception] = {}
        for key, item in items.items():
            if item["kind"] == CALL:
                try:
                    Caller(self.table, self.armory, self.default_zone).work(item, catalog, now)
                except Exception as error:
                    failed[key] = error
                continue
            found, judged_by = contacts.get(Key(key.pk, "C")), catalog.for_(keys.contact_of(key.pk))
            try:
                self._wake(Enrollment.from_item(item), Contact.from_item(found) if found else None, judged_by, now)
            except Exception as error:
                failed[key] = error
        return failed

    def _react(
        self,
        contact: Contact,
        happened: Sequence[Happening],
        origins: Sequence[str],
        catalog: Catalog,
        now: Moment,
        asked: list[Message],
    ) -> None:
        """Moves and enters enrollments; ``asked`` collects the messages to be sent. ``origins`` are contacts
        that became part of this one and whose events are news here."""
        Reaction(
            self.committer,
            Hindsight(self.table),
            self.referee,
            self.turnstile,
            catalog,
            now,
            enrollments=[self._settled(one, catalog, now) for one in stored(self.table, contact.id)],
            before=[one for origin in origins for one in of_contact(self.table, origin, catalog)],
            situation=self._situation(contact, catalog, now),
            asked=asked,
        ).to(happened)

    def _wake(self, enrollment: Enrollment, contact: Contact | None, catalog: Catalog, now: Moment) -> None:
        if not enrollment.is_active or enrollment.due_at is None or enrollment.due_at > now:
            return
        if contact is not None and contact.status == RESTRICTED:
            self.leaver.stop(enrollment, catalog, now)
            return
        if contact is None or contact.status != LIVE:
            self.leaver.hand_over(enrollment, contact.merged_into if contact else "", catalog, now)
            return
        enrollment = self._settled(enrollment, catalog, now)
        if not enrollment.is_active:
            return
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if program is None:
            missing = f"version {enrollment.version} of the journey is missing"
            self.committer.put(enrollment, ended(enrollment, PARKED, missing, now), now)
            return
        if (until := self._kept_until(program, enrollment, catalog, now)) > now:
            self.committer.put(enrollment, replace(enrollment, held_until=until), now)
            return
        beside = of_contact(self.table, contact.id, catalog) if catalog.has_exclusive else ()
        judged, hindsight = _not_yet_judged(contact, catalog), Hindsight(self.table)
        situation = looked_around(self._situation(judged, catalog, now), program, beside, catalog, self.referee)
        move = hindsight.missed(program, enrollment, situation) or wake(program, enrollment, situation)
        caught_up = hindsight.caught_up(program, move, situation)
        _, asked = self.committer.commit(program, enrollment, caught_up, catalog, now)
        hand_in(self.queues, asked)

    def _kept_until(self, program: Program, enrollment: Enrollment, catalog: Catalog, now: Moment) -> Moment:
        """Until when it stays where it is because its journey is held, or was; ``now`` if it may go on."""
        since = catalog.held.get(enrollment.journey)
        if since is not None:
            return next_look(enrollment.id, since, now)
        throttle = program.definition.throttle
        if enrollment.held_until is None or throttle is None:
            return now
        who = f"{enrollment.id} goes on at {enrollment.wake_at}"
        return self.turnstile.next(program.name, throttle, who, now)

    def _settled(self, enrollment: Enrollment, catalog: Catalog, now: Moment) -> Enrollment:
        """As the policies of newer versions have it; an end is written, so that others hear of it."""
        today = as_of_today(enrollment, catalog.programs, catalog.turnovers)
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if today.is_active or today is enrollment or program is None:
            return today
        return self.committer.commit(program, enrollment, Move(today), catalog, now)[0]

    def _situation(self, contact: Contact, catalog: Catalog, now: Moment) -> Situation:
        facts = facts_of(contact, catalog, self.default_zone)
        foresight = Foresight(contact, catalog, self.default_zone)
        return Situation(contact, facts, facts.zone, now, catalog.policy, stock=self.stock, foresight=foresight)


def _is_for_journeys(image: Item, catalog: Catalog) -> bool:
    return image["status"] != LIVE or bool(_news(image, catalog))


def _news(image: Item, catalog: Catalog) -> list[Happening]:
    happened = [Happening.from_map(one) for one in image.get("change", {}).get("happened", ())]
    return [one for one in happened if _concerns_a_journey(one, catalog)]


def _concerns_a_journey(happening: Happening, catalog: Catalog) -> bool:
    """Events are in the news because some journey awaits them; of the rest only what starts or moves one matters."""
    name = (happening.kind, happening.name)
    return happening.kind == "event" or name in catalog.starting or name in catalog.moving


def _not_yet_judged(contact: Contact, catalog: Catalog) -> Contact:
    """Whom a rebuild has yet to reach, new definitions have told nothing: only what held before holds."""
    if not contact.plan or contact.plan == catalog.plan:
        return contact
    turns = {watcher.name for key, watcher in catalog.watchers.items() if key.startswith("turn:")}
    return replace(contact, silent=contact.silent | (turns - contact.turns.keys()))
