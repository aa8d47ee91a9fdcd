"""Birthdays, ends of contracts and quiet hours through two years, in twelve zones: each message once, on the right
local day, at the right time, whatever the clocks do."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from leadwell.clock import from_iso
from leadwell.definitions.library import Library
from leadwell.rehearsal.stage import Stage
from tests.fakes.memory_table import MemoryTable

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Santiago",  # changes at midnight
    "America/St_Johns",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",  # changes by half an hour
    "Africa/Casablanca",
    "Asia/Kathmandu",
)
BEGIN, END = date(2026, 1, 1), date(2028, 1, 1)
TITLE = {"en": "T", "de": "T"}


def journey(name: str, trigger: dict[str, Any]) -> dict[str, Any]:
    head = {"kind": "journey", "name": name, "title": TITLE, "description": TITLE}
    return {**head, "trigger": trigger, "steps": [{"id": "mail", "email": name}]}


JOURNEYS = (
    journey("birthday", {"date": "birthday", "at": "09:00"}),
    journey("contract", {"date": "contract_end", "offset": "-P30D", "every": "once", "at": "07:00"}),
    journey("evening", {"date": "visit", "every": "once", "at": "22:00"}),
    journey("early", {"date": "visit", "every": "once", "at": "02:30"}),
)
POLICY = {"kind": "policy", "name": "policy", "title": TITLE, "quiet_hours": [{"from": "21:00", "to": "08:00"}]}
LEAVES = {"birthday": ("09:00", 0), "contract": ("08:00", 0), "evening": ("08:00", 1), "early": ("08:00", 0)}
"""When on the wall, and how many days later."""


def published() -> Library:
    library = Library(MemoryTable())
    for one in JOURNEYS:
        library.publish("email", one["name"], {"purpose": "marketing"}, now=0, by="test")
        library.publish("journey", one["name"], one, now=0, by="test")
    library.publish("policy", "policy", POLICY, now=0, by="test")
    return library


def days_around_changes(zone: str) -> list[date]:
    """Days on which the clock is changed, and those before and after."""
    found, day = set[date](), BEGIN
    while day < END - timedelta(days=2):
        noons = [datetime(one.year, one.month, one.day, 12, tzinfo=ZoneInfo(zone)) for one in (day, day + _DAY)]
        if noons[0].utcoffset() != noons[1].utcoffset():
            found |= {day, day + _DAY, day + 2 * _DAY}
        day += _DAY
    return sorted(found)


_DAY = timedelta(days=1)


def people() -> dict[str, dict[str, str]]:
    found = {}
    for zone in ZONES:
        special = [*days_around_changes(zone), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28)]
        for number, day in enumerate(special):
            born = "1992-02-29" if number == 0 else day.replace(year=1990).isoformat()
            found[f"{zone}-{number}"] = {
                "timezone": zone,
                "birthday": born,
                "contract_end": (day + 30 * _DAY).isoformat(),
                "visit": day.isoformat(),
            }
    return found


def expected(traits: dict[str, str]) -> list[tuple[str, str]]:
    """(journey, local time), worked out from the calendar alone."""
    visit, born = date.fromisoformat(traits["visit"]), date.fromisoformat(traits["birthday"])
    on: dict[str, list[date]] = {"contract": [visit], "evening": [visit], "early": [visit], "birthday": []}
    for year in (2026, 2027):
        leap = (born.month, born.day) == (2, 29)
        on["birthday"].append(date(year, 2, 28) if leap else born.replace(year=year))
    found = []
    for name, days in on.items():
        clock_time, more = LEAVES[name]
        found += [(name, f"{day + more * _DAY} {clock_time}") for day in days if BEGIN < day < END - _DAY]
    return sorted(found)


def test_each_once_on_the_right_local_day() -> None:
    stage = Stage(published(), from_iso("2025-12-30T12:00:00Z"), words=False)
    crowd = people()
    for number, (user, traits) in enumerate(crowd.items()):
        consent = {"purpose": "marketing", "channel": "email"}
        stage.say(
            {"type": "identify", "userId": user, "traits": {"email": f"u{number}@example.com", **traits}},
            {"type": "track", "userId": user, "event": "Consent Granted", "properties": consent},
        )
    stage.advance(from_iso("2028-01-01T12:00:00Z"))
    whose = {contact.id: user for user in crowd if (contact := stage.contact(user))}
    left: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in stage.left:
        user = whose[one.message.contact]
        wall = datetime.fromtimestamp(one.at / 1000, UTC).astimezone(ZoneInfo(crowd[user]["timezone"]))
        left[user].append((one.message.journey, f"{wall:%Y-%m-%d %H:%M}"))
    assert len(crowd) > 100 and len(stage.left) > 500
    for user, traits in crowd.items():
        inside = sorted(one for one in left[user] if "2026-01-02" <= one[1] < "2027-12-31")
        wanted = [one for one in expected(traits) if "2026-01-02" <= one[1] < "2027-12-31"]
        assert inside == wanted, user
