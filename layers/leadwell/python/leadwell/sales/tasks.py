"""Reading tasks, and ending them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.contacts.whereabouts import find
from leadwell.errors import Conflict, Refused
from leadwell.sales.task import OUTCOMES, Outcome, Task
from leadwell.store import keys
from leadwell.store.table import Delete, Key, Put, Table, query_all
from leadwell.tracking.events import Event, Name, Standing

_EVENTS = {"done": Name.TASK_DONE, "accepted": Name.LEAD_ACCEPTED, "rejected": Name.LEAD_REJECTED}


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is where the next page goes on, empty at the end."""

    tasks: Sequence[Task]
    after: str = ""


def open_tasks(table: Table, limit: int, after: str = "") -> Page:
    """Of all contacts, the most urgent first."""
    page = table.query(keys.OPEN_TASKS, limit=limit, cursor=Key(keys.OPEN_TASKS, after) if after else None)
    wanted = [keys.task(item["contact"], item["task"]) for item in page.items]
    found = table.get_many(wanted)
    return Page([Task.from_item(found[key]) for key in wanted if key in found], page.cursor.sk if page.cursor else "")


def tasks_of(table: Table, contact: str) -> list[Task]:
    """Open and done, the newest first."""
    found = [Task.from_item(item) for item in query_all(table, keys.contact(contact).pk, begins=keys.TASKS)]
    return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)


def read_task(table: Table, handle: str) -> Task | None:
    contact, _, name = handle.partition(".")
    item = table.get(keys.task(contact, name)) if contact and name else None
    return Task.from_item(item) if item else None


def check_outcome(task: Task, outcome: Outcome) -> None:
    """Raises ``Refused`` for one that such a task cannot have."""
    if outcome not in OUTCOMES[task.kind]:
        raise Refused(f"a {task.kind.replace('_', '-')} ends as {' or '.join(OUTCOMES[task.kind])}", "outcome")


def end_task(table: Table, task: Task, outcome: Outcome, note: str, by: str, now: Moment) -> Task:
    """Ends an open task, and lets the contact's history know. Doing it again changes nothing.

    Raises ``Refused`` for an outcome that such a task cannot have, and ``Conflict`` where it has ended otherwise.
    """
    check_outcome(task, outcome)
    if task.outcome:
        if task.outcome != outcome:
            raise Conflict(f"the task was ended as {task.outcome}")
        return task
    whose = find(table, task.contact)
    ended = replace(task, outcome=outcome, done_at=now, done_by=by)
    event = _event(ended, whose.contact, note, now)
    told = [] if whose.erased else [Put(event.to_item())]
    table.write(Put(ended.to_item(), task.rev), Delete(task.place), *told)
    # Who was joined with another at this very moment took along only what was there.
    today = find(table, event.contact)
    if today.contact != event.contact and not today.erased:
        table.write(Put(event.moved_to(today.contact).to_item()))
    return replace(ended, rev=task.rev + 1)


def _event(task: Task, contact: str, note: str, now: Moment) -> Event:
    return Event(
        contact=contact,
        id=f"t{task.id}",
        at=now,
        type="track",
        name=_EVENTS[task.outcome],
        standing=Standing.PROVEN,
        properties=task.properties() | ({"note": note} if note else {}),
        source="api",
    )
