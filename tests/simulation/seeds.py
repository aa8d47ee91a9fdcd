"""The seeds that the test suite plays, in portions: two files, because pytest-xdist gives a file to one worker."""

from tests.simulation.shrinking import played
from tests.simulation.stories import story_of

SEEDS = 500
"""CI plays two thousand (`make soak SEEDS=2000`)."""
PORTION = 50


def portions(half: int) -> list[int]:
    """The first seeds of the portions of one half (0 or 1)."""
    return list(range(half * SEEDS // 2, (half + 1) * SEEDS // 2, PORTION))


def play_portion(first: int) -> None:
    for seed in range(first, first + PORTION):
        failures = played(story_of(seed)).failures
        assert not failures, f"{failures[:3]}; shorten it: python -m tests.simulation --start {seed} --seeds 1"
