"""The last touches of a marketing mail, by the installation's policy: is it counted who opens it, and do its links say
where the click came from?"""

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from leadwell.consent.permission import MARKETING, TRACKING
from leadwell.consent.withdrawals import Withdrawals, topic
from leadwell.contacts.contact import Contact
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing

if TYPE_CHECKING:
    from leadwell.messaging.policy import PolicyDefinition, Utm

_COUNTED = ("email", "sms")

_HREF = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]+)(")', re.IGNORECASE)
_IN_TEXT = re.compile(r"https?://[^\s<>()\[\]\"]+")


def finished(
    outgoing: Outgoing,
    message: Message,
    contact: Contact,
    withdrawals: Withdrawals,
    policy: "PolicyDefinition | None",
) -> Outgoing:
    if message.purpose != MARKETING:
        return replace(outgoing, counted=False) if message.channel == "sms" else outgoing
    if message.channel not in _COUNTED:
        return outgoing
    if not may_be_counted(contact, withdrawals, policy, message.channel):
        outgoing = replace(outgoing, counted=False)
    if message.channel != "email":
        return outgoing
    return _tagged(outgoing, message, policy.utm) if policy is not None and policy.utm is not None else outgoing


def may_be_counted(
    contact: Contact, withdrawals: Withdrawals, policy: "PolicyDefinition | None", channel: str = "email"
) -> bool:
    """Whether opens and clicks of this contact may be."""
    rule = policy.tracking if policy is not None else "with_consent"
    consent = contact.consents.get(topic(TRACKING, channel))
    withdrawn = withdrawals.last(TRACKING, channel)
    granted = consent is not None and consent.state == "granted" and (withdrawn is None or withdrawn < consent.at)
    if rule == "with_consent":
        return granted
    refused = withdrawn is not None or (consent is not None and consent.state == "withdrawn")
    return rule == "always" and (granted or not refused)


def _tagged(outgoing: Outgoing, message: Message, utm: "Utm") -> Outgoing:
    wanted = {
        "utm_source": utm.source,
        "utm_medium": message.channel,
        "utm_campaign": message.journey or message.template,
        "utm_content": message.step or message.template,
    }

    def tag(link: str) -> str:
        return link if link in outgoing.untracked else with_parameters(link, wanted, utm.hosts)

    html = _HREF.sub(lambda found: found[1] + escape(tag(unescape(found[2]))) + found[3], outgoing.html)
    return replace(outgoing, html=html, text=_IN_TEXT.sub(_whole(tag), outgoing.text))


def _whole(tag: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    def change(found: re.Match[str]) -> str:
        link = found[0].rstrip(".,;:!?")  # a sentence's, not the link's
        return tag(link) + found[0][len(link) :]

    return change


def with_parameters(link: str, wanted: dict[str, str], hosts: tuple[str, ...]) -> str:
    """The link with what it does not say already; as it is where it leads to other hosts."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return link
    if not any(host == one or host.endswith(f".{one}") for one in hosts):
        return link
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = "&".join(f"{name}={quote(value, safe='')}" for name, value in wanted.items() if name not in present)
    if not added:
        return link
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
