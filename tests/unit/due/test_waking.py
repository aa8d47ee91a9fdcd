"""From the due index to the queues: everything that is due, page by page, and nothing twice without need."""

import json

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, Moment, from_iso, to_minute
from leadwell.due import waking
from leadwell.due.buckets import HORIZON, LANES, Armory, bucket_minute, due_attributes, minute_start
from leadwell.due.waking import MAX_BACKLOG, SETTLED, Progress, drain, queue_of, sweep
from leadwell.store import keys
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES
from leadwell.store.table import Delete, Item, Key, Put
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryQueues, MemoryStarter

DUE = from_iso("2026-11-22T04:30:20Z")
MINUTE_OF_DUE = "2026-11-22T04:31Z"
NOW = from_iso("2026-11-22T04:31:00Z")


def ignored(operation: str) -> None:
    pass


class House:
    def __init__(self) -> None:
        self.table = MemoryTable()
        self.queues = MemoryQueues(ignored)
        self.starter = MemoryStarter(ignored)

    def due(self, key: Key, at: Moment = DUE, *, now: Moment = DUE) -> Key:
        item: Item = {"pk": key.pk, "sk": key.sk, "rev": 1, **due_attributes(key.pk, at)}
        Armory(self.table, self.starter).arm([at], now)
        self.table.write(Put(item))
        return key

    def many_due(self, number: int) -> list[Key]:
        return [self.due(keys.contact(f"c{n:04d}")) for n in range(number)]

    def drain(self, now: Moment = NOW, pages: int = 50) -> int:
        """As the state machine does: what one call answers is given to the next as JSON."""
        answer, calls = Progress(MINUTE_OF_DUE).to_json(), 0
        while answer["more"]:
            answer = drain(self.table, self.queues, Progress.from_json(answer), now, pages).to_json()
            answer, calls = json.loads(json.dumps(answer)), calls + 1
        return calls

    def sweep(self, now: Moment) -> waking.Swept:
        return sweep(self.table, self.queues, self.starter, now)

    def markers(self) -> list[str]:
        return [item["sk"] for item in self.table.query(keys.DUE, limit=1000).items]


def test_each_kind_goes_to_its_queue() -> None:
    house = House()
    contact = house.due(keys.contact("c1"))
    enrollment = house.due(keys.enrollment("c1", "welcome", "", 1))
    message = house.due(keys.message("c1", "m1"))
    house.drain()
    waiting = {queue: work for queue, work in house.queues.waiting.items() if work}
    assert waiting == {CONTACTS: [contact], ENROLLMENTS: [enrollment], MESSAGES: [message]}
    assert [queue_of(key) for key in (contact, enrollment, message)] == [CONTACTS, ENROLLMENTS, MESSAGES]


@pytest.mark.parametrize("queue", LANES)
def test_what_must_not_wait_behind_a_campaign_has_a_way_of_its_own(queue: str) -> None:
    """Though the queue of campaigns is full."""
    house = House()
    house.queues.waiting[MESSAGES] = [keys.message("c0", "m0")] * waking.MAX_BACKLOG
    campaign = house.due(keys.message("c1", "m1"))
    other = keys.message("c2", "m2")
    house.table.write(Put({"pk": other.pk, "sk": other.sk, "rev": 1, **due_attributes(other.pk, DUE, queue)}))
    house.drain()
    assert house.queues.waiting[queue] == [other]
    assert campaign not in house.queues.waiting[MESSAGES]
    house.queues.waiting[MESSAGES].clear()
    house.sweep(NOW)
    assert house.queues.waiting[MESSAGES] == [campaign], "it is remembered, and has its turn"


def test_what_nobody_knows_stays_and_keeps_nobody_from_being_woken() -> None:
    """A newer version may have written it, before it was taken back."""
    house = House()
    house.due(Key("C#c1", "X#from-the-future"))
    contact = house.due(keys.contact("c1"))
    house.drain()
    assert house.queues.waiting[CONTACTS] == [contact]
    assert house.sweep(NOW + SETTLED).woken == 1
    assert queue_of(Key("C#c1", "X#from-the-future")) is None


def test_only_its_minute_is_drained() -> None:
    house = House()
    house.due(keys.contact("later"), DUE + MINUTE)
    house.due(keys.contact("earlier"), DUE - MINUTE)
    now_due = house.due(keys.contact("now"))
    house.drain()
    assert house.queues.waiting[CONTACTS] == [now_due]


def test_nothing_is_woken_before_it_is_due() -> None:
    """An execution whose clock is ahead of ours."""
    house = House()
    house.due(keys.contact("c1"))
    house.drain(now=DUE - 1)
    assert house.queues.waiting[CONTACTS] == []
    house.drain(now=DUE)
    assert len(house.queues.waiting[CONTACTS]) == 1


