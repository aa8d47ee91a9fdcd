"""Journeys, contacts and happenings for the tests of this folder."""

from dataclasses import replace
from typing import Any

from leadwell.clock import Moment, from_iso
from leadwell.conditions.facts import Facts
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.definitions.documents import parse
from leadwell.journeys.engine import Move
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.journeys.steps.running import Requested, Situation

NOW = from_iso("2026-03-02T08:00:00Z")
ZONE = "Europe/Berlin"
TITLE = {"en": "A journey", "de": "Eine Journey"}
CONTACT = Contact(id="c1")


def document(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "kind": "journey",
        "name": "j",
        "title": TITLE,
        "description": TITLE,
        "trigger": {"event": "Started"},
        "steps": list(steps),
        **more,
    }


def program(*steps: dict[str, Any], version: int = 1, **more: Any) -> Program:
    definition = parse(document(*steps, **more))
    assert isinstance(definition, JourneyDefinition)
    return compile_journey(definition, version)


def happening(name: str = "Started", at: Moment = NOW, number: str = "", **properties: Any) -> Happening:
    return Happening("event", number or f"{name}@{at}", name, at, properties)


def situation(now: Moment = NOW, zone: str = ZONE, **facts: Any) -> Situation:
    return Situation(CONTACT, Facts(**facts), zone, now)


def asked(move: Move) -> list[str]:
    """What a move asks to be sent, as ``step:channel/template``."""
    return [f"{one.step}:{one.channel}/{one.template}" for one in move.effects if isinstance(one, Requested)]


def stored(move: Move) -> Enrollment:
    """As it comes back from the table."""
    item = move.enrollment.to_item()
    read = Enrollment.from_item(item)
    assert replace(read, rev=move.enrollment.rev) == move.enrollment
    return read


def path(enrollment: Enrollment) -> list[tuple[str, str]]:
    return [(step, what) for step, _, what in enrollment.path]
