"""Who may claim to be whom (DESIGN invariant 6): decides how far a call is believed, and what it may say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leadwell.consent.withdrawals import pause_end
from leadwell.errors import Refused
from leadwell.tracking.calls import Call
from leadwell.tracking.events import Event, Identity, Name, Standing
from leadwell.tracking.identities import (
    ANONYMOUS_ID,
    EMAIL,
    PHONE,
    PREVIOUS_ID,
    USER_ID,
    vouched_by,
)
from leadwell.tracking.keys import KeyKind, WriteKey

CLAIMED_USER = "claimed_user"
"""The kind under which a user id that nobody proved gets a contact of its own; no pointer is kept under it."""

CHANNELS = frozenset(("email", "sms", "*"))

_OURS = frozenset(
    (
        Name.CONSENT_REQUESTED,
        Name.SUPPRESSION_LIFTED,
        Name.PROCESSING_RESTRICTED,
        Name.RESTRICTION_LIFTED,
        Name.MESSAGES_PAUSED,
        Name.MESSAGES_RESUMED,
        Name.EMAIL_SENT,
        Name.EMAIL_DELIVERED,
        Name.EMAIL_OPENED,
        Name.EMAIL_LINK_CLICKED,
        Name.EMAIL_OPENED_BY_MACHINE,
        Name.EMAIL_LINK_CLICKED_BY_MACHINE,
        Name.EMAIL_MACHINE_FOUND,
        Name.EMAIL_BOUNCED,
        Name.EMAIL_DELAYED,
        Name.EMAIL_REJECTED,
        Name.EMAIL_MARKED_AS_SPAM,
        Name.EMAIL_MARKED_AS_WANTED,
        Name.EMAIL_SUBSCRIPTION_CHANGED,
        Name.EMAIL_REPLIED,
        Name.EMAIL_AUTO_REPLIED,
        Name.SMS_SENT,
        Name.SMS_DELIVERED,
        Name.SMS_UNDELIVERED,
        Name.SMS_REJECTED,
        Name.SMS_LINK_CLICKED,
        Name.SMS_LINK_CLICKED_BY_MACHINE,
        Name.SMS_RECEIVED,
        Name.WEBHOOK_SENT,
        Name.WEBHOOK_FAILED,
    )
)
"""Reports about our own messages: nobody may make them up with a key that everybody can read."""

_VERDICTS = frozenset((Name.VOUCHER_USED, Name.VOUCHER_REFUSED))
"""What is found out by looking it up, whoever reports: no key may say it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A call with our judgment of it. ``subject`` is the identity that decides whose event it is."""

    call: Call
    standing: Standing
    subject: Identity
    identities: tuple[Identity, ...]
    name: str
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]

    def to_event(self, contact: str, source: str) -> Event:
        call = self.call
        return Event(
            contact=contact,
            id=call.id,
            at=call.at,
            type=call.type,
            name=self.name,
            standing=self.standing,
            properties=self.properties,
            traits=self.traits,
            context=self.context,
            identities=self.identities,
            source=source,
        )


def judge(call: Call, key: WriteKey, secret: Callable[[], bytes]) -> Statement:
    """Raises ``Refused`` when the call names nobody, or says what its key may not say.

    ``secret`` is asked for only when a call carries a user hash.
    """
    if call.name in _VERDICTS and call.type == "track":
        raise Refused(
            f"{call.name} is what Leadwell finds out about a code; report {Name.VOUCHER_REDEEMED} with the code",
            "event",
        )
    if key.kind is KeyKind.SERVER:
        return _proven(call, frozenset((USER_ID, EMAIL, PHONE)))
    if call.name in _OURS and call.type == "track":
        raise Refused(
            f"{call.name} is reported by Leadwell itself and not accepted from a public write key; use another name",
            "event",
        )
    if call.user_hash and call.user_id:
        vouched = vouched_by(call.user_hash, secret(), call.user_id, call.email, call.phone)
        if vouched:
            return _proven(call, vouched)
    return _unproven(call)


def _proven(call: Call, vouched: frozenset[str]) -> Statement:
    """``vouched``: the kinds of identity that the proof covers."""
    email = call.email if EMAIL in vouched else None
    phone = call.phone if PHONE in vouched else None
    stated = _identities(call.user_id, call.anonymous_id, email, phone)
    if not stated:
        raise _nobody()
    identities = stated
    if call.type == "alias" and call.previous_id and call.previous_id != call.user_id:
        identities = (*stated, Identity(PREVIOUS_ID, call.previous_id))
    traits, context = call.traits, call.context
    claimed = {kind: traits[kind] for kind in (EMAIL, PHONE) if kind in traits and kind not in vouched}
    if call.type == "identify" and claimed:
        # The website vouched for the user id alone: somebody else's address must not enter the profile with it.
        traits = {name: value for name, value in traits.items() if name not in claimed}
        context = {**context, "claimed": claimed}
    return Statement(
        call, Standing.PROVEN, stated[0], identities, call.name, _consent_properties(call), traits, context
    )


def _unproven(call: Call) -> Statement:
    claims = call.type == "identify" and bool(call.user_id or call.email or call.phone)
    consent = call.type == "track" and call.name in (Name.CONSENT_GRANTED, Name.CONSENT_WITHDRAWN)
    if call.anonymous_id:
        subject = Identity(ANONYMOUS_ID, call.anonymous_id)
    elif call.user_id:
        subject = Identity(CLAIMED_USER, call.user_id)
    else:
        raise _nobody()
    if claims or consent:
        standing = Standing.CLAIMED
        identities = _identities(call.user_id, call.anonymous_id, call.email, call.phone)
    else:
        standing = Standing.ANONYMOUS
        identities = _identities(None, call.anonymous_id, None, None)
    properties = _consent_properties(call)
    name = Name.CONSENT_REQUESTED if consent and call.name == Name.CONSENT_GRANTED else call.name
    return Statement(call, standing, subject, identities, name, properties, call.traits, call.context)


def _identities(*values: str | None) -> tuple[Identity, ...]:
    """Strongest first: the first one decides whose event it is."""
    kinds = (USER_ID, ANONYMOUS_ID, EMAIL, PHONE)
    return tuple(Identity(kind, value) for kind, value in zip(kinds, values, strict=True) if value)


def _consent_properties(call: Call) -> dict[str, Any]:
    if call.type != "track":
        return call.properties
    if call.name == Name.CONSENT_GRANTED:
        return {**call.properties, "purpose": _purpose(call), "channel": _channel(call)}
    if call.name == Name.CONSENT_WITHDRAWN:
        return _widened(call)
    if call.name == Name.MESSAGES_PAUSED and pause_end(call.properties) is None:
        raise Refused("must say until when, ISO 8601, such as 2026-12-24T00:00:00Z", "properties.until")
    return call.properties


def _purpose(call: Call) -> str:
    value = call.properties.get("purpose")
    if type(value) is not str or not value.strip() or len(value) > 100:
        raise Refused("must say what was agreed to, e.g. marketing", "properties.purpose")
    return value.strip()


def _channel(call: Call) -> str:
    value = call.properties.get("channel")
    channel = value.strip().lower() if type(value) is str else ""
    if channel not in CHANNELS:
        raise Refused("must be email, sms or * (every channel)", "properties.channel")
    return channel


def _widened(call: Call) -> dict[str, Any]:
    """A "no" is always honored: where it does not say clearly what it covers, it covers everything."""
    properties = dict(call.properties)
    for name, read in (("purpose", _purpose), ("channel", _channel)):
        try:
            properties[name] = read(call)
        except Refused:
            properties.pop(name, None)
    return properties


def _nobody() -> Refused:
    return Refused("say whom it is about: give userId or anonymousId", "userId")
