import pytest

from tests.load.watching import MEGABYTE, Mark, Sample, Trend, trend


def watched(*, leak: int, table: int = 10_000, program: int = 150 * MEGABYTE, noise: int = 0) -> Trend:
    """A minute and a half at 100 events a second: bytes that an event leaves in the tables, and beside them."""
    events = [50 * n for n in range(180)]
    samples = [
        # Every twentieth sample falls into a save.
        Sample(n / 2, program + (table + leak) * made + (noise if n % 20 == 0 else 0), made)
        for n, made in enumerate(events)
    ]
    return trend(samples, Mark(table * events[0], events[0]), Mark(table * events[-1], events[-1]))


def test_growing_tables_are_no_leak() -> None:
    found = watched(leak=0)
    assert found.flat
    assert found.per_event == pytest.approx(0, abs=1)
    assert found.process[1] > found.process[0] * 1.1, "the process as a whole does grow"


def test_a_small_leak_is_found_by_the_number_of_events() -> None:
    found = watched(leak=3_000)
    assert found.rest[1] < found.rest[0] * 1.1
    assert not found.flat
    few = Trend(process=(0, 0), rest=(100 * MEGABYTE, 103 * MEGABYTE), events=1_000)
    assert few.flat and few.per_event is None, "too few events to tell"


def test_a_leak_is_found_behind_the_growth() -> None:
    found = watched(leak=10_000)
    assert not found.flat
    assert found.per_event == pytest.approx(10_000, rel=0.01)


def test_a_save_now_and_then_is_no_leak() -> None:
    assert watched(leak=0, noise=200 * MEGABYTE).flat


def test_tables_that_shrink_do_not_hide_a_leak() -> None:
    assert not watched(leak=10_000, table=-2_000).flat


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        trend([Sample(0.0, 1, 1)], Mark(0, 0), Mark(0, 0))
