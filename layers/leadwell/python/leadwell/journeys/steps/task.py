"""Give somebody something to do about the contact; ``hand_over`` gives the contact itself to sales.

task: {title: {de: Anrufen, en: Call}, due: P2D, to: owner, otherwise: sales@example.com}
hand_over: {task: {title: {de: Lead prüfen, en: Look at the lead}, due: P1D, to: owner}}

Whoever is done says so (console, API): a task ends with the event Task Done, a hand-over with Lead Accepted or Lead
Rejected, all with the property ``step``: ``wait_for: {event: Task Done, where: {step: call}, timeout: P3D}`` waits.
"""

from collections.abc import Sequence
from typing import Any, Literal

from leadwell.clock import to_iso
from leadwell.conditions.kinds.person import STAGES
from leadwell.conditions.models import Duration, Model
from leadwell.definitions.text import Text
from leadwell.journeys.steps.notify import Address, recipient
from leadwell.journeys.steps.running import Assigned, Caused, Go, Next, Recorded, StepModel, StepRun
from leadwell.sales.task import TaskKind
from leadwell.tracking.events import Name

SQL = "sql"


class Assignment(Model):
    """``due`` counts from the moment the step is reached. ``to`` is an e-mail address, or owner: the one in the
    contact's trait of that name, ``otherwise`` where there is none; without either the task is nobody's yet."""

    title: Text
    due: Duration
    to: Literal["owner"] | Address = "owner"
    otherwise: Address | None = None


class GiveTask(StepModel):
    task: Assignment

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        return [Caused(Name.TASK_CREATED, {"journey": journey, "step": step})]

    def run(self, run: StepRun) -> Next:
        return _assigned(run, self.task, "task", Name.TASK_CREATED)


class HandedOver(Model):
    task: Assignment


class HandOver(StepModel):
    """The contact becomes a sales qualified lead, unless it is that or more already."""

    hand_over: HandedOver

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        # Whoever is a sales qualified lead already does not become one: its stage is set once.
        return [Caused(Name.HANDED_OVER, {"journey": journey, "step": step})]

    def run(self, run: StepRun) -> Next:
        if STAGES.index(run.facts.stage) < STAGES.index(SQL):
            run.effects.append(Recorded(Name.STAGE_SET, run.node.id, {"stage": SQL}))
        return _assigned(run, self.hand_over.task, "hand_over", Name.HANDED_OVER)


def _assigned(run: StepRun, wanted: Assignment, kind: TaskKind, name: str) -> Next:
    owner = recipient(wanted.to, wanted.otherwise, run.facts.traits)
    deadline, title = run.now + wanted.due, {"en": wanted.title.en, "de": wanted.title.de}
    assigned = Assigned(kind, title, owner, deadline, run.node.id)
    said: dict[str, Any] = {"title": title, "due": to_iso(deadline), "journey": run.program.name, "step": run.node.id}
    told = Recorded(name, run.node.id, said | ({"owner": owner} if owner else {}))
    run.effects += [assigned, told]
    return Go(run.node.next, "" if owner else "a task for nobody in particular")
