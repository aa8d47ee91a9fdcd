"""Marketing pauses before SES would pause everything."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY, HOUR, MINUTE, Moment, to_iso
from leadwell.consent.suppressions import Reason
from leadwell.console.auditing import entries_of
from leadwell.errors import Conflict
from leadwell.messaging.message import Message, Status, with_feedback
from leadwell.messaging.reputation import (
    Breaker,
    Counts,
    Tally,
    ask_again,
    decided,
    news,
    pause,
    read,
    resume,
)
from leadwell.messaging.reputation_words import in_german
from leadwell.wiring import _breaker_entry
from tests.fakes.memory_table import MemoryTable
from tests.unit.messaging.sending_house import NOW as ASKED
from tests.unit.messaging.sending_house import REQUESTED, House

NOW = 1_795_338_000_000
SENT = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="hello",
    template_version=1,
    purpose="marketing",
    requested_at=NOW,
    status=Status.SENT,
)


def a_table(*counts: Counts, at: Moment = NOW) -> MemoryTable:
    """``counts`` by day, today first."""
    table = MemoryTable()
    for back, one in enumerate(counts):
        tally = Tally()
        tally.days[to_iso(at - back * DAY)[:10]] = one
        tally.store(table, f"batch {back}")
    return table


@pytest.mark.parametrize(
    ("counts", "pauses"),
    [
        (Counts(200, 8, 0), True),
        (Counts(200, 7, 0), False),
        (Counts(199, 100, 0), False),
        (Counts(10_000, 399, 0), False),
        (Counts(10_000, 400, 0), True),
        (Counts(2_000, 0, 3), True),
        (Counts(1_999, 0, 3), False),
        (Counts(2_000, 0, 2), False),
        (Counts(10_000, 0, 7), False),
        (Counts(10_000, 0, 8), True),
    ],
)
def test_when_marketing_pauses(counts: Counts, pauses: bool) -> None:
    table = a_table(counts)
    assert bool(Breaker(table).holds(NOW)) is pauses
    assert read(table, NOW).state.paused is pauses


def test_the_reason_tells_the_numbers() -> None:
    reason = Breaker(a_table(Counts(1_000, 50, 0))).holds(NOW)
    assert reason == "marketing pauses: 5.0% of 1,000 mails bounced; SES reviews from 5% on"
    reason = Breaker(a_table(Counts(10_000, 0, 12))).holds(NOW)
    assert reason == "marketing pauses: 0.12% of 10,000 mails were called spam; SES reviews from 0.1% on"


def test_a_few_days_count_together_and_old_ones_no_more() -> None:
    few = Counts(1_000, 30, 0)
    assert Breaker(a_table(few, few)).holds(NOW) == ""
    assert Breaker(a_table(Counts(), Counts(), Counts(1_000, 45, 0))).holds(NOW)
    old = [Counts()] * 7
    assert Breaker(a_table(*old, Counts(1_000, 900, 0))).holds(NOW) == ""


def test_it_goes_on_when_the_rates_are_well_below_and_not_before() -> None:
    table = a_table(Counts(1_000, 50, 0))
    breaker = Breaker(table)
    assert breaker.holds(NOW)
    tally = Tally()
    tally.days[to_iso(NOW)[:10]] = Counts(1_000, 0, 0)
    tally.store(table, "good mails")
    assert breaker.holds(NOW + MINUTE), "2.5 % is below the limit and not below half of it"
    tally.store(table, "more of them")
    assert breaker.holds(NOW + 2 * MINUTE) == ""
    assert (read(table, NOW).state.paused, read(table, NOW).state.reason) == (False, "the rates have recovered")
    assert Breaker(a_table(Counts(1_000, 50, 0))).holds(NOW + 8 * DAY) == ""


def test_a_person_lets_it_go_on_and_what_was_counted_so_far_counts_no_more() -> None:
    table = a_table(Counts(1_000, 50, 0))
    assert Breaker(table).holds(NOW)
    resume(table, NOW)
    assert Breaker(table).holds(NOW) == ""
    tally = Tally()
    tally.days[to_iso(NOW)[:10]] = Counts(300, 15, 0)
    tally.store(table, "the cause was another")
    assert Breaker(table).holds(NOW).endswith("5.0% of 300 mails bounced; SES reviews from 5% on")


def test_what_a_person_pauses_no_machine_lets_go_on() -> None:
    table = a_table()
    pause(table, "the list came from a fair", NOW)
    assert Breaker(table).holds(NOW + 30 * DAY) == "marketing pauses: the list came from a fair"
    resume(table, NOW + 30 * DAY)
    assert Breaker(table).holds(NOW + 30 * DAY) == ""


def test_a_sender_looks_once_a_minute() -> None:
    table = a_table()
    breaker = Breaker(table)
    breaker.holds(NOW)
    seen = table.requests
    breaker.holds(NOW + MINUTE - 1)
    assert table.requests == seen
    breaker.holds(NOW + MINUTE)
    assert table.requests == seen + 1


def test_a_mail_counts_once_whatever_is_reported() -> None:
    delivered = with_feedback(SENT, Status.DELIVERED, NOW)
    bounced = with_feedback(SENT, Status.BOUNCED, NOW)
    complained = with_feedback(delivered, Status.COMPLAINED, NOW)
    assert news(SENT, delivered) == Counts(1, 0, 0)
    assert news(SENT, bounced) == Counts(1, 1, 0)
    assert news(delivered, complained) == Counts(0, 0, 1)
    assert news(SENT, with_feedback(SENT, Status.COMPLAINED, NOW)) == Counts(1, 0, 1)
    assert news(delivered, with_feedback(delivered, Status.DELIVERED, NOW, opened=True)) == Counts()
    assert news(delivered, with_feedback(delivered, Status.BOUNCED, NOW)) == Counts(0, 1, 0)
    assert news(SENT, with_feedback(SENT, Status.UNDELIVERED, NOW)) == Counts()
    text = replace(SENT, channel="sms")
    assert news(text, with_feedback(text, Status.BOUNCED, NOW)) == Counts()


_BATCHES = st.lists(st.tuples(st.text(min_size=1, max_size=4), st.integers(1, 9)), max_size=12)


@given(_BATCHES)
def test_no_batch_is_lost_or_counted_twice(batches: list[tuple[str, int]]) -> None:
    table = MemoryTable()
    for name, mails in batches:
        tally = Tally()
        tally.days[to_iso(NOW)[:10]] = Counts(mails, 1, 0)
        tally.store(table, name)
    assert read(table, NOW).windows[2] == Counts(sum(mails for _, mails in batches), len(batches), 0)


def test_counters_that_are_written_by_others_give_way_to_the_next() -> None:
    table = a_table(Counts(1, 0, 0))
    rivals = 0

    def rival(operation: str) -> None:
        nonlocal rivals
        if operation == "before write" and rivals < 3:
            rivals += 1
            raise Conflict

    table.on_request = rival
    tally = Tally()
    tally.days[to_iso(NOW)[:10]] = Counts(5, 0, 0)
    tally.store(table, "late")
    assert read(table, NOW).windows[2].mails == 6


def test_what_two_decide_at_once_is_decided_once() -> None:
    table = a_table(Counts(1_000, 50, 0))
    first, second = Breaker(table), Breaker(table)

    def meanwhile(operation: str) -> None:
        if operation == "before write":
            table.on_request = lambda _: None
            pause(table, "a person was quicker", NOW)

    table.on_request = meanwhile
    assert first.holds(NOW) == "marketing pauses: a person was quicker"
    assert second.holds(NOW) == first.holds(NOW)


# In front of the provider


class Waiting(House):
    def post(self) -> Any:
        return replace(super().post(), breaker=Breaker(self.table))


def test_marketing_waits_with_its_reason_and_leaves_when_it_is_over() -> None:
    house = Waiting()
    pause(house.table, "for a test", ASKED)
    assert house.send() == {}
    waiting = house.message()
    assert (house.provider.taken, waiting.status, waiting.reason) == (
        [],
        Status.REQUESTED,
        "marketing pauses: for a test",
    )
    assert waiting.due_at is not None
    assert ASKED + HOUR <= waiting.due_at <= ASKED + 2 * HOUR
    assert ask_again("m1", NOW) == ask_again("m1", NOW)
    resume(house.table, ASKED)
    house.send(now=waiting.due_at)
    assert house.message().status is Status.SENT


@pytest.mark.parametrize("purpose", ["transactional", "confirmation"])
def test_other_mails_go_out(purpose: str) -> None:
    message = replace(REQUESTED, purpose=purpose, template="confirm" if purpose == "confirmation" else "hello")
    house = Waiting(message)
    if purpose == "confirmation":
        from leadwell.contacts.contact import Consent

        house.become(traits={"email": "ann@example.com"}, consents={"marketing/email": Consent("requested", NOW)})
    pause(house.table, "for a test", NOW)
    house.send(message)
    assert house.message(message).status is Status.SENT


def test_a_bounce_is_no_rest() -> None:
    """The names of reasons are shown to people: each is said once."""
    assert len({reason.value for reason in Reason}) == len(Reason)
    assert decided(read(MemoryTable(), NOW), NOW).paused is False


def test_what_the_machine_decides_stands_in_the_audit_log_once() -> None:
    table = a_table(Counts(1_200, 54, 0))
    for _ in range(3):
        Breaker(table, _breaker_entry).holds(NOW)
    (tripped,) = entries_of(table, NOW, 10, None).entries
    assert (tripped.who, tripped.what, tripped.at) == ("reputation breaker", "marketing.paused", NOW)
    assert tripped.details == {"reason": "4.5% of 1,200 mails bounced; SES reviews from 5% on"}
    later = NOW + 8 * DAY
    assert Breaker(table, _breaker_entry).holds(later) == ""
    (recovered, *_) = entries_of(table, later, 10, None).entries
    assert (recovered.what, recovered.details) == ("marketing.resumed", {"reason": "the rates have recovered"})


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        (
            Counts(1_200, 54, 0).too_much(0.8),
            "4,5 % von 1.200 E-Mails kamen zurück; SES prüft ab 5 %",
        ),
        (
            Counts(10_000, 0, 12).too_much(0.8),
            "0,12 % von 10.000 E-Mails wurden als Spam gemeldet; SES prüft ab 0,1 %",
        ),
        ("the rates have recovered", "die Quoten haben sich erholt"),
        ("Bitte warten, wir klären das.", "Bitte warten, wir klären das."),
    ],
)
def test_the_reason_in_german(reason: str, german: str) -> None:
    assert in_german(reason) == german
