"""Whether the world has moved since a plan was made: then it says nothing any more about what would happen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from leadwell.planning.plan import Audience, Coming, Plan

TOLERANCE = 5.0
"""Percent by which numbers may have moved since a plan was made."""
_FEW = 5
"""Moving by so many is never too much."""
AUDIENCE_TOLERANCE = 10.0
"""The same for how many come and go, which every hour changes a little; a larger tolerance holds for them, too."""
_FEW_PEOPLE = 10
_SURE = 2.0
"""Standard errors by which the numbers of two samples may differ by chance."""


PUBLISHED, FILES, INSIDE, LEAVING, ENTER, LEAVE, CHANGE, START = (
    "published",
    "files",
    "inside",
    "messages",
    "enter",
    "leave",
    "change",
    "start",
)


@dataclass(frozen=True, slots=True)
class Moved:
    """Why a plan does not hold any more. ``about`` names a journey, segment or change of stages, ``channel`` that of
    messages; the numbers are those of the plan and of today."""

    what: str
    about: str = ""
    channel: str = ""
    was: int = 0
    now: int = 0

    @property
    def text(self) -> str:
        words = _SENTENCES[self.what]
        if self.what in (PUBLISHED, FILES):
            return words
        about = {ENTER: f"segment {self.about}", LEAVE: f"segment {self.about}", CHANGE: f"stage {self.about}"}
        said = words.format(channel=self.channel)
        return f"{about.get(self.what, self.about)}: {self.now:,} {said}, and {self.was:,} when the plan was made"


_SENTENCES = {
    PUBLISHED: "something was published, paused or resumed since the plan was made",
    FILES: "the files have changed since the plan was made",
    INSIDE: "are inside",
    LEAVING: "{channel} messages would leave within a day",
    ENTER: "would enter",
    LEAVE: "would leave",
    CHANGE: "would change",
    START: "would come in at once",
}


def moved(planned: Plan, now: Plan, tolerance: float = TOLERANCE) -> list[Moved]:
    """Why a plan does not hold any more; empty if it does."""
    if now.revision != planned.revision:
        return [Moved(PUBLISHED)]
    if now.fingerprint != planned.fingerprint:
        return [Moved(FILES)]
    wider = max(tolerance, AUDIENCE_TOLERANCE)
    return [*_inside(planned, now, tolerance), *_audiences(planned, now, wider), *_late(planned, now, wider)]


def _inside(planned: Plan, now: Plan, tolerance: float) -> Iterator[Moved]:
    today = {one.journey: one for one in now.journeys}
    for before in planned.journeys:
        after = today[before.journey]
        pairs = [Moved(INSIDE, before.journey, "", before.inside, after.inside)]
        pairs += [
            Moved(LEAVING, before.journey, channel, before.after.get(channel, 0), after.after.get(channel, 0))
            for channel in sorted({*before.after, *after.after})
        ]
        yield from (one for one in pairs if abs(one.now - one.was) > max(_FEW, one.was * tolerance / 100))


def _audiences(planned: Plan, now: Plan, tolerance: float) -> Iterator[Moved]:
    before, after = ({one.about: one for one in plan.audiences} for plan in (planned, now))
    for about in sorted(before.keys() & after.keys()):
        old, new = _numbers(before[about]), _numbers(after[about])
        for name, what in sorted(old.keys() | new.keys()):
            was, is_now = old.get((name, what), 0), new.get((name, what), 0)
            chance = _SURE * sqrt(_variance(was, before[about]) + _variance(is_now, after[about]))
            if abs(is_now - was) - chance > max(_FEW_PEOPLE, was * tolerance / 100):
                yield Moved(what, name, "", was, is_now)


def _late(planned: Plan, now: Plan, tolerance: float) -> Iterator[Moved]:
    """Who is late for a date joins at once, and nobody announced it elsewhere."""
    before, after = ({one.journey: one for one in plan.coming if one.dates} for plan in (planned, now))
    for journey in sorted(before.keys() | after.keys()):
        both = [found[journey] for found in (before, after) if journey in found]
        was, is_now = (found[journey].contacts if journey in found else 0 for found in (before, after))
        chance = _SURE * sqrt(sum(_variance(one.contacts, one) for one in both))
        if abs(is_now - was) - chance > max(_FEW_PEOPLE, was * tolerance / 100):
            yield Moved(START, journey, "", was, is_now)


def _numbers(audience: Audience) -> Mapping[tuple[str, str], int]:
    """Of all, in proportion to those looked at."""
    found = {}
    for segment, (entering, leaving) in audience.segments.items():
        found[segment, ENTER] = round(entering * audience.factor)
        found[segment, LEAVE] = round(leaving * audience.factor)
    for stages, count in audience.stages.items():
        found[stages, CHANGE] = round(count * audience.factor)
    return found


def _variance(count: int, audience: Audience | Coming) -> float:
    """Of a number that is estimated from a sample; none where everybody was looked at."""
    if audience.looked_at >= audience.of:
        return 0.0
    share = min(count / audience.of, 1.0)
    return audience.of**2 * share * (1 - share) / audience.looked_at
