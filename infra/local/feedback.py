"""What SES and the phone network would report: notifications of the exact shape, published to the deployed topics.

From there on everything is the deployed stack: topic → subscription → queue → ``record_feedback``. Shapes: "Examples of
event data that Amazon SES publishes to Amazon SNS" and "Two-way SMS messaging" in AWS's guides.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from infra.local.clock import VirtualClock
from infra.local.embedded_aws import ACCOUNT, REGION
from infra.local.outbox import Sent
from infra.local.ses_list import SesList
from leadwell.clock import to_iso

EVENTS = (
    "send",
    "delivery",
    "open",
    "click",
    "bounce",
    "soft-bounce",
    "complaint",
    "reject",
    "delay",
    "rendering-failure",
)
ENGAGED = ("open", "click")
"""What people do, and machines too."""

_LISTED = {"bounce": "BOUNCE", "complaint": "COMPLAINT"}
"""What brings an address onto the list that SES keeps by itself, and as what."""
_SIMULATOR = "@simulator.amazonses.com"
"""Its bounces bring nobody onto the list."""
_KEPT_BACK = "kept-back"
"""A mail to such an address."""
_SCANNER = "Mozilla/5.0 (compatible; ExampleLinkScanner/1.0)"
_USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"


class Feedback:
    def __init__(
        self, *, client: Any, clock: VirtualClock, feedback_topic: str, inbound_sms_topic: str, ses_list: SesList
    ) -> None:
        """``client`` is an ``sns`` client."""
        self._ses_list = ses_list
        self._client = client
        self._clock = clock
        self._feedback_topic = feedback_topic
        self._inbound_sms_topic = inbound_sms_topic

    def report(self, sent: Sent, event: str, *, link: str = "", by_machine: bool = False) -> None:
        """Raises KeyError for an event that is not one of ``EVENTS``."""
        if event in _LISTED and not sent.to.endswith(_SIMULATOR):
            self._ses_list.add(sent.to, _LISTED[event])
        now = to_iso(self._clock.now())
        kind, key, detail = _DETAILS[event](sent, now, link)
        if by_machine:
            detail["userAgent"] = _SCANNER
        notification = {"eventType": kind, "mail": _mail(sent), key: detail}
        self._client.publish(
            TopicArn=self._feedback_topic,
            Message=json.dumps(notification),
            Subject="Amazon SES Email Event Notification",
        )

    def accepted(self, sent: Sent) -> None:
        """What SES reports without anybody doing anything."""
        self.report(sent, "send")
        if self._ses_list.reason(sent.to):
            self.report(sent, _KEPT_BACK)
            return
        # SES's mailbox simulator has addresses for the other outcomes.
        recipient = sent.to.partition("@")[0].partition("+")[0] if sent.to.endswith(_SIMULATOR) else ""
        if recipient == "bounce":
            self.report(sent, "bounce")
            return
        self.report(sent, "delivery")
        if recipient == "complaint":
            self.report(sent, "complaint")

    def receive_sms(self, sender: str, body: str, *, to: str = "+12025550100") -> None:
        """An SMS that somebody sent to us."""
        message = {
            "originationNumber": sender,
            "destinationNumber": to,
            "messageKeyword": (body.split() or [""])[0].upper(),
            "messageBody": body,
            "inboundMessageId": str(uuid4()),
            "previousPublishedMessageId": str(uuid4()),
        }
        self._client.publish(TopicArn=self._inbound_sms_topic, Message=json.dumps(message))


def _mail(sent: Sent) -> dict[str, Any]:
    fixed = {"From": sent.sender, "To": sent.to, "Subject": sent.subject, "MIME-Version": "1.0"}
    headers = [{"name": name, "value": value} for name, value in {**fixed, **sent.headers}.items()]
    # SES adds tags of its own to those of the sender.
    tags = {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": [sent.configuration_set],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [sent.sender.rstrip(">").rpartition("@")[2]],
        "ses:caller-identity": ["local"],
        **{name: [value] for name, value in sent.tags.items()},
    }
    return {
        "timestamp": sent.at,
        "source": sent.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com",
        "sendingAccountId": ACCOUNT,
        "messageId": sent.provider_id,
        "destination": [address.strip() for address in sent.to.split(",")],
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": {
            "from": [sent.sender],
            "to": [sent.to],
            "messageId": sent.provider_id,
            "subject": sent.subject,
        },
        "tags": tags,
    }


def _bounce(sent: Sent, now: str, kind: str, subtype: str, status: str, diagnosis: str) -> dict[str, Any]:
    return {
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [
            {"emailAddress": sent.to, "action": "failed", "status": status, "diagnosticCode": f"smtp; {diagnosis}"}
        ],
        "timestamp": now,
        "feedbackId": str(uuid4()),
        "reportingMTA": "dns; a4-12.smtp-out.eu-central-1.amazonses.com",
    }


def _hard_bounce(sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    detail = _bounce(sent, now, "Permanent", "NoEmail", "5.1.1", "550 5.1.1 user unknown")
    return "Bounce", "bounce", detail


def _kept_back(sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    diagnosis = "Amazon SES did not send the message to this address because it is on the suppression list."
    return "Bounce", "bounce", _bounce(sent, now, "Permanent", "OnAccountSuppressionList", "5.1.1", diagnosis)


def _soft_bounce(sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    detail = _bounce(sent, now, "Transient", "MailboxFull", "4.2.2", "452 4.2.2 mailbox full")
    return "Bounce", "bounce", detail


def _complaint(sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    return (
        "Complaint",
        "complaint",
        {
            "complainedRecipients": [{"emailAddress": sent.to}],
            "timestamp": now,
            "feedbackId": str(uuid4()),
            "userAgent": "Example Mail Feedback Loop",
            "complaintFeedbackType": "abuse",
            "complaintSubType": None,
            "arrivalDate": now,
        },
    )


def _delivery(sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    return (
        "Delivery",
        "delivery",
        {
            "timestamp": now,
            "processingTimeMillis": 412,
            "recipients": [sent.to],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a4-12.smtp-out.eu-central-1.amazonses.com",
        },
    )


def _open(_sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    return "Open", "open", {"ipAddress": "192.0.2.1", "timestamp": now, "userAgent": _USER_AGENT}


def _click(_sent: Sent, now: str, link: str) -> tuple[str, str, dict[str, Any]]:
    detail = {"ipAddress": "192.0.2.1", "link": link, "linkTags": None, "timestamp": now, "userAgent": _USER_AGENT}
    return "Click", "click", detail


def _reject(_sent: Sent, _now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    return "Reject", "reject", {"reason": "Bad content"}


def _delay(sent: Sent, now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    detail = {
        "delayType": "MailboxFull",
        "delayedRecipients": [
            {"emailAddress": sent.to, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 mailbox full"}
        ],
        "expirationTime": now,
        "timestamp": now,
    }
    return "DeliveryDelay", "deliveryDelay", detail


def _send(_sent: Sent, _now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    return "Send", "send", {}


def _rendering_failure(_sent: Sent, _now: str, _link: str) -> tuple[str, str, dict[str, Any]]:
    detail = {"errorMessage": "Attribute 'name' is not present in the rendering data.", "templateName": "local"}
    return "Rendering Failure", "failure", detail


_DETAILS: dict[str, Callable[[Sent, str, str], tuple[str, str, dict[str, Any]]]] = {
    "send": _send,
    "delivery": _delivery,
    "open": _open,
    "click": _click,
    "bounce": _hard_bounce,
    "soft-bounce": _soft_bounce,
    _KEPT_BACK: _kept_back,
    "complaint": _complaint,
    "reject": _reject,
    "delay": _delay,
    "rendering-failure": _rendering_failure,
}
