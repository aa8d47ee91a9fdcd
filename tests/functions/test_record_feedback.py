import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from functions.record_feedback.handler import handler
from leadwell.clock import SystemClock, from_iso
from leadwell.consent.suppressions import is_suppressed, suppression_key
from leadwell.consent.withdrawals import Withdrawals
from leadwell.errors import Throttled
from leadwell.messaging.message import Message, Status, claim
from leadwell.store import keys
from leadwell.store.table import Item, Key, Put, query_all
from leadwell.wiring import Services
from tests.functions.embedded_aws import embedded_aws
from tests.functions.queue_records import CONTACT, MESSAGE, PAYLOADS, notification, payload, queue_event

NOW = from_iso("2026-11-22T08:59:59Z")
PHONE = "+12025550143"
GREETING = "Successfully validated SNS topic for Amazon SES event publishing."


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    with embedded_aws(monkeypatch, SystemClock()) as services:
        requested = Message(
            id=MESSAGE,
            contact=CONTACT,
            channel="email",
            template="cart-reminder",
            template_version=1,
            purpose="marketing",
            requested_at=NOW,
            journey="abandoned-cart",
            step="remind",
        )
        services.table.write(Put(claim(requested, "robin@example.com", NOW, 60_000).to_item(), 0))
        key = keys.identity("phone", PHONE)
        services.table.write(Put({"pk": key.pk, "sk": key.sk, "kind": "IDENTITY", "rev": 1, "contact": CONTACT}))
        yield services


def report(*names: str) -> dict[str, Any]:
    return handler(queue_event(*(notification(payload(name)) for name in names)), None)


def message(aws: Services) -> Message:
    return Message.from_item(aws.table.get(keys.message(CONTACT, MESSAGE)) or {})


def event_names(aws: Services) -> list[str]:
    return [item["name"] for item in query_all(aws.table, keys.contact(CONTACT).pk, begins=keys.EVENTS)]


def everything(aws: Services) -> list[Item]:
    return aws.table.scan(segment=0, segments=1, limit=500).items


def test_a_good_record(aws: Services) -> None:
    assert report("ses/delivery") == {"batchItemFailures": []}
    assert message(aws).status is Status.DELIVERED
    assert event_names(aws) == ["Email Delivered"]


def test_a_bad_record_fails_alone(aws: Services) -> None:
    good = notification(payload("ses/delivery"))
    bad = [
        "not json",
        "{}",
        notification("neither json"),
        notification({"hello": "world"}),
        notification("[]"),
        notification({"eventType": "Bounce"}),
        notification({"originationNumber": PHONE}),
    ]
    answer = handler(queue_event(*bad, good), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"r{number}"} for number in range(len(bad))]}
    assert event_names(aws) == ["Email Delivered"]


def test_the_same_record_twice_in_one_batch_and_later(aws: Services) -> None:
    report("ses/complaint", "ses/complaint")
    once = everything(aws)
    assert report("ses/complaint") == {"batchItemFailures": []}
    assert sorted(everything(aws), key=_place) == sorted(once, key=_place)


def test_all_kinds_end_as_events_of_the_contact(aws: Services) -> None:
    names = ["open", "complaint", "send", "click", "delivery", "delivery_delay", "bounce_permanent", "reject"]
    assert report(*(f"ses/{name}" for name in names)) == {"batchItemFailures": []}
    assert sorted(event_names(aws)) == [
        "Consent Withdrawn",
        "Email Bounced",
        "Email Delayed",
        "Email Delivered",
        "Email Link Clicked",
        "Email Marked as Spam",
        "Email Opened",
        "Email Rejected",
        "Email Sent",
    ]
    assert message(aws).status is Status.COMPLAINED
    assert is_suppressed(aws.table.get(suppression_key(aws.table, "email", "robin@example.com")))
    assert Withdrawals.from_item(aws.table.get(keys.withdrawals(CONTACT))).last("marketing", "email")


def test_stop_by_sms(aws: Services) -> None:
    assert report("sms/stop", "sms/answer") == {"batchItemFailures": []}
    assert is_suppressed(aws.table.get(suppression_key(aws.table, "sms", PHONE)))
    no = Withdrawals.from_item(aws.table.get(keys.withdrawals(CONTACT)))
    assert no.last("marketing", "sms") == from_iso("2026-11-22T11:00:00Z")
    assert event_names(aws).count("SMS Received") == 2


def test_what_is_not_ours_is_acknowledged_and_leaves_nothing(aws: Services) -> None:
    before = everything(aws)
    bodies = (notification(payload("ses/untagged")), notification(GREETING))
    assert handler(queue_event(*bodies), None) == {"batchItemFailures": []}
    assert everything(aws) == before


def test_a_throttled_table_means_again_later(aws: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttled(key: Key) -> Item | None:
        raise Throttled

    monkeypatch.setattr(aws.table, "get", throttled)
    assert report("ses/complaint") == {"batchItemFailures": [{"itemIdentifier": "r0"}]}


def test_nothing_personal_is_logged(aws: Services, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="leadwell")
    good = [notification(payload(name)) for name in ("ses/complaint", "ses/click", "sms/stop", "sms/answer")]
    torn = payload("ses/bounce_permanent")
    torn["mail"]["destination"] = {"robin@example.com": 1}
    handler(queue_event(*good, notification(torn), notification("robin@example.com")), None)
    assert "feedback recorded" in caplog.text
    assert "cannot be recorded" in caplog.text
    for personal in ("robin", PHONE, PHONE[1:], "blue", "192.0.2"):
        assert personal not in caplog.text


def _place(item: Item) -> tuple[str, str]:
    return (item["pk"], item["sk"])


def test_every_kind_of_notification_is_understood(aws: Services) -> None:
    """Of the folder with real shapes: whatever AWS sends is recorded or deliberately let go, never refused."""
    names = [
        f"{folder}/{path.stem}" for folder in ("ses", "sms") for path in sorted((PAYLOADS / folder).glob("*.json"))
    ]
    assert len(names) > 30
    assert report(*names) == {"batchItemFailures": []}


def test_the_same_by_eventbridge(aws: Services) -> None:
    event = {
        "version": "0",
        "id": "1d5cf3b2-0000-4000-8000-000000000000",
        "detail-type": "Email Delivered",
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2026-11-22T09:00:02Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": payload("ses/delivery"),
    }
    assert handler(queue_event(json.dumps(event)), None) == {"batchItemFailures": []}
    assert event_names(aws) == ["Email Delivered"]
    report("ses/delivery")
    assert event_names(aws) == ["Email Delivered"]
