"""What a step is given when it runs and what it answers."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from leadwell.clock import Moment
from leadwell.conditions.compiling import Compiled
from leadwell.conditions.facts import Facts
from leadwell.conditions.models import Model
from leadwell.contacts.contact import Contact
from leadwell.journeys.enrollment import Enrollment


class StepModel(Model):
    """Every step may carry an ``id``; it should, where its place in the file may change between versions.

    It travels with each mail as a tag, and SES takes no other characters in one (API reference, MessageTag).
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=100)] = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A step in its place: where it leads, and what was compiled for it."""

    id: str
    step: Any
    next: str | None
    arms: tuple[tuple[Compiled | None, str | None], ...] = ()
    matches: Any = None


@dataclass(frozen=True, slots=True)
class Requested:
    """A message a step asks for."""

    channel: str
    template: str
    purpose: str
    step: str


@dataclass(frozen=True, slots=True)
class Updated:
    """Traits a step sets."""

    traits: dict[str, Any]
    step: str


@dataclass(slots=True)
class StepRun:
    """``at`` is the journey's own time (when the step was reached), ``zone`` the contact's IANA time zone."""

    contact: Contact
    facts: Facts
    enrollment: Enrollment
    node: Node
    at: Moment
    zone: str
    effects: list[Requested | Updated] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Go:
    """On to another step; None is the end of the journey."""

    to: str | None


@dataclass(frozen=True, slots=True)
class Sleep:
    """Stay here until a moment (or until an event wakes it, where the step waits for one)."""

    until: Moment


@dataclass(frozen=True, slots=True)
class Leave:
    """End the journey early, for a stated reason."""

    reason: str


Next = Go | Sleep | Leave
