"""Six hours in which nothing runs, with thousands due. ``python -m tests.scale --outage`` takes ten thousand."""

from tests.scale.outage import JOURNEYS, play


def test_after_an_outage_everything_obeys_its_catch_up_policy() -> None:
    outcome = play(2_100)
    assert not outcome.wrong, outcome.wrong[:3]
    assert outcome.messages == 2_100 // len(JOURNEYS) * 11
