"""What fails for its own reasons stops nobody else, and is neither lost nor hidden."""

import pytest

from leadwell.clock import HOUR
from leadwell.contacts.folding import Folding
from leadwell.journeys.running import Runner
from leadwell.journeys.steps.running import Situation
from leadwell.store.queues import CONTACTS, ENROLLMENTS, image_body
from leadwell.store.table import Item
from leadwell.tracking.events import Event
from tests.fakes.world import World


def queue_event(image: Item) -> dict[str, object]:
    return {"Records": [{"messageId": "r1", "body": image_body(image), "eventSource": "aws:sqs"}]}


def test_an_event_that_breaks_the_code_is_set_aside_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.identify("bob", email="bob@example.com"))
    world.clock.moment += 1000
    right = Folding.apply

    def breaks(self: Folding, event: Event) -> None:
        if event.name == "Poison":
            raise ZeroDivisionError
        right(self, event)

    monkeypatch.setattr(Folding, "apply", breaks)
    world.post(
        world.event("ann", "Product Viewed", {"category": "sofas"}),
        world.event("ann", "Poison", at=world.clock.now() + 1),
        world.event("bob", "Product Viewed", {"category": "sofas"}),
    )
    assert world.contact("bob").events == 2, "Bob is not held up"
    (poison,) = world.queues.aside[CONTACTS]
    assert world.contact("ann").events == 2, "and Ann only by that one event"
    assert world.call("score_and_segment", queue_event(poison)) == {"batchItemFailures": [{"itemIdentifier": "r1"}]}

    monkeypatch.setattr(Folding, "apply", right)  # the bug is repaired, the dead letter queue redriven
    assert world.call("score_and_segment", queue_event(poison)) == {"batchItemFailures": []}
    assert world.contact("ann").events == 3


def test_news_that_break_a_journey_are_set_aside_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    world.post(world.identify("bob", email="bob@example.com"), world.consent("bob"))
    right = Runner._situation

    def breaks(self: Runner, contact: object, *rest: object) -> Situation:
        if getattr(contact, "traits", {}).get("email") == "ann@example.com":
            raise ZeroDivisionError
        return right(self, contact, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Runner, "_situation", breaks)
    cart = {"cart_id": "a", "name": "Sofa"}
    world.post(world.event("ann", "Product Added", cart), world.event("bob", "Product Added", cart))
    (image,) = world.queues.aside[ENROLLMENTS]
    assert world.call("run_journeys", queue_event(image)) == {"batchItemFailures": [{"itemIdentifier": "r1"}]}
    monkeypatch.setattr(Runner, "_situation", right)
    assert world.call("run_journeys", queue_event(image)) == {"batchItemFailures": []}
    world.advance(3 * HOUR)
    assert sorted(to for _, to, _ in world.mails()) == ["ann@example.com", "bob@example.com"]
