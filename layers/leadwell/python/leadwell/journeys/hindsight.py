"""What has happened already though its news is not here: the last look before a message goes out must not depend on
how fast a stream is."""

from collections.abc import Iterator
from dataclasses import dataclass

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.folding import counts_for_journeys, news_of
from leadwell.journeys.engine import Move, awaits, ending, may_end, react
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Situation
from leadwell.store import keys
from leadwell.store.table import Key, Table
from leadwell.tracking.events import Event


@dataclass(frozen=True, slots=True)
class Hindsight:
    table: Table

    def missed(self, program: Program, enrollment: Enrollment, situation: Situation) -> Move | None:
        """Was the goal reached, or did what is waited for come, by an event that is stored though its news is not
        here?"""
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

    def caught_up(self, program: Program, move: Move, situation: Situation) -> Move:
        """Where a wait for an event begins a little in the past, the event may have been here before it: the minute it
        takes to wake, an hour without service, news that came in another order."""
        news = move
        while awaits(program, move.enrollment):
            situation = situation.after(move.enrollment, news.effects)
            after = self.missed(program, move.enrollment, situation)
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