@pytest.mark.parametrize("pages", [1, 2, 50])
def test_draining_goes_on_where_it_stopped(pages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "PAGE", 7)
    house = House()
    due = house.many_due(100)
    calls = house.drain(pages=pages)
    assert sorted(house.queues.waiting[CONTACTS]) == due, "each once"
    assert calls >= 100 / 7 / pages


def test_draining_changes_nothing_and_doing_it_twice_is_harmless() -> None:
    house = House()
    house.many_due(5)
    before = house.table.query(keys.contact("c0001").pk).items
    house.drain()
    house.drain()
    assert len(house.queues.waiting[CONTACTS]) == 10
    assert house.table.query(keys.contact("c0001").pk).items == before


def test_a_long_backlog_gets_no_copies() -> None:
    house = House()
    contacts = house.many_due(3)
    message = house.due(keys.message("c1", "m1"))
    house.queues.waiting[CONTACTS] = [Key("C#x", "C")] * MAX_BACKLOG
    house.drain()
    house.sweep(NOW + 5 * MINUTE)
    assert len(house.queues.waiting[CONTACTS]) == MAX_BACKLOG
    assert message in house.queues.waiting[MESSAGES], "other queues are not held up"
    house.queues.waiting[CONTACTS].clear()
    house.sweep(NOW + 10 * MINUTE)
    assert sorted(house.queues.waiting[CONTACTS]) == contacts, "they were remembered"


def test_progress_says_what_it_did() -> None:
    house = House()
    house.many_due(3)
    assert drain(house.table, house.queues, Progress(MINUTE_OF_DUE), NOW).woken == 3
    assert Progress.from_json({"minute": MINUTE_OF_DUE}) == Progress(MINUTE_OF_DUE), "as the state machine begins"


def test_the_sweep_finds_what_no_execution_woke() -> None:
    house = House()
    key = house.due(keys.contact("c1"))
    swept = house.sweep(NOW + 5 * MINUTE)
    assert house.queues.waiting[CONTACTS] == [key]
    assert (swept.minutes, swept.woken, swept.closed) == (1, 1, 0)


def test_a_sweep_in_the_very_minute_finds_it_too() -> None:
    house = House()
    house.due(keys.contact("c1"))
    house.sweep(NOW)
    assert len(house.queues.waiting[CONTACTS]) == 1


def test_a_sweep_drains_more_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "PAGE", 3)
    monkeypatch.setattr(waking, "PAGES_PER_CALL", 2)
    house = House()
    due = house.many_due(40)
    house.sweep(NOW)
    assert sorted(house.queues.waiting[CONTACTS]) == due


def test_a_marker_closes_only_when_its_minute_is_settled_and_empty() -> None:
    house = House()
    key = house.due(keys.contact("c1"))
    over = minute_start(MINUTE_OF_DUE) + SETTLED
    house.sweep(over + DAY)
    assert house.markers() == [MINUTE_OF_DUE], "something is still due"
    house.table.write(Delete(key))
    house.sweep(over)
    assert house.markers() == [MINUTE_OF_DUE], "a slow writer may still come"
    assert house.sweep(over + 1).closed == 1
    assert house.markers() == []


def test_a_minute_to_come_is_left_alone() -> None:
    house = House()
    house.due(keys.contact("c1"), NOW + HOUR)
    assert house.sweep(NOW).minutes == 0
    assert house.queues.waiting[CONTACTS] == []
    assert len(house.markers()) == 1


def test_every_far_minute_is_started_by_some_sweep_when_it_comes_near() -> None:
    house = House()
    moments = [NOW + HORIZON + n * 7 * MINUTE for n in range(1, 30)]
    for number, moment in enumerate(moments):
        house.due(keys.contact(f"c{number}"), moment, now=NOW)
    assert house.starter.minutes == set()
    now = NOW
    while now < NOW + 4 * HOUR:
        house.sweep(now)
        now += 5 * MINUTE
    assert house.starter.minutes == {bucket_minute(moment) for moment in moments}


def test_a_minute_armed_just_within_the_horizon_is_not_forgotten() -> None:
    """Whoever arms either starts it or leaves it to a later sweep: no minute falls between."""
    for second in range(-90, 91, 10):
        house = House()
        at = NOW + HORIZON + second * 1000
        Armory(house.table, house.starter).arm([at], NOW)
        for later in range(0, 30 * MINUTE, 5 * MINUTE):
            house.sweep(NOW + later)
        assert house.starter.minutes == {bucket_minute(at)}, to_minute(at)
