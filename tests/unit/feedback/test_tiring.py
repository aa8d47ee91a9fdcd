"""Addresses at which mails come back for now, again and again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY, Moment, to_iso
from leadwell.consent.suppressions import Reason, Suppression, suppress, suppression_key
from leadwell.feedback.from_ses import translate
from leadwell.feedback.kinds import Feedback
from leadwell.feedback.recording import record_feedback
from leadwell.feedback.tiring import SoftBounces
from tests.fakes.memory_table import MemoryTable
from tests.functions.queue_records import payload

NOW = 1_795_338_000_000
ADDRESS = "robin@example.com"


def bounce(at: Moment, name: str = "bounce_transient") -> Feedback:
    given: dict[str, Any] = payload(f"ses/{name}")
    given["bounce"]["timestamp"] = to_iso(at)
    found = translate(given)
    assert found is not None
    return found


def standing(table: MemoryTable) -> Suppression | None:
    return Suppression.from_item(table.get(suppression_key(table, "email", ADDRESS)))


def test_the_bounce_after_the_third_within_a_month_lets_the_address_rest_for_three() -> None:
    table = MemoryTable()
    for day in (0, 9, 18):
        record_feedback(table, bounce(NOW + day * DAY))
        record_feedback(table, bounce(NOW + day * DAY))
        assert standing(table) is None
    last = NOW + 27 * DAY
    record_feedback(table, bounce(last))
    rest = standing(table)
    assert rest is not None
    assert (rest.reason, rest.at, rest.until) == (Reason.REST, last, last + 90 * DAY)
    assert rest.holds(last + 90 * DAY - 1)
    assert not rest.holds(last + 90 * DAY)
    item = table.get(suppression_key(table, "email", ADDRESS)) or {}
    assert item["expires_at"] * 1000 > last + 90 * DAY


def test_the_installation_says_how_many() -> None:
    table = MemoryTable()
    policy = SoftBounces(at_most=1, within=2 * DAY, rest=DAY)
    record_feedback(table, bounce(NOW), lambda: policy)
    record_feedback(table, bounce(NOW + 3 * DAY), lambda: policy)
    assert standing(table) is None
    record_feedback(table, bounce(NOW + 4 * DAY), lambda: policy)
    assert standing(table) is not None


def test_a_hard_bounce_weighs_more_than_a_rest() -> None:
    table = MemoryTable()
    policy = SoftBounces(at_most=1)
    record_feedback(table, bounce(NOW, "bounce_permanent"))
    for day in (1, 2):
        record_feedback(table, bounce(NOW + day * DAY), lambda: policy)
    found = standing(table)
    assert found is not None
    assert (found.reason, found.until) == (Reason.BOUNCE, None)


def test_after_a_rest_came_a_no() -> None:
    table = MemoryTable()
    suppress(table, "email", ADDRESS, Reason.REST, NOW, "ses", NOW + DAY)
    suppress(table, "email", ADDRESS, Reason.COMPLAINT, NOW + 5, "ses")
    found = standing(table)
    assert found is not None
    assert (found.reason, found.until) == (Reason.COMPLAINT, None)
    assert "expires_at" not in (table.get(suppression_key(table, "email", ADDRESS)) or {})


@pytest.mark.parametrize("name", ["bounce_out_of_office", "bounce_permanent"])
def test_other_bounces_are_not_counted(name: str) -> None:
    table = MemoryTable()
    for day in range(6):
        record_feedback(table, bounce(NOW + day * DAY, name))
    assert table.items("SOFT_BOUNCES") == []


_DAYS = st.lists(st.integers(0, 120), max_size=12)
_SEEDS = st.randoms(use_true_random=False)


@given(_DAYS, _SEEDS)
def test_any_order_and_any_doubles_end_the_same(days: list[int], random: Any) -> None:
    ordered, shuffled = MemoryTable(), MemoryTable()
    for day in sorted(days):
        record_feedback(ordered, bounce(NOW + day * DAY))
    again = days + random.choices(days, k=3) if days else []
    random.shuffle(again)
    for day in again:
        record_feedback(shuffled, bounce(NOW + day * DAY))
    one, other = standing(ordered), standing(shuffled)
    assert (one and (one.at, one.until)) == (other and (other.at, other.until))
