"""The due index: which minute wakes what, and that a minute is armed before anything in it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadwell.clock import FOREVER, MINUTE, Moment, from_iso, to_iso
from leadwell.due.buckets import (
    HORIZON,
    LANES,
    SHARDS,
    SPREAD,
    Armory,
    bucket,
    bucket_minute,
    due_attributes,
    execution_name,
    lane_of,
    minute_start,
)
from leadwell.store import keys
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryStarter

NOW = from_iso("2026-11-22T04:30:20.500Z")
many = settings(derandomize=True, deadline=None, max_examples=200)


class Crash(Exception):
    pass


def ignored(operation: str) -> None:
    pass


@pytest.mark.parametrize(
    ("due_at", "minute"),
    [
        ("2026-11-22T04:30:00.000Z", "2026-11-22T04:31Z"),
        ("2026-11-22T04:30:00.001Z", "2026-11-22T04:31Z"),
        ("2026-11-22T04:30:59.999Z", "2026-11-22T04:31Z"),
        ("2026-11-22T04:31:00.000Z", "2026-11-22T04:32Z"),
        ("2026-12-31T23:59:30.000Z", "2027-01-01T00:00Z"),
        ("2028-02-28T23:59:00.000Z", "2028-02-29T00:00Z"),
    ],
)
def test_something_due_is_woken_in_the_minute_that_follows(due_at: str, minute: str) -> None:
    assert bucket_minute(from_iso(due_at)) == minute


@many
@given(st.integers(0, FOREVER - MINUTE))
def test_late_by_a_minute_at_most_and_never_early(due_at: Moment) -> None:
    woken = minute_start(bucket_minute(due_at))
    assert 0 < woken - due_at <= MINUTE
    assert woken % MINUTE == 0


def test_what_a_due_item_carries() -> None:
    carried = due_attributes("C#c1", NOW)
    shards = {due_attributes(f"C#c{n}", NOW)["due_bucket"] for n in range(100)}
    assert carried["due_at"] == to_iso(NOW)
    assert carried["due_bucket"] in shards
    assert shards == {bucket("2026-11-22T04:31Z", shard) for shard in range(SPREAD)}


def test_some_queues_have_a_shard_of_their_own() -> None:
    for queue, shard in LANES.items():
        buckets = {due_attributes(f"C#c{n}", NOW, queue)["due_bucket"] for n in range(20)}
        assert buckets == {bucket("2026-11-22T04:31Z", shard)}
        assert lane_of(shard) == queue
    assert len({*LANES.values(), *range(SPREAD)}) == SHARDS, "whoever looks into all shards finds everything"
    assert [lane_of(shard) for shard in range(SPREAD)] == [None] * SPREAD


def test_an_execution_is_named_after_its_minute() -> None:
    name = execution_name("2026-11-22T04:31Z")
    assert name == "due-2026-11-22T04-31Z"
    assert len(name) <= 80
    assert not set(name) & set(' <>{}[]?*"#%\\^|~`$&,;:/')


def armed(table: MemoryTable) -> list[str]:
    return [item["sk"] for item in table.query(keys.DUE, limit=1000).items]


def test_arming_marks_a_minute_and_starts_its_execution() -> None:
    table, starter = MemoryTable(), MemoryStarter(ignored)
    Armory(table, starter).arm([NOW, None, NOW + 1000, NOW + MINUTE], NOW)
    assert armed(table) == ["2026-11-22T04:31Z", "2026-11-22T04:32Z"]
    assert starter.minutes == {"2026-11-22T04:31Z", "2026-11-22T04:32Z"}


def test_a_minute_is_armed_once_however_many_are_due_in_it() -> None:
    table, starter = MemoryTable(), MemoryStarter(ignored)
    armory = Armory(table, starter)
    armory.arm([NOW], NOW)
    requests = table.requests
    for _ in range(5):
        armory.arm([NOW], NOW)
    assert table.requests == requests
    starter.minutes.clear()
    Armory(table, starter).arm([NOW], NOW)
    assert starter.minutes == set(), "another process finds the marker and leaves the start to who set it"


def test_minutes_are_marked_in_one_request_and_those_that_are_not_there_yet_each_by_itself() -> None:
    table, starter = MemoryTable(), MemoryStarter(ignored)
    Armory(table, starter).arm([NOW + n * MINUTE for n in range(5)], NOW)
    assert (table.requests, len(starter.minutes)) == (1, 5)
    starter.minutes.clear()
    Armory(table, starter).arm([NOW + n * MINUTE for n in range(3, 7)], NOW)
    assert starter.minutes == {bucket_minute(NOW + n * MINUTE) for n in (5, 6)}
    assert table.requests == 1 + 1 + 2
    assert len(armed(table)) == 7


def test_what_is_far_ahead_is_marked_but_not_started() -> None:
    table, starter = MemoryTable(), MemoryStarter(ignored)
    Armory(table, starter).arm([NOW + HORIZON + 2 * MINUTE, NOW + HORIZON - 2 * MINUTE], NOW)
    assert len(armed(table)) == 2
    assert starter.minutes == {bucket_minute(NOW + HORIZON - 2 * MINUTE)}


def test_a_minute_whose_marker_failed_is_not_remembered_as_armed() -> None:
    table, starter = MemoryTable(), MemoryStarter(ignored)
    armory = Armory(table, starter)

    def crash(operation: str) -> None:
        raise Crash

    table.on_request = crash
    with pytest.raises(Crash):
        armory.arm([NOW], NOW)
    table.on_request = lambda operation: None
    armory.arm([NOW], NOW)
    assert starter.minutes == {"2026-11-22T04:31Z"}


def test_a_minute_whose_execution_did_not_start_is_marked_all_the_same() -> None:
    """The sweep finds the marker when the minute is over."""

    class Refusing(MemoryStarter):
        def start_delay(self, minute: str, name: str) -> None:
            raise Crash

    table = MemoryTable()
    armory = Armory(table, Refusing(ignored))
    with pytest.raises(Crash):
        armory.arm([NOW], NOW)
    assert armed(table) == ["2026-11-22T04:31Z"]


def test_the_memory_of_armed_minutes_is_bounded() -> None:
    table, starter = MemoryTable(), MemoryStarter(ignored)
    armory = Armory(table, starter)
    armory.arm([NOW + n * MINUTE for n in range(5000)], NOW)
    assert len(armory._armed) == 4096
    armory.arm([NOW], NOW)
    assert armed(table)[0] == "2026-11-22T04:31Z"
