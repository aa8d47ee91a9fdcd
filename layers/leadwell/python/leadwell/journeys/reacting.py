"""What the news of one contact does to its journeys: it moves those that are under way, and starts others.

Of journeys that start at the same moment those with the higher priority come first, and at equal rank those that keep
others away, whatever was written or published first. Several things may happen at one moment (an order, and the segment
that it leads into): whoever is about to be let in by what is told later counts already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.definitions.catalog import Catalog
from leadwell.journeys import counting
from leadwell.journeys.admission import (
    entry_key,
    exclusive_among,
    goes_in_circles,
    is_fresh,
    is_held_out,
    is_meant,
    is_never_reached,
    kept_away_by,
    may_enter,
    said_reported_late,
    stands_against,
)
from leadwell.journeys.committing import Committer
from leadwell.journeys.counting import Referee
from leadwell.journeys.engine import Move, enter, entering, held_out, kept_out, queued, react
from leadwell.journeys.enrollment import KEPT_OUT, Enrollment
from leadwell.journeys.hindsight import Hindsight
from leadwell.journeys.pausing import next_look
from leadwell.journeys.plans import successes
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Situation
from leadwell.journeys.throttling import Turnstile
from leadwell.messaging.message import Message


@dataclass(slots=True)
class Reaction:
    """Of one contact to one batch of its news. ``enrollments`` are all it has, ``before`` those of contacts that became
    part of it: what those started there is not started again. ``asked`` collects the messages to be sent."""

    committer: Committer
    hindsight: Hindsight
    referee: Referee
    turnstile: Turnstile
    catalog: Catalog
    now: Moment
    enrollments: list[Enrollment]
    before: Sequence[Enrollment]
    situation: Situation
    asked: list[Message] = field(default_factory=list)

    def to(self, happened: Sequence[Happening]) -> None:
        for place, happening in enumerate(happened):
            self._count(happening)
            self._move_on(happening)
            still_to_come = [one for one in happened[place + 1 :] if one.at == happening.at]
            for program in self.catalog.live_programs():
                self._start(program, happening, still_to_come)

    def _count(self, happening: Happening) -> None:
        """Doing it again changes nothing, so it needs no transaction with the move that may follow."""
        for enrollment in self.enrollments:
            program = self._program(enrollment) if enrollment.trials else None
            if program is not None:
                for plan, trial in successes(program, enrollment, happening):
                    self.committer.table.write(counting.success(plan, trial))

    def _move_on(self, happening: Happening) -> None:
        catalog = self.catalog
        for place, enrollment in enumerate(self.enrollments):
            if not enrollment.is_under_way:
                continue
            program = catalog.programs[enrollment.journey, enrollment.version]
            self._look_around(program)
            held = catalog.held.get(enrollment.journey)
            move = react(program, enrollment, happening, self.situation, held=held is not None)
            if move:
                if held is None:
                    move = self.hindsight.caught_up(program, move, self.situation)
                else:
                    move = _kept(move, held, self.now)
                self.enrollments[place] = self._commit(program, enrollment, move)

    def _start(self, program: Program, happening: Happening, still_to_come: Sequence[Happening]) -> None:
        key = entry_key(program, happening)
        if key is None:
            return
        if not is_fresh(program, happening, self.now):
            self._note_late(program, happening)
            return
        if not self._lets_in(program, key, happening):
            return
        earlier = self._earlier(program, key)
        move = self._admitted(program, key, earlier, happening, still_to_come)
        there = next((one for one in earlier if one.number == move.enrollment.number), None)
        entered = self._commit(program, there, move, entering=True)
        self.enrollments = [one for one in self.enrollments if one is not there] + [entered]

    def _lets_in(self, program: Program, key: str, happening: Happening) -> bool:
        """Whether the journey means the contact, and its re-entry rule lets it in under this key."""
        self._look_around(program)
        if not is_meant(program, happening, self.situation):
            return False
        elsewhere = [one for one in self.before if one.journey == program.name and one.key == key]
        return may_enter(program, key, happening, [*self._earlier(program, key), *elsewhere])

    def _is_started(self, program: Program, happening: Happening) -> bool:
        key = entry_key(program, happening)
        fresh = key is not None and is_fresh(program, happening, self.now)
        return fresh and key is not None and self._lets_in(program, key, happening)

    def _note_late(self, program: Program, happening: Happening) -> None:
        """Why an event of the kind that starts the journey did not: it was too old. One note for each journey, about
        the newest, however much of the past is imported."""
        of_this = [one for one in self.enrollments if one.journey == program.name]
        there = next((one for one in of_this if one.key == "" and one.status == KEPT_OUT), None)
        if any(one.cause.id == happening.id for one in of_this) or (there and there.cause.at >= happening.at):
            return
        self._look_around(program)
        if not is_meant(program, happening, self.situation):
            return
        noted = replace(entering(program, "", 1, happening, self.situation), rev=there.rev if there else 0)
        move = kept_out(noted, said_reported_late(happening, self.now), happening.at)
        stored = self._commit(program, there, move, entering=True)
        self.enrollments = [one for one in self.enrollments if one is not there] + [stored]

    def _earlier(self, program: Program, key: str) -> list[Enrollment]:
        return [one for one in self.enrollments if one.journey == program.name and one.key == key]

    def _admitted(
        self,
        program: Program,
        key: str,
        earlier: Sequence[Enrollment],
        happening: Happening,
        still_to_come: Sequence[Happening],
    ) -> Move:
        """What becomes of somebody whom the journey means and its re-entry rule lets in."""
        number = max((one.number for one in earlier), default=0) + 1
        newcomer = entering(program, key, number, happening, self.situation)
        around = replace(
            self.situation, exclusive={**self._about_to_come(program, still_to_come), **self.situation.exclusive}
        )
        if is_held_out(program, around):
            # As many of them would have been kept away as of the others, who are not counted either.
            of_all = is_never_reached(program, around)
            compared = not of_all and not kept_away_by(program, around)
            return held_out(program, newcomer, happening.at, compared=compared, of_all=of_all)
        if reason := goes_in_circles(program, happening, earlier) or stands_against(program, around):
            there = next((one for one in earlier if one.status == KEPT_OUT), newcomer)
            return kept_out(replace(newcomer, rev=there.rev), reason, happening.at)
        if program.definition.throttle is not None:
            turn = self.turnstile.next(program.name, program.definition.throttle, newcomer.id, self.now)
            if turn > self.now:
                return queued(newcomer, turn, self.now)
        return self.hindsight.caught_up(program, enter(program, key, number, happening, around), self.situation)

    def _about_to_come(self, program: Program, still_to_come: Sequence[Happening]) -> dict[str, int]:
        """The journeys that keep others away and are started by something else of this very moment."""
        if not still_to_come or not program.is_campaign:
            return {}
        rivals = [one for one in self.catalog.live_programs() if one.definition.exclusive and one is not program]
        return {
            one.name: one.definition.priority
            for one in rivals
            if any(self._is_started(one, happening) for happening in still_to_come)
            and not is_held_out(one, self.situation)
            and not stands_against(one, self.situation)
        }

    def _look_around(self, program: Program) -> None:
        """What of all the rest matters to who moves in this journey."""
        self.situation = looked_around(self.situation, program, self.enrollments, self.catalog, self.referee)

    def _program(self, enrollment: Enrollment) -> Program | None:
        return self.catalog.programs.get((enrollment.journey, enrollment.version))

    def _commit(self, program: Program, before: Enrollment | None, move: Move, *, entering: bool = False) -> Enrollment:
        stored, messages = self.committer.commit(program, before, move, self.catalog, self.now, entering=entering)
        self.asked += messages
        self.situation = self.situation.after(stored, move.effects)
        return stored


def looked_around(
    situation: Situation, program: Program, enrollments: Iterable[Enrollment], catalog: Catalog, referee: Referee
) -> Situation:
    """With what of all the rest matters to who moves in this journey."""
    exclusive = exclusive_among(list(enrollments), catalog.programs)
    return replace(situation, exclusive=exclusive, winners=referee.winners(program, situation.now))


def _kept(move: Move, held_since: Moment, now: Moment) -> Move:
    """Of a journey that is held: looked at again at its place in the grid."""
    if not move.enrollment.is_active:
        return move
    until = next_look(move.enrollment.id, held_since, now)
    return replace(move, enrollment=replace(move.enrollment, held_until=until))
