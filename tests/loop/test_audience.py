"""Segments and scores keep up with events, with passing time and with changed definitions, without being rebuilt."""

import random
from dataclasses import replace
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import recount
from leadwell.contacts.membership import memberships
from leadwell.definitions.publishing import Publisher
from leadwell.store import keys
from leadwell.store.table import query_all
from leadwell.tracking.events import Event
from leadwell.tracking.recording import record
from tests.fakes.world import World

ZONE = "Europe/Berlin"
CATEGORIES = ("sofas", "lamps", "tables", "rugs")
WEEKS = 3

DEFINITIONS = """\
kind: segment
name: lookers
title: {en: Lookers, de: Lookers}
when: {event: Product Viewed, at_least: 2, within: P9D}
---
kind: segment
name: spenders
title: {en: Spenders, de: Spenders}
when: {event: Order Completed, sum: total, at_least: 60, within: P12D}
---
kind: segment
name: silent
title: {en: Silent, de: Silent}
when: {all: [{event: Product Viewed}, {not: {active: P14D}}]}
---
kind: segment
name: renewing
title: {en: Renewing, de: Renewing}
when: {trait: contract_end, within_next: P10D}
---
kind: segment
name: warm
title: {en: Warm, de: Warm}
when: {all: [{score: {at_least: 5}}, {not: {segment: silent}}]}
"""


def published(world: World, text: str) -> None:
    for document in text.split("---\n"):
        Publisher(world.services.library, world.clock.now(), "test").publish(document)


def shoppers(world: World, people: int, seed: int) -> None:
    """A week in the shop."""
    chance = random.Random(seed)
    for number in range(people):
        world.post(
            world.identify(f"p{number}", email=f"p{number}@example.com", contract_end=f"2026-04-{1 + number % 28:02d}")
        )
    for _ in range(people * 6):
        world.advance(chance.randrange(MINUTE, 4 * HOUR))
        user = f"p{chance.randrange(people)}"
        if chance.random() < 0.8:
            world.post(world.event(user, "Product Viewed", {"category": chance.choice(CATEGORIES)}))
        else:
            world.post(world.event(user, "Order Completed", {"order_id": "o", "total": chance.choice([20, 40, 70])}))


def standing(world: World, people: int) -> dict[str, Any]:
    """What is known about everybody, but for how often they were written."""
    found = {}
    for number in range(people):
        contact = world.contact(f"p{number}")
        found[contact.id] = (contact.segments, contact.stage, contact.stages, contact.memory, contact.points)
    return found


def test_a_restored_snapshot_is_as_good_as_having_been_there() -> None:
    """Three weeks without a single event: one system ran through them, the other wakes up at their end."""
    people = 12
    world = World()
    published(world, DEFINITIONS)
    shoppers(world, people, seed=1)
    kept, began = world.table.snapshot(), world.clock.moment

    world.advance(WEEKS * 7 * DAY)

    restored = World(templates=None)
    restored.table.restore(kept)
    restored.clock.moment = began + WEEKS * 7 * DAY
    for _ in range(5):
        restored.sweep()
    assert standing(restored, people) == standing(world, people)
    moved = {name for number in range(people) for name in world.contact(f"p{number}").segments}
    assert {"silent", "renewing"} <= moved, "time alone brought some in"
    assert "lookers" not in moved, "and took others out"


def test_a_definition_changes_while_events_keep_coming() -> None:
    """Afterwards every contact equals its recount, and every member list its contacts."""
    people = 40
    world = World()
    published(world, DEFINITIONS)
    shoppers(world, people, seed=2)
    before = len(world.outbox.sent)

    changed = DEFINITIONS.replace("at_least: 2, within: P9D", "at_least: 3, within: P20D, where: {category: sofas}")
    published(world, changed.split("---\n")[0])
    state: dict[str, Any] = {"cursor": None, "reason": "changed", "more": True}
    chance = random.Random(3)
    while state["more"]:
        state = world.call("rebuild_audience", state)
        # Between the pages, and before what they ask for is worked off, life goes on.
        arriving = [
            world.event(f"p{chance.randrange(people)}", "Product Viewed", {"category": "sofas"}) for _ in range(5)
        ]
        record(world.table, arriving)
        world.clock.moment += MINUTE
        world.queues.waiting["contacts"].reverse()
    world.run()

    catalog = world.services.library.catalog()
    for number in range(people):
        contact = world.contact(f"p{number}")
        history = [
            Event.from_item(item) for item in query_all(world.table, keys.contact(contact.id).pk, begins=keys.EVENTS)
        ]
        counted = recount(contact.id, history, catalog, ZONE, contact.clock).settle(contact.clock)
        assert comparable(contact) == comparable(counted)
    inside = {(name, one.id, since) for one in everybody(world) for name, since in memberships(one).items()}
    listed = {(item["pk"].split("#")[1], item["sk"], item["since"]) for item in world.table.items("MEMBER")}
    assert listed == inside
    assert len(world.outbox.sent) == before, "a definition that changes starts no journey"


def everybody(world: World) -> list[Contact]:
    return [Contact.from_item(item) for item in world.table.items("CONTACT")]


def comparable(contact: Contact) -> Contact:
    return replace(contact, rev=0, plan_rev=0, due_at=None, untils={})
