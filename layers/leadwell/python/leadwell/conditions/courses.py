"""A score as a function of time, as long as nothing happens; and when it comes to the other side of a threshold."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from leadwell.clock import FOREVER, Moment


class Course(NamedTuple):
    """``steady`` does not fade; of ``fading`` at ``as_of``, half is left after each ``half_life`` (0: it does not)."""

    steady: float
    fading: float = 0.0
    as_of: Moment = 0
    half_life: int = 0

    @classmethod
    def from_list(cls, given: Sequence[Any]) -> "Course":
        steady, fading, as_of, half_life = given
        return cls(float(steady), float(fading), as_of, half_life)

    def at(self, moment: Moment) -> float:
        return self.steady + self.faded(moment)

    def faded(self, moment: Moment) -> float:
        """What is left of that which fades."""
        if not self.half_life or not self.fading:
            return self.fading
        return self.fading * math.pow(2.0, -max(moment - self.as_of, 0) / self.half_life)

    def crossing(self, threshold: float, now: Moment) -> Moment:
        return crossing(self.steady, self.faded, self.half_life, threshold, now)


@dataclass(frozen=True, slots=True)
class Members:
    """A company's members by their scores: ``courses`` of those whose score is not zero, ``total`` how many there
    are."""

    courses: Sequence[Course]
    total: int

    @property
    def count(self) -> int:
        return max(self.total, len(self.courses))

    def values(self, now: Moment) -> list[float]:
        return [course.at(now) for course in self.courses]


class MemberScores:
    """The same under every scoring model, read when it is asked for. ``kept`` are by model and member the moment of
    which a course was told, and what it consists of."""

    __slots__ = ("_kept", "_read", "_total")

    def __init__(self, kept: Mapping[str, Mapping[str, Sequence[Any]]] | None = None, total: int = 0) -> None:
        self._kept, self._total = kept or {}, total
        self._read: dict[str, Members] = {}

    def of(self, model: str) -> Members:
        """``model`` is ``*`` for the main one."""
        found = self._read.get(model)
        if found is None:
            kept = self._kept.get(model, {})
            found = Members([Course.from_list(kept[one][1:]) for one in sorted(kept)], self._total)
            self._read[model] = found
        return found


MAIN_MODEL = "*"
"""The key of the main scoring model where none is named: what is stored cannot have an empty one."""


def crossing(
    steady: float, faded: Callable[[Moment], float], half_life: int | None, threshold: float, now: Moment
) -> Moment:
    """The first moment after ``now`` at which steady + faded is on the other side of the threshold.

    The fading part F runs towards zero, so steady + F·2^(-t/h) passes the threshold where F·2^(-t/h) = threshold -
    steady. That says where to look; what decides is the sum that is compared: it rounds otherwise, and where F has
    become too small to count it arrives at what does not fade.
    """
    fading, gap = faded(now), threshold - steady
    reached = steady + fading >= threshold
    if not half_life or reached == (steady >= threshold):
        return FOREVER

    def passed(moment: Moment) -> bool:
        return (steady + faded(moment) >= threshold) != reached

    wait = math.ceil(half_life * math.log2(fading / gap)) if gap and fading / gap > 1 else 1
    low, high, step = now, now + max(wait, 1), 1
    while not passed(high):
        low, high, step = high, high + step, step * 2
        if high >= FOREVER:
            return FOREVER
    step = 1
    while high - step > low and passed(high - step):
        high, step = high - step, step * 2
    return first_passed(passed, max(low, high - step), high)


def first_passed(passed: Callable[[Moment], bool], low: Moment, high: Moment) -> Moment:
    """Between one moment at which it has not passed yet, and one at which it has."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passed(middle) else (middle, high)
    return high
