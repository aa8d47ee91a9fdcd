"""Shares of two groups and whether they differ: what a split and a holdout are judged by. Pure.

Intervals are Wilson's, of a difference Newcombe's (Statistics in Medicine 17, 1998, methods 3 and 10); the test is
Fisher's exact one, which errs on the side of saying nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, sqrt

_Z = 1.959964
"""Of 95 percent, both sides."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there were, and for how many of them it went well."""

    name: str
    entered: int
    succeeded: int

    @property
    def rate(self) -> float:
        return self.succeeded / self.entered if self.entered else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies in 95 of 100 cases."""

    low: float
    high: float


def interval(tally: Tally) -> Interval:
    """Of the rate; from 0 to 1 where nobody was counted."""
    count, rate = tally.entered, tally.rate
    if not count:
        return Interval(0.0, 1.0)
    spread = _Z * sqrt(rate * (1 - rate) / count + _Z**2 / (4 * count**2))
    middle, scale = rate + _Z**2 / (2 * count), 1 + _Z**2 / count
    return Interval(max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def difference(one: Tally, other: Tally) -> Interval:
    """Of the rate of ``one`` minus that of ``other``."""
    mine, theirs = interval(one), interval(other)
    gap = one.rate - other.rate
    below = sqrt((one.rate - mine.low) ** 2 + (theirs.high - other.rate) ** 2)
    above = sqrt((mine.high - one.rate) ** 2 + (other.rate - theirs.low) ** 2)
    return Interval(max(-1.0, gap - below), min(1.0, gap + above))


def chance(better: Tally, other: Tally) -> float:
    """How likely ``better`` is ahead by so much or more if there is no difference at all."""
    total, successes = better.entered + other.entered, better.succeeded + other.succeeded
    all_ways = _ways(total, successes)
    possible = range(better.succeeded, min(successes, better.entered) + 1)
    return min(
        1.0, fsum(exp(_ways(better.entered, k) + _ways(other.entered, successes - k) - all_ways) for k in possible)
    )


def winner(tallies: Sequence[Tally], confidence: float) -> str:
    """The arm that is better than each of the others; empty if that is not certain enough.

    ``confidence`` (percent) is how often none is named where no arm is better than all others, however many arms there
    are: each may win by chance with its part of the remaining risk. That holds for one look at numbers that were not
    chosen for what they show.
    """
    best = max(tallies, key=lambda one: one.rate)
    risk = (1 - confidence / 100) / len(tallies)
    others = [one for one in tallies if one is not best]
    return best.name if all(chance(best, one) <= risk for one in others) else ""


def _ways(of: int, chosen: int) -> float:
    """The logarithm of how many ways there are to choose so many."""
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)
