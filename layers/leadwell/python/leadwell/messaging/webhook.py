"""What is told to other systems, and how they know that it comes from us.

Headers and signature follow Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, spec), so that
its libraries verify them:

    webhook-id: m0123…            the same at every attempt: whoever has seen it has had it
    webhook-timestamp: 1772438400 seconds, of this attempt; refuse what is older than five minutes
    webhook-signature: v1,…       base64 of HMAC-SHA256 over "<id>.<timestamp>.<body>"

The body is JSON: ``{"type": "journey.webhook", "timestamp": …, "data": {…}}``; see ``body_of``.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from leadwell.clock import to_iso
from leadwell.contacts.contact import Contact
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.tags import tags_of

TYPE = "journey.webhook"


def write_webhook(message: Message, contact: Contact) -> Outgoing:
    """The finished message. It says of the contact what the step names, as it is now, and nothing else."""
    text = json.dumps(body_of(message, contact), ensure_ascii=False, separators=(",", ":"))
    return Outgoing(to=message.recipient, text=text, tags=tags_of(message), internal=True)


def body_of(message: Message, contact: Contact) -> dict[str, Any]:
    """``timestamp`` is when the step was reached. ``event`` is what the journey began with, ``values`` what the step
    adds, ``found`` what earlier steps found (a voucher, products)."""
    about: Mapping[str, Any] = message.data.get("about", {})
    named = about.get("traits", ())
    return {
        "type": TYPE,
        "timestamp": to_iso(message.requested_at),
        "data": {
            "message": message.id,
            "contact": {
                "id": contact.id,
                "user_ids": [one.value for one in contact.identities if one.kind == "user_id"],
                "stage": contact.stage,
                "traits": {name: contact.traits[name] for name in named if name in contact.traits},
            },
            "event": {**about.get("event", {}), "properties": message.data.get("event", {})},
            "journey": {
                "name": message.journey,
                "version": message.journey_version,
                "step": message.step,
                "visit": message.visit,
                "key": message.data.get("key", ""),
            },
            "found": message.data.get("found", {}),
            "values": about.get("values", {}),
        },
    }


def webhook_secret(signing_key: bytes) -> bytes:
    """Each installation has one; what signs links is not given away with it."""
    return hmac.digest(signing_key, b"leadwell webhooks", "sha256")


def shown(secret: bytes) -> str:
    """As libraries of Standard Webhooks take it."""
    return "whsec_" + b64encode(secret).decode()


def signed(secret: bytes, identifier: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers that prove who sent it, and when."""
    content = b".".join((identifier.encode(), str(seconds).encode(), body))
    signature = b64encode(hmac.new(secret, content, sha256).digest()).decode()
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
