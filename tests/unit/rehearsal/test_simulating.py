"""Invented contacts, and what really happened: how many get what, when, and who does not."""

import json
from pathlib import Path

import pytest

from leadwell.cli.main import main
from leadwell.clock import DAY, HOUR, from_iso
from leadwell.definitions.documents import parse
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.replaying import replay
from leadwell.rehearsal.simulating import Behavior, Habit, simulate
from leadwell.scoring.replay.moments import History
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.journeys.house import document

TEMPLATES = Path(__file__).parents[3] / "templates"
START = from_iso("2026-03-02T00:00:00Z")


@pytest.fixture(scope="module")
def repertoire() -> Repertoire:
    return Repertoire(TEMPLATES)


def journey(*steps: dict[str, object], **more: object) -> Program:
    definition = parse(document(*steps, **more))
    assert isinstance(definition, JourneyDefinition)
    return compile_journey(definition)


CART = journey(
    {"id": "patience", "wait": "PT3H"},
    {"id": "first", "email": "abandoned-cart"},
    {"id": "answer", "wait_for": {"opened": "first", "timeout": "P2D", "on_timeout": "exit"}},
    {"id": "second", "email": "abandoned-cart"},
    trigger={"event": "Product Added", "key": "cart_id"},
    goal={"event": "Order Completed", "where": {"cart_id": {"same_as": "cart_id"}}},
)


def test_shares_are_met_and_steps_add_up(repertoire: Repertoire) -> None:
    behavior = Behavior(
        agree={"marketing/email": 0.5}, opens=0.4, clicks=0.1, habits=[Habit("Order Completed", 0.2, HOUR)]
    )
    tally = simulate(repertoire.with_journeys([CART]), CART, behavior, contacts=400, start=START, days=10, seed=1)
    assert tally.entered == tally.contacts == tally.reached["patience"] == 400
    assert 50 <= tally.outcomes["goal"] <= 110
    asked = tally.reached["first"]
    assert asked == 400 - tally.outcomes["goal"]
    sent, skipped = sum(tally.sent.values()), sum(tally.skipped.values())
    assert sent + skipped == asked + tally.reached["second"]
    assert 0.4 < sent / (sent + skipped) < 0.65
    assert sum(tally.days.values()) == sent
    assert sum(tally.outcomes.values()) == 400
    opened = tally.reached["second"] / (sent - tally.reached["second"])
    assert 0.3 < opened < 0.5


def test_the_same_seed_is_the_same_crowd(repertoire: Repertoire) -> None:
    shelf = repertoire.with_journeys([CART])
    one, two, other = (
        simulate(shelf, CART, Behavior(), contacts=60, start=START, days=5, seed=seed) for seed in (1, 1, 2)
    )
    assert one == two
    assert one.days != other.days


def test_who_unsubscribes_gets_no_second_mail(repertoire: Repertoire) -> None:
    everybody = Behavior(opens=1.0, clicks=0.0, unsubscribes=1.0)
    program = journey({"email": "abandoned-cart"}, {"wait": "P30D"}, {"email": "abandoned-cart"})
    tally = simulate(repertoire.with_journeys([program]), program, everybody, contacts=20, start=START, days=40, seed=3)
    assert sum(tally.sent.values()) == 20
    assert sum(tally.skipped.values()) == 20


def said(contact: str, at: int, name: str, **more: object) -> Event:
    given = {"type": "track", "properties": {}, **more}
    return Event(contact=contact, id=f"{name}{at}", at=at, name=name, standing=Standing.PROVEN, **given)  # type: ignore[arg-type]


def lived(contact: str, *more: Event) -> History:
    known = (Identity("user_id", contact), Identity("email", f"{contact}@example.com"))
    return History.of(
        contact,
        [
            said(contact, START, Name.IDENTIFIED, type="identify", traits={"locale": "de"}, identities=known),
            said(contact, START + 1, Name.CONSENT_GRANTED, properties={"purpose": "marketing", "channel": "email"}),
            *more,
        ],
    )


def test_what_happened_before_starts_nothing_and_what_came_of_journeys_is_left_out(repertoire: Repertoire) -> None:
    since, until = START + 10 * DAY, START + 20 * DAY
    cart = {"cart_id": "k1"}
    histories = [
        lived("early", said("early", START + DAY, "Product Added", properties=cart)),
        lived("buys", said("buys", since + DAY, "Product Added", properties=cart),
              said("buys", since + DAY + HOUR, "Order Completed", properties=cart)),
        lived("leaves", said("leaves", since + DAY, "Product Added", properties=cart)),
        lived("echo", said("echo", since + DAY, "Product Added", properties=cart, source="journey:other")),
        lived("late", said("late", until + DAY, "Product Added", properties=cart)),
    ]  # fmt: skip
    tally = replay(repertoire.with_journeys([CART]), CART, histories, since, until)
    assert (tally.contacts, tally.entered) == (5, 2)
    assert dict(tally.outcomes)["goal"] == 1
    assert dict(tally.sent) == {("email", "abandoned-cart"): 1}
    assert dict(tally.days) == {(2, "email"): 1}


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(TEMPLATES / "journeys/abandoned-cart.yaml")
    main(["journeys", "simulate", file, "--contacts", "30", "--days", "5", "--does", "Order Completed=50/P1D"])
    told = capsys.readouterr().out
    assert "30 of 30 contacts entered abandoned-cart" in told
    assert "email abandoned-cart" in told and "USD" in told
    main(["journeys", "simulate", file, "--contacts", "10", "--json", "--parameters", '{"remind_after": "PT1H"}'])
    assert json.loads(capsys.readouterr().out)["entered"] == 10
    with pytest.raises(SystemExit):
        main(["journeys", "simulate", file, "--does", "Order Completed"])
    with pytest.raises(SystemExit) as caught:
        main(["journeys", "simulate", str(TEMPLATES / "segments/vip.yaml")])
    assert caught.value.code == 1
