"""Whether two shares differ: known values, and many simulated splits of which the truth is known."""

import random
from math import comb

import pytest

from leadwell.journeys.statistics import Tally, chance, difference, interval, winner

SEEDS = range(100)


def tally(name: str, entered: int, succeeded: int) -> Tally:
    return Tally(name, entered, succeeded)


def simulated(seed: int, truth: dict[str, float], each: int) -> list[Tally]:
    chances = random.Random(seed)
    return [tally(name, each, sum(chances.random() < rate for _ in range(each))) for name, rate in truth.items()]


def test_published_intervals() -> None:
    """Newcombe 1998: 81 of 263 (Table I, method 3); 56 of 70 against 48 of 80 (Table II, method 10)."""
    one = interval(tally("a", 263, 81))
    assert (round(one.low, 4), round(one.high, 4)) == (0.2553, 0.3662)
    two = difference(tally("a", 70, 56), tally("b", 80, 48))
    assert (round(two.low, 4), round(two.high, 4)) == (0.0524, 0.3339)


def test_intervals_where_nothing_or_everything_happened() -> None:
    assert interval(tally("a", 0, 0)).high == 1
    assert interval(tally("a", 10, 0)).low == 0
    assert interval(tally("a", 10, 10)).high == pytest.approx(1)
    assert difference(tally("a", 0, 0), tally("b", 0, 0)).low == -1


@pytest.mark.parametrize(("entered", "succeeded"), [((10, 10), (8, 3)), ((7, 12), (5, 1)), ((20, 20), (0, 0))])
def test_the_exact_test_counts_the_ways(entered: tuple[int, int], succeeded: tuple[int, int]) -> None:
    (n, m), (a, b) = entered, succeeded
    ways = sum(comb(n, k) * comb(m, a + b - k) for k in range(a, min(n, a + b) + 1))
    found = chance(tally("a", n, a), tally("b", m, b))
    assert found == pytest.approx(ways / comb(n + m, a + b))


def test_large_numbers_take_no_time_and_stay_exact() -> None:
    assert chance(tally("a", 20_000, 10_000), tally("b", 20_000, 10_000)) == pytest.approx(0.504, abs=0.001)


@pytest.mark.parametrize(
    ("truth", "best"),
    [
        ({"a": 0.10, "b": 0.20}, "b"),
        ({"a": 0.35, "b": 0.22}, "a"),
        ({"a": 0.10, "b": 0.11, "c": 0.22}, "c"),
        ({"a": 0.05, "b": 0.05, "c": 0.05, "d": 0.15}, "d"),
    ],
)
def test_the_best_is_found_in_at_least_95_of_100(truth: dict[str, float], best: str) -> None:
    found = [winner(simulated(seed, truth, 500), 95) for seed in SEEDS]
    assert found.count(best) >= 95
    assert set(found) <= {best, ""}, "never another one"


@pytest.mark.parametrize("arms", [2, 3, 5])
@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5])
def test_without_a_difference_it_stays_undecided_in_at_least_95_of_100(arms: int, rate: float) -> None:
    truth = {f"arm-{number}": rate for number in range(arms)}
    assert [winner(simulated(seed, truth, 500), 95) for seed in SEEDS].count("") >= 95


def test_two_equally_good_ones_are_undecided_however_bad_the_third_is() -> None:
    truth = {"a": 0.2, "b": 0.2, "c": 0.02}
    found = [winner(simulated(seed, truth, 500), 95) for seed in SEEDS]
    assert found.count("") >= 95


def test_the_same_in_both_arms_has_no_winner() -> None:
    assert winner([tally("a", 500, 50), tally("b", 500, 50)], 80) == ""
    assert winner([tally("a", 500, 0), tally("b", 500, 0)], 80) == ""
