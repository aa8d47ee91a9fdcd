"""The load test in short, with one kill; ``make load`` plays ten minutes."""

from pathlib import Path

import pytest

from tests.load.__main__ import main
from tests.load.play import Act, Size, plan, play


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_under_load_and_a_kill(tmp_path: Path) -> None:
    said: list[str] = []
    outcome = play(Size(seconds=12, kills=1, clients=6, seed=3), tmp_path, said.append)
    assert outcome.broken == []
    assert outcome.kills == 1
    assert any("killed, " in line for line in said)
    # Enough happened to say something, on a slow machine as well.
    assert outcome.events > 200
    assert outcome.messages > 20


def test_the_moments_of_kills_are_random_and_can_be_repeated() -> None:
    size = Size(seconds=600, kills=5, clients=8, seed=1)
    acts = plan(size)
    assert acts == plan(size) != plan(Size(seconds=600, kills=5, clients=8, seed=2))
    assert [moment for moment, _ in acts] == sorted(moment for moment, _ in acts)
    assert {act for _, act in acts} == set(Act)
    assert sum(act is Act.MOVE for _, act in acts) == 5
    assert max(moment for moment, _ in acts) <= 600 * 0.55, "the rest is for watching the memory"


def test_less_than_can_be_measured_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--minutes", "0.1"])
    assert "needs 0.3 minutes" in capsys.readouterr().err
