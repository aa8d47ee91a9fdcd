"""Somebody answers a mail of a journey, through the real handlers with the permissions that the stack gives."""

from typing import Any

import pytest
import yaml

from leadwell.clock import DAY
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.message import Message, Status
from leadwell.messaging.outgoing import Outgoing
from leadwell.tracking.events import Name
from tests.fakes.world import World
from tests.functions.arriving_mail import key_of, mail, told_of
from tests.functions.queue_records import notification, queue_event
from tests.loop.own_definitions import TITLE, publish_journey, publish_mail

HELLO = {"id": "hello", "email": "hello"}
LATER = {"id": "later", "email": "later"}


def world_with(*steps: dict[str, Any], crash_at: int = 0, **more: Any) -> World:
    world = World(templates=None, crash_at=crash_at)
    for name in ("hello", "later", "thanks"):
        publish_mail(world, name, f"The mail {name}")
    publish_journey(world, *steps, **more)
    world.post(world.identify("robin", email="robin@example.com", owner="sam@example.com"), world.consent("robin"))
    world.post(world.event("robin", "Started"))
    return world


def answer(world: World, name: str, times: int = 1) -> None:
    content = mail(name)
    said = told_of(newest(world).reply_to, content, world.clock.now(), number=name)
    world.arrived.kept[key_of(said)] = content
    for _ in range(times):
        world.call("record_feedback", queue_event(notification(said), notification(said)))
    world.run()


def newest(world: World) -> Outgoing:
    return [left for _, left in world.outbox.sent if not left.internal][-1]


def subjects(world: World) -> list[str]:
    return [left.subject for _, left in world.outbox.sent if not left.internal]


def internal(world: World) -> list[Outgoing]:
    return [left for _, left in world.outbox.sent if left.internal]


def test_a_reply_ends_the_journey_where_it_says_so_and_reaches_the_owner_once() -> None:
    world = world_with(
        HELLO, {"wait": "P3D"}, LATER, exits=[{"event": Name.EMAIL_REPLIED, "where": {"journey": "own"}}]
    )
    answer(world, "person", times=3)
    world.advance(7 * DAY)
    assert subjects(world) == ["The mail hello"]
    (passed_on,) = internal(world)
    assert (passed_on.to, passed_on.reply_to) == ("sam@example.com", "robin@example.com")
    assert "das grüne Sofa" in passed_on.text


@pytest.mark.parametrize("name", ["absence", "bounce"])
def test_an_absence_note_ends_nothing(name: str) -> None:
    world = world_with(HELLO, {"wait": "P3D"}, LATER, exits=[{"event": Name.EMAIL_REPLIED}])
    answer(world, name)
    world.advance(7 * DAY)
    assert subjects(world) == ["The mail hello", "The mail later"]
    assert internal(world) == []


def test_where_no_journey_says_so_a_reply_ends_nothing() -> None:
    world = world_with(HELLO, {"wait": "P3D"}, LATER)
    answer(world, "person")
    world.advance(7 * DAY)
    assert subjects(world) == ["The mail hello", "The mail later"]


@pytest.mark.parametrize(("answers", "then"), [(True, "The mail thanks"), (False, "The mail later")])
def test_a_journey_can_wait_for_a_reply(answers: bool, then: str) -> None:
    step = {"wait_for": {"first_of": [{"replied": "hello", "steps": [{"email": "thanks"}]}], "timeout": "P3D"}}
    step["wait_for"]["otherwise"] = [{"email": "later"}]
    world = world_with(HELLO, step)
    if answers:
        answer(world, "person")
    world.advance(7 * DAY)
    assert subjects(world) == ["The mail hello", then]


def test_a_no_by_mail_holds_before_the_contact_knows_of_it() -> None:
    world = world_with(HELLO, {"wait": "P3D"}, LATER)
    answer(world, "no")
    world.advance(7 * DAY)
    assert subjects(world) == ["The mail hello"]
    assert world.contact("robin").consents["marketing/email"].state == "withdrawn"
    skipped = [one for one in map(Message.from_item, world.table.items("MESSAGE")) if one.status is Status.SKIPPED]
    assert [one.reason for one in skipped] == ["consent to marketing/email was withdrawn"]


def test_segments_know_who_replied() -> None:
    world = world_with(HELLO)
    segment = {"kind": "segment", "name": "talkers", "title": TITLE, "when": {"engaged": {"did": "replied"}}}
    Publisher(world.services.library, world.clock.now(), "test").publish(yaml.safe_dump(segment))
    answer(world, "absence")
    assert "talkers" not in world.contact("robin").segments
    answer(world, "person")
    assert "talkers" in world.contact("robin").segments


def test_wherever_it_dies_there_is_one_event_one_no_and_one_mail_to_the_owner() -> None:
    """A crash before or after each request of the two functions; AWS delivers the batch again."""
    first = len(world_with(HELLO).requests)
    undisturbed = world_with(HELLO)
    answer(undisturbed, "no")
    last = len(undisturbed.requests)
    assert last - first > 20
    for crash in range(first + 1, last + 1):
        world = world_with(HELLO, crash_at=crash)
        answer(world, "no")
        world.advance(DAY)
        names = [item["name"] for item in world.table.items("EVENT")]
        assert (names.count(Name.EMAIL_REPLIED), names.count(Name.CONSENT_WITHDRAWN)) == (1, 1), crash
        passed_on = [one for one in map(Message.from_item, world.table.items("MESSAGE")) if "reply" in one.data]
        assert len(passed_on) == 1, crash
        assert len(internal(world)) == 1 or passed_on[0].status is Status.UNKNOWN, crash
        assert len(internal(world)) <= 1, crash
