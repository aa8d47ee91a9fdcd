"""A message: what is to be said to whom, and how far it has come.

``run_journeys`` writes it as *requested*, ``send_messages`` from *claimed* on, ``record_feedback`` what the provider
reports. Every function here is pure; the caller writes the result with ``Put(message.to_item(), message.rev)``, so of
two writers who read the same revision one reads again.

The protocol that sends at most once: claim (conditional write, with a lease) → call the provider, without retries →
mark. Whoever finds a claim whose lease is over cannot know whether the provider took the message: it becomes *unknown*,
the provider's own report resolves it, and no machine ever sends it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from leadwell.clock import Moment, from_iso
from leadwell.consent.permission import MARKETING, consent_for
from leadwell.due.buckets import due_attributes
from leadwell.errors import Broken
from leadwell.store import keys
from leadwell.store.queues import MESSAGES, TRANSACTIONAL, WEBHOOKS
from leadwell.store.table import Item, Key

KIND = "MESSAGE"

WEBHOOK = "webhook"
"""The channel whose messages go to a machine, and may be repeated."""


REPLY = "reply"
"""In a message's data: the mail that is passed on to a colleague (``forwarding``), written by the contact."""


class Status(StrEnum):
    """How far a message has come. What a provider reports only ever moves it towards the end of this list."""

    REQUESTED = "requested"
    """To be sent at ``due_at``."""
    CLAIMED = "claimed"
    """A sender is calling the provider, or died doing so; ``due_at`` is the end of its lease."""
    SKIPPED = "skipped"
    """Not sent, and rightly so: no permission, journey left, too late. ``reason`` says which."""
    PARKED = "parked"
    """Not sent, waits for a person: ``reason`` says what is broken. May be released again."""
    UNKNOWN = "unknown"
    """The provider may or may not have it."""
    SENT = "sent"
    """The provider accepted it."""
    FAILED = "failed"
    """The provider said at once, or while rendering, that it cannot be sent."""
    REJECTED = "rejected"
    """The provider accepted it and then refused to deliver it (a virus, for example)."""
    UNDELIVERED = "undelivered"
    """The provider gave up for now: mailbox full, server not answering. The address stays good."""
    DELIVERED = "delivered"
    """The recipient's server took it."""
    BOUNCED = "bounced"
    """The address is no good: hard bounce."""
    COMPLAINED = "complained"
    """The recipient called it spam."""


