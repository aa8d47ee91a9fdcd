"""The score of a company, as far as it follows from the scores of its members.

Each member's score is a course: a function of time, until the member says otherwise. So a company knows what they come
to at any moment, and when that passes a threshold, without asking them.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from leadwell.clock import FOREVER, SECOND, Moment
from leadwell.conditions.courses import Members, MemberScores, first_passed
from leadwell.scoring.models import RollUp

_MOST_STEPS = 400
_FAR = FOREVER - 1


@dataclass(frozen=True, slots=True)
class RollUpRule:
    """``points`` for each point (or, where they are counted, for each member), at most ``most`` together."""

    id: str
    points: float
    most: float | None
    roll_up: RollUp

    @property
    def model(self) -> str:
        return self.roll_up.key

    def amount(self, scores: MemberScores, now: Moment) -> float:
        """What the members come to, before it is made points."""
        return _AMOUNTS[self.roll_up.score](scores.of(self.model), self.roll_up, now)

    def worth(self, scores: MemberScores, now: Moment) -> float:
        points = self.points * self.amount(scores, now)
        return points if self.most is None else min(points, self.most)

    def pace(self, scores: MemberScores, now: Moment) -> float:
        """How much it may change within a millisecond at most, from now on; who is counted changes nothing before
        ``holds``."""
        members = scores.of(self.model)
        paces = [abs(one.faded(now)) * math.log(2) / one.half_life for one in members.courses if one.half_life]
        if self.roll_up.score == "maximum":
            return self.points * max(paces, default=0.0)
        return self.points * sum(paces) / (members.count if self.roll_up.score == "average" and members.count else 1)

    def holds(self, scores: MemberScores, now: Moment) -> Moment:
        """Until when the number of members above the threshold stays."""
        limit, members = self.roll_up.at_least, scores.of(self.model)
        return FOREVER if limit is None else min((one.crossing(limit, now) for one in members.courses), default=FOREVER)


def _sum(members: Members, wanted: RollUp, now: Moment) -> float:
    return math.fsum(members.values(now))


def _average(members: Members, wanted: RollUp, now: Moment) -> float:
    return math.fsum(members.values(now)) / members.count if members.count else 0.0


def _maximum(members: Members, wanted: RollUp, now: Moment) -> float:
    nothing = [0.0] if members.total > len(members.courses) else []
    return max([*members.values(now), *nothing], default=0.0)


def _count(members: Members, wanted: RollUp, now: Moment) -> float:
    limit = wanted.at_least
    return 0.0 if limit is None else float(sum(value >= limit for value in members.values(now)))


_AMOUNTS: Mapping[str, Callable[[Members, RollUp, Moment], float]] = {
    "sum": _sum,
    "average": _average,
    "maximum": _maximum,
    "count": _count,
}


def passing(
    score: Callable[[Moment], float],
    fading: Sequence[float],
    pace: Callable[[Moment], float],
    threshold: float,
    now: Moment,
) -> Moment:
    """The first moment after ``now`` at which the score is on the other side of the threshold.

    Where everything that fades falls, or everything rises, the score does, and the moment is found by halving. Else it
    is stepped towards by how fast the score can change, no finer than a second; who has come far enough without
    arriving says so, and looks again then.
    """
    reached = score(now) >= threshold

    def passed(moment: Moment) -> bool:
        return (score(moment) >= threshold) != reached

    if all(one >= 0 for one in fading) or all(one <= 0 for one in fading):
        if not passed(_FAR):
            return FOREVER
        low, high = now, now + 1
        while not passed(high):
            low, high = high, min(high + 2 * (high - low), _FAR)
        return first_passed(passed, low, high)
    here = now
    for _ in range(_MOST_STEPS):
        fastest = pace(here)
        if not fastest:
            return FOREVER
        wait = abs(score(here) - threshold) / fastest
        if here + wait >= _FAR:
            return FOREVER
        before, here = here, here + max(math.floor(wait * (1 - 1e-9)), SECOND)
        if passed(here):
            return first_passed(passed, before, here)
    return here
