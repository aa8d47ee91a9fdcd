"""Two models over the same history: how well each separates, and what handing over by it would have been worth."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from leadwell.clock import DAY, Moment
from leadwell.scoring.replay.enough import check_enough
from leadwell.scoring.replay.moments import History, LeftOut, Question, prospect
from leadwell.scoring.replay.replaying import Replay
from leadwell.scoring.replay.separation import Estimate, Separation, Share, auc_difference, separation, share


@dataclass(frozen=True, slots=True)
class Row:
    """One contact: what became of it, and per model the score at the judged moment and the hand-over.

    Without scores for who is left out.
    """

    converted: bool
    converted_at: Moment | None
    left_out: LeftOut | None
    scores: tuple[float, ...]
    handed_over: tuple[Moment | None, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the models that are compared, and the score at which it hands over, where there is one."""

    replay: Replay
    model: str
    threshold: float | None


@dataclass(frozen=True, slots=True)
class HandOvers:
    """``recent`` hand-overs are left out of the precision: their horizon is not over. ``days`` is the median from the
    hand-over to the conversion."""

    precision: Share
    recall: Share
    recent: int
    days: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    separation: Separation
    hand_overs: HandOvers


@dataclass(frozen=True, slots=True)
class Comparison:
    """``difference`` is the AUC of the new model minus that of the old one. ``hands_over_alike``: whether both hand
    over the same contacts at the same moments, for instance because the stage does not ask for their score."""

    contacts: int
    converted: int
    left_out: Mapping[LeftOut, int]
    old: Verdict
    new: Verdict
    difference: Estimate
    hands_over_alike: bool


def play(histories: Iterable[History], question: Question, sides: Sequence[Side]) -> list[Row]:
    rows: list[Row] = []
    for history in histories:
        one = prospect(history, question)
        scores: tuple[float, ...] = ()
        handed_over: tuple[Moment | None, ...] = (None,) * len(sides)
        if one.left_out not in (LeftOut.BEFORE, LeftOut.AT_ONCE):
            courses = [side.replay.course(one, question.since) for side in sides]
            handed_over = tuple(course.handed_over for course in courses)
            if one.judged_at is not None:
                scores = tuple(course.scores[side.model] for course, side in zip(courses, sides, strict=True))
        rows.append(Row(one.converted, one.converted_at, one.left_out, scores, handed_over))
    return rows


def compare(rows: Sequence[Row], question: Question, sides: Sequence[Side]) -> Comparison:
    """Old and new, in this order. Raises ``NotEnoughHistory``."""
    judged = [row for row in rows if row.left_out is None]
    converted = [row.converted for row in judged]
    check_enough(converted)
    old, new = ([row.scores[place] for row in judged] for place in (0, 1))
    verdicts = [
        Verdict(separation(scores, converted, side.threshold), hand_overs(rows, question, place))
        for place, (scores, side) in enumerate(zip((old, new), sides, strict=True))
    ]
    return Comparison(
        contacts=len(judged),
        converted=sum(converted),
        left_out=Counter(row.left_out for row in rows if row.left_out is not None),
        old=verdicts[0],
        new=verdicts[1],
        difference=auc_difference(old, new, converted),
        hands_over_alike=all(row.handed_over[0] == row.handed_over[1] for row in rows),
    )


def hand_overs(rows: Sequence[Row], question: Question, place: int) -> HandOvers:
    """Of the model at this place."""
    finished = recent = successes = conversions = 0
    waits: list[Moment] = []
    for row in rows:
        if row.left_out in (LeftOut.BEFORE, LeftOut.AT_ONCE):
            continue
        at, converted_at = row.handed_over[place], row.converted_at
        wait = converted_at - at if converted_at is not None and at is not None else None
        in_time = wait is not None and wait <= question.horizon
        conversions += converted_at is not None
        if wait is not None and in_time:
            waits.append(wait)
        if at is not None and at <= question.latest:
            finished += 1
            successes += in_time
        elif at is not None:
            recent += 1
    return HandOvers(
        precision=share(successes, finished),
        recall=share(len(waits), conversions),
        recent=recent,
        days=median(waits) / DAY if waits else None,
    )
