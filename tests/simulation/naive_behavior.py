"""What somebody did, as the naive recount judges it: how often, how much, first and last, in which order.

Shares no code with the package.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.simulation.naive_words import compares, flips, iso, milliseconds

Event = Mapping[str, Any]

_TOLD = (
    "Identified", "Grouped", "Aliased", "Email Sent", "Email Delivered", "Email Bounced", "Email Delayed",
    "Email Rejected", "SMS Sent", "SMS Delivered", "SMS Undelivered", "SMS Rejected",
    "Email Opened by Machine", "Email Link Clicked by Machine", "Email Machine Found",
    "Added to List", "Removed from List", "Journey Entered", "Journey Step Reached",
    "Journey Ended", "Company Updated",
)  # fmt: skip
"""What is told about a person is nothing that the person does."""


def means(condition: Mapping[str, Any], event: Event) -> bool:
    """Whether a condition speaks of such an event."""
    given = condition["event"]
    names = given if isinstance(given, list) else [given]
    named = event["name"] in names or ("*" in names and event["name"] not in _TOLD)
    said = event.get("properties", {})
    return named and all(compares(words, said.get(name)) for name, words in condition.get("where", {}).items())


def did(events: Sequence[Event], condition: Mapping[str, Any], moment: int, zone: str) -> bool:
    """Events in the order of time."""
    found = _counted(events, condition, moment)
    for end, place in (("first", 0), ("last", -1)):
        if end in condition:
            return bool(found) and all(
                compares(words, brought, moment, zone) for words, brought in _brought(found[place], condition[end])
            )
    if "sum" in condition:
        said = [event.get("properties", {}).get(condition["sum"]) for event in found]
        return _between(condition, sum(one for one in said if isinstance(one, int | float)))
    for word in ("by", "distinct"):
        if word in condition:
            values = Counter(event.get("properties", {}).get(condition[word]) for event in found)
            del values[None]
            return _between(condition, max(values.values(), default=0) if word == "by" else len(values))
    return _between(condition, len(found))


def _counted(events: Sequence[Event], condition: Mapping[str, Any], moment: int) -> list[Event]:
    window = milliseconds(condition["within"]) if "within" in condition else math.inf
    since = -math.inf
    if "since" in condition:
        other = condition["since"] if isinstance(condition["since"], dict) else {"event": condition["since"]}
        since = max((event["at"] for event in events if means(other, event)), default=-math.inf)
    return [
        event for event in events if means(condition, event) and since < event["at"] <= moment < event["at"] + window
    ]


def _between(condition: Mapping[str, Any], number: float) -> bool:
    lowest = condition.get("at_least", -math.inf if "at_most" in condition else 1)
    return bool(lowest <= number <= condition.get("at_most", math.inf))


def _brought(event: Event, compared: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    for path, words in compared.items():
        yield words, iso(event["at"]) if path == "at" else event.get("properties", {}).get(path)


def in_order(events: Sequence[Event], condition: Mapping[str, Any], moment: int) -> bool:
    """Every way of taking one event for each step is tried, from the last step back."""
    steps = [step if isinstance(step, dict) else {"event": step} for step in condition["sequence"]]
    longest = milliseconds(condition["within"]) if "within" in condition else math.inf
    recent = milliseconds(condition["completed_within"]) if "completed_within" in condition else math.inf

    def led_to(place: int, step: int) -> Iterator[int]:
        """The beginnings of all ways that lead to this event as this step."""
        if means(steps[step], events[place]):
            if step == 0:
                yield events[place]["at"]
            else:
                for before in range(place):
                    yield from led_to(before, step - 1)

    return any(
        event["at"] <= moment < event["at"] + recent
        and any(event["at"] - began <= longest for began in led_to(place, len(steps) - 1))
        for place, event in enumerate(events)
    )


def ends(events: Sequence[Event], condition: Mapping[str, Any], zone: str) -> Iterator[int]:
    """The moments at which time alone may turn the answer."""
    if "active" in condition:
        condition = {"event": "*", "within": condition["active"]}
    if "sequence" in condition:
        last, within = condition["sequence"][-1], condition.get("completed_within")
        condition = {**(last if isinstance(last, dict) else {"event": last}), "within": within}
    for event in events:
        if not means({**condition, "where": {}}, event):
            continue
        if condition.get("within"):
            yield event["at"] + milliseconds(condition["within"])
        for compared in (condition.get("first", {}), condition.get("last", {})):
            for words, brought in _brought(event, compared):
                yield from flips(words, brought, zone)
