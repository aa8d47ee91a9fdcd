"""What the splits and the holdout of a journey show, over the API and on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, HOUR
from leadwell.definitions.publishing import Publisher
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

JOURNEY = """
kind: journey
name: offers
title: {en: Offers, de: Angebote}
description: {en: Offers, de: Angebote}
trigger: {event: Started}
holdout: 20
goal: {event: Bought, within: P2D}
steps:
  - id: which
    split:
      arms:
        - {name: short, share: 50, steps: [{update: {tags: {add: [short]}}}]}
        - {name: long, share: 50}
      winner: {event: Bought, within: P2D, each: 20}
"""


@pytest.fixture
def world() -> Iterator[World]:
    world = World(templates=None)
    Publisher(world.services.library, world.clock.now(), "ann").publish(JOURNEY, {})
    yield world
    wiring.use(None)


def command(world: World, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    wiring.use(world.services)
    main(["journeys", "splits", "offers", *more])
    return capsys.readouterr().out


def live_through(world: World, people: range) -> None:
    for number in people:
        world.post(world.event(f"user-{number}", "Started"))
    world.advance(HOUR)
    for number in people:
        if number % 2:
            world.post(world.event(f"user-{number}", "Bought"))


def test_counts_and_certainties(world: World) -> None:
    live_through(world, range(30))
    body = SignedIn(world).get("/api/journeys/offers/results").body
    (split,) = body["splits"]
    assert (split["step"], split["state"], split["winner"], split["within"]) == ("which", "running", None, "P2D")
    entered = sum(arm["entered"] for arm in split["arms"])
    held_out = body["holdout"]["held_out"]["entered"]
    assert 0 < held_out == 30 - entered == 30 - body["holdout"]["entered"]["entered"]
    assert {arm["judged"] for arm in split["arms"]} == {0}
    world.advance(2 * DAY)
    body = SignedIn(world).get("/api/journeys/offers/results").body
    sides = (body["holdout"]["entered"], body["holdout"]["held_out"])
    assert sum(side["succeeded"] for side in sides) == 15
    for arm in (*body["splits"][0]["arms"], *sides):
        assert 0 <= arm["low"] <= arm["rate"] <= arm["high"] <= 1
        assert arm["judged"] == arm["entered"]
    assert body["holdout"]["low"] <= body["holdout"]["difference"] <= body["holdout"]["high"]


def test_undecided_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    live_through(world, range(80))
    world.advance(3 * DAY)
    live_through(world, range(80, 81))
    (split,) = SignedIn(world).get("/api/journeys/offers/results").body["splits"]
    assert (split["state"], split["winner"]) == ("undecided", None)
    told = command(world, capsys)
    assert "Split which: undecided" in told
    assert "short: " in told and "Holdout: how many have Bought within P2D" in told
    assert json.loads(command(world, capsys, "--json"))["splits"][0]["state"] == "undecided"


def test_a_journey_that_compares_nothing_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    plain = JOURNEY[: JOURNEY.index("holdout")] + "steps: [{wait: P1D}]\n"
    Publisher(world.services.library, world.clock.now(), "ann").publish(plain, {})
    body = SignedIn(world).get("/api/journeys/offers/results").body
    assert (body["version"], body["splits"], body["holdout"]) == (2, [], None)
    assert "compares nothing" in command(world, capsys)


def test_an_unknown_journey(world: World) -> None:
    assert SignedIn(world).get("/api/journeys/nothing/results").status == 404
    wiring.use(world.services)
    with pytest.raises(SystemExit):
        main(["journeys", "splits", "nothing"])


def test_a_picture_says_how_many_stand_where(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = JOURNEY[: JOURNEY.index("holdout")] + "steps: [{id: pause, wait: P1D}]\n"
    Publisher(world.services.library, world.clock.now(), "ann").publish(waiting, {})
    for number in range(3):
        world.post(world.event(f"user-{number}", "Started"))
    reply = SignedIn(world).get("/api/journeys/offers/picture", locale="de")
    assert (reply.status, reply.headers["content-type"]) == (200, "image/svg+xml; charset=utf-8")
    assert "1 Tag warten" in reply.body and "3 jetzt hier" in reply.body
    assert "3 inside now" in SignedIn(world).get("/api/journeys/offers/picture").body
    wiring.use(world.services)
    main(["journeys", "draw", "offers", "--locale", "de"])
    assert capsys.readouterr().out == reply.body


def test_a_file_is_drawn_without_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "offers.yaml").write_text(JOURNEY)
    main(["journeys", "draw", str(tmp_path / "offers.yaml")])
    assert capsys.readouterr().out.startswith("<svg ")
    for wrong in ("nothing.yaml", str(tmp_path)):
        with pytest.raises(SystemExit):
            main(["journeys", "draw", wrong])
