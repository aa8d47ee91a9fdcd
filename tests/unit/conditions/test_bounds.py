"""A contact never carries its history: what is kept has bounds, and this is what happens at them."""

from typing import Any

import pytest

from leadwell.clock import DAY, FOREVER, HOUR
from leadwell.conditions.answer import Answer
from leadwell.conditions.remembering import MOST_AMOUNTS, MOST_VALUES
from leadwell.contacts.folding import facts_of, recount
from leadwell.errors import Refused
from leadwell.tracking.events import Event, Standing
from tests.fakes.world import TEMPLATES
from tests.unit.conditions.naive import Definitions
from tests.unit.conditions.strategies import START, catalog_of

MONTH = 30 * DAY
LATER = START + 10 * DAY


def _hourly(values: list[Any]) -> list[Event]:
    """One event an hour, each with the next of the values as ``k``."""
    return [
        Event(
            contact="c1",
            id=f"e{hour:03d}",
            at=START + hour * HOUR,
            type="track",
            name="A",
            standing=Standing.PROVEN,
            properties={"k": value},
        )
        for hour, value in enumerate(values)
    ]


def _answer(condition: dict[str, Any], values: list[Any], at: int = LATER) -> Answer:
    catalog = catalog_of(Definitions(segments={"probe": {"event": "A", **condition}}))
    contact = recount("c1", _hourly(values), catalog, "UTC", at).contact
    return catalog.segments["probe"].evaluate(facts_of(contact, catalog, "UTC"), at)


def _holds(condition: dict[str, Any], values: list[Any], at: int = LATER) -> bool:
    return _answer(condition, values, at)[0]


@pytest.mark.parametrize("count", [99, 100])
def test_up_to_a_hundred_amounts_leave_a_window_one_by_one(count: int) -> None:
    amounts = [1] * count
    assert _answer({"sum": "k", "at_least": count, "within": MONTH}, amounts) == (True, START + MONTH)
    assert _answer({"sum": "k", "at_least": count - 1, "within": MONTH}, amounts) == (True, START + HOUR + MONTH)
    assert _answer({"sum": "k", "at_least": count + 1, "within": MONTH}, amounts) == (False, FOREVER)


@pytest.mark.parametrize(("count", "together"), [(101, 2), (102, 3), (150, 51)])
def test_of_more_amounts_the_oldest_leave_together_with_the_newest_of_them(count: int, together: int) -> None:
    amounts = [1] * count
    leaves = START + (together - 1) * HOUR + MONTH
    # Nothing is lost: the sum is right for as long as all are inside.
    assert _answer({"sum": "k", "exactly": count, "within": MONTH}, amounts) == (True, leaves)
    assert _answer({"sum": "k", "at_least": 100, "within": MONTH}, amounts) == (True, leaves)
    assert _answer({"sum": "k", "at_least": 99, "within": MONTH}, amounts) == (True, leaves + HOUR)


def test_averages_and_extremes_of_those_that_leave_together() -> None:
    amounts = [-50, 250, *[1] * 99]
    leaves = START + HOUR + MONTH
    assert _answer({"minimum": "k", "at_most": -50, "within": MONTH}, amounts) == (True, leaves)
    assert _answer({"maximum": "k", "at_least": 250, "within": MONTH}, amounts) == (True, leaves)
    assert _answer({"average": "k", "exactly": 299 / 101, "within": MONTH}, amounts) == (True, leaves)


@pytest.mark.parametrize("count", [99, 100, 101, 1000])
def test_without_a_window_no_amount_is_lost(count: int) -> None:
    assert _answer({"sum": "k", "exactly": count}, [1] * count, START + 100 * DAY) == (True, FOREVER)


@pytest.mark.parametrize(("amount", "counts"), [(9e29, True), (-9e29, True), (1e30, False), (float("inf"), False)])
def test_amounts_that_no_table_can_hold_are_as_if_they_had_not_been_sent(amount: float, counts: bool) -> None:
    for window in ({}, {"within": MONTH}):
        assert _holds({"maximum": "k", "at_least": 2, **window}, [1, abs(amount)]) is counts
        assert _holds({"minimum": "k", "less_than": 0, **window}, [1, -abs(amount)]) is counts


