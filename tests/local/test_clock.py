import time
from datetime import UTC, datetime

import pytest

from infra.local.clock import VirtualClock, VirtualTime, after


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-11-22T04:30:00.123", "PT3H", "2026-11-22T07:30:00.123"),
        ("2026-11-22T04:30:00", "PT90M", "2026-11-22T06:00:00"),
        ("2026-11-22T04:30:00", "P1DT12H30M5S", "2026-11-23T17:00:05"),
        ("2026-11-22T04:30:00", "P2W", "2026-12-06T04:30:00"),
        ("2026-12-31T00:00:00", "P2M", "2027-02-28T00:00:00"),
        ("2028-02-29T00:00:00", "P1Y", "2029-02-28T00:00:00"),
        ("2028-02-29T00:00:00", "P4Y", "2032-02-29T00:00:00"),
    ],
)
def test_durations_follow_the_calendar(start: str, duration: str, end: str) -> None:
    assert after(moment(start), duration) == moment(end)


@pytest.mark.parametrize("text", ["", "P", "PT", "3H", "P3H", "PT3", "-PT3H", "P1Y2", "PT1H30"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        after(0, text)


def test_work_takes_no_time_while_the_clock_is_held() -> None:
    clock = VirtualClock()
    with clock.hold():
        clock.set(5_000)
        assert clock.now() == clock.now() == 5_000
        with clock.hold():
            clock.set(6_000)
        assert clock.now() == 6_000
    assert 6_000 <= clock.now() < 7_000


def test_what_was_held_can_be_made_up_for() -> None:
    clock = VirtualClock(offset=10_000)
    before = time.time_ns() // 1_000_000
    with clock.hold(made_up=True):
        held = clock.now()
        time.sleep(0.02)
        assert clock.now() == held
        clock.set(held + 5_000)
    ended = time.time_ns() // 1_000_000
    assert before + 15_000 <= clock.now()
    assert clock.offset == pytest.approx(15_000, abs=ended - before)


def test_a_pinned_thread_sees_its_own_moment() -> None:
    clock = VirtualClock()
    with clock.pinned(42):
        assert clock.now() == 42
    assert clock.now() > 1_000_000_000_000


def test_the_emulator_sees_virtual_time() -> None:
    clock = VirtualClock()
    virtual = VirtualTime(clock)
    with clock.hold():
        clock.set(86_400_000)
        assert virtual.time() == 86_400.0
        assert virtual.strftime("%Y-%m-%d", virtual.gmtime()) == "1970-01-02"
