"""What came of a rehearsal with many contacts, counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from leadwell.clock import DAY, Moment
from leadwell.consent.permission import INTERNAL
from leadwell.journeys.enrollment import ACTIVE, HELD_OUT, KEPT_OUT, Enrollment
from leadwell.journeys.scenarios import TASK
from leadwell.messaging.message import Message, Status
from leadwell.messaging.pacing import CAPPED
from leadwell.rehearsal.comparing import outcome_of
from leadwell.rehearsal.stage import Stage
from leadwell.sales.task import KIND as STORED_TASK
from leadwell.sales.task import Task

EMAIL, SMS, WEBHOOK = "email", "sms", "webhook"
WAYS = (EMAIL, SMS, WEBHOOK, INTERNAL, TASK)
"""In which something comes of a journey: e-mails and SMS to the contact, webhooks, e-mails and tasks for colleagues."""


@dataclass(slots=True)
class Tally:
    """What came of it. ``people`` have ``entered`` so many times. ``reached`` counts contacts by step, ``outcomes`` by
    how their journey ended, ``sent`` messages by way and template (of webhooks and tasks: step), ``days`` by the day
    after the beginning and way, ``skipped`` by template and reason, ``waiting`` those that have not left in the end by
    what holds them up. ``beside`` are the messages of other journeys by journey and way. ``called`` is how many were
    called by a broadcast or a schedule, each as often as it was called; None where there was neither."""

    contacts: int = 0
    called: int | None = None
    people: int = 0
    entered: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: Counter[tuple[int, str]] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    beside: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def held_out(self) -> int:
        """Contacts who were left alone, to compare others with."""
        return self.outcomes[HELD_OUT]

    @property
    def capped(self) -> int:
        """Messages that the policy's caps left out, or still hold back."""
        reasons = [*((reason, times) for (_, reason), times in self.skipped.items()), *self.waiting.items()]
        return sum(times for reason, times in reasons if reason.startswith(CAPPED))

    @property
    def by_way(self) -> Counter[str]:
        found = Counter[str]()
        for (way, _), times in self.sent.items():
            found[way] += times
        return found

    def add(self, stage: Stage, journey: str, began: Moment) -> None:
        """What a stage has of the journey in the end."""
        enrollments = [one for one in stage.enrollments() if one.journey == journey]
        self.people += len({one.contact for one in enrollments if one.status != KEPT_OUT})
        self._add_enrollments(enrollments)
        for message in stage.messages():
            if message.journey == journey:
                self._add_message(message, began)
            elif message.sent_at is not None:
                self.beside[message.journey, way_of(message)] += 1
        for item in stage.table.items(STORED_TASK):
            task = Task.from_item(item)
            if task.journey == journey:
                self.sent[TASK, task.step] += 1
                self.days[(task.created_at - began) // DAY + 1, TASK] += 1

    def _add_enrollments(self, enrollments: Iterable[Enrollment]) -> None:
        for one in enrollments:
            self.entered += one.status != KEPT_OUT
            self.reached.update({step for step, _, _ in one.path} | ({one.step} if one.status == ACTIVE else set()))
            self.outcomes[outcome_of(one) if one.status != ACTIVE else "still inside"] += 1

    def _add_message(self, message: Message, began: Moment) -> None:
        if message.sent_at is not None:
            self.sent[way_of(message), message.template] += 1
            self.days[(message.sent_at - began) // DAY + 1, way_of(message)] += 1
        elif message.status is Status.SKIPPED:
            self.skipped[message.template, message.reason] += 1
        elif message.status is Status.REQUESTED:
            self.waiting[message.reason] += 1


def way_of(message: Message) -> str:
    return INTERNAL if (message.channel, message.purpose) == (EMAIL, INTERNAL) else message.channel
