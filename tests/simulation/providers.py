"""SES and SNS: take messages, and report about mails as late, as often and in what order they like."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leadwell.clock import SECOND, Moment, to_iso
from tests.simulation.attempts import Client
from tests.simulation.engine import Engine
from tests.simulation.naive_machines import NOTHING, SCANNER
from tests.simulation.services import Queue

_CONFIRM = re.compile(r"https://go\.example\.com(/p/c/[\w-]+)")
_UNSUBSCRIBE = re.compile(r"https://go\.example\.com(/p/u/[\w-]+)")


@dataclass(frozen=True, eq=False)
class Accepted:
    """A message that the provider took. ``begun`` is when the call began."""

    number: int
    channel: str
    to: str
    tags: dict[str, str]
    begun: Moment
    at: Moment
    unsubscribe: str = ""
    confirm: str = ""
    transactional: bool = False

    @property
    def message(self) -> str:
        return self.tags["leadwell_message"]

    @property
    def provider_id(self) -> str:
        return f"{self.channel}-{self.number}"


class Providers:
    def __init__(self, engine: Engine, feedback: Queue) -> None:
        self.engine = engine
        self.feedback = feedback
        self.accepted: list[Accepted] = []
        self.reported: list[tuple[str, str]] = []
        """(message, kind) of every report that record_feedback has consumed."""

    def accept(self, channel: str, to: str, tags: dict[str, str], begun: Moment, text: str) -> Accepted:
        found = [pattern.search(text) for pattern in (_UNSUBSCRIBE, _CONFIRM)]
        links = [one[1] if one else "" for one in found]
        number = len(self.accepted) + 1
        message = Accepted(number, channel, to, tags, begun, self.engine.now, links[0], links[1])
        self.accepted.append(message)
        self.engine.note(f"  accepted: {channel} to {to}, {tags['leadwell_journey']}/{tags['leadwell_step']}")
        if channel == "email":
            self._report_acceptance(message)
        return message

    def latest(self, to: str, wanted: Callable[[Accepted], bool] = lambda one: True) -> Accepted | None:
        return next((one for one in reversed(self.accepted) if one.to == to and wanted(one)), None)

    def report(self, message: Accepted, kind: str, delay: int = 0, consumed: Callable[[], None] | None = None) -> None:
        """One event as SES publishes it through SNS."""
        section, details = _DETAILS[kind]
        at = to_iso(self.engine.now + delay)
        event_type = kind.partition(" ")[0]
        payload = {
            "eventType": event_type,
            "mail": {
                "timestamp": to_iso(message.at),
                "messageId": message.provider_id,
                "destination": [message.to],
                "tags": {name: [value] for name, value in message.tags.items()},
            },
            section: {**details, "timestamp": at},
        }

        def noted() -> None:
            self.reported.append((message.message, kind))
            if consumed:
                consumed()

        self.feedback.send(
            _envelope(payload, at), consumed=noted, about=f"{kind} of {message.provider_id}", delay=delay
        )

    def sms(self, number: str, text: str, consumed: Callable[[], None] | None = None) -> None:
        """Somebody answers by SMS."""
        payload = {
            "originationNumber": number,
            "destinationNumber": "+12025550100",
            "messageKeyword": "KEYWORD",
            "messageBody": text,
            "inboundMessageId": f"inbound-{self.engine.now}",
        }
        self.feedback.send(_envelope(payload, to_iso(self.engine.now)), consumed=consumed, about=f"SMS {text}")

    def _report_acceptance(self, message: Accepted) -> None:
        kind, amount = self.engine.faults.odd("reports")
        first, second = SECOND, 3 * SECOND
        if kind == "lost":
            return
        if kind == "disorder":
            first, second = second, first
        if kind == "late":
            first, second = amount, amount + SECOND
        self.report(message, "Send", first)
        self.report(message, "Delivery", second)
        if kind == "double":
            self.report(message, "Delivery", second)
            self.report(message, "Send", amount)


_DETAILS: dict[str, tuple[str, dict[str, Any]]] = {
    "Send": ("send", {}),
    "Delivery": ("delivery", {"smtpResponse": "250 ok"}),
    "DeliveryDelay": ("deliveryDelay", {"delayType": "TransientCommunicationFailure"}),
    "Bounce": ("bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "Bounce for now": ("bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}),
    "Complaint": ("complaint", {"complaintFeedbackType": "abuse"}),
    "Open": ("open", {"userAgent": "Mail/1.0"}),
    "Click": ("click", {"link": "https://shop.example.com/", "userAgent": "Browser/1.0"}),
    "Open scanned": ("open", {"userAgent": SCANNER}),
    "Click trap": ("click", {"link": NOTHING, "userAgent": "Browser/1.0"}),
    **{
        f"Click {number}": ("click", {"link": f"https://shop.example.com/{number}", "userAgent": "Browser/1.0"})
        for number in range(1, 4)
    },
}
SCAN = ("Click 1", "Click 2", "Click 3")
"""A gateway follows all the links within a second."""

PROVES = {
    "Send": "sent",
    "DeliveryDelay": "sent",
    "Bounce for now": "undelivered",
    "Delivery": "delivered",
    "Open": "delivered",
    "Click": "delivered",
    "Open scanned": "delivered",
    "Click trap": "delivered",
    **dict.fromkeys(SCAN, "delivered"),
    "Bounce": "bounced",
    "Complaint": "complained",
}
"""How far a message has come at least."""


def _envelope(payload: dict[str, Any], at: str) -> str:
    return json.dumps({"Type": "Notification", "Message": json.dumps(payload), "Timestamp": at})


class SesClient(Client):
    service = "sesv2"

    def __init__(self, engine: Engine, attempts: int, providers: Providers) -> None:
        super().__init__(engine, attempts)
        self.providers = providers

    def send_email(self, **given: Any) -> Any:
        begun = self.engine.now
        (to,) = given["Destination"]["ToAddresses"]
        simple = given["Content"]["Simple"]
        tags = {tag["Name"]: tag["Value"] for tag in given["EmailTags"]}
        text = simple["Body"]["Text"]["Data"]

        def effect() -> Any:
            return {"MessageId": self.providers.accept("email", to, tags, begun, text).provider_id}

        return self.request("send_email", effect)

    def get_account(self) -> Any:
        return {"SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 100.0, "SentLast24Hours": 0.0}}


class SnsClient(Client):
    service = "sns"

    def __init__(self, engine: Engine, attempts: int, providers: Providers) -> None:
        super().__init__(engine, attempts)
        self.providers = providers

    def publish(self, *, PhoneNumber: str, Message: str, MessageAttributes: Any) -> Any:
        begun = self.engine.now
        tags = {name: value["StringValue"] for name, value in MessageAttributes.items()}

        def effect() -> Any:
            return {"MessageId": self.providers.accept("sms", PhoneNumber, tags, begun, Message).provider_id}

        return self.request("publish", effect)
