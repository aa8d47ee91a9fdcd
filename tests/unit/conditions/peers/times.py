"""Dates, and for how long something has been so."""

from typing import Any

from leadwell.tracking.events import Event
from tests.unit.conditions.peers.equivalents import Equivalent
from tests.unit.starters.people import known

TRIAL = {"on-trial": "{trait: plan, equals: trial}"}


DAYS = "`{trait: contract_end, on: today}` `tomorrow` `yesterday` `this_week` `last_month` `next_year` ..."


def _ends(date: str) -> list[Event]:
    return [known("03-02 10:00", contract_end=date)]


def _word(word: str, inside: str, outside: str, flips: str, **named: Any) -> Equivalent:
    """A day inside, and one that time brings in when the other goes."""
    here = f"{{trait: contract_end, on: {word}}}"
    return Equivalent(
        line=DAYS, here=here, inside=_ends(inside), outside=_ends(outside), ends=flips, begins=flips, **named
    )


MIDNIGHT, SUNDAY, MONTH, YEAR = "03-20 23:00", "03-22 23:00", "03-31 22:00", "2026-12-31 23:00"
"""In Berlin the day, the week, the month and the year are over."""

TIMES = [
    _word("today", "2026-03-20", "2026-03-21", MIDNIGHT, mautic=["date", "today"]),
    _word("tomorrow", "2026-03-21", "2026-03-22", MIDNIGHT, mautic=["tomorrow"]),
    _word("yesterday", "2026-03-19", "2026-03-20", MIDNIGHT, mautic=["yesterday"]),
    _word("this_week", "2026-03-16", "2026-03-23", SUNDAY, mautic=["this week"]),
    _word("last_week", "2026-03-15", "2026-03-16", SUNDAY, mautic=["last week"]),
    _word("next_week", "2026-03-23", "2026-03-30", SUNDAY, mautic=["next week"]),
    _word("this_month", "2026-03-01", "2026-04-01", MONTH, mautic=["this month"]),
    _word("last_month", "2026-02-28", "2026-03-31", MONTH, mautic=["last month"]),
    _word("next_month", "2026-04-30", "2026-05-01", MONTH, mautic=["next month"]),
    _word("this_year", "2026-01-01", "2027-01-01", YEAR, mautic=["this year"]),
    _word("last_year", "2025-12-31", "2026-01-01", YEAR, mautic=["last year"]),
    _word("next_year", "2027-12-31", "2028-01-01", YEAR, mautic=["next year"]),
    Equivalent(
        here="{trait: birthday, anniversary: {on: today}}",
        mautic=["anniversary"],
        inside=[known("03-02 10:00", birthday="1990-03-20")],
        outside=[known("03-02 10:00", birthday="1990-03-21")],
        ends=MIDNIGHT,
        begins=MIDNIGHT,
    ),
    Equivalent(
        here="{trait: contract_end, after: today - P7D}",
        mautic=["-7 days"],
        inside=_ends("2026-03-14"),
        outside=_ends("2026-03-13"),
        ends=MIDNIGHT,
    ),
    Equivalent(
        here="{trait: contract_end, before: today + P7D}",
        mautic=["+7 days"],
        inside=_ends("2026-03-26"),
        outside=_ends("2026-03-27"),
        begins=MIDNIGHT,
    ),
    Equivalent(
        here="{trait: trial_started, within_last: P7D}",
        mautic=["IN_LAST"],
        dittofeed=["Within"],
        unomi=["propertyValueDateExpr"],
        inside=[known("03-02 10:00", trial_started="2026-03-13T12:00:00Z")],
        outside=[known("03-02 10:00", trial_started="2026-03-13T11:59:59.999Z")],
        ends="03-20 12:00:00.001",
    ),
    Equivalent(
        here="{trait: trial_ends, within_next: P7D}",
        mautic=["IN_NEXT"],
        inside=[known("03-02 10:00", trial_ends="2026-03-22T12:00:00Z")],
        outside=[known("03-02 10:00", trial_ends="2026-03-27T13:00:00Z")],
        ends="03-22 12:00:00.001",
        begins="03-20 13:00",
    ),
    Equivalent(
        here="{trait: last_visit, before: now - P7D}",
        dittofeed=["NotWithin"],
        inside=[known("03-02 10:00", last_visit="2026-03-13T11:59:59.999Z")],
        outside=[known("03-02 10:00", last_visit="2026-03-13T12:00:00Z")],
        begins="03-20 12:00:00.001",
    ),
    Equivalent(
        here="{trait: created, at_least: '2026-01-01T00:00:00Z'}",
        dittofeed=["AbsoluteTimestamp After"],
        inside=[known("03-02 10:00", created="2026-01-01T01:00:00+01:00")],
        outside=[known("03-02 10:00", created="2025-12-31T23:59:59Z")],
    ),
    Equivalent(
        here="{trait: created, less_than: '2026-01-01T00:00:00Z'}",
        dittofeed=["AbsoluteTimestamp Before"],
        inside=[known("03-02 10:00", created="2025-12-31T23:59:59Z")],
        outside=[known("03-02 10:00", created="2026-01-01T01:00:00+01:00")],
    ),
    Equivalent(
        here="{trait: contract_end, on: '2026-12-24'}",
        unomi=["isDay"],
        inside=_ends("2026-12-24"),
        outside=_ends("2026-12-25"),
    ),
    Equivalent(
        here="{not: {trait: contract_end, on: '2026-12-24'}}",
        unomi=["isNotDay"],
        inside=_ends("2026-12-25"),
        outside=_ends("2026-12-24"),
    ),
    Equivalent(
        here="{segment: on-trial, for: P14D}",
        dittofeed=["HasBeen GTE"],
        inside=[known("03-06 12:00", plan="trial")],
        # Not without a break.
        outside=[
            known("03-01 10:00", plan="trial"),
            known("03-08 10:00", plan="pro"),
            known("03-10 10:00", plan="trial"),
        ],
        begins="03-24 10:00",
        others=TRIAL,
    ),
    Equivalent(
        here="{all: [{segment: on-trial}, {not: {segment: on-trial, for: P14D}}]}",
        dittofeed=["HasBeen LT"],
        inside=[known("03-10 10:00", plan="trial")],
        outside=[known("03-06 12:00", plan="trial")],
        ends="03-24 10:00",
        others=TRIAL,
    ),
]