_RANK = {status: rank for rank, status in enumerate(Status)}
_FINISHED = frozenset(Status) - {Status.REQUESTED, Status.CLAIMED, Status.PARKED, Status.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one contact.

    ``purpose`` is marketing, transactional, confirmation or internal; ``topic`` what a marketing message is of, or a
    confirmation asks about (empty: marketing as a whole). An internal one is about the contact and goes to
    the ``recipient`` (an address, of a webhook the URL). ``enrollment`` is the sort key of the enrollment that asked
    for it; ``last`` says that its own next steps ended the journey at once, which therefore says nothing against the
    message. ``data`` is what the template is rendered with: ``event`` (the properties of the event that started the
    journey), ``journey`` (its parameters), ``key`` (the enrollment's key), ``found`` (what steps found), ``about``
    (what an internal message tells of the contact beside its traits). ``to`` is the address that was used, known from
    the claim on; from then on, too, ``template_version`` is the one that was written out, and of a confirmation
    ``content_hash`` says what left (``consent.proving``), and ``uncounted`` that nobody may count its opens and clicks.
    Of an SMS ``short`` says what its short links stand for. ``rev`` is the stored revision, 0 while nothing is stored.
    ``planned_at`` is the moment the journey meant it for, ``late_then`` what becomes of it where it leaves more than
    ``late_after`` milliseconds later (skip or shift; empty: it is sent). Times are milliseconds since 1970.
    """

    id: str
    contact: str
    channel: str
    template: str
    template_version: int
    purpose: str
    requested_at: Moment
    rev: int = 0
    status: Status = Status.REQUESTED
    due_at: Moment | None = None
    journey: str = ""
    journey_version: int = 0
    recipient: str = ""
    enrollment: str = ""
    last: bool = False
    step: str = ""
    visit: int = 0
    locale: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    provider_id: str = ""
    to: str = ""
    content_hash: str = ""
    uncounted: bool = False
    short: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 0
    claimed_at: Moment | None = None
    sent_at: Moment | None = None
    delivered_at: Moment | None = None
    first_opened_at: Moment | None = None
    first_clicked_at: Moment | None = None
    finished_at: Moment | None = None
    planned_at: Moment | None = None
    late_after: int | None = None
    late_then: str = ""
    topic: str = ""

    @property
    def asked_for(self) -> str:
        """The purpose whose consent it needs, or asks for."""
        return consent_for(self.purpose, self.topic)

    @property
    def key(self) -> Key:
        return keys.message(self.contact, self.id)

    @property
    def queue(self) -> str:
        """Where it is worked on: a campaign of a million must not delay a receipt, nor a slow receiver of webhooks
        anything else."""
        if self.channel == WEBHOOK:
            return WEBHOOKS
        return MESSAGES if self.purpose == MARKETING else TRANSACTIONAL

    @property
    def waits(self) -> bool:
        """Whether it is still to be sent."""
        return self.status is Status.REQUESTED

    @property
    def was_put_off(self) -> bool:
        """Whether it was looked at before, and something kept it from leaving."""
        return self.waits and bool(self.reason)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be done, by a machine or a person."""
        return self.status in _FINISHED

    def to_item(self) -> Item:
        """The item of the next revision; whatever is empty is left out."""
        item: Item = {"pk": self.key.pk, "sk": self.key.sk, "kind": KIND, "rev": self.rev + 1, "id": self.id}
        item["status"] = self.status.value
        for name in _PLAIN:
            value = getattr(self, name)
            if value is not None and value is not False and value != "":
                item[name] = value
        for name in _MAPS:
            if value := getattr(self, name):
                item[name] = dict(value)
        if self.due_at is not None:
            item |= due_attributes(self.key.pk, self.due_at, self.queue)
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Message":
        """Raises KeyError when the item is no message."""
        return cls(
            id=item["id"],
            contact=keys.contact_of(item["pk"]),
            rev=item["rev"],
            status=Status(item["status"]),
            due_at=from_iso(item["due_at"]) if "due_at" in item else None,
            **{name: item[name] for name in _MAPS if name in item},
            **{name: item[name] for name in _PLAIN if name in item},
        )


_MAPS = ("data", "short")
_PLAIN = tuple(
    each.name for each in fields(Message) if each.name not in ("id", "contact", "rev", "status", "due_at", *_MAPS)
)


def claim(message: Message, to: str, now: Moment, lease: Moment) -> Message:
    """For a sender that is about to call the provider; the claim stands in the due index until ``now + lease``.

    Raises Broken unless the message is requested.
    """
    _must_be(message, Status.REQUESTED)
    return replace(
        message,
        status=Status.CLAIMED,
        to=to,
        reason="",
        claimed_at=now,
        due_at=now + lease,
        attempts=message.attempts + 1,
    )


def sent(message: Message, provider_id: str, now: Moment) -> Message:
    """The provider accepted it. Right also when its report was quicker and the message has come further already."""
    return with_feedback(message, Status.SENT, now, provider_id=provider_id)


def released(message: Message, due_at: Moment, reason: str) -> Message:
    """Not now but at ``due_at``: quiet hours, a throttling provider, or a person who repaired what was broken.

    After a claim this is right only when the provider certainly did not take the message. Raises Broken for a message
    that may have left.
    """
    _must_be(message, Status.REQUESTED, Status.CLAIMED, Status.PARKED)
    return replace(message, status=Status.REQUESTED, due_at=due_at, reason=reason)


def skipped(message: Message, reason: str, now: Moment) -> Message:
    """It must not or need not be sent any more. Raises Broken for a message that may have left."""
    _must_be(message, Status.REQUESTED, Status.CLAIMED, Status.PARKED)
    return replace(message, status=Status.SKIPPED, due_at=None, reason=reason, finished_at=now)


def parked(message: Message, reason: str) -> Message:
    """No retry will help; a person has to look. Raises Broken for a message that may have left."""
    _must_be(message, Status.REQUESTED, Status.CLAIMED, Status.PARKED)
    return replace(message, status=Status.PARKED, due_at=None, reason=reason)


def failed(message: Message, reason: str, now: Moment) -> Message:
    """The provider refused it for good. Raises Broken unless the message is claimed."""
    _must_be(message, Status.CLAIMED)
    return replace(message, status=Status.FAILED, due_at=None, reason=reason, finished_at=now)


def expired(message: Message, now: Moment) -> Message:
    """A claim whose lease is over becomes unknown and leaves the due index; every other message stays as it is."""
    if message.status is not Status.CLAIMED or message.due_at is None or now < message.due_at:
        return message
    return replace(message, status=Status.UNKNOWN, due_at=None, reason="the sender did not say whether it was accepted")


def with_feedback(
    message: Message,
    status: Status,
    at: Moment,
    *,
    provider_id: str = "",
    opened: bool = False,
    clicked: bool = False,
) -> Message:
    """What a provider reports: the furthest status and the earliest times win.

    So duplicates and disorder do not matter, and any report proves acceptance to a sender that died before its mark.
    ``status`` is the least that the report proves: an open proves delivery, a delay only that the provider has it.
    """
    changes: dict[str, Any] = {"due_at": None, "finished_at": _earliest(message.finished_at, at)}
    if _RANK[status] > _RANK[message.status]:
        changes |= {"status": status, "reason": ""}
    if status is not Status.FAILED:
        changes["sent_at"] = _earliest(message.sent_at, at)
    if status is Status.DELIVERED:
        changes["delivered_at"] = _earliest(message.delivered_at, at)
    if opened:
        changes["first_opened_at"] = _earliest(message.first_opened_at, at)
    if clicked:
        changes["first_clicked_at"] = _earliest(message.first_clicked_at, at)
    if provider_id and not message.provider_id:
        changes["provider_id"] = provider_id
    return replace(message, **changes)


def _earliest(known: Moment | None, at: Moment) -> Moment:
    return at if known is None else min(known, at)


def _must_be(message: Message, *allowed: Status) -> None:
    if message.status not in allowed:
        raise Broken(f"message {message.id} is {message.status}, not {' or '.join(allowed)}")
