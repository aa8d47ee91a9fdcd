"""Shortens a failing story: leaves parts out as long as the same promise stays broken."""

from collections.abc import Callable

from tests.simulation.plots import Story
from tests.simulation.promises import broken_in_the_end, broken_soon
from tests.simulation.running import Run, run


def played(story: Story, tracing: bool = False) -> Run:
    return run(story, broken_soon, broken_in_the_end, tracing)


def broken_promises(story: Story) -> set[str]:
    return {failure.partition(":")[0] for failure in played(story).failures}


def shortest(story: Story, promise: str) -> list[int]:
    """The numbers of the parts that are needed to break the promise; leaving out any one of them mends it."""
    return _shortest(list(range(len(story.parts))), lambda kept: promise in broken_promises(story.only(kept)))


def _shortest(parts: list[int], fails: Callable[[list[int]], bool]) -> list[int]:
    """Delta debugging by complements (Zeller's ddmin): first large pieces are left out, then smaller ones."""
    size = max(1, len(parts) // 2)
    while True:
        shorter = False
        start = 0
        while start < len(parts):
            kept = parts[:start] + parts[start + size :]
            if fails(kept):
                parts, shorter = kept, True
            else:
                start += size
        if size > 1:
            size //= 2
        elif not shorter:
            return parts
