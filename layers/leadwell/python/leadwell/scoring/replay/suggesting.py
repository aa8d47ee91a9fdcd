"""Proposes points from history.

A score is a sum: the points of each rule times how often it counts, after caps, expiry and fading. So the same sum, fed
to a logistic regression at the judged moments, says what each rule was worth. Counts are brought to one spread, and an
L2 penalty of strength 1 keeps weights small that little speaks for; it is the same whatever the data, and loses its say
with many contacts. The intervals are the 2.5th and 97.5th percentiles of the weights over contacts drawn anew with
replacement, under the same penalty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from leadwell.definitions.catalog import Judgments
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.replay.enough import check_enough
from leadwell.scoring.replay.moments import History, LeftOut, Question, prospect
from leadwell.scoring.replay.replaying import Replay, replay
from leadwell.scoring.replay.separation import CONFIDENCE, Estimate, auc, auc_difference

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[float64]

DRAWS = 400
FOLDS = 5
PENALTY = 1.0
_FEWEST_ABOVE = 10
"""So few contacts at the threshold do not fix a scale."""
_NEARBY = sorted(range(80, 126), key=lambda percent: abs(percent - 100))


class Doubt(StrEnum):
    """Why a proposal is to be taken with care, or is none."""

    NONE = ""
    UNCERTAIN = "uncertain"
    """The interval contains zero: the history does not tell whether the rule speaks for or against."""
    NOBODY = "nobody_had_it"
    EVERYBODY = "everybody_had_it_alike"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``points`` are the proposed ones, rounded; ``interval`` is around them before. ``weight`` is what one count adds
    to the logarithm of the odds. Without an estimate the present points stay."""

    rule: str
    present: float
    points: float
    interval: Estimate | None
    weight: Estimate | None
    contacts: int
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``above``: how many contacts the present and the proposed points have at or above the threshold.
    ``by_threshold``: whether the points are scaled so that these are about as many, or so that they add up to as much
    as before. The AUC of the proposed points is of contacts that they were estimated without."""

    contacts: int
    converted: int
    left_out: dict[LeftOut, int]
    proposals: tuple[Proposal, ...]
    threshold: float | None
    above: tuple[int, int] | None
    by_threshold: bool
    present_auc: Estimate
    proposed_auc: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each rule counts for each judged contact, in the order of the model's rules."""

    counts: list[tuple[float, ...]]
    converted: list[bool]
    left_out: dict[LeftOut, int]


def rule_counts(
    histories: Iterable[History], question: Question, definition: ScoringDefinition, judgments: Judgments, zone: str
) -> Counted:
    """``definition`` is part of the judgments."""
    player = _counter(definition, judgments, zone)
    found = Counted([], [], {})
    for history in histories:
        one = prospect(history, question)
        if one.left_out is not None:
            found.left_out[one.left_out] = found.left_out.get(one.left_out, 0) + 1
            continue
        scores = player.course(one, question.since).scores
        found.counts.append(tuple(scores[model] for model in player.models))
        found.converted.append(one.converted)
    return found


def suggest(
    counted: Counted, definition: ScoringDefinition, threshold: float | None, *, draws: int = DRAWS, seed: int = 0
) -> Suggestion:
    """Raises ``NotEnoughHistory``."""
    import numpy as np

    counts = np.array(counted.counts, dtype=float).reshape(len(counted.converted), len(definition.rules))
    converted = np.array(counted.converted, dtype=bool)
    check_enough(counted.converted)
    varying = _varying(counts)
    check_enough(counted.converted, sum(varying))
    present = np.array([rule.points for rule in definition.rules])
    weights = _weights(counts, converted)
    points, scale, by_threshold = _points(counts, weights, present, threshold)
    low, high = _intervals(counts, converted, draws, seed)
    proposals = []
    for place, rule in enumerate(definition.rules):
        estimate, interval, doubt = None, None, Doubt.NONE
        if varying[place]:
            estimate = Estimate(float(weights[place]), float(low[place]), float(high[place]))
            interval = Estimate(*(one * scale for one in (estimate.value, estimate.low, estimate.high)))
            doubt = Doubt.UNCERTAIN if estimate.low <= 0 <= estimate.high else Doubt.NONE
        else:
            doubt = Doubt.EVERYBODY if counts[0, place] else Doubt.NOBODY
        had = int(np.count_nonzero(counts[:, place]))
        proposals.append(Proposal(rule.id, rule.points, float(points[place]), interval, estimate, had, doubt))
    at_present, proposed = counts @ present, _out_of_fold(counts, converted, present, threshold, seed)
    above = None
    if threshold is not None:
        above = int((at_present >= threshold).sum()), int((counts @ points >= threshold).sum())
    return Suggestion(
        contacts=len(counts),
        converted=int(converted.sum()),
        left_out=counted.left_out,
        proposals=tuple(proposals),
        threshold=threshold,
        above=above,
        by_threshold=by_threshold,
        present_auc=auc(at_present.tolist(), counted.converted),
        proposed_auc=auc(proposed.tolist(), counted.converted),
        difference=auc_difference(at_present.tolist(), proposed.tolist(), counted.converted),
    )


