"""The notifications have SES's shape: what `leadwell.feedback` reads of them, it reads from real ones alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.clock import VirtualClock
from infra.local.feedback import EVENTS, Feedback
from infra.local.outbox import Sent
from infra.local.ses_list import SesList

SENT = Sent(
    id="m1",
    channel="email",
    to="anna@example.com",
    subject="Hello",
    sender="Shop <hello@example.com>",
    headers={"List-Unsubscribe": "<https://example.com/u>"},
    tags={"leadwell_message": "m1", "leadwell_contact": "c1"},
    configuration_set="set",
    provider_id="ses-1",
    at="2026-11-22T04:30:00.000Z",
)


class Sns:
    def __init__(self) -> None:
        self.published: list[tuple[str, dict[str, Any]]] = []

    def publish(self, *, TopicArn: str, Message: str, Subject: str = "") -> None:
        self.published.append((TopicArn, json.loads(Message)))


@pytest.fixture
def made(tmp_path: Path) -> tuple[Feedback, Sns]:
    sns = Sns()
    listed = SesList(tmp_path / "ses-list.json", lambda: 0)
    return Feedback(
        client=sns, clock=VirtualClock(), feedback_topic="ses", inbound_sms_topic="sms", ses_list=listed
    ), sns


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_names_its_mail_by_our_tags(made: tuple[Feedback, Sns], event: str) -> None:
    reporter, sns = made
    reporter.report(SENT, event, link="https://example.com/")
    ((topic, message),) = sns.published
    assert topic == "ses"
    assert message["mail"]["tags"]["leadwell_message"] == ["m1"]
    assert message["mail"]["tags"]["ses:configuration-set"] == ["set"]
    assert message["mail"]["messageId"] == "ses-1"
    assert {"name": "List-Unsubscribe", "value": "<https://example.com/u>"} in message["mail"]["headers"]


@pytest.mark.parametrize(
    ("event", "kind", "key", "field", "value"),
    [
        ("bounce", "Bounce", "bounce", "bounceType", "Permanent"),
        ("soft-bounce", "Bounce", "bounce", "bounceType", "Transient"),
        ("complaint", "Complaint", "complaint", "complainedRecipients", [{"emailAddress": "anna@example.com"}]),
        ("delivery", "Delivery", "delivery", "recipients", ["anna@example.com"]),
        ("click", "Click", "click", "link", "https://example.com/"),
        ("reject", "Reject", "reject", "reason", "Bad content"),
        ("delay", "DeliveryDelay", "deliveryDelay", "delayType", "MailboxFull"),
        ("rendering-failure", "Rendering Failure", "failure", "templateName", "local"),
    ],
)
def test_details_stand_where_ses_puts_them(
    made: tuple[Feedback, Sns], event: str, kind: str, key: str, field: str, value: object
) -> None:
    reporter, sns = made
    reporter.report(SENT, event, link="https://example.com/")
    message = sns.published[0][1]
    assert message["eventType"] == kind
    assert message[key][field] == value


@pytest.mark.parametrize(
    ("to", "kinds"),
    [
        ("anna@example.com", ["Send", "Delivery"]),
        ("bounce@simulator.amazonses.com", ["Send", "Bounce"]),
        ("complaint+x@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
    ],
)
def test_acceptance_is_reported_as_ses_does(made: tuple[Feedback, Sns], to: str, kinds: list[str]) -> None:
    reporter, sns = made
    reporter.accepted(Sent(id="m1", channel="email", to=to, sender="hello@example.com"))
    assert [message["eventType"] for _, message in sns.published] == kinds


@pytest.mark.parametrize(
    ("event", "subtype"), [("bounce", "OnAccountSuppressionList"), ("complaint", "OnAccountSuppressionList")]
)
def test_ses_keeps_back_what_goes_to_an_address_on_its_list(
    made: tuple[Feedback, Sns], event: str, subtype: str
) -> None:
    reporter, sns = made
    reporter.report(SENT, event)
    reporter.accepted(SENT)
    assert [message["eventType"] for _, message in sns.published[1:]] == ["Send", "Bounce"]
    assert sns.published[-1][1]["bounce"]["bounceSubType"] == "OnAccountSuppressionList"


def test_an_inbound_sms_has_its_documented_fields(made: tuple[Feedback, Sns]) -> None:
    reporter, sns = made
    reporter.receive_sms("+12025550123", "stop please")
    ((topic, message),) = sns.published
    assert topic == "sms"
    assert set(message) == {
        "originationNumber",
        "destinationNumber",
        "messageKeyword",
        "messageBody",
        "inboundMessageId",
        "previousPublishedMessageId",
    }
    assert (message["messageKeyword"], message["messageBody"]) == ("STOP", "stop please")
