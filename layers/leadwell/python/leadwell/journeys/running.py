"""Reacts to what changed about contacts, and wakes what is due. The only writer of enrollments; asks for messages.

Each step forward is one transaction: the enrollment's next state together with the messages and updates it asks for.
So a crash leaves either nothing or everything, and doing it again finds the enrollment where it should be.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from leadwell.clock import MINUTE, Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import ERASED, LIVE, RESTRICTED, Contact
from leadwell.contacts.folding import counts_for_journeys, facts_of, news_of
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict
from leadwell.ids import fingerprint, message_id
from leadwell.journeys import counting
from leadwell.journeys.admission import (
    entry_key,
    exclusive_among,
    is_fresh,
    is_held_out,
    is_meant,
    is_never_reached,
    kept_away_by,
    may_enter,
    stands_against,
)
from leadwell.journeys.calling import KIND as CALL
from leadwell.journeys.calling import Caller
from leadwell.journeys.counting import Look, Referee
from leadwell.journeys.engine import (
    MERGED,
    Move,
    awaits,
    ended,
    ending,
    enter,
    entering,
    held_out,
    kept_out,
    may_end,
    queued,
    react,
    wake,
)
from leadwell.journeys.enrollment import EXITED, KEPT_OUT, PARKED, Enrollment
from leadwell.journeys.foreseeing import Foresight, recorded
from leadwell.journeys.in_flight import as_of_today
from leadwell.journeys.inside import leaving, listed
from leadwell.journeys.pausing import next_look
from leadwell.journeys.plans import successes
from leadwell.journeys.program import Program
from leadwell.journeys.reporting import reports
from leadwell.journeys.steps.running import NOTHING, Assigned, Recorded, Requested, Situation, Stock
from leadwell.journeys.throttling import Turnstile
from leadwell.messaging.message import WEBHOOK, Message
from leadwell.messaging.queueing import hand_in
from leadwell.sales.task import Task, forget_tasks, given_out
from leadwell.store import keys
from leadwell.store.gathered import Gathered
from leadwell.store.queues import Queues
from leadwell.store.table import Change, Delete, Item, Key, Put, Table, key_of, query_all
from leadwell.tracking.events import Event
from leadwell.vouchers.forgetting import forget_vouchers

_ATTEMPTS = 6
_GRID = 5 * MINUTE


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

    @property
    def referee(self) -> Referee:
        return Referee(self.table, self.seen)

    @property
    def turnstile(self) -> Turnstile:
        return Turnstile(self.table)

    def react_to(self, images: Iterable[Item], now: Moment) -> None:
        """Contacts changed; ``images`` are their items as the stream shows them, in order. Each may come again."""
        catalog = self.library.catalog()
        meant = [(image, catalog.for_(keys.contact_of(image["pk"]))) for image in images]
        meant = [(image, judged_by) for image, judged_by in meant if _is_for_journeys(image, judged_by)]
        try:
            self._react_together(meant, now)
        except Conflict:
            for image, judged_by in meant:
                self._react_alone(image, judged_by, now)

    def _react_together(self, meant: Iterable[tuple[Item, Catalog]], now: Moment) -> None:
        """Transactions cost the same apart and together, requests do not. If one is out of date, each goes alone."""
        asked: list[Message] = []

        def hand_in_what_is_durable() -> None:
            hand_in(self.queues, asked)
            asked.clear()

        table = Gathered(self.table, hand_in_what_is_durable)
        together = replace(self, table=table)
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
            self._leave_all(contact, catalog, now)
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
        that became part of this one and whose events are news here: what those started there is not started again."""
        enrollments = [self._settled(one, catalog, now) for one in self._stored(contact.id)]
        before = [one for origin in origins for one in self._enrollments(origin, catalog)]
        situation = self._situation(contact, catalog, now)
        for happening in happened:
            self._count(enrollments, happening, catalog)
            for place, enrollment in enumerate(enrollments):
                if enrollment.is_active:
                    program = catalog.programs[enrollment.journey, enrollment.version]
                    situation = self._looked_around(situation, program, enrollments, catalog)
                    held = catalog.held.get(enrollment.journey)
                    move = react(program, enrollment, happening, situation, held=held is not None)
                    if move:
                        move = self._caught_up(program, move, situation) if held is None else _kept(move, held, now)
                        enrollments[place], messages = self._commit(program, enrollment, move, catalog, now)
                        asked += messages
                        situation = situation.after(enrollments[place], move.effects)
            for program in catalog.live_programs():
                key = entry_key(program, happening)
                if key is None or not is_fresh(program, happening, now):
                    continue
                situation = self._looked_around(situation, program, enrollments, catalog)
                if not is_meant(program, happening, situation):
                    continue
                earlier = [one for one in enrollments if one.journey == program.name and one.key == key]
                elsewhere = [one for one in before if one.journey == program.name and one.key == key]
                if not may_enter(program, key, happening, [*earlier, *elsewhere]):
                    continue
                move = self._admitted(program, key, earlier, happening, situation)
                there = next((one for one in earlier if one.number == move.enrollment.number), None)
                entered, messages = self._commit(program, there, move, catalog, now, entering=True)
                enrollments = [one for one in enrollments if one is not there] + [entered]
                asked += messages
                situation = situation.after(entered, move.effects)

    def _looked_around(
        self, situation: Situation, program: Program, enrollments: Sequence[Enrollment], catalog: Catalog
    ) -> Situation:
        """What of all the rest matters to who moves in this journey."""
        exclusive = exclusive_among(enrollments, catalog.programs)
        return replace(situation, exclusive=exclusive, winners=self.referee.winners(program, situation.now))

    def _count(self, enrollments: Iterable[Enrollment], happening: Happening, catalog: Catalog) -> None:
        """Doing it again changes nothing, so it needs no transaction with the move that may follow."""
        for enrollment in enrollments:
            program = catalog.programs.get((enrollment.journey, enrollment.version)) if enrollment.trials else None
            if program is not None:
                for plan, trial in successes(program, enrollment, happening):
                    self.table.write(counting.success(plan, trial))

    def _admitted(
        self, program: Program, key: str, earlier: Sequence[Enrollment], happening: Happening, situation: Situation
    ) -> Move:
        """What becomes of somebody whom the journey means and its re-entry rule lets in."""
        number = max((one.number for one in earlier), default=0) + 1
        newcomer = entering(program, key, number, happening, situation)
        if is_held_out(program, situation):
            # As many of them would have been kept away as of the others, who are not counted either.
            of_all = is_never_reached(program, situation)
            compared = not of_all and not kept_away_by(program, situation)
            return held_out(program, newcomer, happening.at, compared=compared, of_all=of_all)
        if reason := stands_against(program, situation):
            there = next((one for one in earlier if one.status == KEPT_OUT), newcomer)
            return kept_out(replace(newcomer, rev=there.rev), reason, happening.at)
        if program.definition.throttle is not None:
            turn = self.turnstile.next(program.name, program.definition.throttle, newcomer.id, situation.now)
            if turn > situation.now:
                return queued(newcomer, turn, situation.now)
        return self._caught_up(program, enter(program, key, number, happening, situation), situation)

    def _wake(self, enrollment: Enrollment, contact: Contact | None, catalog: Catalog, now: Moment) -> None:
        if not enrollment.is_active or enrollment.due_at is None or enrollment.due_at > now:
            return
        if contact is not None and contact.status == RESTRICTED:
            self._stop(enrollment, catalog, now)
            return
        if contact is None or contact.status != LIVE:
            self._hand_over(enrollment, contact.merged_into if contact else "", catalog, now)
            return
        enrollment = self._settled(enrollment, catalog, now)
        if not enrollment.is_active:
            return
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if program is None:
            missing = f"version {enrollment.version} of the journey is missing"
            self._put(enrollment, ended(enrollment, PARKED, missing, now), now)
            return
        if (until := self._kept_until(program, enrollment, catalog, now)) > now:
            self._put(enrollment, replace(enrollment, held_until=until), now)
            return
        beside = self._enrollments(contact.id, catalog) if catalog.has_exclusive else ()
        judged = _not_yet_judged(contact, catalog)
        situation = self._looked_around(self._situation(judged, catalog, now), program, beside, catalog)
        move = self._missed(program, enrollment, situation) or wake(program, enrollment, situation)
        _, asked = self._commit(program, enrollment, self._caught_up(program, move, situation), catalog, now)
        hand_in(self.queues, asked)

    def _missed(self, program: Program, enrollment: Enrollment, situation: Situation) -> Move | None:
        """Was the goal reached, or did what is waited for come, by an event that is stored though its news is not here?

        The last look before a message goes out must not depend on how fast a stream is.
        """
        if may_end(program):
            for happening in self._history(enrollment, enrollment.entered_at):
                if happening.id != enrollment.cause.id and (end := ending(program, enrollment, happening)):
                    return Move(end)
        node = awaits(program, enrollment)
        if node is not None:
            since = enrollment.entered_at if node.step.looks_back else enrollment.since
            for happening in self._history(enrollment, since):
                if enrollment.wake_at is None or happening.at < enrollment.wake_at:
                    move = react(program, enrollment, happening, situation)
                    if move:
                        return move
        return None

    def _caught_up(self, program: Program, move: Move, situation: Situation) -> Move:
        """Where a wait for an event begins a little in the past, the event may have been here before it: the minute it
        takes to wake, an hour without service, news that came in another order."""
        news = move
        while awaits(program, move.enrollment):
            situation = situation.after(move.enrollment, news.effects)
            after = self._missed(program, move.enrollment, situation)
            if after is None:
                break
            news, move = after, Move(after.enrollment, (*move.effects, *after.effects))
        return move

    def _history(self, enrollment: Enrollment, since: Moment) -> Iterator[Happening]:
        """What has happened to the contact from a moment on, as it is stored by now."""
        first = keys.event(enrollment.contact, since, "").sk
        cursor: Key | None = None
        while True:
            page = self.table.query(
                keys.contact(enrollment.contact).pk, after=first, until=f"{keys.EVENTS}~", limit=200, cursor=cursor
            )
            for event in map(Event.from_item, page.items):
                if counts_for_journeys(event) and not event.is_note:
                    yield news_of(event)
            if page.cursor is None:
                return
            cursor = page.cursor

    def _leave_all(self, contact: Contact, catalog: Catalog, now: Moment) -> None:
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
        for enrollment in self._enrollments(contact.id, catalog):
            if enrollment.is_active and contact.status == RESTRICTED:
                self._stop(enrollment, catalog, now)
            elif enrollment.is_active:
                self._hand_over(enrollment, contact.merged_into, catalog, now)

    def _stop(self, enrollment: Enrollment, catalog: Catalog, now: Moment) -> None:
        """Nothing may be done with the contact any more."""
        today = as_of_today(enrollment, catalog.programs, catalog.turnovers)
        over = ended(today, EXITED, "processing is restricted", now) if today.is_active else today
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if program is None:
            self._put(enrollment, over, now)
        else:
            self._commit(program, enrollment, Move(over), catalog, now)

    def _hand_over(self, enrollment: Enrollment, to: str, catalog: Catalog, now: Moment) -> None:
        """The contact turned out to be another one, who goes on where it stood if the journey lets that one in."""
        today = as_of_today(enrollment, catalog.programs, catalog.turnovers)
        if not today.is_active:
            self._put(enrollment, today, now)
            return
        enrollment = today
        over = replace(ended(enrollment, EXITED, MERGED, now), rev=enrollment.rev)
        known = [
            one
            for one in self._enrollments(to, catalog)
            if (one.journey, one.key) == (enrollment.journey, enrollment.key)
        ]
        program, cause = catalog.programs.get((enrollment.journey, enrollment.version)), enrollment.cause
        began = Happening("event", cause.id, cause.name, cause.at, cause.properties)
        if not to or program is None or not may_enter(program, enrollment.key, began, known):
            self._put(enrollment, over, now)
            return
        number = max((one.number for one in known), default=0) + 1
        over, gone = listed(enrollment, over)
        moved, come = listed(None, replace(enrollment, contact=to, number=number, rev=0))
        changes: list[Change] = [Put(over.to_item(), enrollment.rev), Put(moved.to_item(), 0), *gone, *come]
        if number != enrollment.number:
            # What was told of it as another run came along with the history.
            told = [*_told(replace(over, contact=to), over.step, now), *_told(moved, "", now)]
            changes += [Put(event.to_item()) for event in told]
        self.armory.arm([moved.due_at], now)
        self.table.write(*changes)

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

    def _stored(self, contact: str) -> list[Enrollment]:
        items = query_all(self.table, keys.contact(contact).pk, begins=keys.ENROLLMENTS)
        return [Enrollment.from_item(item) for item in items]

    def _enrollments(self, contact: str, catalog: Catalog) -> list[Enrollment]:
        """As the policies of newer versions have them, whatever is stored."""
        return [as_of_today(one, catalog.programs, catalog.turnovers) for one in self._stored(contact)]

    def _settled(self, enrollment: Enrollment, catalog: Catalog, now: Moment) -> Enrollment:
        """As the policies of newer versions have it; an end is written, so that others hear of it."""
        today = as_of_today(enrollment, catalog.programs, catalog.turnovers)
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if today.is_active or today is enrollment or program is None:
            return today
        return self._commit(program, enrollment, Move(today), catalog, now)[0]

    def _situation(self, contact: Contact, catalog: Catalog, now: Moment) -> Situation:
        facts = facts_of(contact, catalog, self.default_zone)
        foresight = Foresight(contact, catalog, self.default_zone)
        return Situation(contact, facts, facts.zone, now, catalog.policy, stock=self.stock, foresight=foresight)

    def _put(self, before: Enrollment, enrollment: Enrollment, now: Moment) -> None:
        enrollment, inside = listed(before, replace(enrollment, rev=before.rev))
        self.armory.arm([enrollment.due_at], now)
        self.table.write(Put(enrollment.to_item(), before.rev), *inside)

    def _commit(
        self,
        program: Program,
        before: Enrollment | None,
        move: Move,
        catalog: Catalog,
        now: Moment,
        *,
        entering: bool = False,
    ) -> tuple[Enrollment, list[Message]]:
        """Writes a move from where the enrollment stood (None: nothing is stored of it); answers the enrollment as
        stored and the messages it asked for."""
        rev = before.rev if before else 0
        enrollment, inside = listed(before, replace(move.enrollment, rev=rev))
        messages = [
            self._message(program, enrollment, effect, now) for effect in move.effects if isinstance(effect, Requested)
        ]
        if enrollment.came_from:
            enrollment, messages = self._without_repetition(enrollment, messages, now)
        changes: list[Change] = [Put(enrollment.to_item(), rev), *inside]
        changes += counting.entries(program, before, enrollment)
        changes += [Put(message.to_item(), 0) for message in messages]
        changes += [
            Put(recorded(enrollment, effect, now).to_item()) for effect in move.effects if isinstance(effect, Recorded)
        ]
        for effect in move.effects:
            if isinstance(effect, Assigned):
                changes += given_out(_task(enrollment, effect, now))
        steps = program.name in catalog.watched_steps
        told = reports(enrollment, before.step if before and not entering else "", now, steps=steps)
        changes += [Put(event.to_item()) for event in told]
        self.armory.arm([enrollment.due_at, *(message.due_at for message in messages)], now)
        self.table.write(*changes)
        return replace(enrollment, rev=rev + 1), messages

    def _without_repetition(
        self, enrollment: Enrollment, messages: list[Message], now: Moment
    ) -> tuple[Enrollment, list[Message]]:
        """A new version may have what was sent already behind the step where somebody stood in the old one."""
        there = self.table.get_many(keys.message(one.contact, one.id) for one in messages) if messages else {}
        for message in messages:
            if keys.message(message.contact, message.id) in there:
                noted = replace(enrollment, step=message.step).noted(now, "not sent again")
                enrollment = replace(enrollment, path=noted)
        return enrollment, [one for one in messages if keys.message(one.contact, one.id) not in there]

    def _message(self, program: Program, enrollment: Enrollment, asked: Requested, now: Moment) -> Message:
        template = self.library.live(asked.channel, asked.template) if asked.channel != WEBHOOK else None
        return Message(
            id=message_id(enrollment.id, asked.step, asked.visit),
            contact=enrollment.contact,
            channel=asked.channel,
            template=asked.template,
            template_version=template.version if template else 0,
            purpose=asked.purpose,
            recipient=asked.recipient,
            requested_at=now,
            due_at=safety_net(now),
            journey=program.name,
            journey_version=program.version,
            enrollment=enrollment.item_key.sk,
            step=asked.step,
            visit=asked.visit,
            last=asked.last,
            data={
                "event": dict(enrollment.cause.properties),
                "journey": dict(program.parameters),
                "key": enrollment.key,
                **({"found": dict(enrollment.found)} if enrollment.found else {}),
                **({"about": dict(asked.about)} if asked.about else {}),
            },
        )


