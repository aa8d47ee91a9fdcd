from copy import deepcopy
from typing import Any

import pytest

from leadwell.clock import from_iso
from leadwell.consent.suppressions import Reason
from leadwell.errors import Broken
from leadwell.feedback import kinds
from leadwell.feedback.from_ses import translate
from leadwell.messaging.message import Status
from tests.functions.queue_records import CONTACT, MESSAGE, PAYLOADS, payload

EXPECTED: dict[str, tuple[type, Status, Reason | None, str, dict[str, Any]]] = {
    "send": (kinds.Sent, Status.SENT, None, "2026-11-22T09:00:00.123Z", {}),
    "delivery": (kinds.Delivered, Status.DELIVERED, None, "2026-11-22T09:00:01.900Z", {}),
    "delivery_delay": (kinds.Delayed, Status.SENT, None, "2026-11-22T09:05:00.000Z", {}),
    "bounce_permanent": (
        kinds.Bounced,
        Status.BOUNCED,
        Reason.BOUNCE,
        "2026-11-22T09:00:03.500Z",
        {"permanent": True, "subtype": "General"},
    ),
    "bounce_transient": (
        kinds.Bounced,
        Status.UNDELIVERED,
        None,
        "2026-11-22T09:00:03.500Z",
        {"permanent": False, "subtype": "MailboxFull"},
    ),
    "bounce_undetermined": (
        kinds.Bounced,
        Status.UNDELIVERED,
        None,
        "2026-11-22T09:00:03.500Z",
        {"permanent": False, "subtype": "Undetermined"},
    ),
    "bounce_suppressed": (
        kinds.Bounced,
        Status.BOUNCED,
        Reason.BOUNCE,
        "2026-11-22T09:00:03.500Z",
        {"permanent": True, "subtype": "OnAccountSuppressionList"},
    ),
    "complaint": (kinds.Complained, Status.COMPLAINED, Reason.COMPLAINT, "2026-11-22T10:30:00.000Z", {}),
    "bounce_out_of_office": (
        kinds.Bounced,
        Status.DELIVERED,
        None,
        "2026-11-22T09:00:09.000Z",
        {"permanent": False, "subtype": "General"},
    ),
    "complaint_without_recipients": (
        kinds.Complained,
        Status.COMPLAINED,
        Reason.COMPLAINT,
        "2026-11-22T10:31:00.000Z",
        {},
    ),
    "complaint_suppressed": (kinds.Complained, Status.COMPLAINED, Reason.COMPLAINT, "2026-11-22T09:00:02.000Z", {}),
    "complaint_not_spam": (kinds.Wanted, Status.SENT, None, "2026-11-22T10:40:00.000Z", {}),
    "subscription": (kinds.SubscriptionChanged, Status.SENT, None, "2026-11-22T09:30:00.000Z", {"left": True}),
    "subscription_back": (kinds.SubscriptionChanged, Status.SENT, None, "2026-11-22T09:40:00.000Z", {"left": False}),
    "open": (kinds.Opened, Status.DELIVERED, None, "2026-11-22T09:20:00.250Z", {}),
    "click": (
        kinds.Clicked,
        Status.DELIVERED,
        None,
        "2026-11-22T09:21:10.000Z",
        {"link": "https://shop.example.com/cart?utm_campaign=abandoned-cart"},
    ),
    "reject": (kinds.Rejected, Status.REJECTED, None, "2026-11-22T09:00:00.123Z", {"reason": "Bad content"}),
    "rendering_failure": (
        kinds.RenderingFailed,
        Status.FAILED,
        None,
        "2026-11-22T09:00:00.123Z",
        {"reason": "Attribute 'firstName' is not present in the rendering data."},
    ),
}
NOT_FEEDBACK = {"untagged", "identity_notification"}


def test_every_payload_of_the_folder_is_looked_at() -> None:
    assert {path.stem for path in (PAYLOADS / "ses").glob("*.json")} == EXPECTED.keys() | NOT_FEEDBACK


@pytest.mark.parametrize("name", EXPECTED)
def test_ses_words_become_ours(name: str) -> None:
    kind, proves, suppresses, at, properties = EXPECTED[name]
    feedback = translate(payload(f"ses/{name}"))
    assert feedback is not None
    assert type(feedback) is kind
    assert (feedback.message, feedback.contact, feedback.recipient) == (MESSAGE, CONTACT, "robin@example.com")
    assert feedback.provider_id == "010701936a2b7c4d-5e6f7081-92a3-4b4c-8d5e-6f708192a3b4-000000"
    assert feedback.at == from_iso(at)
    assert (feedback.proves, feedback.suppresses, feedback.properties) == (proves, suppresses, properties)


def test_what_ses_said_is_kept_small_and_without_network_addresses() -> None:
    bounced = translate(payload("ses/bounce_permanent"))
    assert bounced is not None
    assert bounced.original["diagnosticCode"] == "smtp; 550 5.1.1 user unknown"
    opened = translate(payload("ses/open"))
    assert opened is not None
    assert set(opened.original) == {"userAgent"}
    shouting = payload("ses/delivery")
    shouting["delivery"]["smtpResponse"] = "x" * 5_000
    delivered = translate(shouting)
    assert delivered is not None
    assert len(delivered.original["smtpResponse"]) == 300


def test_the_same_report_has_the_same_id_and_another_has_another() -> None:
    ids = [_id(payload(f"ses/{name}")) for name in EXPECTED]
    assert len(set(ids)) == len(EXPECTED)
    assert ids == [_id(payload(f"ses/{name}")) for name in EXPECTED]
    other_link = payload("ses/click")
    other_link["click"]["link"] = "https://shop.example.com/sofas"
    assert _id(other_link) != _id(payload("ses/click"))


def test_a_mail_of_somebody_else_is_none_of_our_business() -> None:
    assert translate(payload("ses/untagged")) is None


def test_an_unknown_event_type_is_not_swallowed() -> None:
    with pytest.raises(Broken):
        translate({"eventType": "Teleported", "mail": {}})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_known_type_without_its_parts_is_not_swallowed(name: str) -> None:
    whole = payload(f"ses/{name}")
    for part in ("messageId", "destination", "timestamp"):
        torn = deepcopy(whole)
        del torn["mail"][part]
        if part == "timestamp" and name not in ("send", "reject", "rendering_failure"):
            continue
        with pytest.raises(Broken):
            translate(torn)
    with pytest.raises(Broken):
        translate(whole | {"mail": None})


def test_what_tires_an_address() -> None:
    tiring = [name for name in EXPECTED if (found := translate(payload(f"ses/{name}"))) and found.tires]
    assert tiring == ["bounce_transient", "bounce_undetermined"]
    too_large = payload("ses/bounce_transient")
    too_large["bounce"]["bounceSubType"] = "MessageTooLarge"
    found = translate(too_large)
    assert found is not None
    assert not found.tires


def test_who_leaves_one_topic_leaves() -> None:
    given = payload("ses/subscription_back")
    given["subscription"]["newTopicPreferences"]["topicSubscriptionStatus"][0]["subscriptionStatus"] = "OptOut"
    found = translate(given)
    assert isinstance(found, kinds.SubscriptionChanged)
    assert (found.left, found.withdraws) == (True, True)


def _id(given: dict[str, Any]) -> str:
    feedback = translate(given)
    assert feedback is not None
    return feedback.event_id
