"""The account's own limit: nobody exceeds its rate, campaigns leave the last tenth to receipts, and nothing is lost."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, SECOND, Moment
from leadwell.errors import Conflict
from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.message import Message, Status
from leadwell.messaging.meter import ALL_TOGETHER, DAY_FULL, LONGEST, TOO_FAST, Later, Meter
from leadwell.messaging.outgoing import NotTaken, Quota
from tests.fakes.memory_table import MemoryTable
from tests.unit.messaging.sending_house import ANN, NOW, REQUESTED, House

RECEIPT = replace(REQUESTED, id="m9", purpose="transactional")


class Account:
    """SES's side: counts what leaves. ``others`` is what somebody else sends from it."""

    def __init__(self, rate: float, most: float = 50_000, others: int = 0) -> None:
        self.rate, self.most, self.others = rate, most, others
        self.left: list[Moment] = []
        self.asked = 0

    def quota(self) -> Quota:
        self.asked += 1
        return Quota(self.most, self.others + len(self.left), self.rate)

    def most_in_a_second(self) -> int:
        return max(sum(at <= other < at + SECOND for other in self.left) for at in self.left)


class Worker:
    """A sender with a time of its own: what it does takes a while, and then it waits."""

    def __init__(self, table: MemoryTable, account: Account, chance: Random) -> None:
        self.at = NOW + chance.randrange(200)
        self.chance = chance
        self.account = account
        self.meter = Meter(table, account.quota, lambda: self.at, self.pass_time)

    def pass_time(self, milliseconds: int) -> None:
        self.at += milliseconds

    def send(self, message: str) -> Later | None:
        later = self.meter.place(message)
        if later is None:
            self.account.left.append(self.at)
            self.at += self.chance.randrange(5, 120)
        return later


@pytest.mark.parametrize(("rate", "workers"), [(1, 2), (5, 3), (14, 2), (14, 10), (100, 20), (200, 30)])
def test_no_second_ever_has_more_than_the_account_s_rate(rate: int, workers: int) -> None:
    """However many send at the same time, each by a clock that goes on while it works; the earliest goes first."""
    table, account, chance = MemoryTable(), Account(rate), Random(rate * workers)
    house = [Worker(table, account, chance) for _ in range(workers)]
    waiting = [f"m{number}" for number in range(300)]
    put_off = 0
    while waiting:
        worker = min(house, key=lambda one: one.at)
        worker.meter.begin()
        for _ in range(min(10, len(waiting))):
            message = waiting.pop()
            later = worker.send(message)
            if later is not None:
                put_off += 1
                assert later.reason == TOO_FAST and later.until > worker.at
                worker.at = later.until
                waiting.insert(0, message)
                break
    assert len(account.left) == 300, "nothing is lost"
    assert account.most_in_a_second() <= rate
    spent = (max(account.left) - NOW) / SECOND
    assert workers * 8 < rate or put_off or spent < 2 * 300 / rate + 10, "and it is not much slower than it may be"


