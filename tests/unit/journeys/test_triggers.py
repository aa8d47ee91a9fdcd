"""Every kind of trigger: what starts it, under which key, and for whom."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.calendar import at_local_time
from leadwell.clock import DAY, FOREVER, HOUR, from_iso, to_iso
from leadwell.conditions.facts import Facts
from leadwell.contacts.change import Happening
from leadwell.journeys.admission import entry_key, is_fresh, is_held_out, is_meant, may_enter
from leadwell.journeys.enrollment import HELD_OUT, KEPT_OUT
from leadwell.journeys.program import Program
from leadwell.journeys.triggers.becoming import BecomesTrigger
from leadwell.journeys.triggers.date import DateTrigger
from leadwell.journeys.turning import turn_id
from leadwell.messaging.pacing import Policy
from leadwell.messaging.policy import PolicyDefinition
from leadwell.tracking.events import Name
from tests.unit.journeys.house import CONTACT, NOW, TITLE, happening, program, situation

WAIT = {"wait": "PT1H"}


def of(**trigger: Any) -> Program:
    return program(WAIT, trigger=trigger)


@pytest.mark.parametrize(
    ("trigger", "event", "key"),
    [
        ({"form": "paper"}, happening(Name.FORM_SUBMITTED, form="paper"), ""),
        ({"form": ["paper", "demo"]}, happening(Name.FORM_SUBMITTED, form="demo"), ""),
        ({"form": "paper"}, happening(Name.FORM_SUBMITTED, form="other"), None),
        ({"form": "paper"}, happening(Name.FORM_SUBMITTED), None),
        ({"link": "/spring"}, happening(Name.EMAIL_LINK_CLICKED, link="https://shop.example.com/spring?a=1"), ""),
        ({"link": "/spring"}, happening(Name.EMAIL_LINK_CLICKED, link="https://shop.example.com/summer"), None),
        ({"voucher": "birthday"}, happening(Name.VOUCHER_USED, pool="birthday", code="B7", own=True), "B7"),
        ({"voucher": "birthday"}, happening(Name.VOUCHER_USED, pool="easter", code="B7", own=True), None),
        ({"voucher": "birthday"}, happening(Name.VOUCHER_USED, pool="birthday", code="B7", own=False), None),
        ({"voucher": "birthday"}, happening(Name.VOUCHER_REDEEMED, pool="birthday", code="B7"), None),
        (
            {"voucher": "birthday", "by": "anyone"},
            happening(Name.VOUCHER_USED, pool="birthday", code="B7", own=False),
            "B7",
        ),
        ({"segment": "vip"}, Happening("entered", "e", "vip", NOW, {}), ""),
        ({"left_segment": "vip"}, Happening("left", "e", "vip", NOW, {}), ""),
        ({"left_segment": "vip"}, Happening("entered", "e", "vip", NOW, {}), None),
        ({"stage": "mql"}, Happening("stage", "s", "mql", NOW, {"from": "customer"}), ""),
        ({"stage": "mql"}, Happening("stage", "s", "sql", NOW, {"from": "mql"}), None),
        ({"manual": True}, happening(Name.JOURNEY_REQUESTED, journey="j"), ""),
        ({"manual": True}, happening(Name.JOURNEY_REQUESTED, journey="j", key="k#1"), "k_1"),
        ({"manual": True}, happening(Name.JOURNEY_REQUESTED, journey="other"), None),
        ({"manual": True}, happening("Started"), None),
        ({"segment": "vip"}, happening(Name.JOURNEY_REQUESTED, journey="j"), ""),
    ],
)
def test_what_starts_it(trigger: dict[str, Any], event: Happening, key: str | None) -> None:
    assert entry_key(of(**trigger), event) == key


@pytest.mark.parametrize(
    "trigger",
    [
        {"becomes": {"grade": {"is": ["A1", "A2"]}}},
        {"score": {"at_least": 50}},
        {"score": {"gained": 20, "within": "P1D"}},
        {"last": "Order Completed", "ago": "P90D"},
        {"last": ["Order Completed", "Trial Started"], "where": {"total": {"at_least": 10}}, "ago": "P90D"},
    ],
)
def test_something_becomes_true(trigger: dict[str, Any]) -> None:
    compiled = of(**trigger)
    turning = compiled.trigger.becoming()
    assert isinstance(compiled.trigger, BecomesTrigger) and turning is not None
    turn = turn_id(turning)
    assert compiled.trigger.started_by() == ("became", turn)
    assert entry_key(compiled, Happening("became", "b", turn, NOW, {})) == ""
    assert entry_key(compiled, Happening("became", "b", "another", NOW, {})) is None
    assert entry_key(compiled, happening(turn)) is None, "an event of that name is something else"
    assert turn_id(turning) == turn_id(of(**trigger).trigger.becoming() or turning), "the same in every process"


def test_who_is_asked_at_that_moment_also_about_what_started_it() -> None:
    grown = of(event="Started", who={"trait": "age", "at_least": 18})
    assert is_meant(grown, happening(), situation(traits={"age": 18}))
    assert not is_meant(grown, happening(), situation(traits={"age": 17}))
    assert is_meant(of(event="Started"), happening(), situation())
    same = of(event="Started", who={"trait": "plan", "same_as": "plan"})
    assert is_meant(same, happening(plan="pro"), situation(traits={"plan": "pro"}))
    assert not is_meant(same, happening(plan="free"), situation(traits={"plan": "pro"}))
    # What is asked for by hand goes the same way.
    request = happening(Name.JOURNEY_REQUESTED, journey="j")
    assert not is_meant(grown, request, situation(traits={"age": 17}))


def test_how_old_news_may_be() -> None:
    short = of(event="Started", max_age="PT1H")
    assert not is_fresh(short, happening(), NOW + HOUR + 1)
    assert is_fresh(short, happening(Name.JOURNEY_REQUESTED, journey="j"), NOW + 30 * DAY), "somebody wanted it"
    form = of(form="paper")
    assert is_fresh(form, happening(Name.FORM_SUBMITTED, form="paper"), NOW + DAY)
    assert not is_fresh(form, happening(Name.FORM_SUBMITTED, form="paper"), NOW + DAY + 1)
    assert is_fresh(of(last="X", ago="P1D"), Happening("became", "b", "t", NOW, {}), NOW + 30 * DAY)


def date(value: Any, zone: str, after: str, **trigger: Any) -> str:
    found = of(date="day", **trigger).trigger
    assert isinstance(found, DateTrigger)
    moment, key = found.next(value, zone, from_iso(after))
    return f"{to_iso(moment)[:16]} {key}" if moment < FOREVER else "never"


@pytest.mark.parametrize(
    ("value", "zone", "after", "trigger", "expected"),
    [
        ("1990-03-29", "Europe/Berlin", "2026-03-01", {}, "2026-03-29T07:00 2026"),
        ("1990-03-29", "Europe/Berlin", "2026-03-29T07:00", {}, "2027-03-29T07:00 2027"),
        ("1990-03-29", "Pacific/Auckland", "2026-03-01", {}, "2026-03-28T20:00 2026"),
        ("1990-01-10", "Europe/Berlin", "2026-12-01", {"offset": "-P30D"}, "2026-12-11T08:00 2027"),
        ("1990-12-30", "Europe/Berlin", "2026-12-31", {"offset": "P7D"}, "2027-01-06T08:00 2026"),
        ("1992-02-29", "Europe/Berlin", "2026-01-01", {}, "2026-02-28T08:00 2026"),
        ("1992-02-29", "Europe/Berlin", "2026-01-01", {"leap_day": "mar-1"}, "2026-03-01T08:00 2026"),
        ("1992-02-29", "Europe/Berlin", "2027-06-01", {}, "2028-02-29T08:00 2028"),
        ("2026-04-30", "Europe/Berlin", "2026-03-01", {"every": "once"}, "2026-04-30T07:00 2026-04-30"),
        ("2026-04-30", "Europe/Berlin", "2026-05-01", {"every": "once"}, "never"),
        ("2026-04-15", "UTC", "2026-03-01", {"every": "once", "offset": "-P30D"}, "2026-03-16T09:00 2026-04-15"),
        (
            "2026-03-29T10:00:00+02:00", "Europe/Berlin", "2026-03-01",
            {"every": "once", "offset": "-PT24H", "at": "own"}, "2026-03-28T08:00 2026-03-29T10:00:00+02:00",
        ),
        (
            "2026-03-29T10:00", "America/New_York", "2026-03-01",
            {"every": "once", "offset": "-PT2H", "at": "own"}, "2026-03-29T12:00 2026-03-29T10:00",
        ),
        ("2026-03-29", "Europe/Berlin", "2026-03-01", {"at": "02:30"}, "2027-03-29T00:30 2027"),
        ("2025-03-29", "Europe/Berlin", "2026-03-01", {"at": "02:30"}, "2026-03-29T01:30 2026"),
        ("soon", "Europe/Berlin", "2026-03-01", {}, "never"),
        (None, "Europe/Berlin", "2026-03-01", {"every": "once"}, "never"),
        ("0001-01-01T00:00:00", "Europe/Berlin", "2026-03-01", {"every": "once", "at": "own"}, "never"),
        ("0001-01-01", "Europe/Berlin", "2026-03-01", {"every": "once", "offset": "-P30D"}, "never"),
        ("0001-01-01", "Europe/Berlin", "2026-03-01", {}, "2027-01-01T08:00 2027"),
    ],
)  # fmt: skip
def test_when_a_date_comes(value: Any, zone: str, after: str, trigger: dict[str, Any], expected: str) -> None:
    assert date(value, zone, after, **trigger) == expected


def test_each_time_of_a_date_is_an_entry() -> None:
    yearly = of(date="day")
    name = yearly.trigger.started_by()[1]
    assert entry_key(yearly, Happening("date", "d", name, NOW, {"year": "2026"})) == "2026"
    assert entry_key(yearly, Happening("date", "d", name, NOW, {"year": "2026-01-01#x"})) == "2026-01-01_x"
    others = [of(date="day", **more) for more in ({"every": "once"}, {"offset": "-P1D"}, {"at": "10:00"})]
    assert len({name, *(one.trigger.started_by()[1] for one in others)}) == 4, "and none is taken for another"


def test_one_decision_for_each_thing_that_happens() -> None:
    compiled = of(event="Started")
    one = happening()
    newcomer = _enrolled(compiled, one)
    assert not may_enter(compiled, "", one, [replace(newcomer, status=KEPT_OUT, number=0)]), "told again"
    later = happening(at=NOW + 1)
    assert may_enter(compiled, "", later, [replace(newcomer, status=KEPT_OUT, number=0)])
    assert not may_enter(compiled, "", later, [replace(newcomer, status=HELD_OUT)]), "left alone for good"


def _enrolled(compiled: Program, cause: Happening) -> Any:
    from leadwell.journeys.engine import entering

    return entering(compiled, "", 1, cause, situation())


def test_chance_is_always_the_same_for_a_contact() -> None:
    def held(compiled: Program, share: float = 0) -> list[str]:
        policy = Policy(PolicyDefinition.model_validate({"title": TITLE, "holdout": share}))
        people = [replace(CONTACT, id=f"c{number}") for number in range(2000)]
        told = [replace(situation(), contact=one, policy=policy) for one in people]
        return [one.contact.id for one in told if is_held_out(compiled, one)]

    own = program(WAIT, {"email": "hello"}, holdout=10)
    assert 160 < len(held(own)) < 240
    assert held(own) == held(own)
    assert set(held(program(WAIT, {"email": "hello"}, holdout=20))) > set(held(own)), "a larger share takes more in"
    campaign, receipt = program({"email": "a"}), program({"email": {"template": "a", "purpose": "transactional"}})
    assert 60 < len(held(campaign, 5)) < 140
    assert held(campaign, 5) == held(program({"sms": "b"}, name="k"), 5), "the same people in every campaign"
    assert held(receipt, 5) == [] and held(program(WAIT), 5) == []
    assert held(campaign) == []


def test_the_day_before_a_clock_change_is_a_day() -> None:
    """Offsets in whole days are days of the calendar."""
    compiled = of(date="day", every="once", offset="-P1D", at="09:00").trigger
    assert isinstance(compiled, DateTrigger)
    moment, _ = compiled.next("2026-03-30", "Europe/Berlin", NOW)
    from datetime import date as day

    assert moment == at_local_time(day(2026, 3, 29), "09:00", "Europe/Berlin")


def test_facts_are_not_changed() -> None:
    facts = Facts(traits={"plan": "pro"})
    is_meant(of(event="Started", who={"trait": "plan", "same_as": "plan"}), happening(plan="x"), situation())
    assert facts.trigger == {}
