"""The second half of the stories."""

import pytest

from tests.simulation.seeds import play_portion, portions


@pytest.mark.parametrize("first", portions(1))
def test_every_promise_is_kept(first: int) -> None:
    play_portion(first)
