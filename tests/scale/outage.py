"""Nothing runs for six hours while thousands of contacts are due; afterwards every message obeys its catch-up policy.

The product's own code in memory (``rehearsal.stage``). An outage is a clock that moves while nobody is woken.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from leadwell.clock import HOUR, Moment, from_iso
from leadwell.definitions.library import Library
from leadwell.rehearsal.stage import Stage
from tests.fakes.memory_table import MemoryTable

ZONE = "Europe/Berlin"
ENTERS = from_iso("2026-03-27T16:00:00Z")
"""17:00 in Berlin, on the Friday before the clocks change."""
OUTAGE = (from_iso("2026-03-27T18:00:00Z"), from_iso("2026-03-28T00:00:00Z"))
TITLE = {"en": "T", "de": "T"}
POLICY = {"kind": "policy", "name": "policy", "title": TITLE, "quiet_hours": [{"from": "21:00", "to": "08:00"}]}

_FIRST = {"id": "first", "email": "first"}
_MORE = [{"wait": "P1D"}, {"id": "second", "email": "second"}]
_WAIT = {"wait": "PT3H"}
_OWN = {"id": "first", "email": {"template": "first", "late": {"after": "PT1H", "then": "skip"}}}
_RECEIPT = {"id": "first", "email": {"template": "receipt", "purpose": "transactional"}}

JOURNEYS = {
    "send": ([_WAIT, _FIRST, *_MORE], {}),
    "skip": ([_WAIT, _FIRST, *_MORE], {"late": {"then": "skip"}}),
    "shift": ([_WAIT, _FIRST, *_MORE], {"late": {"then": "shift"}}),
    "own": ([_WAIT, _OWN, *_MORE], {"late": {"then": "send"}}),
    "patient": ([_WAIT, _FIRST, *_MORE], {"late": {"after": "P2D", "then": "skip"}}),
    "receipt": ([_WAIT, _RECEIPT], {}),
    "hour": ([_WAIT, _RECEIPT, {"wait_until": "20:30"}, {"id": "second", "email": "second"}], {}),
}
EXPECTED = {
    "send": ["28 08:00", "29 08:00"],  # a day is one of the calendar: the clocks go forward in between
    "skip": ["28 20:00"],
    "shift": ["28 20:00", "29 20:00"],
    "own": ["28 20:00"],
    "patient": ["28 08:00", "29 08:00"],
    "receipt": ["28 01:00"],
    "hour": ["28 01:00", "28 20:30"],
}
"""Days of March and times in Berlin. Due was everything on the 27th at 20:00; service is back at one in the morning."""


@dataclass(slots=True)
class Outcome:
    contacts: int
    messages: int = 0
    wrong: list[str] = field(default_factory=list)


def published() -> Library:
    library = Library(MemoryTable())
    for name, purpose in (("first", "marketing"), ("second", "marketing"), ("receipt", "transactional")):
        library.publish("email", name, {"purpose": purpose}, now=0, by="test")
    for name, (steps, more) in JOURNEYS.items():
        head = {"kind": "journey", "name": name, "title": TITLE, "description": TITLE}
        document = {**head, "trigger": {"event": "Started", "where": {"journey": name}}, "steps": steps, **more}
        library.publish("journey", name, document, now=0, by="test")
    library.publish("policy", "policy", POLICY, now=0, by="test")
    return library


def play(contacts: int) -> Outcome:
    stage = Stage(published(), ENTERS, words=False)
    names = list(JOURNEYS)
    consent = {"purpose": "marketing", "channel": "email"}
    for number in range(contacts):
        user = f"u{number}"
        stage.say(
            {"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com", "timezone": ZONE}},
            {"type": "track", "userId": user, "event": "Consent Granted", "properties": consent},
            {
                "type": "track",
                "userId": user,
                "event": "Started",
                "properties": {"journey": names[number % len(names)]},
            },
        )
    stage.advance(OUTAGE[0])
    stage.clock.moment = OUTAGE[1]
    stage.advance(OUTAGE[1] + 7 * 24 * HOUR)
    return _judged(stage, contacts)


def _judged(stage: Stage, contacts: int) -> Outcome:
    outcome = Outcome(contacts, len(stage.left))
    left: dict[str, list[Moment]] = defaultdict(list)
    for one in stage.left:
        left[one.message.contact].append(one.at)
        if one.message.purpose == "marketing" and not "08:00" <= _wall(one.at)[3:] < "21:00":
            outcome.wrong.append(f"{one.message.id} left at {_wall(one.at)}, which is quiet")
    for enrollment in stage.enrollments():
        moments = sorted(left[enrollment.contact])
        shown, wanted = [_wall(one) for one in moments], EXPECTED[enrollment.journey]
        if shown != wanted:
            outcome.wrong.append(f"{enrollment.journey}: {shown} instead of {wanted}")
        if enrollment.is_active:
            outcome.wrong.append(f"{enrollment.id} has not ended")
    if len({one.message.id for one in stage.left}) != len(stage.left):
        outcome.wrong.append("some message left twice")
    return outcome


def _wall(moment: Moment) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, ZoneInfo(ZONE)):%d %H:%M}"
