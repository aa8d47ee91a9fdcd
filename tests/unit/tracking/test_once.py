import pytest

from leadwell.clock import DAY, SECOND
from leadwell.errors import Conflict
from leadwell.store import keys
from leadwell.tracking.events import Event, Standing
from leadwell.tracking.once import record_all_once
from tests.fakes.memory_table import MemoryTable

NOW = 1_795_000_000_000


def _event(number: int, at: int = NOW, name: str = "Product Viewed") -> Event:
    return Event(contact="c1", id=f"m{number}", at=at, type="track", name=name, standing=Standing.ANONYMOUS)


def _stored(table: MemoryTable) -> list[tuple[str, int]]:
    return [(item["id"], item["at"]) for item in table.items("EVENT")]


def test_an_event_is_stored_once_although_its_time_differs() -> None:
    table = MemoryTable()
    record_all_once(table, [_event(1)], NOW)
    record_all_once(table, [_event(1, NOW + SECOND)], NOW + SECOND)
    assert _stored(table) == [("m1", NOW)]


def test_many_events_take_few_requests() -> None:
    table = MemoryTable()
    record_all_once(table, [_event(n) for n in range(120)], NOW)
    assert (len(_stored(table)), table.requests) == (120, 3)
    record_all_once(table, [_event(n, NOW + 1) for n in range(100, 150)], NOW)
    assert (len(_stored(table)), table.requests) == (150, 5), "once refused, once without what is known"


def test_the_same_id_twice_in_one_request_is_one_event() -> None:
    table = MemoryTable()
    record_all_once(table, [_event(1), _event(1, NOW + 1)], NOW)
    assert _stored(table) == [("m1", NOW)]


def test_an_event_stored_plainly_before_is_left_alone() -> None:
    table = MemoryTable()
    table.put_many([_event(1).to_item()])
    record_all_once(table, [_event(1), _event(2)], NOW)
    assert _stored(table) == [("m1", NOW), ("m2", NOW)]


def test_guards_expire_a_week_after_the_request_however_old_the_event() -> None:
    table = MemoryTable()
    record_all_once(table, [_event(1, NOW - 300 * DAY)], NOW)
    (guard,) = table.items("GUARD")
    assert guard["expires_at"] == (NOW + 7 * DAY) // 1000


@pytest.mark.parametrize("when", ["before write", "after write"])
def test_a_withdrawal_survives_a_crash_at_any_call(when: str) -> None:
    table = MemoryTable()

    def crash(called: str) -> None:
        if called == when:
            raise SystemExit

    table.on_request = crash
    with pytest.raises(SystemExit):
        record_all_once(table, [_event(1, name="Consent Withdrawn")], NOW)
    table.on_request = lambda called: None
    record_all_once(table, [_event(1, NOW + SECOND, "Consent Withdrawn")], NOW + SECOND)
    assert len(_stored(table)) == 1
    no = table.get(keys.withdrawals("c1"))
    assert no is not None
    assert set(no["latest"]) == {"*/*"}


def test_an_older_withdrawal_does_not_replace_a_newer_one() -> None:
    table = MemoryTable()
    record_all_once(table, [_event(1, NOW, "Consent Withdrawn"), _event(2, NOW - DAY, "Consent Withdrawn")], NOW)
    no = table.get(keys.withdrawals("c1"))
    assert no is not None
    assert no["latest"] == {"*/*": NOW}
    assert len(_stored(table)) == 2


def test_withdrawals_written_by_many_at_once_are_tried_again() -> None:
    table = MemoryTable()
    others = 2

    def interfere(called: str) -> None:
        nonlocal others
        if called == "before write" and others:
            others -= 1
            key = keys.withdrawals("c1")
            item = table.get(key)
            table.put_many(
                [{"pk": key.pk, "sk": key.sk, "kind": "NO", "rev": (item or {"rev": 0})["rev"] + 1, "latest": {}}]
            )

    table.on_request = interfere
    record_all_once(table, [_event(1, name="Consent Withdrawn")], NOW)
    assert len(_stored(table)) == 1
    others = 5
    with pytest.raises(Conflict):
        record_all_once(table, [_event(2, NOW + 1, name="Consent Withdrawn")], NOW)
