"""Of journeys that start at the same moment the more important one wins, in whatever order they are looked at."""

from itertools import permutations
from typing import Any

import pytest

from leadwell.clock import DAY
from tests.loop.test_journeys import TITLE, House, journey

GOLD = {"kind": "segment", "name": "gold", "title": TITLE, "when": {"event": "Started"}}
MAIL = {"email": "offer"}
STAYS = {"wait": "P9D"}


def started(*journeys: dict[str, Any]) -> House:
    house = House(GOLD, *journeys)
    house.track("Started")
    house.wait(DAY)
    return house


def outcomes(*journeys: dict[str, Any]) -> set[tuple[tuple[str, str], ...]]:
    """In every order of their names and of their publication."""
    found = set()
    for order in permutations(range(len(journeys))):
        renamed = [{**one, "name": f"{order[place]}-{one['name']}"} for place, one in enumerate(journeys)]
        for way in (renamed, renamed[::-1]):
            house = started(*way)
            told = {name[2:]: outcome for name, outcome in house.outcomes().items()}
            assert all(step[2:].startswith("high") for step in house.left()), "not one mail of the others"
            found.add(
                tuple(
                    sorted((name, said.replace("by 0-", "by ").replace("by 1-", "by ")) for name, said in told.items())
                )
            )
    return found


def test_the_higher_priority_wins_by_the_same_event() -> None:
    high = journey("high", MAIL, STAYS, exclusive=True, priority=5)
    assert outcomes(journey("low", MAIL, exclusive=True), high) == {(("high", "active"), ("low", "kept away by high"))}


def test_at_equal_rank_the_exclusive_one_wins() -> None:
    high = journey("high", MAIL, STAYS, exclusive=True)
    assert outcomes(journey("low", MAIL), high) == {(("high", "active"), ("low", "kept away by high"))}


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({"event": "Started"}, {"segment": "gold"}),
        ({"segment": "gold"}, {"becomes": {"event": "Started"}}),
        ({"becomes": {"event": "Started"}}, {"event": "Started"}),
        ({"becomes": {"segment": "gold"}}, {"segment": "gold"}),
    ],
)
def test_what_the_event_leads_to_is_of_the_same_moment(low: dict[str, Any], high: dict[str, Any]) -> None:
    first = journey("low", MAIL, trigger=low)
    second = journey("high", MAIL, STAYS, exclusive=True, priority=5, trigger=high)
    assert outcomes(first, second) == {(("high", "active"), ("low", "kept away by high"))}


def test_who_is_not_let_into_the_higher_one_enters_the_other() -> None:
    high = journey(
        "a-high",
        MAIL,
        STAYS,
        exclusive=True,
        priority=5,
        trigger={"segment": "gold", "who": {"trait": "x", "equals": 1}},
    )
    out = journey(
        "b-out",
        MAIL,
        STAYS,
        exclusive=True,
        priority=5,
        trigger={"segment": "gold"},
        exits=[{"when": {"event": "Started"}}],
    )
    house = started(journey("low", MAIL, trigger={"event": "Started"}, reentry="always"), high, out)
    assert house.left() == ["low/1"]
