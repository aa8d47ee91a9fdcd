import pytest

from leadwell.clock import HOUR, MINUTE, SECOND, from_iso
from leadwell.errors import Refused
from leadwell.tracking.times import Envelope, Occurrence, occurred, stated_time

NOW = from_iso("2026-11-22T12:00:00Z")


def test_a_right_clock_is_believed() -> None:
    assert occurred(NOW - HOUR, Envelope(NOW, NOW - SECOND)) == Occurrence(NOW - HOUR, steady=True)
    assert occurred(NOW - HOUR, Envelope(NOW)) == Occurrence(NOW - HOUR, steady=True)


@pytest.mark.parametrize("skew", [-3 * MINUTE, 3 * MINUTE])
def test_a_retry_under_a_slightly_wrong_clock_gives_the_same_moment(skew: int) -> None:
    stated = NOW + skew - SECOND
    first = occurred(stated, Envelope(NOW, NOW + skew))
    second = occurred(stated, Envelope(NOW + 20 * SECOND, NOW + skew + 20 * SECOND))
    assert first == second == Occurrence(stated, steady=True)


@pytest.mark.parametrize("skew", [-6 * HOUR, 6 * HOUR, -400 * 24 * HOUR])
def test_a_wrong_clock_is_corrected_by_sent_at(skew: int) -> None:
    happened = NOW - 10 * MINUTE
    assert occurred(happened + skew, Envelope(NOW, NOW + skew)) == Occurrence(happened, steady=False)


def test_around_the_tolerance_a_guard_recognizes_retries() -> None:
    assert not occurred(NOW, Envelope(NOW, NOW - 5 * MINUTE + SECOND)).steady
    assert not occurred(NOW, Envelope(NOW, NOW - 5 * MINUTE - SECOND)).steady


def test_never_in_the_future() -> None:
    assert occurred(NOW + HOUR, Envelope(NOW, NOW)) == Occurrence(NOW, steady=False)
    assert occurred(NOW + HOUR, Envelope(NOW)) == Occurrence(NOW, steady=False)
    assert not occurred(NOW + 4 * MINUTE, Envelope(NOW)).steady, "a minute later it may count as past the tolerance"


def test_without_a_time_it_happened_now() -> None:
    assert occurred(None, Envelope(NOW, NOW)) == Occurrence(NOW, steady=False)


def test_before_1970_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        occurred(from_iso("1969-12-31T23:59:59Z"), Envelope(NOW))
    assert refused.value.field == "timestamp"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T03:39:50.036+00:00", "2026-11-22T03:39:50.036Z"),
        ("2026-11-22T05:39:50.0361234+02:00", "2026-11-22T03:39:50.036Z"),
        ("2026-11-22T03:39:50", "2026-11-22T03:39:50.000Z"),
        (" 2026-11-22 ", "2026-11-22T00:00:00.000Z"),
    ],
)
def test_spellings_of_time(text: str, moment: str) -> None:
    assert stated_time({"timestamp": text}, "timestamp") == from_iso(moment)


@pytest.mark.parametrize(
    "value", ["yesterday", "", 1795318793203, True, {}, "2026-13-01", "0001-01-01T00:00:00+23:59x"]
)
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        stated_time({"timestamp": value}, "timestamp", "originalTimestamp")
    assert refused.value.field == "timestamp"


def test_the_first_given_name_counts() -> None:
    given = {"timestamp": None, "originalTimestamp": "2026-11-22T03:39:50Z"}
    assert stated_time(given, "timestamp", "originalTimestamp") == from_iso("2026-11-22T03:39:50Z")
    assert stated_time({}, "timestamp") is None
