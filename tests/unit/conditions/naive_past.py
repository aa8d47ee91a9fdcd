"""Everything that ever happened to a contact, and who they are by it at any moment.

Written from the description of the language alone; it shares no code with what it checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import available_timezones

from leadwell.tracking.events import Event
from tests.unit.conditions.naive_words import EVENT, When, holds, milliseconds, moment, reach

Condition = Mapping[str, Any]

_ZONES = available_timezones()
_TOLD = {
    "Identified", "Grouped", "Aliased", "Company Updated", "Email Sent", "Email Delivered", "Email Bounced",
    "Email Delayed", "Email Rejected", "SMS Sent", "SMS Delivered", "SMS Undelivered", "SMS Rejected",
    "Email Opened by Machine", "Email Link Clicked by Machine", "Email Machine Found",
    "Added to List", "Removed from List", "Journey Entered",
    "Journey Step Reached", "Journey Ended", "Suppression Lifted",
}  # fmt: skip
"""Events that are told about a person; everything else is something a person does."""


@dataclass(frozen=True)
class Past:
    """All events are proven. ``trigger`` is what started the journey that asks."""

    events: Sequence[Event]
    zone: str = "Europe/Berlin"
    trigger: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _in_order(self) -> list[Event]:
        return sorted(self.events, key=lambda one: (one.at, one.id))

    def until(self, at: int) -> list[Event]:
        return [one for one in self._in_order if one.at <= at]

    # Who somebody is

    def traits(self, at: int) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for event in self.until(at):
            if event.type == "identify":
                known |= {name: value for name, value in event.traits.items() if name not in ("email", "phone")}
            known |= {kind: value for kind, value in event.identities if kind in ("email", "phone")}
            for name in ("locale", "timezone"):
                if known.get(name) is None and isinstance(event.context.get(name), str):
                    known[name] = event.context[name]
        return {name: value for name, value in known.items() if value is not None}

    def when(self, at: int) -> When:
        """The contact's own calendar."""
        zone = self.traits(at).get("timezone")
        return When(at, zone if zone in _ZONES else self.zone, self.trigger)

    def consents(self, at: int) -> dict[str, str]:
        states: dict[str, str] = {}
        for event in self.until(at):
            purpose, channel = event.properties.get("purpose", "*"), event.properties.get("channel", "*")
            for one in ("email", "sms") if channel == "*" else (channel,):
                topic = f"{purpose}/{one}"
                if event.name == "Consent Granted":
                    states[topic] = "granted"
                elif event.name == "Consent Requested" and states.get(topic) != "granted":
                    states[topic] = "requested"
                elif event.name == "Consent Withdrawn":
                    covered = [known for known in states if known.endswith(f"/{one}")] if purpose == "*" else [topic]
                    states |= dict.fromkeys(covered, "withdrawn")
        return states

    def company(self, at: int) -> dict[str, Any]:
        """Of the company they were last said to belong to."""
        known: dict[str, Any] = {}
        for event in self.until(at):
            company = event.properties.get("group_id")
            if event.name == "Grouped" and known.get("id") != company:
                known = {"id": company}
            if event.name in ("Grouped", "Company Updated") and known.get("id") == company:
                known |= {name: value for name, value in event.traits.items() if name != "id"}
        return {name: value for name, value in known.items() if value is not None}

    # What somebody did

    def happened(self, condition: Condition, at: int) -> list[Event]:
        """The events that a condition means: of these names, like this, at that time."""
        names = condition["event"] if isinstance(condition["event"], list) else [condition["event"]]
        found = [
            event
            for event in self.until(at)
            if (event.name in names or ("*" in names and event.name not in _TOLD))
            and fits(condition.get("where", {}), event)
        ]
        if "within" in condition:
            found = [event for event in found if at - event.at < milliseconds(condition["within"])]
        if "from" in condition:
            found = [event for event in found if event.at >= (moment(condition["from"]) or 0)]
        if "to" in condition:
            found = [event for event in found if event.at < (moment(condition["to"]) or 0)]
        if "since" in condition:
            others = self.happened(those(condition["since"]), at)
            found = [event for event in found if not others or event.at > others[-1].at]
        return found

    def last(self, condition: Condition, at: int) -> Event | None:
        return next(reversed(self.happened(condition, at)), None)


def those(given: Any) -> Condition:
    return given if isinstance(given, Mapping) else {"event": given}


def fits(where: Mapping[str, Any], event: Event) -> bool:
    return all(holds(words, brought(event, path), EVENT) for path, words in where.items())


def brought(event: Event, path: str) -> Any:
    if path.startswith("context."):
        return reach(event.context, path.removeprefix("context."))
    return reach(event.properties, path)
