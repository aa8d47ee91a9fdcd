"""A colleague is told about a lead, through the real handlers; what becomes of that mail is nothing the lead did."""

import json
from typing import Any

import pytest

from leadwell.clock import DAY
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.messaging.message import Message, Status
from leadwell.messaging.outgoing import Outgoing
from leadwell.tracking.events import Name
from tests.fakes.world import World
from tests.loop.own_definitions import publish_journey

SAM = "sam@example.com"
SALES = "sales@example.com"
STEP = {"id": "alert", "notify": {"template": "hot-lead-alert", "to": "owner", "otherwise": SALES}}
POLICY = """\
kind: policy
title: {en: Policy, de: Richtlinie}
caps: [{channel: any, at_most: 1, within: P30D}]
quiet_hours: [{channels: [email], from: "00:00", to: "23:59"}]
"""


def told(world: World, **traits: Any) -> Outgoing:
    publish_journey(world, STEP)
    world.post(world.identify("ann", firstName="Ann", **traits))
    world.post(world.event("ann", "Started", {"reason": "asked for a price"}))
    ((_, mail),) = world.outbox.sent
    return mail


def message(world: World) -> Message:
    (found,) = (Message.from_item(item) for item in world.table.items("MESSAGE"))
    return found


def test_the_owner_gets_it_without_the_leads_consent_and_with_the_leads_address() -> None:
    world = World()
    mail = told(world, email="ann@example.com", owner=SAM, locale="de")
    assert (mail.to, mail.internal, mail.headers) == (SAM, True, {})
    assert mail.subject.startswith("Hot lead: Ann"), "in the house's language, not the lead's"
    assert "ann@example.com" in mail.html
    assert "asked for a price" in mail.html
    assert SAM not in mail.html
    assert "nsubscribe" not in mail.html + mail.text
    assert message(world).recipient == SAM


def test_a_lead_without_an_address_and_an_owner_is_somebodys_too() -> None:
    world = World()
    assert told(world).to == SALES


def test_where_nobody_is_in_charge_the_message_says_so() -> None:
    world = World()
    publish_journey(world, {"notify": {"template": "hot-lead-alert", "to": "owner"}})
    world.post(world.event("ann", "Started"))
    assert not world.outbox.sent
    assert message(world).status is Status.SKIPPED
    assert message(world).reason.startswith("nobody is in charge")


def test_neither_the_leads_no_nor_caps_nor_quiet_hours_stand_against_it() -> None:
    world = World()
    Publisher(world.services.library, world.clock.now(), "test").publish(POLICY)
    world.post(
        world.identify("ann", email="ann@example.com"),
        world.event("ann", Name.CONSENT_WITHDRAWN, {"purpose": "*", "channel": "*"}),
    )
    told(world, owner=SAM)
    assert not world.table.items("LEDGER")


REPORTS = {
    "Send": {},
    "Delivery": {},
    "Open": {},
    "Click": {"link": "https://example.com"},
    "Complaint": {},
    "Bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": []},
}


def reported(world: World, mail: Outgoing, kind: str) -> None:
    ses = {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-03-02T09:00:00.000Z",
            "messageId": "provider-1",
            "destination": [mail.to],
            "tags": {name: [value] for name, value in mail.tags.items()},
        },
        kind.lower(): REPORTS[kind],
    }
    envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-central-1:123456789012:ses-events"}
    body = json.dumps(envelope | {"Message": json.dumps(ses), "Timestamp": "2026-03-02T09:00:00.000Z"})
    record = {"messageId": "1", "body": body, "eventSource": "aws:sqs"}
    assert world.call("record_feedback", {"Records": [record]}) == {"batchItemFailures": []}
    world.run()


@pytest.mark.parametrize("kind", REPORTS)
def test_no_report_about_it_changes_the_lead(kind: str) -> None:
    world = World()
    mail = told(world, email="ann@example.com", owner=SAM)
    before, events = world.contact("ann"), len(world.table.items("EVENT"))
    reported(world, mail, kind)
    world.advance(DAY)
    assert (world.contact("ann"), len(world.table.items("EVENT"))) == (before, events)
    status = {"Bounce": Status.BOUNCED, "Complaint": Status.COMPLAINED, "Send": Status.SENT}.get(kind, Status.DELIVERED)
    assert message(world).status is status
    assert (message(world).first_opened_at, message(world).first_clicked_at) == (None, None)


def test_nothing_is_sent_to_a_colleague_whose_address_bounced() -> None:
    world = World()
    mail = told(world, owner=SAM)
    reported(world, mail, "Bounce")
    publish_journey(world, STEP, name="other", trigger={"event": "Again"})
    world.post(world.event("ann", "Again"))
    assert len(world.outbox.sent) == 1


@pytest.mark.parametrize(
    ("step", "remedy"),
    [
        ({"notify": {"template": "welcome-hello", "to": SALES}}, "notify takes templates of the purpose internal"),
        ({"email": "hot-lead-alert"}, "use a step notify"),
    ],
)
def test_advertising_is_no_notice_and_a_notice_no_advertising(step: dict[str, Any], remedy: str) -> None:
    with pytest.raises(Refused, match=remedy):
        publish_journey(World(), step)
