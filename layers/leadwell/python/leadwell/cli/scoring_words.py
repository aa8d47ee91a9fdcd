"""What ``leadwell scoring`` found, as lines of text and as a document."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from leadwell.clock import DAY, to_iso
from leadwell.durations import duration_text
from leadwell.scoring.replay.comparing import Comparison, Verdict
from leadwell.scoring.replay.enough import NotEnoughHistory
from leadwell.scoring.replay.moments import LeftOut, Question
from leadwell.scoring.replay.replaying import HandOver
from leadwell.scoring.replay.separation import Estimate, Share
from leadwell.scoring.replay.suggesting import Doubt, Proposal, Suggestion

OLD, NEW = "present", "changed"
_BAR = 24

_WHY = {
    LeftOut.UNFINISHED: "whose horizon is not over",
    LeftOut.AT_ONCE: "whose first event is the conversion",
    LeftOut.BEFORE: "who had converted before",
    LeftOut.QUIET: "who did nothing meanwhile",
}
_DOUBTS = {
    Doubt.NONE: "",
    Doubt.UNCERTAIN: "the interval spans zero: history does not tell",
    Doubt.NOBODY: "nobody had it before converting: kept",
    Doubt.EVERYBODY: "all had it alike: kept",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """``title`` says what is tried, ``model`` which one it is about; ``against`` is empty where nothing is compared."""

    title: str
    model: str
    against: str
    question: Question
    hand_over: HandOver | None


def subtitles(asked: Asked, found: Comparison) -> tuple[str, str]:
    """For the picture."""
    question = asked.question
    return (
        f"{found.contacts:,} contacts, {found.converted:,} of them with “{question.converted}” within "
        f"{_days(question.horizon)}; history up to {_date(question.until)}",
        _outcome(found.difference, "changed model", "present one"),
    )


def comparison(asked: Asked, found: Comparison) -> Iterator[str]:
    yield asked.title
    yield from _setting(asked, found)
    yield ""
    yield f"{'':38}{OLD:>22}{NEW:>22}"
    old, new = found.old, found.new
    yield _row("Separation (area under the ROC curve)", *(_number(one.separation.auc) for one in (old, new)))
    yield _row("Handed over", *(f"{one.hand_overs.precision.whole:,}" for one in (old, new)))
    yield _row("  of these converted (precision)", *(_share(one.hand_overs.precision) for one in (old, new)))
    yield _row("Conversions", *(f"{one.hand_overs.recall.whole:,}" for one in (old, new)))
    yield _row("  handed over before (recall)", *(_share(one.hand_overs.recall) for one in (old, new)))
    yield _row("  days from one to the other (median)", *(_median(one.hand_overs.days) for one in (old, new)))
    yield _row("Handed over too recently to count", *(f"{one.hand_overs.recent:,}" for one in (old, new)))
    yield ""
    yield "Lift: how many times the average share converted, per tenth of the contacts, best scores first"
    most = max(1.0, *old.separation.lift, *new.separation.lift)
    for tenth, (before, after) in enumerate(zip(old.separation.lift, new.separation.lift, strict=True), 1):
        yield f"  {tenth:2}  {before:5.2f} {_bar(before, most)}  {after:5.2f} {_bar(after, most)}".rstrip()
    yield ""
    yield _outcome(found.difference, "changed model", "present one")
    if found.hands_over_alike and old.hand_overs.precision.whole + old.hand_overs.recent:
        yield "Both hand over the same contacts at the same moments; perhaps the hand-over does not ask for this score."
    elif found.hands_over_alike:
        yield "Neither hands anybody over."
    yield "Each contact is judged once, right after something it did, at the same moment by both models; nothing that"
    yield "came with or after its first conversion counts. History was made under the model that was live then: who was"
    yield "handed over was also called, and that is part of why they converted."


def suggestion(asked: Asked, found: Suggestion) -> Iterator[str]:
    yield asked.title
    yield from _setting(asked, found)
    yield ""
    width = max(len("rule"), *(len(one.rule) for one in found.proposals))
    yield f"  {'rule':{width}}  {'contacts':>8}  {'present':>8}  {'proposed':>8}  {'95 % interval':>16}"
    for one in found.proposals:
        interval = f"{_points(one.interval.low)} to {_points(one.interval.high)}" if one.interval else ""
        line = f"  {one.rule:{width}}  {one.contacts:>8,}  {one.present:>8g}  {one.points:>8g}  {interval:>16}"
        yield f"{line}  {_note(one)}".rstrip()
    yield ""
    yield _scaling(found)
    yield f"Separation (area under the ROC curve): {_number(found.present_auc)} at present,"
    yield f"{_number(found.proposed_auc)} as proposed, each contact scored by points that were estimated without it."
    yield _outcome(found.difference, "proposal", "present model")


def comparison_document(asked: Asked, found: Comparison) -> dict[str, Any]:
    return {
        **_setting_document(asked, found),
        "against": asked.against,
        "old": _verdict_document(found.old),
        "new": _verdict_document(found.new),
        "difference": asdict(found.difference),
        "hands_over_alike": found.hands_over_alike,
    }


def suggestion_document(asked: Asked, found: Suggestion) -> dict[str, Any]:
    return {
        **_setting_document(asked, found),
        "threshold": found.threshold,
        "above": list(found.above) if found.above else None,
        "scaled_by": "threshold" if found.by_threshold else "sum",
        "rules": [{**asdict(one), "doubt": one.doubt.value} for one in found.proposals],
        "auc": {"present": asdict(found.present_auc), "proposed": asdict(found.proposed_auc)},
        "difference": asdict(found.difference),
    }


def not_enough_document(error: NotEnoughHistory) -> dict[str, int]:
    return {"converted": error.converted, "others": error.others, "needed": error.needed}


def _scaling(found: Suggestion) -> str:
    if found.threshold is None or found.above is None:
        return "No score hands contacts over, so the proposed points add up to as much as the present ones."
    before, after = found.above
    reach = f"{found.threshold:g} points are reached by {before:,} contacts at present, by {after:,} as proposed."
    if found.by_threshold:
        return reach
    return f"{reach}\nToo few to scale by: the proposed points add up to as much as the present ones."


def _setting(asked: Asked, found: Comparison | Suggestion) -> Iterator[str]:
    question = asked.question
    since = f"from {_date(question.since)} " if question.since else ""
    yield f"Converted: “{question.converted}” within {_days(question.horizon)}. Handed over: {_hand_over(asked)}."
    yield (
        f"History {since}up to {_date(question.until)}: {found.contacts:,} contacts judged, "
        f"{found.converted:,} of them converted ({found.converted / found.contacts:.1%})."
    )
    left_out = [f"{number:,} {_WHY[why]}" for why, number in sorted(found.left_out.items()) if number]
    if left_out:
        yield f"Left out: {', '.join(left_out)}."


def _setting_document(asked: Asked, found: Comparison | Suggestion) -> dict[str, Any]:
    question, hand_over = asked.question, asked.hand_over
    return {
        "model": asked.model,
        "converted_by": question.converted,
        "horizon": duration_text(question.horizon),
        "since": to_iso(question.since) if question.since else None,
        "until": to_iso(question.until),
        "hand_over": {"stage": hand_over.stage, "score": hand_over.score} if hand_over else None,
        "contacts": found.contacts,
        "converted": found.converted,
        "left_out": {why.value: found.left_out.get(why, 0) for why in LeftOut},
    }


def _verdict_document(verdict: Verdict) -> dict[str, Any]:
    hand_overs = verdict.hand_overs
    return {
        "auc": asdict(verdict.separation.auc),
        "lift": list(verdict.separation.lift),
        "precision": asdict(hand_overs.precision),
        "recall": asdict(hand_overs.recall),
        "handed_over_too_recently": hand_overs.recent,
        "days_to_conversion": hand_overs.days,
    }


def _hand_over(asked: Asked) -> str:
    if asked.hand_over is None:
        return "never by itself"
    if asked.hand_over.score is not None:
        return f"at {asked.hand_over.score:g} points"
    return f"at stage {asked.hand_over.stage}"


def _outcome(difference: Estimate, one: str, other: str) -> str:
    told = f"difference {difference.value:+.3f}, {difference.low:+.3f} to {difference.high:+.3f}"
    if difference.low > 0:
        return f"The {one} separates better than the {other} ({told})."
    if difference.high < 0:
        return f"The {one} separates worse than the {other} ({told})."
    return f"Whether the {one} separates better than the {other} cannot be told ({told})."


def _note(one: Proposal) -> str:
    if one.doubt is Doubt.NONE and one.present * one.points < 0:
        return "speaks the other way than it is scored"
    return _DOUBTS[one.doubt]


def _row(name: str, old: str, new: str) -> str:
    return f"{name:38}{old:>22}{new:>22}"


def _number(one: Estimate) -> str:
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _share(one: Share) -> str:
    if one.estimate is None:
        return "–"
    return f"{one.estimate.value:.0%} ({one.estimate.low:.0%} to {one.estimate.high:.0%})"


def _median(days: float | None) -> str:
    return "–" if days is None else f"{days:.1f}"


def _points(value: float) -> str:
    return f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"


def _bar(value: float, most: float) -> str:
    return f"{'█' * round(value / most * _BAR):{_BAR}}"


def _days(milliseconds: int) -> str:
    return f"{milliseconds // DAY} days" if milliseconds % DAY == 0 else duration_text(milliseconds)


def _date(moment: int) -> str:
    return to_iso(moment)[:10]
