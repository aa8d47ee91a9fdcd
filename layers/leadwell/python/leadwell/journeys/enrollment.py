"""The enrollment: one contact's way through one journey."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import Moment
from leadwell.due.buckets import due_attributes
from leadwell.ids import fingerprint
from leadwell.store import keys
from leadwell.store.table import Item, Key

KIND = "ENROLLMENT"

ACTIVE = "active"
FINISHED = "finished"
EXITED = "exited"
PARKED = "parked"
GOAL = "goal"
"""The reason of those who finished because they reached the goal."""
HELD_OUT = "held out"
"""Chosen by chance to be left alone, so that others can be compared with them."""
KEPT_OUT = "kept out"
"""Something started the journey, and something else stood against it; kept to explain, not counted as an entry."""
REPORTED_LATE = "reported too late"
"""So begins the reason of who was kept out because the event was too old when it came."""

_PATH_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Cause:
    """What started it: an event, a segment entered, a date that came."""

    id: str
    name: str
    at: Moment
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether its name says something to people: a date and a condition that came true have names for machines."""
        return self.id.partition(":")[0] not in ("date", "became")

    def to_map(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "at": self.at, "properties": dict(self.properties)}


@dataclass(frozen=True, slots=True)
class Trial:
    """Its part in a comparison: in which arm, since when, and under which name it is counted there."""

    arm: str
    unit: str
    since: Moment

    def to_map(self) -> dict[str, Any]:
        return {"arm": self.arm, "unit": self.unit, "since": self.since}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """``step`` is where it stands, ``since`` when it got there, ``wake_at`` when it goes on by itself; ``zone``
    is the time zone by whose clock that was worked out, where it was.

    ``path`` tells the way so far as (step, moment, what happened), newest last. ``visit`` tells messages of a step
    apart that is done again, ``rounds`` counts how often by step. ``found`` is what steps found for the contact (a
    voucher, products, the arm of a test), by name. ``trials`` are the comparisons it takes part in, by step, ``sent``
    is the newest message of each step that another one asks about.

    ``ready``: it stands before its step, which has not begun. ``held_until`` is when it is looked at next, where that
    is later than ``wake_at`` because its journey is held. ``came_from`` is the version that it entered with, if a
    policy moved it to another (``in_flight``). ``listed``: it is on the list of those inside (``inside``).
    ``parked_for`` is the voucher pool for which it is parked: it goes on once there are codes.
    """

    contact: str
    journey: str
    version: int
    key: str
    number: int
    cause: Cause
    entered_at: Moment
    step: str
    since: Moment
    rev: int = 0
    status: str = ACTIVE
    visit: int = 1
    wake_at: Moment | None = None
    zone: str = ""
    reason: str = ""
    ended_at: Moment | None = None
    path: tuple[tuple[str, Moment, str], ...] = ()
    rounds: Mapping[str, int] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    trials: Mapping[str, Trial] = field(default_factory=dict)
    ready: bool = False
    held_until: Moment | None = None
    came_from: int = 0
    listed: bool = False
    parked_for: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)

    @property
    def item_key(self) -> Key:
        return keys.enrollment(self.contact, self.journey, self.key, self.number)

    @property
    def id(self) -> str:
        """Unique over all contacts and journeys."""
        return f"{self.contact}/{self.journey}/{self.key}/{self.number}"

    @property
    def unit(self) -> str:
        """Under which it is counted: numbers outlive an erasure, and tell nobody who it was."""
        return fingerprint("unit", self.id)

    @property
    def is_active(self) -> bool:
        return self.status == ACTIVE

    @property
    def is_under_way(self) -> bool:
        """Whether it goes on some day, by itself or once its codes are there."""
        return self.is_active or bool(self.parked_for)

    @property
    def due_at(self) -> Moment | None:
        """When something is to be done about it."""
        return self.wake_at if self.held_until is None else self.held_until

    @property
    def has_entered(self) -> bool:
        """False where something only started it and something else stood against it, or chance did."""
        return self.status not in (HELD_OUT, KEPT_OUT)

    @property
    def came_too_late(self) -> bool:
        """Whether it only notes that what starts the journey was reported too late to start it."""
        return self.status == KEPT_OUT and self.reason.startswith(REPORTED_LATE)

    @property
    def cut_short(self) -> str:
        """Why it ended before the end of its steps: the goal, or the reason of its exit; else empty."""
        reached = self.status == FINISHED and self.reason == GOAL
        return self.reason or self.status if reached or self.status == EXITED else ""

    @property
    def has_begun(self) -> bool:
        """Whether it has come to its first step."""
        return not self.ready

    def noted(self, at: Moment, what: str) -> tuple[tuple[str, Moment, str], ...]:
        """The path with one more entry for the present step."""
        return (*self.path, (self.step, at, what))[-_PATH_LENGTH:]

    def to_item(self) -> Item:
        item: Item = {
            "pk": self.item_key.pk,
            "sk": self.item_key.sk,
            "kind": KIND,
            "rev": self.rev + 1,
            "journey": self.journey,
            "version": self.version,
            "key": self.key,
            "number": self.number,
            "cause": self.cause.to_map(),
            "entered_at": self.entered_at,
            "step": self.step,
            "since": self.since,
            "status": self.status,
            "visit": self.visit,
            "path": [list(entry) for entry in self.path],
        }
        if self.rounds:
            item["rounds"] = dict(self.rounds)
        if self.found:
            item["found"] = dict(self.found)
        if self.trials:
            item["trials"] = {step: trial.to_map() for step, trial in self.trials.items()}
        if self.ready:
            item["ready"] = True
        if self.came_from:
            item["came_from"] = self.came_from
        if self.listed:
            item["listed"] = True
        if self.parked_for:
            item["parked_for"] = self.parked_for
        if self.sent:
            item["sent"] = dict(self.sent)
        if self.reason:
            item["reason"] = self.reason
        if self.ended_at is not None:
            item["ended_at"] = self.ended_at
        if self.held_until is not None:
            item["held_until"] = self.held_until
        if self.wake_at is not None:
            item["wake_at"] = self.wake_at
        if self.zone:
            item["zone"] = self.zone
        if self.due_at is not None:
            item |= due_attributes(self.item_key.pk, self.due_at)
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Enrollment":
        return cls(
            contact=keys.contact_of(item["pk"]),
            journey=item["journey"],
            version=item["version"],
            key=item["key"],
            number=item["number"],
            cause=Cause(**item["cause"]),
            entered_at=item["entered_at"],
            step=item["step"],
            since=item["since"],
            rev=item["rev"],
            status=item["status"],
            visit=item["visit"],
            wake_at=item.get("wake_at"),
            zone=item.get("zone", ""),
            reason=item.get("reason", ""),
            ended_at=item.get("ended_at"),
            path=tuple((step, at, what) for step, at, what in item["path"]),
            rounds=item.get("rounds", {}),
            found=item.get("found", {}),
            trials={step: Trial(**trial) for step, trial in item.get("trials", {}).items()},
            ready=item.get("ready", False),
            held_until=item.get("held_until"),
            came_from=item.get("came_from", 0),
            listed=item.get("listed", False),
            parked_for=item.get("parked_for", ""),
            sent=item.get("sent", {}),
        )