def test_the_day_is_counted_by_all_together_between_two_looks() -> None:
    """A hundred a day, in the sandbox: all workers know it, though SES is asked once in ten minutes."""
    table, account = MemoryTable(), Account(rate=100, most=100)
    house = [Worker(table, account, Random(number)) for number in range(5)]
    later = [worker.send(f"m{number}-{place}") for number in range(40) for place, worker in enumerate(house)]
    # The last tenth is for receipts, and for what was under way while somebody asked.
    assert 85 <= len(account.left) <= 95
    refused = [one for one in later if one is not None]
    assert {one.reason for one in refused} == {DAY_FULL}
    assert all(NOW + HOUR <= one.until <= NOW + 2 * HOUR + MINUTE for one in refused)
    assert len({one.until // MINUTE for one in refused}) > 30, "they do not come back all at once"
    assert account.asked == 5


def test_what_others_send_from_the_account_counts() -> None:
    worker = Worker(MemoryTable(), Account(rate=14, most=100, others=90), Random(1))
    assert (worker.send("m1") or Later(0, "")).reason == DAY_FULL


def test_a_new_day_comes_bit_by_bit() -> None:
    table, account = MemoryTable(), Account(rate=14, most=100, others=95)
    worker = Worker(table, account, Random(1))
    assert worker.send("m1") is not None
    account.others = 20
    worker.at += 9 * MINUTE
    assert worker.send("m1") is not None, "asked for once in ten minutes"
    worker.at += MINUTE
    assert worker.send("m1") is None


@pytest.mark.parametrize("answers", [[None, None], [Quota(100, 0, 14), None]])
def test_an_account_that_does_not_say_keeps_what_it_said(answers: list[Quota | None]) -> None:
    now = [NOW]
    meter = Meter(MemoryTable(), lambda: answers.pop(0), lambda: now[0], lambda wait: None)
    assert meter.place("m1") is None
    now[0] += HOUR
    assert meter.place("m2") is None
    assert (meter._quota is None) == (answers == [] and meter._quota is None)


def test_nobody_waits_long_for_a_place() -> None:
    pauses: list[int] = []
    now = [NOW]
    meter = Meter(MemoryTable(), lambda: Quota(10_000, 0, 1), lambda: now[0], pauses.append)
    later = [meter.place(f"m{number}") for number in range(10)]
    assert [one is None for one in later] == [True] * 5 + [False] * 5
    assert max(pauses) <= LONGEST and sum(pauses) <= ALL_TOGETHER
    assert all(one.reason == TOO_FAST and one.until >= NOW + MINUTE for one in later if one)


def test_many_at_the_same_moment_are_told_to_come_again() -> None:
    table = MemoryTable()

    def conflict(operation: str) -> None:
        if operation == "before write":
            raise Conflict(failed=(0,))

    table.on_request = conflict
    meter = Meter(table, lambda: Quota(100, 0, 14), lambda: NOW, lambda wait: None)
    with pytest.raises(Conflict):
        meter.place("m1")


def metered(house: House, quota: Quota, pauses: list[int]) -> dict[object, Exception]:
    moment = [NOW]

    def pause(wait: int) -> None:
        pauses.append(wait)
        moment[0] += wait

    meter = Meter(house.table, lambda: quota, lambda: moment[0], pause)
    post = replace(house.post(), meter=meter)
    items = house.table.items("MESSAGE")
    found = [Message.from_item(item) for item in items]
    return dict(post.send_all([one.key for one in found if one.waits], NOW))


def test_a_campaign_takes_its_turns_and_receipts_take_none() -> None:
    messages = [replace(REQUESTED, id=f"m{number}") for number in range(4)]
    receipts = [replace(RECEIPT, id=f"r{number}") for number in range(4)]
    house = House(*messages, *receipts)
    pauses: list[int] = []
    assert metered(house, Quota(1_000, 0, 10), pauses) == {}
    assert len(house.provider.taken) == 8
    assert len(pauses) == 3 and sum(pauses) == pytest.approx(334, abs=4), "places are a ninth of a second apart"


def test_a_campaign_waits_for_the_day_and_a_receipt_leaves() -> None:
    house = House(REQUESTED, RECEIPT)
    assert metered(house, Quota(100, 95, 14), []) == {}
    assert [one.tags["leadwell_message"] for one in house.provider.taken] == ["m9"]
    waiting = house.message()
    assert (waiting.status, waiting.reason) == (Status.REQUESTED, DAY_FULL)
    assert waiting.due_at is not None and NOW + HOUR < waiting.due_at < NOW + 3 * HOUR
    assert metered(house, Quota(100, 20, 14), []) == {} and house.message().status is Status.SENT


def test_what_is_too_much_now_is_due_later_and_none_is_lost() -> None:
    house = House(*[replace(REQUESTED, id=f"m{number}") for number in range(30)])
    pauses: list[int] = []
    assert metered(house, Quota(10_000, 0, 1), pauses) == {}
    found = [Message.from_item(item) for item in house.table.items("MESSAGE")]
    counts = Counter(one.status for one in found)
    assert counts[Status.SENT] + counts[Status.REQUESTED] == 30 and 20 < counts[Status.SENT] < 30
    assert sum(pauses) <= ALL_TOGETHER
    assert all(one.due_at and NOW < one.due_at < NOW + DAY for one in found if one.status is Status.REQUESTED)


@pytest.mark.parametrize(("message", "calls"), [(RECEIPT, 3), (REQUESTED, 1)])
def test_a_receipt_insists_where_campaigns_use_up_the_rate(message: Message, calls: int) -> None:
    house = House(message)
    house.provider.refusals = [NotTaken("slow down", busy=True) for _ in range(2)]
    house.send(message)
    assert len(house.provider.refusals) == max(2 - calls, 0)
    assert house.message(message).status is (Status.SENT if message is RECEIPT else Status.REQUESTED)
    assert len(house.provider.taken) == (1 if message is RECEIPT else 0)


def test_but_not_for_long_and_not_where_nobody_answers() -> None:
    house = House(RECEIPT)
    house.provider.refusals = [NotTaken("slow down", busy=True) for _ in range(9)]
    house.send(RECEIPT)
    assert (len(house.provider.refusals), house.message(RECEIPT).status) == (4, Status.REQUESTED)
    house = House(RECEIPT)
    house.provider.refusals = [NotTaken("no connection") for _ in range(9)]
    house.send(RECEIPT)
    assert len(house.provider.refusals) == 8


class _Account:
    def __init__(self, most: float) -> None:
        self.most = most

    def get_account(self) -> dict[str, dict[str, float]]:
        if not self.most:
            raise RuntimeError(ANN)
        return {"SendQuota": {"Max24HourSend": self.most, "MaxSendRate": 14.0, "SentLast24Hours": 7.0}}


@pytest.mark.parametrize(("most", "quota"), [(200.0, Quota(200.0, 7.0, 14.0)), (-1.0, None), (0.0, None)])
def test_what_ses_says(most: float, quota: Quota | None) -> None:
    email = SesEmail(_Account(most), from_address="hello@example.com", from_name="", configuration_set="c")
    assert email.quota() == quota