@pytest.mark.parametrize(("others", "known"), [(48, True), (49, True), (50, False)])
def test_fifty_values_are_told_apart_and_the_one_not_met_for_longest_is_forgotten(others: int, known: bool) -> None:
    """With it 49, 50 and 51."""
    values = ["first", *range(others), "first"]
    assert _holds({"by": "k", "at_least": 2}, values) is known


def test_a_value_that_was_met_again_is_kept() -> None:
    assert _holds({"by": "k", "at_least": 3}, ["first", *range(40), "first", *range(100, 140), "first"])


@pytest.mark.parametrize("wanted", [49, 50, 51, 99, 100])
def test_up_to_a_hundred_different_values_are_counted(wanted: int) -> None:
    condition = {"distinct": "k", "at_least": wanted}
    assert not _holds(condition, [*range(wanted - 1), 0])
    assert _holds(condition, [*range(wanted)])
    assert _holds(condition, [*range(wanted + 1)])
    window = {**condition, "within": MONTH}
    assert _answer(window, [*range(wanted)]) == (True, START + MONTH)
    assert _answer(window, [*range(wanted), 0]) == (True, START + HOUR + MONTH)


@pytest.mark.parametrize(
    ("condition", "truths"),
    [
        ({"at_least": 100}, (False, True, True)),
        ({"at_most": 99}, (True, False, False)),
        ({"at_most": 100}, (True, True, False)),
        ({"exactly": 100}, (False, True, False)),
        ({"more_than": 100}, (False, False, True)),
        ({"less_than": 100}, (True, False, False)),
        ({"by": "k", "at_least": 100}, (False, True, True)),
        ({"by": "k", "at_most": 100}, (True, True, False)),
        ({"distinct": "k", "at_most": 1}, (True, True, True)),
    ],
)
def test_a_hundred_times(condition: dict[str, Any], truths: tuple[bool, bool, bool]) -> None:
    """After 99, 100 and 101."""
    for window in ({}, {"within": MONTH}):
        assert tuple(_holds({**condition, **window}, ["x"] * count) for count in (99, 100, 101)) == truths


@pytest.mark.parametrize("word", ["at_least", "at_most", "more_than", "less_than", "exactly"])
def test_nobody_counts_beyond_a_hundred(word: str) -> None:
    _answer({word: 100}, [])
    with pytest.raises(Refused, match="100"):
        _answer({word: 101}, [])


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("x" * 256, True),
        ("x" * 257, False),
        (list(range(50)), True),
        (list(range(51)), False),
        (["x" * 100] * 9, True),
        (["x" * 100] * 10, False),
        ({"category": "sofas"}, False),
    ],
)
def test_of_the_last_event_only_what_is_short_is_remembered(value: Any, kept: bool) -> None:
    assert _holds({"last": {"k": {"exists": True}}}, [value]) is kept
    assert _holds({"last": {"at": {"after": "2026-01-01"}}}, [value])


@pytest.mark.parametrize(("length", "counts"), [(256, True), (257, False)])
def test_values_that_are_too_long_are_not_told_apart(length: int, counts: bool) -> None:
    assert _holds({"distinct": "k", "at_least": 1}, ["x" * length]) is counts
    assert _holds({"by": "k", "at_least": 1}, ["x" * length]) is counts


def test_entries_of_a_list_are_looked_at_only_when_they_come() -> None:
    lines = [[{"category": "sofas"}]]
    assert _holds({"where": {"k": {"some": {"category": "sofas"}}}}, lines)
    with pytest.raises(Refused, match="`where`"):
        _answer({"last": {"k": {"some": {"category": "sofas"}}}}, lines)


def test_the_handbook_tells_the_bounds() -> None:
    told = (
        (TEMPLATES / "segments" / "README.md")
        .read_text("utf-8")
        .partition("\n## What is kept")[2]
        .partition("\n## ")[0]
    )
    assert f"newest {MOST_AMOUNTS} amounts" in told
    assert f"{MOST_VALUES} values" in told
