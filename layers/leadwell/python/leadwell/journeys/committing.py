"""Writes a move: the enrollment's next state together with all that its steps ask for, in one transaction.

So a crash leaves either nothing or everything, and doing it again finds the enrollment where it should be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from leadwell.clock import MINUTE, Moment
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.ids import fingerprint, message_id
from leadwell.journeys import counting
from leadwell.journeys.engine import Move
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.foreseeing import recorded
from leadwell.journeys.inside import listed
from leadwell.journeys.program import Program
from leadwell.journeys.reporting import reports
from leadwell.journeys.steps.running import Assigned, Recorded, Requested
from leadwell.messaging.message import WEBHOOK, Message
from leadwell.sales.task import Task, given_out
from leadwell.store import keys
from leadwell.store.table import Change, Put, Table
from leadwell.tracking.events import Event

_GRID = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Committer:
    table: Table
    armory: Armory
    library: Library

    def put(self, before: Enrollment, enrollment: Enrollment, now: Moment) -> None:
        """Writes the enrollment alone, over what is stored of it."""
        enrollment, inside = listed(before, replace(enrollment, rev=before.rev))
        self.armory.arm([enrollment.due_at], now)
        self.table.write(Put(enrollment.to_item(), before.rev), *inside)

    def commit(
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
            planned_at=asked.planned_at,
            late_after=asked.late_after,
            late_then=asked.late_then,
            topic=asked.topic,
            data={
                "event": dict(enrollment.cause.properties),
                "journey": dict(program.parameters),
                "key": enrollment.key,
                **({"found": dict(enrollment.found)} if enrollment.found else {}),
                **({"about": dict(asked.about)} if asked.about else {}),
            },
        )


def told_again(enrollment: Enrollment, before: str, now: Moment) -> Iterator[Event]:
    """What is told of an enrollment that goes on under another number."""
    return reports(enrollment, before, now, steps=False)


def safety_net(now: Moment) -> Moment:
    """When a message that went to its queue is looked at again. On a grid, so that few minutes need waking."""
    later = now + 2 * MINUTE
    return later - later % _GRID + _GRID


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
