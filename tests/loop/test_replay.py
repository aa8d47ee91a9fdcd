"""A journey that is replayed as it is would have sent what it did send, under caps that all journeys share."""

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import completed
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.replaying import replay, stored_messages
from leadwell.rehearsal.script import program_of
from leadwell.scoring.replay.histories import stored_histories
from tests.fakes.world import TEMPLATES, World

POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
caps: [{channel: email, at_most: 1, within: P1D}]
"""


@pytest.fixture(scope="module")
def lived() -> World:
    """A fortnight: each day somebody signs up, and that day or the next leaves a cart, which some order."""
    world = World("2026-03-02T08:00:00Z")
    Publisher(world.services.library, world.clock.now(), "test").publish(POLICY)
    for day in range(14):
        user, cart = f"u{day}", {"cart_id": f"k{day}"}
        world.post(
            world.identify(user, email=f"{user}@example.com"), world.consent(user), world.event(user, "Signed Up")
        )
        world.advance(HOUR)
        buyer = f"u{day - day % 2}"
        world.post(world.event(buyer, "Product Added", cart))
        if day % 5 == 0:
            world.post(world.event(buyer, "Order Completed", {**cart, "order_id": f"o{day}"}))
        world.advance(DAY - HOUR)
    return world


@pytest.mark.parametrize(("name", "capped"), [("welcome", 0), ("abandoned-cart", 5)])
def test_it_would_have_sent_what_it_sent(lived: World, name: str, capped: int) -> None:
    repertoire, library = Repertoire(TEMPLATES), lived.services.library
    library.look()
    policy = library.policy()
    assert policy is not None
    program = program_of(completed(read_yaml(repertoire.journeys[name].text), {}))
    shelf = repertoire.with_journeys([program], policy.definition)
    since, until = lived.clock.now() - 15 * DAY, lived.clock.now()
    tally = replay(shelf, program, stored_histories(lived.table), since, until, stored_messages(lived.table))
    really = [mail.tags for _, mail in lived.outbox.sent if mail.tags["leadwell_journey"] == name]
    assert tally.by_way["email"] == len(really) > 4
    assert tally.capped == capped
