"""A task: something that a person is to do about a contact, with a deadline.

It lies with the contact; one that is open also stands in a list by deadline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leadwell.clock import Moment, from_iso, to_iso
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Item, Key, Put, Table

KIND = "TASK"

TaskKind = Literal["task", "hand_over"]
Outcome = Literal["done", "accepted", "rejected"]
OUTCOMES: Mapping[TaskKind, tuple[Outcome, ...]] = {"task": ("done",), "hand_over": ("accepted", "rejected")}
"""How tasks may end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """``title`` by language. ``owner`` is an e-mail address, empty: nobody's yet. ``outcome`` is empty while it is
    open; ``done_by`` is the id of who ended it."""

    id: str
    contact: str
    kind: TaskKind
    title: Mapping[str, str]
    owner: str
    deadline: Moment
    created_at: Moment
    journey: str
    step: str
    outcome: Outcome | Literal[""] = ""
    done_at: Moment | None = None
    done_by: str = ""
    rev: int = 0

    @property
    def key(self) -> Key:
        return keys.task(self.contact, self.id)

    @property
    def place(self) -> Key:
        """Where it stands as long as it is open."""
        return keys.open_task(self.deadline, self.contact, self.id)

    @property
    def handle(self) -> str:
        """What people call it by."""
        return f"{self.contact}.{self.id}"

    def properties(self) -> dict[str, Any]:
        """Of events about it."""
        return {"task": self.handle, "title": dict(self.title), "journey": self.journey, "step": self.step}

    def is_overdue(self, now: Moment) -> bool:
        return not self.outcome and now > self.deadline

    def to_item(self) -> Item:
        item: Item = {
            "pk": self.key.pk,
            "sk": self.key.sk,
            "kind": KIND,
            "rev": self.rev + 1,
            "task_kind": self.kind,
            "title": dict(self.title),
            "deadline": to_iso(self.deadline),
            "created_at": self.created_at,
            "journey": self.journey,
            "step": self.step,
        }
        more = {"owner": self.owner, "outcome": self.outcome, "done_at": self.done_at, "done_by": self.done_by}
        return item | {name: value for name, value in more.items() if value not in (None, "")}

    @classmethod
    def from_item(cls, item: Item) -> "Task":
        return cls(
            id=item["sk"].removeprefix(keys.TASKS),
            contact=keys.contact_of(item["pk"]),
            kind=item["task_kind"],
            title=item["title"],
            owner=item.get("owner", ""),
            deadline=from_iso(item["deadline"]),
            created_at=item["created_at"],
            journey=item["journey"],
            step=item["step"],
            outcome=item.get("outcome", ""),
            done_at=item.get("done_at"),
            done_by=item.get("done_by", ""),
            rev=item["rev"],
        )


def given_out(task: Task) -> list[Change]:
    """The writes of a new task."""
    place = {"pk": task.place.pk, "sk": task.place.sk, "kind": "OPEN_TASK", "contact": task.contact, "task": task.id}
    return [Put(task.to_item()), Put(place)]


def forget_tasks(table: Table, items: Sequence[Item]) -> None:
    """To be called before items of a contact are deleted; only tasks matter. Doing it again changes nothing."""
    for item in items:
        if item["kind"] == KIND:
            table.write(Delete(Task.from_item(item).place))
