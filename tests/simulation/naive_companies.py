"""What a company must look like: counted from what its members said and did, as it lies in their own histories.

Shares no code with the package.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from tests.simulation.naive import STAGES, Condition, Definitions, Event, Picture, by_time


@dataclass(eq=False)
class Company(Picture):
    """``members`` counts them by stage, ``people`` are what they are; ``ambiguous``: two said something about it at the
    very same moment."""

    members: Counter[str] = field(default_factory=Counter)
    ambiguous: bool = False
    people: Sequence[Picture] = ()

    def _profile(self, event: Event) -> None:
        if event["name"] in ("Grouped", "Identified"):
            said = {name: value for name, value in event.get("traits", {}).items() if name != "id"}
            known = {**self.traits, **said}
            self.traits = {name: value for name, value in known.items() if value is not None}

    def _consent(self, event: Event) -> None:
        pass

    def holds(self, condition: Condition, moment: int) -> bool:
        match condition:
            case {"members": {"stage": {"at_least": stage}, "at_least": lowest}}:
                high = STAGES[STAGES.index(stage) :]
                return sum(self.members[one] for one in high) >= lowest
            case {"members": {"score": {"at_least": bound}, "at_least": lowest}}:
                return sum(one.score(moment) >= bound for one in self.people) >= lowest
            case {"score": {"model": model, "at_least": bound}}:
                return self._rolled_up(model, moment) >= bound
        return super().holds(condition, moment)

    def _rolled_up(self, model: str, moment: int) -> float:
        """One member after the other is asked what they are worth."""
        scores = [one.score(moment) for one in self.people]
        total = 0.0
        for rule in self.definitions.rolled_up[model]:
            match rule["members"]:
                case {"score": "sum"}:
                    amount = sum(scores)
                case {"score": "average"}:
                    amount = sum(scores) / len(scores) if scores else 0.0
                case {"score": "maximum"}:
                    amount = max(scores, default=0.0)
                case {"score": "count", "at_least": bound}:
                    amount = sum(score >= bound for score in scores)
            total += min(rule["points"] * amount, rule.get("max_points", math.inf))
        return total

    def without(self, segment: str) -> "Company":
        """The same where nobody asks for a segment."""
        segments = {name: when for name, when in self.definitions.segments.items() if name != segment}
        other = copy(self)
        other.definitions = replace(self.definitions, segments=segments)
        return other


def place_of(contact: Picture) -> str:
    """The group id of the company that a contact belongs to; empty without one."""
    return next((group for event in reversed(contact.events) if (group := _stated(event))), "")


def companies(
    contacts: Mapping[str, Picture],
    own: Mapping[str, Sequence[Event]],
    definitions: Definitions,
    zone: str,
    forgotten: bool,
) -> dict[str, Company]:
    """By group id. ``own`` are the events in each company's own history; of those only what its journeys noted counts,
    and also what was said about it where somebody who said so may be ``forgotten``."""
    lived: dict[str, list[Event]] = {}
    for pk, contact in contacts.items():
        for group, event in _in_companies(pk, contact.events):
            if not (forgotten and event["name"] == "Grouped"):
                lived.setdefault(group, []).append(event)
    for group, events in own.items():
        said = ("Identified", "Grouped") if forgotten else ("Identified",)
        lived.setdefault(group, []).extend(event for event in events if event["name"] in said)
    found = {}
    for group, events in lived.items():
        people = [contact for contact in contacts.values() if place_of(contact) == group]
        members = Counter(contact.stage for contact in people)
        said_at = Counter(event["at"] for event in events if event["name"] in ("Grouped", "Identified"))
        ambiguous = any(times > 1 for times in said_at.values())
        found[group] = Company(by_time(events), definitions, zone, members=members, ambiguous=ambiguous, people=people)
    return found


def _in_companies(pk: str, events: Sequence[Event]) -> Iterator[tuple[str, Event]]:
    group = ""
    for event in events:
        stated = _stated(event)
        group = stated or group
        if stated:
            yield group, event
        elif group and event["name"] not in ("Grouped", "Identified"):
            yield group, {**event, "properties": {**event.get("properties", {}), "member": pk}}


def _stated(event: Event) -> str:
    proven = event["name"] == "Grouped" and event["standing"] == "proven"
    return str(event.get("properties", {}).get("group_id") or "") if proven else ""
