"""Tasks: what is to be done, by whom and until when, and how it ended."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.clock import Moment, to_iso
from leadwell.console import cursors
from leadwell.console.api.access import LONGEST_ID, Asked, Cursor, least, routes
from leadwell.console.api.contacts import ContactId
from leadwell.console.api.shapes.basics import Given, Instant, Shape, Text, instant
from leadwell.console.problems import NotThere
from leadwell.sales.task import Task
from leadwell.sales.tasks import check_outcome, end_task, open_tasks, read_task, tasks_of

router = routes()

TAG = "Tasks"
TaskId = Annotated[str, Path(max_length=LONGEST_ID, description="The id of the task.")]


class TaskShape(Shape):
    id: str
    contact: str
    kind: Literal["task", "hand_over"]
    title: Text
    owner: str | None = Field(description="E-mail address of who is to do it; null: nobody's yet.")
    due: Instant
    overdue: bool
    created_at: Instant
    journey: str
    step: str
    outcome: Literal["done", "accepted", "rejected"] | None = Field(description="Null while it is open.")
    done_at: Instant | None
    done_by: str | None


class TaskList(Shape):
    tasks: list[TaskShape]
    cursor: str | None = None


class Ending(Given):
    """A task is `done`; a lead that was handed over is `accepted` or `rejected`."""

    outcome: Literal["done", "accepted", "rejected"] = "done"
    note: Annotated[str, Field(max_length=2000)] = ""


@router.get("/api/tasks", **least("viewer", TAG, "list_tasks", "Open tasks of all contacts, the most urgent first"))
def list_open(
    work: Asked,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> TaskList:
    place = cursors.read(cursor, str)
    page = open_tasks(work.given.table, limit, place[0] if place else "")
    following = cursors.written(page.after) if page.after else None
    return TaskList(tasks=[task_shape(one, work.now) for one in page.tasks], cursor=following)


@router.get(
    "/api/contacts/<contact_id>/tasks", **least("viewer", TAG, "list_contact_tasks", "A contact's tasks, newest first")
)
def list_of_contact(work: Asked, contact_id: ContactId) -> TaskList:
    found = tasks_of(work.given.table, work.contact(contact_id).id)
    return TaskList(tasks=[task_shape(one, work.now) for one in found])


@router.post(
    "/api/tasks/<task_id>/done",
    **least("sales", TAG, "end_task", "Say that a task is done, or a lead accepted or rejected"),
)
def done(work: Asked, task_id: TaskId, ending: Ending) -> TaskShape:
    task = read_task(work.given.table, task_id)
    if task is None:
        raise NotThere("there is no such task")
    check_outcome(task, ending.outcome)
    work.note("task.ended", task.handle, outcome=ending.outcome)
    ended = end_task(work.given.table, task, ending.outcome, ending.note, work.caller.id, work.now)
    return task_shape(ended, work.now)


def task_shape(task: Task, now: Moment) -> TaskShape:
    return TaskShape(
        id=task.handle,
        contact=task.contact,
        kind=task.kind,
        title=Text(en=task.title["en"], de=task.title["de"]),
        owner=task.owner or None,
        due=to_iso(task.deadline),
        overdue=task.is_overdue(now),
        created_at=to_iso(task.created_at),
        journey=task.journey,
        step=task.step,
        outcome=task.outcome or None,
        done_at=instant(task.done_at),
        done_by=task.done_by or None,
    )
