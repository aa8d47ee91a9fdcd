"""Every number, by hand on small examples and against scikit-learn on large ones."""

import random

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from leadwell.scoring.replay.separation import auc, auc_difference, lift, separation, share


def drawn(number: int, seed: int, apart: float = 1.0) -> tuple[list[float], list[bool]]:
    chance = random.Random(seed)
    converted = [chance.random() < 0.3 for _ in range(number)]
    # Rounded, so that many are equal.
    return [round(chance.gauss(apart if one else 0, 1), 1) for one in converted], converted


def test_the_area_by_hand():
    # Of the six pairs (converted, not), 30 beats all three, 10 beats one and equals one.
    assert auc([30, 10, 20, 10, 0], [True, True, False, False, False]).value == pytest.approx(4.5 / 6)
    assert auc([2, 2, 1, 0], [True, True, False, False]).value == 1
    assert auc([0, 0, 1, 1], [True, True, False, False]).value == 0
    assert auc([7, 7, 7, 7], [True, False, True, False]).value == 0.5


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_scikit_learns(seed: int):
    scores, converted = drawn(300, seed)
    assert auc(scores, converted).value == pytest.approx(roc_auc_score(converted, scores))


def test_the_variance_by_hand():
    """Three who converted at 3, 2, 0 and two who did not at 1, 1: shares above are 1, 1, 0 and 2/3, 2/3."""
    found = auc([3, 2, 0, 1, 1], [True, True, True, False, False])
    deviation = ((1 / 3) / 3) ** 0.5  # the variance of 1, 1, 0 is 1/3, that of 2/3, 2/3 is 0
    assert found.value == pytest.approx(2 / 3)
    assert found.low == pytest.approx(2 / 3 - 1.959964 * deviation)
    assert found.high == 1  # no area is larger


def pairs_won(scores: np.ndarray, converted: np.ndarray) -> float:
    """The area as it is defined, pair by pair."""
    gaps = scores[converted == 1][:, None] - scores[converted == 0][None, :]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)


def test_the_interval_is_the_bootstraps():
    scores, converted = drawn(400, 11)
    new = [score + noise for score, noise in zip(scores, np.random.default_rng(3).normal(0, 1, 400), strict=True)]
    given = np.array([scores, new, converted])
    chance, areas = np.random.default_rng(5), []
    for _ in range(800):
        old, other, became = given[:, chance.integers(0, 400, 400)]
        areas.append((pairs_won(old, became), pairs_won(other, became)))
    first, second = np.array(areas).T
    for found, values in ((auc(scores, converted), first), (auc_difference(scores, new, converted), second - first)):
        low, high = np.quantile(values, [0.025, 0.975])
        assert found.low == pytest.approx(low, abs=0.015)
        assert found.high == pytest.approx(high, abs=0.015)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Two normal distributions one deviation apart have an area of 0.76025."""
    chance, held = np.random.default_rng(2), 0
    for _ in range(300):
        scores = [*chance.normal(1, 1, 60), *chance.normal(0, 1, 90)]
        found = auc(scores, [True] * 60 + [False] * 90)
        held += found.low <= 0.76025 <= found.high
    assert 0.91 <= held / 300 <= 0.98


def test_models_that_order_alike_do_not_differ():
    scores, converted = drawn(200, 7)
    found = auc_difference(scores, [3 * score + 5 for score in scores], converted)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_the_difference_is_surer_than_the_two_areas():
    scores, converted = drawn(500, 9)
    better = [score + (0.5 if one else 0) for score, one in zip(scores, converted, strict=True)]
    found = auc_difference(scores, better, converted)
    both = auc(scores, converted), auc(better, converted)
    assert found.value == pytest.approx(both[1].value - both[0].value)
    assert found.high - found.low < min(one.high - one.low for one in both) / 2
    assert found.low > 0


def test_lift_by_hand():
    """Twenty contacts, four conversions: both of the first two, one of the next, one of the last."""
    scores = list(range(20, 0, -1))
    converted = [place in (0, 1, 2, 19) for place in range(20)]
    assert lift(scores, converted) == pytest.approx((5, 2.5, 0, 0, 0, 0, 0, 0, 0, 2.5))


def test_equal_scores_share_what_became_of_them():
    converted = [True] * 3 + [False] * 27
    assert lift([0] * 30, converted) == pytest.approx((1,) * 10)
    # Five of thirty have points, and all conversions: three of them are the first tenth, two go to the second.
    assert lift([9] * 5 + [0] * 25, converted) == pytest.approx((6, 4, 0, 0, 0, 0, 0, 0, 0, 0))


def test_lift_adds_up():
    scores, converted = drawn(503, 4)
    assert sum(lift(scores, converted)) == pytest.approx(10)


def test_the_curve_runs_from_corner_to_corner_through_the_threshold():
    found = separation([30, 10, 20, 10, 0], [True, True, False, False, False], threshold=20)
    assert (found.curve[0], found.curve[-1]) == ((0, 0), (1, 1))
    assert found.at_threshold is not None
    assert found.at_threshold == pytest.approx((1 / 3, 0.5))
    assert found.at_threshold in found.curve
    assert separation([30, 10, 20, 10, 0], [True, True, False, False, False]).at_threshold is None


def test_shares_have_wilsons_interval():
    found = share(8, 10).estimate
    assert found is not None
    # Wilson (1927): (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.490162, 0.943318), abs=1e-6)
    assert share(0, 0).estimate is None
    nobody = share(0, 10).estimate
    assert nobody is not None and nobody.low == 0 < nobody.high
