"""Who opened and clicked, told again from what was reported about each mail, by looking at all of it with all of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Plain = Mapping[str, Any]

_PEOPLE = {"Email Opened": "Email Opened by Machine", "Email Link Clicked": "Email Link Clicked by Machine"}
_ENGAGED = {*_PEOPLE, *_PEOPLE.values()}
SCANNER = "ExampleScanner/1.0"
NOTHING = "https://go.example.com/p/quiet"


def misjudged(events: Iterable[Plain]) -> Iterator[str]:
    """``events`` are one contact's, as stored."""
    by_mail: dict[str, list[Plain]] = {}
    everything = list(events)
    for event in everything:
        by_mail.setdefault(event.get("properties", {}).get("message", ""), []).append(event)
    found = {one["properties"]["event"] for one in everything if one["name"] == "Email Machine Found"}
    for reports in by_mail.values():
        for one in reports:
            if one["name"] not in _ENGAGED:
                continue
            machine = is_a_machine(one, reports)
            stored = one["name"] in _PEOPLE.values()
            if stored is not machine or bool(one["properties"].get("machine")) is not machine:
                yield f"{one['id']} is {one['name']!r}, and a machine: {machine}"
            if machine and not _says_so(one) and one["id"] not in found:
                yield f"{one['id']} counted as a person's, and nobody had the contact counted again"


def is_a_machine(one: Plain, reports: Iterable[Plain]) -> bool:
    if _says_so(one):
        return True
    others = list(reports)
    clicks = [other for other in others if "Clicked" in other["name"]]
    for click in clicks:
        if click["properties"]["link"].startswith(NOTHING) and abs(click["at"] - one["at"]) <= 60_000:
            return True
        second = [other for other in clicks if click["at"] <= other["at"] <= click["at"] + 1_000]
        if len({other["properties"]["link"] for other in second}) > 2 and 0 <= one["at"] - click["at"] <= 1_000:
            return True
    delivered = [other["at"] for other in others if other["name"] == "Email Delivered"]
    return any(-60_000 <= one["at"] - at < 5_000 for at in delivered)


def _says_so(one: Plain) -> bool:
    agent = one.get("context", {}).get("original", {}).get("userAgent", "")
    is_trap = one["properties"].get("link", "").startswith(NOTHING)
    return agent == SCANNER or is_trap


def first_by_people(events: Iterable[Plain], message: str) -> tuple[int | None, int | None]:
    """When a person opened the mail first, and clicked in it first."""
    about = [one for one in events if one.get("properties", {}).get("message") == message]
    moments = [[one["at"] for one in about if one["name"] == name] for name in _PEOPLE]
    opened, clicked = (min(found, default=None) for found in moments)
    return opened, clicked
