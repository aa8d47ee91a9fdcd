"""The simulator finds every bug that is planted: a safeguard that cannot fail is none."""

import itertools

import pytest

from tests.simulation.planted import BUGS, planted
from tests.simulation.shrinking import broken_promises, played, shortest
from tests.simulation.stories import story_of

BUDGET = 400
"""Stories in which every bug has to show; most need fewer than fifty."""


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    with planted(bug):
        found = next((seed for seed in range(BUDGET) if broken_promises(story_of(seed))), None)
    assert found is not None, f"{BUDGET} stories did not notice: {bug}"
    assert not played(story_of(found)).failures, "without the bug the same story keeps every promise"


def test_a_failing_story_is_shortened_to_what_it_needs() -> None:
    with planted("guard of contact"):
        found = next(story for story in map(story_of, itertools.count()) if broken_promises(story))
        (promise,) = broken_promises(found)
        kept = shortest(found, promise)
        assert len(kept) <= 4 < len(found.parts)
        assert promise in broken_promises(found.only(kept))
        for left_out in kept:
            assert promise not in broken_promises(found.only([part for part in kept if part != left_out]))
