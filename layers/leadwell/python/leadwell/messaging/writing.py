"""From a requested message to the words that leave: template, contact, links and headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.consent.permission import CONFIRMATION, INTERNAL, MARKETING, TRANSACTIONAL
from leadwell.consent.withdrawals import topic
from leadwell.contacts.contact import Contact
from leadwell.errors import Broken
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.rendering.files import files_of, sample_files
from leadwell.messaging.rendering.locales import choose_locale
from leadwell.messaging.rendering.models import CompiledEmail, CompiledSms
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.reply_address import reply_address
from leadwell.messaging.short_links import shortened
from leadwell.messaging.tags import tags_of
from leadwell.messaging.trial_sends import TEST
from leadwell.pages.links import (
    confirm_token,
    confirm_url,
    contact_token,
    link_to,
    list_unsubscribe_headers,
    preferences_token,
    quiet_url,
    unsubscribe_token,
    unsubscribe_url,
)
from leadwell.pages.tokens import Purpose, Token

if TYPE_CHECKING:
    from leadwell.definitions.text import Text

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: shown in the mail's foot and used in its links. ``reply_domain`` is where replies arrive at addresses
    that say whose they are; ``reply_to`` the mailbox that gets them without it."""

    name: str
    imprint: str
    public_url: str
    secret: bytes
    default_locale: str
    reply_domain: str = ""
    reply_to: str = ""

    def answers_to(self, message: Message, now: Moment) -> str:
        """Where a reply to this mail goes; empty: to the sender."""
        own = ""
        if self.reply_domain:
            own = reply_address(self.secret, self.reply_domain, message.contact, message.id, now)
        return own or self.reply_to


def write_out(
    message: Message,
    template: Mapping[str, Any],
    contact: Contact,
    to: str,
    sender: Sender,
    now: Moment,
    about: Mapping[str, Any] = NOTHING,
    show: Mapping[str, bool] = NOTHING,
    downloads: Sequence[Mapping[str, Any]] = (),
    topic_title: "Text | None" = None,
) -> Outgoing:
    """The finished message; ``about`` is what it may say of the contact besides its traits, ``show`` which parts the
    contact gets, ``downloads`` the published files that come with it, ``topic_title`` what people call its topic.
    Raises ``Broken`` when the template fails on this contact's data, or would have a hole: where a value is missing and
    no fallback is stated."""
    message = _with(message, show=dict(show), downloads=list(downloads), topic=topic_title)
    known = {**contact.traits, **{name: value for name, value in about.items() if value}}
    return _WRITERS[message.channel](message, template, replace(contact, traits=known), to, sender, now)


def _with(message: Message, **found: Any) -> Message:
    """What its words need besides what it was requested with."""
    known = {name: value for name, value in found.items() if value}
    return replace(message, data={**message.data, **known}) if known else message


def _email(
    message: Message, template: Mapping[str, Any], contact: Contact, to: str, sender: Sender, now: Moment
) -> Outgoing:
    if message.purpose == INTERNAL:
        return _internal_email(message, template, contact, to, sender)
    unsubscribe = unsubscribe_url(sender.public_url, sender.secret, unsubscribe_token(message, now))
    preferences = link_to(sender.public_url, sender.secret, preferences_token(message, now))
    links = {"unsubscribe": unsubscribe, "preferences": preferences}
    if message.purpose == CONFIRMATION:
        links = {"confirm": confirm_url(sender.public_url, sender.secret, _asking(message, contact, now))}
    compiled = CompiledEmail.from_document(template)
    wanted = message.locale or contact.locale or None
    locale = choose_locale(compiled.locales, wanted, sender.default_locale)
    files = _files(message, locale, sender, now)
    context = {**_context(message, contact, to, sender, links), "files": files, "topic": _topic(message, locale)}
    _check_required(compiled.requires, context)
    mail = render_email(compiled, wanted, context, default_locale=sender.default_locale)
    _check_holes(mail.missing)
    return Outgoing(
        to=to,
        subject=mail.subject,
        html=_with_honeypot(mail.html, sender.public_url) if message.purpose not in _SPARED else mail.html,
        text=mail.text,
        headers=list_unsubscribe_headers(unsubscribe) if message.purpose == MARKETING else {},
        tags=tags_of(message),
        untracked=(*links.values(), *(file["url"] for file in files)),
        transactional=message.purpose in (TRANSACTIONAL, CONFIRMATION),
        stream=message.purpose,
        reply_to=sender.answers_to(message, now),
    )


def _topic(message: Message, locale: str) -> dict[str, str]:
    title: Text | None = message.data.get("topic")
    return {"title": title.in_locale(locale)} if title else {}


def _files(message: Message, locale: str, sender: Sender, now: Moment) -> list[dict[str, str]]:
    def link(name: str) -> str:
        token = contact_token(Purpose.DOWNLOAD, message.contact, message.id, now, name)
        return link_to(sender.public_url, sender.secret, token)

    return files_of(message.data.get("downloads", ()), locale, link)


