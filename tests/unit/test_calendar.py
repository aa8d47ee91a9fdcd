"""What a clock on the contact's wall shows: gaps, overlaps, leap days and the edges of the year, in many zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadwell.calendar import (
    DayRule,
    anniversary,
    at_local_time,
    days_later,
    local_date,
    moment_in_window,
    next_local_time,
    next_moment_of,
    parse_date,
    zone_or,
)
from leadwell.clock import DAY, FOREVER, HOUR, MINUTE, from_iso, to_iso

ZONES = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Santiago",  # changes at midnight
    "America/St_Johns",  # half an hour off
    "Pacific/Auckland",
    "Pacific/Chatham",  # a quarter of an hour off
    "Pacific/Kiritimati",  # farthest east
    "Pacific/Pago_Pago",  # farthest west
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kathmandu",
    "Africa/Casablanca",  # changes for Ramadan
    "Pacific/Apia",  # skipped a day
]
many = settings(derandomize=True, deadline=None, max_examples=300)
moments = st.integers(from_iso("1990-01-01"), from_iso("2036-12-31"))
clock_times = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda time: f"{time[0]:02d}:{time[1]:02d}")


def wall(moment: int, zone: str) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("zone", "day", "time", "moment"),
    [
        ("Europe/Berlin", "2026-03-28", "02:30", "2026-03-28T01:30:00.000Z"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00.000Z"),  # skipped: the wall shows 03:30
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00.000Z"),  # twice: the first
        ("Europe/London", "2026-03-29", "01:00", "2026-03-29T01:00:00.000Z"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00.000Z"),
        ("America/New_York", "2026-11-01", "01:15", "2026-11-01T05:15:00.000Z"),
        ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:30:00.000Z"),
        ("America/Santiago", "2026-04-04", "23:30", "2026-04-05T02:30:00.000Z"),
        ("America/St_Johns", "2026-07-01", "09:00", "2026-07-01T11:30:00.000Z"),
        ("Pacific/Chatham", "2026-07-01", "09:00", "2026-06-30T20:15:00.000Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45:00.000Z"),  # half an hour is skipped
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00.000Z"),
        ("Asia/Kathmandu", "2026-01-01", "00:00", "2025-12-31T18:15:00.000Z"),
        ("Pacific/Kiritimati", "2026-01-01", "00:00", "2025-12-31T10:00:00.000Z"),
        ("Pacific/Pago_Pago", "2025-12-31", "23:59", "2026-01-01T10:59:00.000Z"),
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T19:00:00.000Z"),  # no such day: the next, at nine
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30:00.000Z"),
    ],
)
def test_local_times(zone: str, day: str, time: str, moment: str) -> None:
    assert to_iso(at_local_time(date.fromisoformat(day), time, zone)) == moment


@many
@given(moments, clock_times, st.sampled_from(ZONES))
def test_the_next_local_time(after: int, clock_time: str, zone: str) -> None:
    found = next_local_time(clock_time, zone, after)
    assert after <= found
    shown = wall(found, zone)
    if not shown.endswith(clock_time):
        # Only a time that is skipped on its day is shown differently, and later by what was skipped.
        skipped = datetime.fromisoformat(f"{shown[:10]} {clock_time}").replace(tzinfo=ZoneInfo(zone))
        assert skipped.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != skipped.replace(tzinfo=None)
    # None was passed over: a day and the longest change of the clock are the most that may lie between.
    assert found - after <= 2 * DAY
    for earlier in range(found - DAY, found, 15 * MINUTE):
        if earlier >= after and wall(earlier, zone).endswith(clock_time):
            assert datetime.fromtimestamp(earlier / 1000, ZoneInfo(zone)).fold == 1, (
                "only a repeated time is passed over"
            )


@many
@given(moments, clock_times, st.sampled_from(ZONES))
def test_the_next_local_time_is_its_own_next(after: int, clock_time: str, zone: str) -> None:
    found = next_local_time(clock_time, zone, after)
    assert next_local_time(clock_time, zone, found) == found
    assert next_local_time(clock_time, zone, found + 1) > found


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-12-31T23:59:59.999Z", "UTC", "2026-12-31"),
        ("2026-12-31T10:00:00Z", "Pacific/Kiritimati", "2027-01-01"),
        ("2026-12-31T09:59:59.999Z", "Pacific/Kiritimati", "2026-12-31"),
        ("2027-01-01T10:59:59.999Z", "Pacific/Pago_Pago", "2026-12-31"),
        ("2027-01-01T11:00:00Z", "Pacific/Pago_Pago", "2027-01-01"),
        ("2024-02-29T11:00:00Z", "Pacific/Auckland", "2024-03-01"),
    ],
)
def test_local_dates(moment: str, zone: str, day: str) -> None:
    assert local_date(from_iso(moment), zone).isoformat() == day


@pytest.mark.parametrize(
    ("born", "year", "leap_day", "day"),
    [
        ("1990-07-14", 2026, "feb-28", "2026-07-14"),
        ("1992-02-29", 2026, "feb-28", "2026-02-28"),
        ("1992-02-29", 2026, "mar-1", "2026-03-01"),
        ("1992-02-29", 2028, "feb-28", "2028-02-29"),
        ("1992-02-29", 2028, "mar-1", "2028-02-29"),
        ("1992-02-29", 2100, "mar-1", "2100-03-01"),
        ("1992-02-28", 2028, "mar-1", "2028-02-28"),
    ],
)
def test_anniversaries(born: str, year: int, leap_day: str, day: str) -> None:
    assert anniversary(date.fromisoformat(born), year, leap_day).isoformat() == day


@many
@given(
    st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    moments,
    clock_times,
    st.sampled_from(ZONES),
    st.sampled_from(["feb-28", "mar-1"]),
)
def test_every_year_has_exactly_one_anniversary(
    born: date, after: int, clock_time: str, zone: str, leap_day: str
) -> None:
    """Walking from one to the next names every year once, on the right local day."""
    rule = DayRule(clock_time, 0, yearly=True, leap_day=leap_day)
    moment, which = next_moment_of(born, rule, zone, after)
    year = int(which)
    assert moment > after
    assert year > born.year
    for _ in range(5):
        if (day := anniversary(born, year, leap_day)) != date(2011, 12, 30):
            assert local_date(moment, zone) == day or clock_time >= "23:00"
        earlier = next_moment_of(born, rule, zone, moment - 1)
        assert earlier == (moment, str(year)), "the moment itself is found from just before it"
        following, which = next_moment_of(born, rule, zone, moment)
        assert which == str(year + 1)
        moment, year = following, year + 1


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("leap_day", ["feb-28", "mar-1"])
def test_a_leap_day_over_four_years(zone: str, leap_day: str) -> None:
    moment, days = from_iso("2026-01-01T12:00:00Z"), []
    for _ in range(4):
        rule = DayRule("09:00", 0, yearly=True, leap_day=leap_day)
        moment, _ = next_moment_of("1996-02-29", rule, zone, moment)
        days.append(wall(moment, zone))
    other = "02-28" if leap_day == "feb-28" else "03-01"
    assert days == [f"2026-{other} 09:00", f"2027-{other} 09:00", "2028-02-29 09:00", f"2029-{other} 09:00"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
@pytest.mark.parametrize("born", ["1990-01-01", "1990-12-31"])
@pytest.mark.parametrize("time", ["00:00", "09:00", "23:59"])
def test_birthdays_at_the_ends_of_the_year(zone: str, born: str, time: str) -> None:
    after = from_iso("2026-12-30T00:00:00Z")
    moment, year = next_moment_of(born, DayRule(time, 0, yearly=True), zone, after)
    assert wall(moment, zone) == f"{year}-{born[5:]} {time}"
    assert moment - after < 4 * DAY
    assert year == ("2027" if born == "1990-01-01" else "2026")


def test_the_day_of_birth_is_no_birthday() -> None:
    rule = DayRule("09:00", 0, yearly=True)
    for zone in ZONES:
        assert next_moment_of("2026-03-02", rule, zone, from_iso("2026-01-01"))[1] == "2027"
        assert next_moment_of("2026-03-02", rule, zone, from_iso("2020-01-01"))[1] == "2027"


@pytest.mark.parametrize("born", ["9999-12-31", "9998-12-31", "9990-01-01"])
def test_a_birth_at_the_end_of_all_calendars_breaks_nothing(born: str) -> None:
    """A website may send it; the contact must go on."""
    moment, _ = next_moment_of(born, DayRule("23:59", 0, yearly=True), "Pacific/Pago_Pago", from_iso("2026-01-01"))
    assert (moment < FOREVER) == (parse_date(born) is not None)


@pytest.mark.parametrize(
    ("given_value", "day"),
    [
        ("1990-07-14", date(1990, 7, 14)),
        ("1990-07-14T23:00:00Z", date(1990, 7, 14)),
        ("1992-02-29", date(1992, 2, 29)),
        ("1991-02-29", None),
        ("14.07.1990", None),
        ("07/14/1990", None),
        ("1990", None),
        ("", None),
        (None, None),
        (1990, None),
        (True, None),
        ([], None),
        ("0000-00-00", None),
        ("0001-01-01", date(1, 1, 1)),
    ],
)
def test_dates_that_websites_send(given_value: object, day: date | None) -> None:
    assert parse_date(given_value) == day


@pytest.mark.parametrize(
    "name",
    ["", "Nowhere/Land", "Europe", "../../etc/passwd", "/etc/localtime", "a\0b", "Zürich", "\ud800", "x" * 5000, " "],
)  # fmt: skip
def test_an_unknown_zone_is_the_default(name: str) -> None:
    assert zone_or(name, "Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize("name", ZONES)
def test_a_known_zone_is_itself(name: str) -> None:
    assert zone_or(name, "UTC") == name


def test_the_hour_that_comes_twice_comes_once() -> None:
    """A wait until 02:30 in the second of the two hours goes on to the next day."""
    second = from_iso("2026-10-25T01:10:00Z")
    assert wall(second, "Europe/Berlin") == "2026-10-25 02:10"
    found = next_local_time("02:30", "Europe/Berlin", second)
    assert found - second == DAY + 20 * MINUTE
    assert timedelta(milliseconds=found - second) > timedelta(milliseconds=HOUR)


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        ("2026-06-30", DayRule("09:00", -30 * DAY, yearly=False), ("2026-05-31 09:00", "2026-06-30")),
        ("2026-06-30", DayRule("09:00", 7 * DAY, yearly=False), ("2026-07-07 09:00", "2026-06-30")),
        ("1990-06-30", DayRule("09:00", -3 * DAY, yearly=True), ("2026-06-27 09:00", "2026")),
        ("1990-01-03", DayRule("09:00", -7 * DAY, yearly=True), ("2026-12-27 09:00", "2027")),
        ("2026-06-30T14:30:00", DayRule("own", -24 * HOUR, yearly=False), ("2026-06-29 14:30", "2026-06-30T14:30:00")),
        ("2026-06-30T14:30:00Z", DayRule("own", 0, yearly=False), ("2026-06-30 16:30", "2026-06-30T14:30:00Z")),
        ("2026-06-30", DayRule("own", 2 * HOUR, yearly=False), ("2026-06-30 02:00", "2026-06-30")),
    ],
)
def test_before_and_after_a_date(value: str, rule: DayRule, expected: tuple[str, str]) -> None:
    moment, which = next_moment_of(value, rule, "Europe/Berlin", from_iso("2026-03-02T08:00:00Z"))
    assert (wall(moment, "Europe/Berlin"), which) == expected


def test_a_date_that_is_over_or_none_never_comes() -> None:
    rule, now = DayRule("09:00", -30 * DAY, yearly=False), from_iso("2026-03-02T08:00:00Z")
    assert next_moment_of("2026-03-10", rule, "UTC", now)[0] == FOREVER
    assert next_moment_of("soon", rule, "UTC", now)[0] == FOREVER


@pytest.mark.parametrize(
    ("after", "weekdays", "expected"),
    [
        ("2026-03-02 10:00", range(7), "2026-03-02 10:00"),
        ("2026-03-02 08:00", range(7), "2026-03-02 09:00"),
        ("2026-03-02 17:00", range(7), "2026-03-03 09:00"),
        ("2026-03-06 18:00", range(5), "2026-03-09 09:00"),
    ],
)
def test_a_window_of_the_day(after: str, weekdays: range, expected: str) -> None:
    zone = "Europe/Berlin"
    moment = at_local_time(date.fromisoformat(after[:10]), after[11:], zone)
    assert wall(moment_in_window("09:00", "17:00", zone, moment, weekdays), zone) == expected


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    late = at_local_time(date(2026, 3, 7), "01:00", "UTC")  # a Saturday; the window began on Friday
    assert moment_in_window("22:00", "03:00", "UTC", late, [4]) == late
    assert wall(moment_in_window("22:00", "03:00", "UTC", late, [5]), "UTC") == "2026-03-07 22:00"


@many
@given(moments, st.integers(1, 60), st.sampled_from(ZONES))
def test_days_later_the_wall_shows_the_same_time(moment: int, days: int, zone: str) -> None:
    later = days_later(moment, days, zone)
    assert later % 1000 == moment % 1000
    assert abs(later - moment - days * DAY) <= DAY  # Samoa left out a day
    day = local_date(moment, zone) + timedelta(days=days)
    assert later // MINUTE == at_local_time(day, wall(moment, zone)[-5:], zone) // MINUTE


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        ("2026-03-26T08:30", 7, "2026-04-02T07:30"),
        ("2026-10-22T07:30", 7, "2026-10-29T08:30"),
        ("2026-03-28T01:30", 1, "2026-03-29T01:30"),  # half past two is skipped: it is half past three
        ("2026-10-25T01:30", 1, "2026-10-26T01:30"),  # the second half past two, then the only one
    ],
)
def test_days_later_around_a_change_of_the_clock(at: str, days: int, expected: str) -> None:
    assert to_iso(days_later(from_iso(at), days, "Europe/Berlin"))[:16] == expected
