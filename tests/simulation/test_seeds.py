"""The first half of five hundred stories; ``test_seeds_continued.py`` plays the second on another processor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.seeds import play_portion, portions

ROOT = Path(__file__).parents[2]

HISTORY = """
from tests.simulation.shrinking import played
from tests.simulation.stories import story_of
for seed in range(6):
    print(*played(story_of(seed), tracing=True).world.engine.trace, sep="\\n")
"""


@pytest.mark.parametrize("first", portions(0))
def test_every_promise_is_kept(first: int) -> None:
    play_portion(first)


def test_a_seed_is_the_same_story_in_every_process() -> None:
    """Otherwise what CI found could not be replayed."""
    histories = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        finished = subprocess.run(
            [sys.executable, "-c", HISTORY], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        histories.append(finished.stdout)
    assert len(histories[0]) > 10_000
    assert histories[0] == histories[1]