def _check_required(requires: Sequence[str], context: Mapping[str, Any]) -> None:
    """What the sender promised to supply is there."""
    for path in requires:
        section, _, name = path.partition(".")
        given = context.get(section)
        value = given.get(name) if isinstance(given, Mapping) else None
        if value is None or (isinstance(value, str) and not value.strip()):
            raise Broken(f"{path} is required by the template and has no value")


def _check_holes(missing: Sequence[str]) -> None:
    if missing:
        raise Broken(f"{missing[0]} has no value, and the template states no fallback")


def _asking(message: Message, contact: Contact, now: Moment) -> Token:
    """Counted from the request on: the link of a reminder lapses together with that of the first mail."""
    request = contact.consents.get(topic(message.asked_for, message.channel))
    return confirm_token(message, min(now, request.at) if request and request.state == "requested" else now)


_SPARED = frozenset({CONFIRMATION, TRANSACTIONAL})
"""Nobody is rated by what they do with these."""

_BODY_ENDS = "</body>"
_HONEYPOT = (
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all" aria-hidden="true">'
    '<a href="{url}" tabindex="-1" rel="nofollow">&#8203;</a></div>'
)


def _with_honeypot(html: str, public_url: str) -> str:
    """With a link that no person sees, hears, reaches by keyboard or has to make room for: whoever follows it is a
    machine (``feedback.machines``)."""
    before, end, after = html.rpartition(_BODY_ENDS)
    return f"{before}{_HONEYPOT.format(url=escape(quiet_url(public_url)))}{end}{after}" if end else html


def _internal_email(
    message: Message, template: Mapping[str, Any], contact: Contact, to: str, sender: Sender
) -> Outgoing:
    """In the house's language: the contact's is not the recipient's."""
    compiled = CompiledEmail.from_document(template)
    if message.data.get(TEST):
        return _test_email(message, compiled, contact, to, sender)
    context = {
        **_context(message, contact, contact.address("email"), sender, {}),
        "recipient": {"email": to},
    }
    mail = render_email(compiled, sender.default_locale, context, default_locale=sender.default_locale)
    _check_holes(mail.missing)
    return Outgoing(
        to=to,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        tags=tags_of(message),
        internal=True,
        stream=message.purpose,
    )


def _test_email(message: Message, compiled: CompiledEmail, contact: Contact, to: str, sender: Sender) -> Outgoing:
    """As the contact would get it; whoever tries its links takes nothing back and confirms nothing."""
    nowhere = dict.fromkeys(("unsubscribe", "confirm", "preferences"), quiet_url(sender.public_url))
    context = {
        **_context(message, contact, contact.address("email"), sender, nowhere),
        "files": sample_files(compiled.files),
    }
    wanted = message.locale or contact.locale or None
    mail = render_email(compiled, wanted, context, default_locale=sender.default_locale)
    return Outgoing(
        to=to, subject=f"[Test] {mail.subject}", html=mail.html, text=mail.text, tags=tags_of(message), internal=True
    )


def _sms(
    message: Message, template: Mapping[str, Any], contact: Contact, to: str, sender: Sender, now: Moment
) -> Outgoing:
    compiled = CompiledSms.from_document(template)
    links = {"unsubscribe": unsubscribe_url(sender.public_url, sender.secret, unsubscribe_token(message, now))}
    if message.purpose == CONFIRMATION:
        links = {"confirm": confirm_url(sender.public_url, sender.secret, _asking(message, contact, now))}
    wanted = message.locale or contact.locale or None
    locale = choose_locale(compiled.locales, wanted, sender.default_locale)
    context = {**_context(message, contact, to, sender, links), "topic": _topic(message, locale)}
    _check_required(compiled.requires, context)
    text = render_sms(compiled, wanted, context, default_locale=sender.default_locale)
    _check_holes(text.missing)
    shorter, codes = shortened(
        text.text, public_url=sender.public_url, secret=sender.secret, message=message.id, personal=links.values()
    )
    return Outgoing(
        to=to,
        text=shorter,
        short=codes,
        tags=tags_of(message),
        untracked=tuple(links.values()),
        # Nobody waits an hour for the message they have just asked for.
        transactional=message.purpose in (TRANSACTIONAL, CONFIRMATION),
    )


_WRITERS = {"email": _email, "sms": _sms}


def _context(
    message: Message, contact: Contact, to: str, sender: Sender, links: Mapping[str, str]
) -> dict[str, object]:
    address = {"email": "email", "sms": "phone"}[message.channel]
    return {
        # What steps found; it never stands in the place of what follows.
        **message.data.get("found", {}),
        "contact": {**contact.traits, **message.data.get("about", {}), "id": contact.id, address: to},
        "event": message.data.get("event", {}),
        "journey": message.data.get("journey", {}),
        "links": dict(links),
        "show": message.data.get("show", {}),
        "sender": {"name": sender.name, "imprint": sender.imprint},
    }
