from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import HOUR, MINUTE
from leadwell.errors import Broken
from leadwell.messaging.message import (
    Message,
    Status,
    claim,
    expired,
    failed,
    parked,
    released,
    sent,
    skipped,
    with_feedback,
)
from leadwell.store.table import Put
from tests.fakes.memory_table import MemoryTable

NOW = 1_795_338_000_000
LEASE = 5 * MINUTE

REQUESTED = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="cart-reminder",
    template_version=3,
    purpose="marketing",
    requested_at=NOW,
    due_at=NOW,
    journey="abandoned-cart",
    journey_version=2,
    enrollment="J#abandoned-cart#cart-7#000001",
    step="remind",
    visit=1,
    locale="de",
    data={"event": {"cart_id": "cart-7", "total": 19.5}, "journey": {"hours": 3}, "key": "cart-7"},
)
CLAIMED = claim(REQUESTED, "robin@example.com", NOW, LEASE)
UNKNOWN = expired(CLAIMED, NOW + LEASE)

PROVEN_BY_PROVIDER = (
    Status.SENT,
    Status.FAILED,
    Status.REJECTED,
    Status.UNDELIVERED,
    Status.DELIVERED,
    Status.BOUNCED,
    Status.COMPLAINED,
)


def test_an_item_reads_back_as_the_message_it_was() -> None:
    everything = replace(
        CLAIMED,
        reason="quiet hours",
        provider_id="p1",
        sent_at=1,
        delivered_at=2,
        first_opened_at=3,
        first_clicked_at=4,
        finished_at=5,
    )
    for message in (REQUESTED, CLAIMED, UNKNOWN, everything):
        assert Message.from_item(message.to_item()) == replace(message, rev=message.rev + 1)


def test_every_write_goes_over_the_revision_that_was_read() -> None:
    table = MemoryTable()
    table.write(Put(REQUESTED.to_item(), REQUESTED.rev))
    stored = Message.from_item(table.get(REQUESTED.key) or {})
    table.write(Put(claim(stored, "robin@example.com", NOW, LEASE).to_item(), stored.rev))
    assert (table.get(REQUESTED.key) or {})["rev"] == 2


def test_a_due_message_stands_in_the_due_index_and_no_other() -> None:
    item = REQUESTED.to_item()
    assert (item["due_at"], item["due_bucket"][:17]) == ("2026-11-22T09:00:00.000Z", "2026-11-22T09:01Z")
    assert CLAIMED.to_item()["due_at"] == "2026-11-22T09:05:00.000Z"
    for done in (sent(CLAIMED, "p1", NOW), skipped(REQUESTED, "no consent", NOW), parked(REQUESTED, "x"), UNKNOWN):
        assert not {"due_at", "due_bucket"} & done.to_item().keys()


def test_the_way_of_a_message_that_is_sent() -> None:
    assert REQUESTED.waits and not REQUESTED.finished
    assert (CLAIMED.status, CLAIMED.to, CLAIMED.claimed_at, CLAIMED.attempts) == (
        "claimed",
        "robin@example.com",
        NOW,
        1,
    )
    done = sent(CLAIMED, "p1", NOW + 800)
    assert (done.status, done.provider_id, done.sent_at, done.due_at) == ("sent", "p1", NOW + 800, None)
    assert done.finished


def test_only_a_requested_message_can_be_claimed() -> None:
    for message in (CLAIMED, UNKNOWN, sent(CLAIMED, "p1", NOW), skipped(REQUESTED, "x", NOW), parked(REQUESTED, "x")):
        with pytest.raises(Broken):
            claim(message, "robin@example.com", NOW, LEASE)


def test_a_throttled_message_waits_again_and_is_claimed_anew() -> None:
    later = released(CLAIMED, NOW + HOUR, "the provider asks us to slow down")
    assert (later.status, later.due_at) == ("requested", NOW + HOUR)
    assert claim(later, "robin@example.com", NOW + HOUR, LEASE).attempts == 2


def test_what_is_parked_can_be_released_but_what_may_have_left_cannot() -> None:
    assert released(parked(REQUESTED, "template broken"), NOW, "repaired").waits
    for message in (UNKNOWN, sent(CLAIMED, "p1", NOW), failed(CLAIMED, "x", NOW)):
        with pytest.raises(Broken):
            released(message, NOW, "again")
        with pytest.raises(Broken):
            skipped(message, "no consent", NOW)


def test_a_claim_expires_with_its_lease_and_nothing_else_does() -> None:
    assert expired(CLAIMED, NOW + LEASE - 1) == CLAIMED
    assert (UNKNOWN.status, UNKNOWN.due_at) == ("unknown", None)
    for message in (REQUESTED, sent(CLAIMED, "p1", NOW)):
        assert expired(message, NOW + 10 * HOUR) == message


@pytest.mark.parametrize("status", PROVEN_BY_PROVIDER)
def test_a_report_resolves_an_unknown_message(status: Status) -> None:
    resolved = with_feedback(UNKNOWN, status, NOW + 60, provider_id="p1")
    assert (resolved.status, resolved.reason, resolved.provider_id) == (status, "", "p1")
    assert resolved.finished


def test_a_report_that_overtakes_the_mark_wins_over_it() -> None:
    overtaken = with_feedback(CLAIMED, Status.DELIVERED, NOW + 900, provider_id="p1")
    marked = sent(overtaken, "p1", NOW + 800)
    assert (marked.status, marked.sent_at, marked.delivered_at) == ("delivered", NOW + 800, NOW + 900)


def test_a_vacation_answer_does_not_undo_a_delivery() -> None:
    delivered = with_feedback(sent(CLAIMED, "p1", NOW), Status.DELIVERED, NOW + 10)
    assert with_feedback(delivered, Status.UNDELIVERED, NOW + 20).status is Status.DELIVERED
    assert with_feedback(delivered, Status.BOUNCED, NOW + 20).status is Status.BOUNCED


reports = st.fixed_dictionaries(
    {
        "status": st.sampled_from(PROVEN_BY_PROVIDER),
        "at": st.integers(NOW, NOW + 50),
        "opened": st.booleans(),
        "clicked": st.booleans(),
    }
)


@given(st.sampled_from([CLAIMED, UNKNOWN, sent(CLAIMED, "p1", NOW + 20)]), st.lists(reports, max_size=6), st.data())
def test_duplicates_and_disorder_do_not_matter(start: Message, once: list[dict[str, Any]], data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(once), max_size=6)) if once else []
    shuffled = data.draw(st.permutations(once + repeated))
    assert _after(start, shuffled) == _after(start, once)


@given(st.lists(reports, min_size=1, max_size=6))
def test_a_status_only_moves_forward(given_reports: list[dict[str, Any]]) -> None:
    order = list(Status)
    message = UNKNOWN
    for report in given_reports:
        before, message = message, with_feedback(message, **report)
        assert order.index(message.status) >= order.index(before.status)


def _after(message: Message, given_reports: list[dict[str, Any]]) -> Message:
    for report in given_reports:
        message = with_feedback(message, **report, provider_id="p1")
    return message
