"""Circles that no check has foreseen end by themselves, and say why."""

from leadwell.clock import DAY
from leadwell.journeys.admission import MOST_A_DAY
from leadwell.journeys.enrollment import KEPT_OUT
from tests.loop.test_journeys import TITLE, House, journey


def test_a_circle_through_conditions_is_bounded_when_it_happens() -> None:
    ways = ("a", "b"), ("b", "a")
    house = House(
        *({"kind": "segment", "name": one, "title": TITLE, "when": {"trait": "tags", "contains": one}} for one in "ab"),
        *(
            journey(
                f"from-{one}",
                {"wait": "PT1M"},
                {"update": {"tags": {"add": [other], "remove": [one]}}},
                trigger={"segment": one},
                reentry="always",
            )
            for one, other in ways
        ),
    )
    house.track("Tagged", add=["a"])
    house.wait(DAY)
    entered = [one for one in house.stage.enrollments() if one.has_entered]
    assert len(entered) == 2 * MOST_A_DAY
    (kept,) = [one for one in house.stage.enrollments() if one.status == KEPT_OUT]
    assert kept.reason == f"entered {MOST_A_DAY} times within a day, as in a circle"
