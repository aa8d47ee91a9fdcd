"""What left: mails and SMS, caught where the call enters the emulated SES and SNS, and webhooks; kept in a file.

One line per message in ``outbox.jsonl``, and in memory no more than the ids. After a crash the journal is replayed, and
messages are sent again under the same ids; what an earlier process has sent is therefore not shown again. A message
that one process sends twice is shown twice, so that nobody overlooks it.
"""

import email
import email.policy
import json
import logging
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from infra.local.clock import VirtualClock
from infra.local.embedded_aws import ACCOUNT, REGION, Call
from leadwell.clock import to_iso

log = logging.getLogger("leadwell.local")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """``at`` is ISO 8601; ``html`` is empty for SMS. ``provider_id`` is the id that SES or SNS answered with."""

    id: str
    channel: str
    to: str
    subject: str = ""
    sender: str = ""
    html: str = ""
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    configuration_set: str = ""
    provider_id: str = ""
    at: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``GET /_local/outbox`` shows it."""
        shown = asdict(self)
        shown["from"] = shown.pop("sender")
        for name in ("journey", "step", "contact"):
            shown[name] = self.tags.get(f"leadwell_{name}", "")
        return shown


class Outbox:
    def __init__(self, path: Path, clock: VirtualClock, on_mail: Callable[[Sent], None]) -> None:
        """``on_mail`` is called for every mail that is accepted, on the thread of the sender."""
        self._path = path
        self._clock = clock
        self._on_mail = on_mail
        self._lock = threading.Lock()
        earlier = [sent.id for sent in _read(_mended(path))]
        self._earlier = len(earlier)
        self._ids = set(earlier)
        self._before = set(earlier)
        self._newer: dict[str, str] = {}
        """The provider's ids of earlier messages that were sent again: those are what the table knows now."""

    def list(self) -> list[Sent]:
        """Oldest first."""
        with self._lock:
            return [self._current(sent, number) for number, sent in enumerate(_read(self._path))]

    def find(self, message: str) -> Sent | None:
        return next((sent for sent in reversed(self.list()) if sent.id == message), None)

    def watch(self, call: Call) -> None:
        """An observer of the embedded AWS."""
        if call.status != 200:
            return
        if call.method == "POST" and call.path == "/v2/email/outbound-emails":
            mail = _mail(json.loads(call.body), json.loads(call.answer)["MessageId"])
            self._on_mail(self.keep(mail))
        elif b"Action=Publish" in call.body and b"PhoneNumber=" in call.body:
            self.keep(_sms(dict(parse_qsl(call.body.decode())), call.answer))

    def keep(self, sent: Sent) -> Sent:
        """Stamped with the time it has here."""
        stamped = replace(sent, at=to_iso(self._clock.now()))
        with self._lock:
            if stamped.id in self._before:
                self._before.discard(stamped.id)
                self._newer[stamped.id] = stamped.provider_id
                return stamped
            if stamped.id in self._ids:
                log.error("message %s was sent twice", stamped.id)
            self._ids.add(stamped.id)
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(stamped), ensure_ascii=False) + "\n")
        return stamped

    def _current(self, sent: Sent, number: int) -> Sent:
        newer = self._newer.get(sent.id) if number < self._earlier else None
        return replace(sent, provider_id=newer) if newer else sent


def _mail(request: dict[str, Any], provider_id: str) -> Sent:
    tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or []}
    content = request["Content"]
    known = {
        "id": tags.get("leadwell_message", provider_id),
        "channel": "email",
        "sender": request.get("FromEmailAddress", ""),
        "to": ", ".join((request.get("Destination") or {}).get("ToAddresses") or []),
        "tags": tags,
        "configuration_set": request.get("ConfigurationSetName", ""),
        "provider_id": provider_id,
    }
    if "Raw" in content:
        return Sent(**{**known, **_from_raw(b64decode(content["Raw"]["Data"]), known)})
    simple = content.get("Simple") or {}
    answers = {"Reply-To": ", ".join(given)} if (given := request.get("ReplyToAddresses")) else {}
    body = simple.get("Body") or {}
    return Sent(
        **known,
        subject=(simple.get("Subject") or {}).get("Data", ""),
        html=(body.get("Html") or {}).get("Data", ""),
        text=(body.get("Text") or {}).get("Data", ""),
        headers=answers
        | {header["Name"]: header["Value"] for header in simple.get("Headers") or []}
        | _added_by_ses(tags),
    )


def _added_by_ses(tags: dict[str, str]) -> dict[str, str]:
    """The header by which mailbox providers report on streams: two tags of the sender, what SES says of the account
    (made up here), and who SES is. Gmail wants up to three fields and the sender (Postmaster Tools, Feedback Loop)."""
    fields = [tags[name] for one in "ab" if (name := f"ses:feedback-id-{one}") in tags]
    return {"Feedback-ID": ":".join((*fields, f"1.{REGION}.{ACCOUNT}", "AmazonSES"))}


def _from_raw(data: bytes, known: dict[str, Any]) -> dict[str, Any]:
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    return {
        "sender": known["sender"] or str(parsed["From"] or ""),
        "to": known["to"] or str(parsed["To"] or ""),
        "subject": str(parsed["Subject"] or ""),
        "html": html.get_content() if html else "",
        "text": text.get_content() if text else "",
        "headers": {name: str(value) for name, value in parsed.items()},
    }


def _sms(form: dict[str, str], answer: bytes) -> Sent:
    tags: dict[str, str] = {}
    number = 1
    while name := form.get(f"MessageAttributes.entry.{number}.Name"):
        tags[name] = form.get(f"MessageAttributes.entry.{number}.Value.StringValue", "")
        number += 1
    provider_id = answer.decode().partition("<MessageId>")[2].partition("</MessageId>")[0]
    return Sent(
        id=tags.get("leadwell_message", provider_id),
        channel="sms",
        to=form["PhoneNumber"],
        sender=tags.get("AWS.SNS.SMS.SenderID", ""),
        text=form.get("Message", ""),
        tags=tags,
        provider_id=provider_id,
    )


def _mended(path: Path) -> Path:
    """Without a last line that was cut off."""
    if path.exists():
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            path.write_bytes(whole)
    return path


def _read(path: Path) -> Iterator[Sent]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield Sent(**json.loads(line))
