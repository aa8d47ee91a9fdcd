"""Scenarios as they are written."""

from datetime import date
from typing import Any

import pytest
import yaml

from leadwell.calendar import at_local_time
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import completed, read_definition
from leadwell.definitions.schema import schema
from leadwell.errors import Refused
from tests.unit.rehearsal.house import ANN, HELLO, JOURNEY, REPERTOIRE, STARTED, journey, scenario

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("when", "day", "clock_time"),
    [
        ("day 1 09:00", "2026-03-02", "09:00"),
        ("day 30 23:59", "2026-03-31", "23:59"),
        ("day 0 00:00", "2026-03-01", "00:00"),
        ("day -1 12:00", "2026-02-28", "12:00"),
        ("2027-06-15 07:30", "2027-06-15", "07:30"),
    ],
)
@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Asia/Kolkata"])
def test_a_moment_is_a_day_and_a_time_of_the_contacts_clock(when: str, day: str, clock_time: str, zone: str) -> None:
    assert scenario().moment(when, zone) == at_local_time(date.fromisoformat(day), clock_time, zone)


def test_day_one_may_be_another() -> None:
    other = scenario(starts="2028-02-28")
    assert other.moment("day 2 09:00", BERLIN) == other.moment("2028-02-29 09:00", BERLIN)
    assert other.begins(BERLIN) == other.moment("day 1 00:00", BERLIN)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"events": [{**STARTED, "at": "day one 09:00"}]}, "events[0].at"),
        ({"events": [{**STARTED, "at": "day 1 24:00"}]}, "events[0].at"),
        ({"events": [{**STARTED, "at": "2026-02-29 09:00"}]}, "events[0].at"),
        ({"events": [{"event": "Started"}]}, "events[0].at"),
        ({"events": [STARTED, {"at": "day 1 09:00", "evnt": "Started"}]}, "events[1]"),
        ({"events": [{**STARTED, "propertys": {}}]}, "events[0].propertys"),
        ({"events": [{**STARTED, "key": "secret"}]}, "events[0].key"),
        ({"events": [{"at": "day 1 09:00", "consent": "marketing"}]}, "events[0].consent"),
        ({"expect": [{"at": "day 1 09:00"}]}, "expect[0]"),
        ({"expect": [{**HELLO, "sms": "abandoned-cart"}]}, "expect[0]"),
        ({"starts": "2026-02-30"}, ""),
        ({"outcome": "done"}, "outcome"),
        ({"outcome": {"waits": 3}}, "outcome"),
        ({"holds": {"consent": 7}}, "holds.consent"),
        ({"holds": {"nothing": 7}}, "holds"),
        ({"until": "later"}, "until"),
        ({"given": {"trait": {}}}, "given.trait"),
        ({"expct": []}, "expct"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_with_its_place(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        completed(journey({}, given), {})
    assert refused.value.field == f"scenarios[1].{field}".removesuffix(".")


def test_and_with_its_line() -> None:
    text = JOURNEY + "scenarios:\n  - name: one\n    expect:\n      - {at: today, email: welcome-hello}\n"
    with pytest.raises(Refused) as refused:
        read_definition(text, {})
    assert text.splitlines()[(refused.value.line or 0) - 1].strip() == "- {at: today, email: welcome-hello}"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{"name": "a", "expect": []}, {"name": "a", "expect": []}], "two scenarios are called 'a'"),
        ([{"name": "a"}], "is missing"),
        ({"name": "a"}, "must be a list"),
        ("a", "must be a list"),
    ],
    ids=str,
)
def test_a_list_of_scenarios_with_names_of_their_own(given: Any, message: str) -> None:
    with pytest.raises(Refused, match=message):
        completed({**journey(), "scenarios": given}, {})


def test_other_kinds_have_none() -> None:
    segment = {"kind": "segment", "name": "s", "title": {"en": "S", "de": "S"}, "when": {"everyone": True}}
    with pytest.raises(Refused, match="not known here"):
        completed({**segment, "scenarios": []}, {})


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ("goal", ("goal",)),
        ("not entered", ()),
        ({"exited": "no"}, ("exited: no",)),
        (["exited", {"waits": "hello"}], ("exited", "waits: hello")),
        (None, None),
    ],
    ids=str,
)
def test_outcomes(given: Any, outcome: tuple[str, ...] | None) -> None:
    assert scenario(outcome=given).outcome == outcome


def test_they_are_no_part_of_what_is_published() -> None:
    text = yaml.safe_dump(journey({"given": ANN, "events": [STARTED], "expect": [HELLO]}))
    document = Publisher(REPERTOIRE.with_journeys([]), 0, "").check(text)
    assert document == Publisher(REPERTOIRE.with_journeys([]), 0, "").check(yaml.safe_dump(journey()))
    assert len(read_definition(text, {}).scenarios) == 1


def test_they_stand_in_the_schema() -> None:
    described = schema()["$defs"]
    assert described["JourneyDefinition"]["properties"]["scenarios"]["items"] == {"$ref": "#/$defs/Scenario"}
    assert described["Scenario"]["required"] == ["name", "expect"]
