from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadwell.clock import FOREVER, SystemClock, from_iso, moment_of, to_iso, to_minute

moments = st.integers(0, FOREVER)
many = settings(derandomize=True, deadline=None, max_examples=200)


@many
@given(moments)
def test_a_moment_reads_back_from_its_text(moment: int) -> None:
    assert from_iso(to_iso(moment)) == moment


@many
@given(moments, moments)
def test_texts_sort_like_moments(one: int, other: int) -> None:
    assert (to_iso(one) < to_iso(other)) == (one < other)
    assert (to_minute(one) < to_minute(other)) == (one // 60_000 < other // 60_000)


@many
@given(st.datetimes(timezones=st.timezones()), st.integers(-14, 14))
def test_the_zone_a_datetime_is_written_in_does_not_matter(when: datetime, hours: int) -> None:
    try:
        elsewhere = when.astimezone(timezone(timedelta(hours=hours)))
    except OverflowError:
        return
    assert moment_of(when) == moment_of(elsewhere)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-10-22T03:10:00.123Z", 1792638600123),
        ("2026-10-22T03:10:00.123999Z", 1792638600123),
        ("2026-10-22T05:10:00.123+02:00", 1792638600123),
        ("2026-10-22T03:10:00.123", 1792638600123),
        ("2026-10-22T03:10Z", 1792638600000),
        ("2026-10-22", 1792627200000),
        ("1969-12-31T23:59:59.999Z", -1),
        ("9999-12-31T23:59:59Z", FOREVER),
    ],
)
def test_reading(text: str, moment: int) -> None:
    assert from_iso(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-02-30", "03:10", "1792638600123"])
def test_what_is_no_date_time(text: str) -> None:
    with pytest.raises(ValueError):
        from_iso(text)


def test_writing() -> None:
    assert to_iso(1792638600123) == "2026-10-22T03:10:00.123Z"
    assert to_minute(1792638659999) == "2026-10-22T03:10Z"


def test_the_system_clock_tells_milliseconds() -> None:
    before = datetime.now(UTC).timestamp() * 1000
    told = SystemClock().now()
    after = datetime.now(UTC).timestamp() * 1000
    assert int(before) - 1 <= told <= after + 1