def _kept(move: Move, held_since: Moment, now: Moment) -> Move:
    """Of a journey that is held: looked at again at its place in the grid."""
    if not move.enrollment.is_active:
        return move
    until = next_look(move.enrollment.id, held_since, now)
    return replace(move, enrollment=replace(move.enrollment, held_until=until))


def _told(enrollment: Enrollment, before: str, now: Moment) -> Iterator[Event]:
    return reports(enrollment, before, now, steps=False)


def safety_net(now: Moment) -> Moment:
    """When a message that went to its queue is looked at again. On a grid, so that few minutes need waking."""
    later = now + 2 * MINUTE
    return later - later % _GRID + _GRID


def _is_for_journeys(image: Item, catalog: Catalog) -> bool:
    return image["status"] != LIVE or bool(_news(image, catalog))


def _news(image: Item, catalog: Catalog) -> list[Happening]:
    happened = [Happening.from_map(one) for one in image.get("change", {}).get("happened", ())]
    return [one for one in happened if _concerns_a_journey(one, catalog)]


def _concerns_a_journey(happening: Happening, catalog: Catalog) -> bool:
    """Events are in the news because some journey awaits them; of the rest only what starts or moves one matters."""
    name = (happening.kind, happening.name)
    return happening.kind == "event" or name in catalog.starting or name in catalog.moving


def _task(enrollment: Enrollment, effect: Assigned, now: Moment) -> Task:
    return Task(
        id=fingerprint("task", enrollment.id, effect.step, str(effect.visit)),
        contact=enrollment.contact,
        kind=effect.kind,
        title=effect.title,
        owner=effect.owner,
        deadline=effect.deadline,
        created_at=now,
        journey=enrollment.journey,
        step=effect.step,
    )


def _not_yet_judged(contact: Contact, catalog: Catalog) -> Contact:
    """Whom a rebuild has yet to reach, new definitions have told nothing: only what held before holds."""
    if not contact.plan or contact.plan == catalog.plan:
        return contact
    turns = {watcher.name for key, watcher in catalog.watchers.items() if key.startswith("turn:")}
    return replace(contact, silent=contact.silent | (turns - contact.turns.keys()))
