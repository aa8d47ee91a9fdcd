"""What AWS End User Messaging reports about an SMS → our words.

Shape: "Example event data" and "Event types for SMS, MMS, and voice",
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html. SNS's own SMS
(``Publish`` to a number) has no such reports: their fate stands in CloudWatch's logs only, without our ids.
"""

from collections.abc import Callable, Mapping
from typing import Any

from leadwell.clock import FOREVER, Moment
from leadwell.consent.suppressions import normalized
from leadwell.errors import Broken
from leadwell.feedback.from_ses import CONTACT_TAG, MESSAGE_TAG
from leadwell.feedback.kinds import Feedback, SmsDelivered, SmsOnItsWay, SmsRejected, SmsUndelivered
from leadwell.feedback.reading import detail, word

PREFIX = "TEXT_"
"""Every report about an SMS has an ``eventType`` that begins so."""

_LONGEST_NUMBER = 40
_TOLD = ("messageStatus", "messageStatusDescription", "isoCountryCode", "totalMessageParts", "totalMessagePrice")


def translate(payload: Mapping[str, Any]) -> Feedback | None:
    """One report; None when the SMS is not one of ours: ours carry our ids as ``context``.

    Raises Broken for an event type we do not know and for a known one without what it must have.
    """
    kind = payload.get("eventType")
    if kind not in _TRANSLATORS:
        raise Broken(f"End User Messaging reports the unknown event type {kind!r}")
    try:
        ids = payload.get("context") or {}
        if MESSAGE_TAG not in ids or CONTACT_TAG not in ids:
            return None
        given = {
            "message": word(ids[MESSAGE_TAG]),
            "contact": word(ids[CONTACT_TAG]),
            "provider_id": word(payload["messageId"]),
            "recipient": word(normalized("sms", word(payload["destinationPhoneNumber"], _LONGEST_NUMBER))),
            "at": _moment(payload["eventTimestamp"]),
            "channel": "sms",
            "source": "sms-voice",
            "original": {
                name: detail(payload[name]) for name in _TOLD if isinstance(payload.get(name), str | int | float)
            },
        }
        return _TRANSLATORS[kind](payload, given)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Broken(f"End User Messaging reports {kind} in a shape we do not know ({type(error).__name__})") from error


def _moment(value: Any) -> Moment:
    """Milliseconds since 1970."""
    if type(value) is not int or not 0 <= value < FOREVER:
        raise ValueError("a moment that cannot be")
    return value


_Translator = Callable[[Mapping[str, Any], dict[str, Any]], Feedback]


def _on_its_way(_: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    return SmsOnItsWay(**given)


def _successful(payload: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    """The carrier took it; in many countries nobody says more, and then it is final."""
    return SmsDelivered(**given) if payload.get("isFinal") is True else SmsOnItsWay(**given)


def _undelivered(reason: str, permanent: bool = False) -> _Translator:
    return lambda _, given: SmsUndelivered(reason=reason, permanent=permanent, **given)


def _rejected(reason: str) -> _Translator:
    return lambda _, given: SmsRejected(reason=reason, **given)


_TRANSLATORS: dict[str, _Translator] = {
    "TEXT_QUEUED": _on_its_way,
    "TEXT_PENDING": _on_its_way,
    "TEXT_SENT": _on_its_way,
    "TEXT_SUCCESSFUL": _successful,
    "TEXT_DELIVERED": lambda _, given: SmsDelivered(**given),
    "TEXT_UNREACHABLE": _undelivered("the phone is switched off or out of reach"),
    "TEXT_CARRIER_UNREACHABLE": _undelivered("the network could not be reached"),
    "TEXT_TTL_EXPIRED": _undelivered("it was not delivered in time"),
    "TEXT_UNKNOWN": _undelivered("the network does not say why"),
    "TEXT_INVALID": _undelivered("there is no such number", permanent=True),
    "TEXT_INVALID_MESSAGE": _rejected("the text cannot be sent"),
    "TEXT_BLOCKED": _rejected("the phone blocks the sender"),
    "TEXT_CARRIER_BLOCKED": _rejected("the network blocks the message"),
    "TEXT_SPAM": _rejected("the network takes it for spam"),
    "TEXT_PROTECT_BLOCKED": _rejected("the account's protection forbids this country or number"),
}
