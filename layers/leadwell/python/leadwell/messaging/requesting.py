"""Asks for a single message that no journey asks for: a receipt, a password, the news that a parcel is on its way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leadwell.clock import DAY, MINUTE, Moment
from leadwell.consent.permission import MARKETING, TRANSACTIONAL
from leadwell.contacts.contact import Contact
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Broken, Conflict, LeadwellError, Refused
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message
from leadwell.messaging.queueing import hand_in
from leadwell.messaging.writing import Sender, write_out
from leadwell.store import keys
from leadwell.store.queues import Queues
from leadwell.store.table import ABSENT, Item, Key, Put, Table

_SAFETY = 2 * MINUTE
_GRID = 5 * MINUTE
_KEPT = 8 * DAY
"""A little longer than repetitions are promised to be recognized."""
_LARGEST = 64 * 1024
_TRAITS = {"email": "email", "sms": "phone"}
_SIGNS_NOTHING = b"nothing that this signs ever leaves"


class Otherwise(LeadwellError):
    """The idempotency key was used for another message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``to`` is whom the caller named, in its own words, ``contact`` who that is, ``address`` where it goes, if that is
    not simply the contact's own. ``data`` is ``event`` in the template. ``request`` names the wish: under the same name
    there is one message."""

    to: str
    contact: str
    channel: str
    template: str
    request: str
    address: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    locale: str | None = None

    @property
    def content(self) -> str:
        """The same for the same wish, whoever the contact has become meanwhile."""
        said = [self.to, self.channel, self.template, dict(self.data), self.locale]
        return fingerprint("wanted", json.dumps(said, sort_keys=True, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Desk:
    """``name`` and ``imprint`` are the sender's, as the templates will find them."""

    table: Table
    armory: Armory
    queues: Queues
    library: Library
    name: str
    imprint: str

    def request(self, wanted: Wanted, contact: Contact | None, now: Moment) -> Message:
        """The message, durable and on its way; the one of the first time if it was asked for before.

        ``contact`` is None where nobody is known under the address yet. Raises ``Refused`` naming the field, and
        ``Otherwise``.
        """
        receipt = keys.guard(f"request#{wanted.request}")
        if (asked := self.table.get(receipt)) is not None:
            return self._asked_before(asked, wanted)
        message = self._message(wanted, contact, now)
        kept: Item = {
            "pk": receipt.pk,
            "sk": receipt.sk,
            "kind": "GUARD",
            "rev": 1,
            "of": list(message.key),
            "content": wanted.content,
            "expires_at": (now + _KEPT) // 1000,
        }
        self.armory.arm([message.due_at], now)
        try:
            self.table.write(Put(kept, ABSENT), Put(message.to_item(), ABSENT))
        except Conflict as conflict:
            if not conflict.failed:
                raise
            return self._asked_before(self.table.get(receipt), wanted)
        hand_in(self.queues, [message])
        return message

    def _asked_before(self, asked: Item | None, wanted: Wanted) -> Message:
        if asked is None:
            raise Conflict
        if asked["content"] != wanted.content:
            raise Otherwise("this idempotency key was used for another message: use a new one for each")
        stored = self.table.get(Key(*asked["of"]))
        if stored is None:
            raise Otherwise("the message was forgotten with its contact, who was erased")
        return Message.from_item(stored)

    def _message(self, wanted: Wanted, contact: Contact | None, now: Moment) -> Message:
        self.library.look()
        template = self.library.live(wanted.channel, wanted.template)
        if template is None:
            raise Refused(f"there is no {wanted.channel} template of this name: publish it first", "template")
        purpose = str(template.document.get("purpose", MARKETING))
        if purpose != TRANSACTIONAL:
            raise Refused(
                f"this template is {purpose}; only transactional ones are sent like this, others by journeys",
                "template",
            )
        for path in template.document.get("requires", ()):
            section, _, name = path.partition(".")
            if section == "event" and wanted.data.get(name) in (None, ""):
                raise Refused("is required by the template", f"data.{name}")
        later = now + _SAFETY
        message = Message(
            id="m" + fingerprint("requested message", wanted.request),
            contact=wanted.contact,
            channel=wanted.channel,
            template=wanted.template,
            template_version=template.version,
            purpose=purpose,
            recipient=wanted.address,
            requested_at=now,
            due_at=later - later % _GRID + _GRID,
            visit=1,
            locale=wanted.locale,
            data={"event": dict(wanted.data)},
        )
        if len(json.dumps(message.data, ensure_ascii=False).encode()) > _LARGEST:
            raise Refused(f"may have at most {_LARGEST // 1024} KB", "data")
        self._try_out(message, template.document, contact, now)
        return message

    def _try_out(self, message: Message, template: Mapping[str, Any], contact: Contact | None, now: Moment) -> None:
        """Who asks is there to hear what is wrong; later nobody would be."""
        whom = addressed(contact or Contact(id=message.contact), message)
        to = whom.address(message.channel)
        if not to:
            missing = "e-mail address" if message.channel == "email" else "phone number"
            raise Refused(f"the contact has no {missing}: give it instead of the contact", "to")
        sender = Sender(self.name, self.imprint, "https://example.com", _SIGNS_NOTHING, "en")
        try:
            write_out(message, template, whom, to, sender, now)
        except Broken as error:
            raise Refused(str(error), "data") from error


def addressed(contact: Contact, message: Message) -> Contact:
    """The contact as the message sees it: one that was asked for with an address goes there."""
    if not message.recipient or message.purpose != TRANSACTIONAL:
        return contact
    return replace(contact, traits={**contact.traits, _TRAITS[message.channel]: message.recipient})
