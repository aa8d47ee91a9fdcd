"""Reacts to what changed about contacts, and wakes what is due. The only writer of enrollments; asks for messages.

Each step forward is one transaction: the enrollment's next state together with the messages and updates it asks for.
So a crash leaves either nothing or everything, and doing it again finds the enrollment where it should be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from leadwell.calendar import zone_or
from leadwell.clock import MINUTE, Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import LIVE, Contact
from leadwell.contacts.folding import facts_of
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict
from leadwell.ids import fingerprint, message_id
from leadwell.journeys.engine import (
    MERGED,
    Move,
    Situation,
    ended,
    enter,
    entry_key,
    is_fresh,
    may_enter,
    reaches_goal,
    react,
    wake,
)
from leadwell.journeys.enrollment import EXITED, FINISHED, PARKED, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Requested, Updated
from leadwell.messaging.message import Message
from leadwell.store import keys
from leadwell.store.queues import MESSAGES, Queues
from leadwell.store.table import Change, Item, Key, Put, Table, query_all
from leadwell.tracking.events import Event, Name, Standing

_ATTEMPTS = 6
_GRID = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Runner:
    table: Table
    queues: Queues
    armory: Armory
    library: Library
    default_zone: str

    def react_to(self, images: Iterable[Item], now: Moment) -> None:
        """Contacts changed; ``images`` are their items as the stream shows them, in order. Each may come again."""
        catalog = self.library.catalog()
        for image in images:
            self._react_to(image, catalog, now)

    def _react_to(self, image: Item, catalog: Catalog, now: Moment) -> None:
        contact = Contact.from_item(image)
        happened = [Happening.from_map(one) for one in image.get("change", {}).get("happened", ())]
        if contact.status != LIVE:
            self._leave_all(contact, now)
        elif any(_concerns_a_journey(one, catalog) for one in happened):
            asked: dict[Key, None] = {}
            for attempt in range(_ATTEMPTS):
                try:
                    self._react(contact, happened, catalog, now, asked)
                    break
                except Conflict:
                    if attempt == _ATTEMPTS - 1:
                        raise
            if asked:
                self.queues.send(MESSAGES, asked)

    def wake(self, due: Iterable[Key], now: Moment) -> dict[Key, Exception]:
        """Enrollments whose wait is over. Answers the keys that failed and why; the others are done."""
        catalog = self.library.catalog()
        wanted = list(dict.fromkeys(due))
        items = self.table.get_many(wanted)
        contacts = self.table.get_many({Key(key.pk, "C") for key in items})
        failed: dict[Key, Exception] = {}
        for key, item in items.items():
            found = contacts.get(Key(key.pk, "C"))
            try:
                self._wake(Enrollment.from_item(item), Contact.from_item(found) if found else None, catalog, now)
            except Exception as error:
                failed[key] = error
        return failed

    def _react(
        self,
        contact: Contact,
        happened: Sequence[Happening],
        catalog: Catalog,
        now: Moment,
        asked: dict[Key, None],
    ) -> None:
        """Moves and enters enrollments; ``asked`` collects the keys of messages to be sent."""
        situation = self._situation(contact, catalog, now)
        enrollments = [
            Enrollment.from_item(item)
            for item in query_all(self.table, keys.contact(contact.id).pk, begins=keys.ENROLLMENTS)
        ]
        for happening in happened:
            for place, enrollment in enumerate(enrollments):
                if enrollment.is_active:
                    program = catalog.programs[enrollment.journey, enrollment.version]
                    move = react(program, enrollment, happening, situation)
                    if move:
                        enrollments[place], messages = self._commit(program, enrollment.rev, move, contact, now)
                        asked |= dict.fromkeys(messages)
            for program in catalog.live_programs():
                key = entry_key(program, happening)
                if key is None or not is_fresh(program, happening, now):
                    continue
                earlier = [one for one in enrollments if one.journey == program.name and one.key == key]
                if may_enter(program, key, happening, earlier):
                    number = max((one.number for one in earlier), default=0) + 1
                    move = enter(program, key, number, happening, situation)
                    entered, messages = self._commit(program, 0, move, contact, now)
                    enrollments.append(entered)
                    asked |= dict.fromkeys(messages)

    def _wake(self, enrollment: Enrollment, contact: Contact | None, catalog: Catalog, now: Moment) -> None:
        if not enrollment.is_active or enrollment.wake_at is None or enrollment.wake_at > now:
            return
        program = catalog.programs.get((enrollment.journey, enrollment.version))
        if contact is None or contact.status != LIVE:
            self._put(enrollment.rev, ended(enrollment, EXITED, MERGED, now), now)
            return
        if program is None:
            missing = f"version {enrollment.version} of the journey is missing"
            self._put(enrollment.rev, ended(enrollment, PARKED, missing, now), now)
            return
        reached = self._goal_in_history(program, enrollment, now)
        if reached is not None:
            self._put(enrollment.rev, ended(enrollment, FINISHED, "goal", reached), now)
            return
        situation = self._situation(contact, catalog, now)
        _, asked = self._commit(program, enrollment.rev, wake(program, enrollment, situation), contact, now)
        if asked:
            self.queues.send(MESSAGES, asked)

    def _goal_in_history(self, program: Program, enrollment: Enrollment, now: Moment) -> Moment | None:
        """Was the goal reached by an event that is stored, though its news has not come (or came in another order)?

        The last look before a message goes out must not depend on how fast a stream is.
        """
        if program.definition.goal is None:
            return None
        first = keys.event(enrollment.contact, enrollment.entered_at, "").sk
        cursor: Key | None = None
        while True:
            page = self.table.query(
                keys.contact(enrollment.contact).pk, after=first, until=f"{keys.EVENTS}~", limit=200, cursor=cursor
            )
            for event in map(Event.from_item, page.items):
                happening = Happening("event", event.id, event.name, event.at, event.properties)
                if event.id != enrollment.cause.id and reaches_goal(program, enrollment, happening):
                    return event.at
            if page.cursor is None:
                return None
            cursor = page.cursor

    def _leave_all(self, contact: Contact, now: Moment) -> None:
        for item in query_all(self.table, keys.contact(contact.id).pk, begins=keys.ENROLLMENTS):
            enrollment = Enrollment.from_item(item)
            if enrollment.is_active:
                self._put(enrollment.rev, ended(enrollment, EXITED, MERGED, now), now)

    def _situation(self, contact: Contact, catalog: Catalog, now: Moment) -> Situation:
        zone = zone_or(contact.timezone, self.default_zone)
        return Situation(contact, facts_of(contact, catalog), zone, now)

    def _put(self, rev: int, enrollment: Enrollment, now: Moment) -> None:
        self.armory.arm([enrollment.wake_at], now)
        self.table.write(Put(replace(enrollment, rev=rev).to_item(), rev))

    def _commit(
        self, program: Program, rev: int, move: Move, contact: Contact, now: Moment
    ) -> tuple[Enrollment, list[Key]]:
        """Writes a move; answers the enrollment as stored and the keys of the messages it asked for."""
        enrollment = replace(move.enrollment, rev=rev)
        changes: list[Change] = [Put(enrollment.to_item(), rev)]
        messages = [
            self._message(program, enrollment, effect, now) for effect in move.effects if isinstance(effect, Requested)
        ]
        changes += [Put(message.to_item(), 0) for message in messages]
        changes += [
            Put(_update_event(enrollment, effect, now).to_item())
            for effect in move.effects
            if isinstance(effect, Updated)
        ]
        self.armory.arm([enrollment.wake_at, *(message.due_at for message in messages)], now)
        self.table.write(*changes)
        asked = [keys.message(contact.id, message.id) for message in messages]
        return replace(enrollment, rev=rev + 1), asked

    def _message(self, program: Program, enrollment: Enrollment, asked: Requested, now: Moment) -> Message:
        template = self.library.live(asked.channel, asked.template)
        return Message(
            id=message_id(enrollment.id, asked.step, enrollment.visit),
            contact=enrollment.contact,
            channel=asked.channel,
            template=asked.template,
            template_version=template.version if template else 0,
            purpose=asked.purpose,
            requested_at=now,
            due_at=safety_net(now),
            journey=program.name,
            journey_version=program.version,
            enrollment=enrollment.item_key.sk,
            step=asked.step,
            visit=enrollment.visit,
            data={
                "event": dict(enrollment.cause.properties),
                "journey": dict(program.parameters),
                "key": enrollment.key,
            },
        )


def safety_net(now: Moment) -> Moment:
    """When a message that went to its queue is looked at again. On a grid, so that few minutes need waking."""
    later = now + 2 * MINUTE
    return later - later % _GRID + _GRID


def _concerns_a_journey(happening: Happening, catalog: Catalog) -> bool:
    """Events are in the news because some journey awaits them; of the rest only what starts one matters."""
    return happening.kind == "event" or any(
        entry_key(program, happening) is not None for program in catalog.live_programs()
    )


def _update_event(enrollment: Enrollment, effect: Updated, now: Moment) -> Event:
    return Event(
        contact=enrollment.contact,
        id="j" + fingerprint("update", enrollment.id, effect.step, str(enrollment.visit)),
        at=now,
        type="identify",
        name=Name.IDENTIFIED,
        standing=Standing.PROVEN,
        traits=effect.traits,
        source=f"journey:{enrollment.journey}",
    )
