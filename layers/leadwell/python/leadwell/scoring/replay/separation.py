"""How well scores separate those who converted from those who did not. numpy, scipy and scikit-learn come with
``leadwell[insight]`` and are imported on use: no function in Lambda needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

CONFIDENCE = 0.95
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and the interval around it, at 95 % confidence."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``; ``estimate`` is None where the whole is nobody."""

    part: int
    whole: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Separation:
    """``auc``: how often somebody who converted has the higher score than somebody who did not, ties counting half.
    ``lift``: per tenth of the contacts, the best scores first, how many times the average share converted. ``curve``
    are the points (share of the others, share of the converted) above each score; ``at_threshold`` the one of the
    hand-over, where it is a score."""

    auc: Estimate
    lift: tuple[float, ...]
    curve: tuple[tuple[float, float], ...]
    at_threshold: tuple[float, float] | None


def separation(scores: Sequence[float], converted: Sequence[bool], threshold: float | None = None) -> Separation:
    from sklearn.metrics import roc_curve

    others, found, _ = roc_curve(converted, scores)
    point = None
    if threshold is not None:
        reached = [score >= threshold for score in scores]
        point = _share_of(reached, converted, False), _share_of(reached, converted, True)
    return Separation(
        auc=auc(scores, converted),
        lift=lift(scores, converted),
        curve=tuple(zip(map(float, others), map(float, found), strict=True)),
        at_threshold=point,
    )


def auc(scores: Sequence[float], converted: Sequence[bool]) -> Estimate:
    """With the interval of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988)."""
    areas, covariance = _delong([scores], converted)
    return _interval(areas[0], covariance[0][0], 0.0, 1.0)


def auc_difference(old: Sequence[float], new: Sequence[float], converted: Sequence[bool]) -> Estimate:
    """AUC of ``new`` minus that of ``old`` over the same contacts: the two go together, so their difference is surer
    than either of them."""
    areas, covariance = _delong([old, new], converted)
    variance = covariance[0][0] + covariance[1][1] - 2 * covariance[0][1]
    return _interval(areas[1] - areas[0], variance, -1.0, 1.0)


def lift(scores: Sequence[float], converted: Sequence[bool]) -> tuple[float, ...]:
    """Contacts with equal scores share what became of them equally, so no chance order among them counts."""
    import numpy as np

    given = np.asarray(scores, dtype=float)
    values, group = np.unique(-given, return_inverse=True)
    sizes = np.bincount(group, minlength=len(values))
    successes = np.bincount(group, weights=np.asarray(converted, dtype=float), minlength=len(values))
    reached = np.concatenate([[0.0], np.cumsum(sizes)]) / len(given)
    found = np.concatenate([[0.0], np.cumsum(successes)]) / successes.sum()
    at_tenths = np.interp(np.linspace(0, 1, TENTHS + 1), reached, found)
    return tuple(float(one) * TENTHS for one in np.diff(at_tenths))


def share(part: int, whole: int) -> Share:
    """With Wilson's interval, which stays between 0 and 1 and is sound for few."""
    from scipy.stats import binomtest

    if not whole:
        return Share(part, whole, None)
    interval = binomtest(part, whole).proportion_ci(CONFIDENCE, method="wilson")
    return Share(part, whole, Estimate(part / whole, float(interval.low), float(interval.high)))


def _share_of(reached: Sequence[bool], converted: Sequence[bool], outcome: bool) -> float:
    concerned = [one for one, became in zip(reached, converted, strict=True) if became is outcome]
    return sum(concerned) / len(concerned)


def _delong(
    models: Sequence[Sequence[float]], converted: Sequence[bool]
) -> tuple["NDArray[float64]", "NDArray[float64]"]:
    """(the AUC of each model, their covariance), by ranks (Sun and Xu, IEEE Signal Processing Letters 21, 2014)."""
    import numpy as np
    from scipy.stats import rankdata

    became = np.asarray(converted, dtype=bool)
    yes, no = int(became.sum()), int((~became).sum())
    above, below = [], []
    for scores in models:
        given = np.asarray(scores, dtype=float)
        ranks = rankdata(given)
        # For each who converted the share of the others below, for each of the others the share of those above.
        above.append((ranks[became] - rankdata(given[became])) / no)
        below.append(1 - (ranks[~became] - rankdata(given[~became])) / yes)
    areas = np.array([one.mean() for one in above])
    return areas, np.atleast_2d(np.cov(above)) / yes + np.atleast_2d(np.cov(below)) / no


def _interval(value: float, variance: float, least: float, most: float) -> Estimate:
    from scipy.stats import norm

    reach = float(norm.ppf((1 + CONFIDENCE) / 2)) * max(float(variance), 0.0) ** 0.5
    return Estimate(float(value), max(least, float(value) - reach), min(most, float(value) + reach))
