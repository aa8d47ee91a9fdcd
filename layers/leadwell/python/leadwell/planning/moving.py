"""Whether the world has moved since a plan was made: then it says nothing any more about what would happen."""

from collections.abc import Iterator, Mapping
from math import sqrt

from leadwell.planning.plan import Audience, Plan

TOLERANCE = 5.0
"""Percent by which numbers may have moved since a plan was made."""
_FEW = 5
"""Moving by so many is never too much."""
AUDIENCE_TOLERANCE = 10.0
"""The same for how many come and go, which every hour changes a little; a larger tolerance holds for them, too."""
_FEW_PEOPLE = 10
_SURE = 2.0
"""Standard errors by which the numbers of two samples may differ by chance."""


def moved(planned: Plan, now: Plan, tolerance: float = TOLERANCE) -> list[str]:
    """Why a plan does not hold any more; empty if it does."""
    if now.revision != planned.revision:
        return ["something was published, paused or resumed since the plan was made"]
    if now.fingerprint != planned.fingerprint:
        return ["the files have changed since the plan was made"]
    return [*_inside(planned, now, tolerance), *_audiences(planned, now, max(tolerance, AUDIENCE_TOLERANCE))]


def _inside(planned: Plan, now: Plan, tolerance: float) -> Iterator[str]:
    today = {one.journey: one for one in now.journeys}
    for before in planned.journeys:
        after = today[before.journey]
        pairs = [("are inside", before.inside, after.inside)]
        pairs += [
            (f"{channel} messages would leave within a day", before.after.get(channel, 0), after.after.get(channel, 0))
            for channel in sorted({*before.after, *after.after})
        ]
        for words, was, is_now in pairs:
            if abs(is_now - was) > max(_FEW, was * tolerance / 100):
                yield _told(before.journey, words, was, is_now)


def _audiences(planned: Plan, now: Plan, tolerance: float) -> Iterator[str]:
    before, after = ({one.about: one for one in plan.audiences} for plan in (planned, now))
    for about in sorted(before.keys() & after.keys()):
        old, new = _numbers(before[about]), _numbers(after[about])
        for what, words in sorted(old.keys() | new.keys()):
            was, is_now = old.get((what, words), 0), new.get((what, words), 0)
            chance = _SURE * sqrt(_variance(was, before[about]) + _variance(is_now, after[about]))
            if abs(is_now - was) - chance > max(_FEW_PEOPLE, was * tolerance / 100):
                yield _told(what, words, was, is_now)


def _numbers(audience: Audience) -> Mapping[tuple[str, str], int]:
    """Of all, in proportion to those looked at."""
    found = {}
    for segment, (entering, leaving) in audience.segments.items():
        found[f"segment {segment}", "would enter"] = round(entering * audience.factor)
        found[f"segment {segment}", "would leave"] = round(leaving * audience.factor)
    for stages, count in audience.stages.items():
        found[f"stage {stages}", "would change"] = round(count * audience.factor)
    return found


def _variance(count: int, audience: Audience) -> float:
    """Of a number that is estimated from a sample; none where everybody was looked at."""
    if audience.looked_at >= audience.of:
        return 0.0
    share = min(count / audience.of, 1.0)
    return audience.of**2 * share * (1 - share) / audience.looked_at


def _told(what: str, words: str, was: int, is_now: int) -> str:
    return f"{what}: {is_now:,} {words}, and {was:,} when the plan was made"