def rounded(points: float) -> float:
    """As somebody would write it: tenths below 1, halves below 2, ones below 20, fives below 100, then tens."""
    size = abs(points)
    step = next((step for most, step in ((1, 0.1), (2, 0.5), (20, 1.0), (100, 5.0)) if size < most), 10.0)
    return round(round(points / step) * step, 1) + 0.0


def _counter(definition: ScoringDefinition, judgments: Judgments, zone: str) -> Replay:
    """Each rule as a model of its own that gives one point: its score is how often the rule counts."""
    alone = [
        definition.model_copy(
            update={
                "name": f"{definition.name}--{rule.id}",
                "main": False,
                "rules": (rule.model_copy(update={"points": 1.0}),),
            }
        )
        for rule in definition.rules
    ]
    # Behind the others: the first model is the main one where none says that it is.
    return replay(replace(judgments, scoring=[*judgments.scoring, *alone]), [one.name for one in alone], zone)


def _weights(counts: "Matrix", converted: Sequence[bool], spread: "Matrix | None" = None) -> "Matrix":
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    spread = counts.std(axis=0) if spread is None else spread
    spread = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=1 / PENALTY, solver="newton-cholesky", max_iter=200)
    model.fit((counts - counts.mean(axis=0)) / spread, converted)
    found: Matrix = model.coef_[0] / spread
    return found


def _intervals(counts: "Matrix", converted: "Sequence[bool]", draws: int, seed: int) -> "tuple[Matrix, Matrix]":
    import numpy as np

    chance = np.random.default_rng(seed)
    became, spread = np.asarray(converted), counts.std(axis=0)
    found = []
    for _ in range(draws):
        drawn = chance.integers(0, len(counts), len(counts))
        found.append(_weights(counts[drawn], became[drawn], spread))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(found, [tail, 1 - tail], axis=0)
    return low, high


def _points(
    counts: "Matrix", weights: "Matrix", present: "Matrix", threshold: float | None
) -> "tuple[Matrix, float, bool]":
    """(the proposed points, points per weight before rounding, whether by the threshold).

    As many contacts reach the threshold as do at present, so that it goes on meaning the same. Where that cannot be,
    the points add up to as much as before, whatever their signs.
    """
    import numpy as np

    varying = _varying(counts)

    def written(scale: float) -> "Matrix":
        return np.where(varying, [rounded(one) for one in weights * scale], present)

    if threshold is not None and threshold > 0:
        reached = int((counts @ present >= threshold).sum())
        last = np.sort(counts @ weights)[::-1][max(reached, 1) - 1]
        if _FEWEST_ABOVE <= reached < len(counts) and last > 0:
            scale = float(threshold / last)
            # Rounding moves many at once over the threshold, or under it; a scale nearby may do so less.
            tried = [(written(one), one) for one in (scale * percent / 100 for percent in _NEARBY)]
            missed = [abs(int((counts @ points >= threshold).sum()) - reached) for points, _ in tried]
            return *tried[int(np.argmin(missed))], True
    total = np.abs(weights).sum()
    scale = float(np.abs(present[varying]).sum() / total) if total > 0 else 1.0
    return written(scale), scale, False


def _varying(counts: "Matrix") -> list[bool]:
    """Which rules count differently for different contacts; about the others nothing can be learned."""
    return [bool(one.min() < one.max()) for one in counts.T]


def _out_of_fold(
    counts: "Matrix", converted: "Sequence[bool]", present: "Matrix", threshold: float | None, seed: int
) -> "Matrix":
    """The score of every contact by points that were proposed, scaled and rounded without it."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    scores, became = np.zeros(len(counts)), np.asarray(converted)
    for learn, judge in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(counts, became):
        weights = _weights(counts[learn], became[learn])
        scores[judge] = counts[judge] @ _points(counts[learn], weights, present, threshold)[0]
    return scores
