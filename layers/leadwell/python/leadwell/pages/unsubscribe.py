"""The page behind "unsubscribe", and the one click of RFC 8058: a POST to the same address, without cookies."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leadwell.consent.permission import MARKETING, TRANSACTIONAL
from leadwell.consent.withdrawals import ANY, is_topic, topic
from leadwell.contacts.whereabouts import Whereabouts, find
from leadwell.feedback.recording import about_message
from leadwell.ids import fingerprint
from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.pages.links import contact_token, link_to
from leadwell.pages.rendering import words
from leadwell.pages.showing import show
from leadwell.pages.tokens import Purpose, Token
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record_withdrawal

REASONS = ("too_many", "not_relevant", "never_asked", "other_address", "other")
_LONGEST_COMMENT = 500
_LONGEST_AGENT = 200


def ask(visit: Visit, token: Token) -> Response:
    more = {"everything": is_topic(_topic(token)[0])}
    return show(visit, "unsubscribe", channel=_named_channel(token), topic=_title(visit, token), more=more)


def accept(visit: Visit, token: Token) -> Response:
    """Durable before it is acknowledged, and as often as asked: a later consent may have come between two clicks.

    The page that follows may ask why; an answer to that is no second "no".
    """
    found = find(visit.table, token.contact, token.message)
    reason = (visit.posted or {}).get("reason", "")
    if reason in REASONS:
        if not found.erased:
            visit.table.write(Put(_answer(visit, token, found, reason).to_item()))
        return _page(visit, token, found, thanked=True)
    if (visit.posted or {}).get("everything") == "off":
        # Beside the topic of the message: news and offers of every kind, by every channel.
        token = replace(token, topic=topic(MARKETING, ANY))
    if not found.erased:
        purpose, channel = _topic(token)
        said = {"purpose": purpose, "channel": channel, "source": "unsubscribe link", "proof": _proof(visit, found)}
        event_id = "u" + fingerprint("unsubscribed", token.message, token.topic, str(visit.now))
        record_withdrawal(visit.table, _event(visit, token, found, event_id, Name.CONSENT_WITHDRAWN, said))
    return _page(visit, token, found)


def _page(visit: Visit, token: Token, found: Whereabouts, *, thanked: bool = False) -> Response:
    known = found.message is not None and not found.erased
    address = found.message.to if found.message and not found.erased else ""
    preferences = contact_token(Purpose.PREFERENCES, token.contact, token.message, visit.now)
    labels = words(visit.locale, "unsubscribed")["reasons"]
    more = {
        "reasons": [(one, labels[one]) for one in REASONS] if known else [],
        "thanked": thanked,
        "everything": known and not thanked and is_topic(_topic(token)[0]),
    }
    return show(
        visit,
        "unsubscribed",
        address=address,
        channel=_named_channel(token),
        topic=_title(visit, token),
        preferences=link_to("", visit.secret, preferences) if known else "",
        more=more,
    )


def _answer(visit: Visit, token: Token, found: Whereabouts, reason: str) -> Event:
    said = {"reason": reason}
    if comment := (visit.posted or {}).get("comment", "")[:_LONGEST_COMMENT]:
        said["comment"] = comment
    event_id = "w" + fingerprint("why", token.message, token.topic, str(visit.now))
    return _event(visit, token, found, event_id, Name.UNSUBSCRIBE_REASON, said)


def _proof(visit: Visit, found: Whereabouts) -> dict[str, str]:
    agent, address = visit.request.headers.get("user-agent", "")[:_LONGEST_AGENT], ""
    if found.message:
        address = found.message.to
    known = {"address": address, "user_agent": agent, "ip": visit.request.source_ip}
    return {name: value for name, value in known.items() if value}


def _event(visit: Visit, token: Token, found: Whereabouts, event_id: str, name: str, said: Mapping[str, Any]) -> Event:
    return Event(
        contact=found.contact,
        id=event_id,
        at=visit.now,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties={**about_message(token.message, found.message), **said},
        source="link",
    )


def _topic(token: Token) -> tuple[str, str]:
    """Purpose and channel; a link that names none is about every mail."""
    purpose, _, channel = (token.topic or f"{ANY}/email").partition("/")
    return purpose, channel


def _title(visit: Visit, token: Token) -> str:
    """Of the topic that the link is about; empty where it is about marketing as a whole."""
    purpose, _ = _topic(token)
    return visit.shelf.topic_title(purpose, visit.locale) if is_topic(purpose) else ""


def _named_channel(token: Token) -> str:
    """What the pages say about a channel is about news and offers; other purposes get words of their own, or without a
    channel."""
    purpose, channel = _topic(token)
    if purpose in (TRANSACTIONAL, ANY):
        return "service"
    return channel if purpose == MARKETING else ""
