"""SES's event JSON → our words.

Shapes: "Contents of event data that Amazon SES publishes to Amazon SNS",
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Callable, Mapping
from email.utils import parseaddr
from typing import Any

from leadwell.errors import Broken
from leadwell.feedback.kinds import (
    Bounced,
    Clicked,
    Complained,
    Delayed,
    Delivered,
    Feedback,
    Opened,
    Rejected,
    RenderingFailed,
    Sent,
    SubscriptionChanged,
    Wanted,
)
from leadwell.feedback.reading import detail, moment, word

MESSAGE_TAG = "leadwell_message"
CONTACT_TAG = "leadwell_contact"
"""The tags that ``send_messages`` gives to every mail; they come back with everything SES reports about it."""

_LONGEST_LINK = 2_048
_LONGEST_NAME = 64
_LONGEST_AGENT = 500
_NO_COMPLAINT = frozenset({"auth-failure", "not-spam"})
"""Of the feedback types of RFC 5965 (section 7.3) and RFC 6591 those by which nobody objects."""
_LEFT_OUT = frozenset({"timestamp", "ipAddress", "link", "feedbackId"})


def translate(payload: Mapping[str, Any]) -> Feedback | None:
    """One event as SES publishes it; None when the mail is not one of ours.

    Raises Broken for an event type we do not know and for a known one without what it must have: it stays where a
    person sees it.
    """
    kind = payload.get("eventType")
    if kind not in _TRANSLATORS:
        raise Broken(f"SES reports the unknown event type {kind!r}")
    section, translator = _TRANSLATORS[kind]
    try:
        mail = payload["mail"]
        tags = mail.get("tags", {})
        if MESSAGE_TAG not in tags or CONTACT_TAG not in tags:
            return None
        details = payload.get(section) or {}
        given = {
            "message": word(tags[MESSAGE_TAG][0]),
            "contact": word(tags[CONTACT_TAG][0]),
            "provider_id": word(mail["messageId"]),
            "recipient": word(parseaddr(word(mail["destination"][0]))[1].lower()),
            "at": moment(details.get("timestamp") or mail["timestamp"]),
            "original": _small(details),
        }
        return translator(details, given)
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Broken(f"SES reports {kind} in a shape we do not know ({type(error).__name__})") from error


def _bounced(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    permanent, subtype = details["bounceType"] == "Permanent", word(details["bounceSubType"])
    # "If you send an email to a recipient who has an active automatic response rule … you might receive this type."
    # (SES, "Bounce types"): nothing refused the mail, so no status says why.
    answered = details["bounceType"] == "Transient" and subtype == "General" and not given["original"].get("status")
    return Bounced(permanent=permanent, subtype=subtype, answered=answered, **given)


def _complained(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    """Whom the mail went to has complained: the list of recipients may be missing, or name everybody at a domain."""
    no_complaint = details.get("complaintFeedbackType") in _NO_COMPLAINT
    return Wanted(**given) if no_complaint else Complained(**given)


def _subscription(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    wishes = details["newTopicPreferences"]
    topics = wishes.get("topicSubscriptionStatus") or ()
    left = wishes.get("unsubscribeAll") is True or any(one["subscriptionStatus"] == "OptOut" for one in topics)
    return SubscriptionChanged(left=left, **given)


def _opened(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    return Opened(**_by_whom(details), **given)


def _clicked(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    return Clicked(link=word(details["link"], _LONGEST_LINK), **_by_whom(details), **given)


def _by_whom(details: Mapping[str, Any]) -> dict[str, Any]:
    agent, address = details.get("userAgent"), details.get("ipAddress")
    return {
        "agent": agent[:_LONGEST_AGENT] if isinstance(agent, str) else "",
        "network": address if isinstance(address, str) else "",
    }


def _rejected(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    return Rejected(reason=word(details["reason"]), **given)


def _rendering_failed(details: Mapping[str, Any], given: dict[str, Any]) -> Feedback:
    return RenderingFailed(reason=word(details["errorMessage"]), **given)


_TRANSLATORS: dict[str, tuple[str, Callable[[Mapping[str, Any], dict[str, Any]], Feedback]]] = {
    "Send": ("send", lambda _, given: Sent(**given)),
    "Delivery": ("delivery", lambda _, given: Delivered(**given)),
    "DeliveryDelay": ("deliveryDelay", lambda _, given: Delayed(**given)),
    "Bounce": ("bounce", _bounced),
    "Complaint": ("complaint", _complained),
    "Open": ("open", _opened),
    "Click": ("click", _clicked),
    "Reject": ("reject", _rejected),
    "Rendering Failure": ("failure", _rendering_failed),
    "Subscription": ("subscription", _subscription),
}


def _is_name(name: str) -> bool:
    return name.isascii() and 0 < len(name) <= _LONGEST_NAME


def _small(details: Mapping[str, Any]) -> dict[str, Any]:
    """The section's own simple values, without network addresses; for a bounce or delay also status and diagnosis."""
    kept = {
        name: detail(value)
        for name, value in details.items()
        if isinstance(value, (str, int, float)) and name not in _LEFT_OUT and _is_name(name)
    }
    for recipients in ("bouncedRecipients", "delayedRecipients"):
        for entry in details.get(recipients, ())[:1]:
            kept |= {name: detail(str(entry[name])) for name in ("status", "diagnosticCode") if name in entry}
    return kept
