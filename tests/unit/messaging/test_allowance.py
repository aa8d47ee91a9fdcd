"""The account's own limit: asked for now and then, and never used up by campaigns."""

from dataclasses import replace

import pytest

from leadwell.clock import HOUR, MINUTE
from leadwell.messaging.allowance import Allowance
from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.message import Message, Status
from leadwell.messaging.outgoing import NotTaken, Quota
from tests.unit.messaging.test_sending import ANN, NOW, REQUESTED, House

RECEIPT = replace(REQUESTED, id="m9", purpose="transactional")


def asked(*answers: Quota | None) -> tuple[Allowance, list[Quota | None]]:
    left = list(answers)
    return Allowance(lambda: left.pop(0)), left


@pytest.mark.parametrize(
    ("quota", "leaves"), [(None, True), (Quota(100, 0), True), (Quota(100, 89), True), (Quota(100, 90), False)]
)
def test_the_last_tenth_is_for_receipts(quota: Quota | None, leaves: bool) -> None:
    allowance, _ = asked(quota)
    opens = allowance.opens("m1", NOW)
    assert (opens == NOW) is leaves
    assert leaves or NOW + HOUR <= opens <= NOW + 2 * HOUR


def test_it_is_asked_for_once_in_ten_minutes() -> None:
    allowance, left = asked(Quota(100, 0), Quota(100, 95))
    for minute in range(10):
        assert allowance.opens("m1", NOW + minute * MINUTE) == NOW + minute * MINUTE
    assert len(left) == 1
    assert allowance.opens("m1", NOW + 10 * MINUTE) > NOW + 10 * MINUTE
    assert left == []


def test_who_waits_does_not_come_back_all_at_once() -> None:
    allowance, _ = asked(Quota(100, 100))
    assert len({allowance.opens(f"m{n}", NOW) // MINUTE for n in range(200)}) > 40


def test_a_campaign_waits_and_a_receipt_leaves() -> None:
    house = House(REQUESTED, RECEIPT)
    allowance, _ = asked(Quota(100, 95))
    post = replace(house.post(), allowance=allowance)
    assert post.send_all([REQUESTED.key, RECEIPT.key], NOW) == {}
    assert [one.tags["leadwell_message"] for one in house.provider.taken] == ["m9"]
    waiting = house.message()
    assert (waiting.status, waiting.reason[:11]) == (Status.REQUESTED, "the account")
    assert waiting.due_at is not None and waiting.due_at > NOW + HOUR


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


@pytest.mark.parametrize(("most", "quota"), [(200.0, Quota(200.0, 7.0)), (-1.0, None), (0.0, None)])
def test_what_ses_says(most: float, quota: Quota | None) -> None:
    email = SesEmail(_Account(most), from_address="hello@example.com", from_name="", configuration_set="c")
    assert email.quota() == quota
