"""A handler that dies before or after any single AWS request, and is called again as AWS would, leaves the same end
state as one that does not; only a mail that died between claim and provider is not sent but visibly unknown."""

import json
from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.ids import contact_id
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.fakes.world import World

VISITOR = Identity("anonymous_id", "visitor-1")


def story(crash_at: int = 0) -> World:
    """A visitor looks at sofas, turns out to be Ann, fills a cart, gets mails, says no, and fills another cart."""
    world = World(crash_at=crash_at)
    for number in range(3):
        world.post(seen_by_visitor(world, number))
        world.clock.moment += 60_000
    login = world.identify("ann", email="ann@example.com", firstName="Ann", birthday="1990-03-04")
    happen(world, replace(login, identities=(*login.identities, VISITOR)), world.consent("ann"))
    happen(
        world, world.event("ann", "Signed Up"), world.event("ann", "Product Added", {"cart_id": "a", "name": "Sofa"})
    )
    world.advance(4 * HOUR)
    reported(world)
    world.advance(2 * DAY)
    reported(world)
    happen(world, world.event("ann", Name.CONSENT_WITHDRAWN, {"purpose": "marketing", "channel": "email"}))
    happen(world, world.event("ann", "Product Added", {"cart_id": "b", "name": "Lamp"}))
    world.advance(8 * DAY)
    reported(world)
    return world


def happen(world: World, *events: Event) -> None:
    """Ids that do not depend on how often anything was written."""
    world.post(*(replace(event, id=f"{event.name}@{event.at}") for event in events))


def seen_by_visitor(world: World, number: int) -> Event:
    return Event(
        contact=contact_id(*VISITOR),
        id=f"view-{number}",
        at=world.clock.now(),
        type="track",
        name="Product Viewed",
        standing=Standing.ANONYMOUS,
        properties={"category": "sofas"},
    )


def reported(world: World) -> None:
    """SES reports each mail that it accepted."""
    for number, (at, mail) in enumerate(world.outbox.sent):
        ses = {
            "eventType": "Send",
            "mail": {
                "timestamp": "2026-03-02T11:00:00.000Z",
                "messageId": f"provider-{mail.tags['leadwell_message']}",
                "destination": [mail.to],
                "tags": {name: [value] for name, value in mail.tags.items()},
            },
            "send": {},
        }
        envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-central-1:123456789012:ses-events"}
        body = json.dumps(envelope | {"Message": json.dumps(ses), "Timestamp": "2026-03-02T11:00:00.000Z"})
        record = {"messageId": str(number), "body": body, "eventSource": "aws:sqs"}
        assert world.call("record_feedback", {"Records": [record]}) == {"batchItemFailures": []}, at
    world.run()


# A retry may come minutes later, when the sweep finds what was left; what was decided must be the same.
WHEN = {"rev", "change", "news", "attempts", "requested_at", "claimed_at", "sent_at", "finished_at"}


def end_state(world: World) -> dict[str, Any]:
    """Everything that matters: not how often it was written, nor how long a retry took."""
    return {
        f"{item['pk']}/{item['sk']}": {name: value for name, value in item.items() if name not in WHEN}
        for kind in ("CONTACT", "EVENT", "ENROLLMENT", "MESSAGE", "MEMBER", "IDENTITY", "NO")
        for item in world.table.items(kind)
    }


def steps(world: World) -> list[str]:
    return [step for _, _, step in world.mails()]


@pytest.fixture(scope="module")
def undisturbed() -> World:
    return story()


def test_the_story_itself(undisturbed: World) -> None:
    assert steps(undisturbed) == ["welcome/hello", "abandoned-cart/reminder", "birthday/congratulations"]
    assert len(undisturbed.requests) > 200
    assert undisturbed.contact("ann").events == 20, "twelve, and four journeys entered and ended"
    assert undisturbed.contact("ann").memory, "the visitor's views joined Ann's history"


@pytest.mark.parametrize("part", range(8))
def test_a_crash_at_any_request_changes_nothing(undisturbed: World, part: int) -> None:
    expected, mails = end_state(undisturbed), steps(undisturbed)
    for crash_at in range(part + 1, len(undisturbed.requests) + 1, 8):
        world = story(crash_at)
        state = end_state(world)
        where = f"crash at request {crash_at}: {undisturbed.requests[crash_at - 1]}"
        unknown = [item for item in state.values() if item.get("status") == "unknown"]
        if unknown:
            # Died between claim and provider: nobody can know, so it is visible and never sent by machine.
            (message,) = unknown
            assert sorted([*steps(world), f"{message['journey']}/{message['step']}"]) == sorted(mails), where
            continue
        assert sorted(steps(world)) == sorted(mails), where
        different = {key for key in expected.keys() | state.keys() if expected.get(key) != state.get(key)}
        assert not different, f"{where}: {[(expected.get(key), state.get(key)) for key in different]}"


def test_only_a_death_between_claim_and_provider_leaves_a_mail_unknown(undisturbed: World) -> None:
    claims = [number for number, what in enumerate(undisturbed.requests, 1) if what == "before provider"]
    assert len(claims) == 3
    for crash_at in claims:
        statuses = [item["status"] for item in story(crash_at).table.items("MESSAGE")]
        assert statuses.count("unknown") == 1
        assert statuses.count("sent") == 2
