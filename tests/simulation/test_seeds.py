"""Two thousand stories under random faults; each is replayed and shortened by the command in its failure."""

import pytest

from tests.simulation.shrinking import played
from tests.simulation.stories import story_of

STORIES = 2000
AT_ONCE = 50


@pytest.mark.parametrize("first", range(0, STORIES, AT_ONCE))
def test_every_promise_is_kept(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        failures = played(story_of(seed)).failures
        assert not failures, f"{failures}; replay: python -m tests.simulation --seed {seed}"
