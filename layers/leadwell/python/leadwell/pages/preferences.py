"""The preference center: what somebody receives, each thing with its own switch, behind a link from our own mail.

Switching off counts the moment it is answered. Switching on is a consent: proven where the link came by the channel
itself, and otherwise a request that the other channel has to confirm. That opens and clicks are counted is asked of the
person, by channel: their link from either is proof, and it is offered for channels that they use.
"""

from typing import Any

from leadwell.calendar import local_date
from leadwell.clock import DAY, to_iso
from leadwell.consent.permission import MARKETING, TRACKING
from leadwell.consent.proving import confirmation
from leadwell.consent.withdrawals import ANY, ONLY, Withdrawals, is_advertising, is_topic
from leadwell.consent.withdrawals import topic as topic_name
from leadwell.contacts.contact import Contact
from leadwell.contacts.whereabouts import find
from leadwell.definitions.text import Text
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message
from leadwell.pages.exchange import Response
from leadwell.pages.house import LOCALES, Visit
from leadwell.pages.models import PreferencesDefinition, Topic
from leadwell.pages.rendering import masked, words
from leadwell.pages.showing import present, show
from leadwell.pages.tokens import Token
from leadwell.store import keys
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record_withdrawal

_LANGUAGES = (("de", "Deutsch"), ("en", "English"))
_ADDRESSES = {"email": "email", "sms": "phone"}
SOURCE = "preference center"
PAUSE = 30 * DAY
"""What the contact's own button asks for."""


def ask(visit: Visit, token: Token) -> Response:
    """Raises Refused when the contact or the message that brought the link is gone."""
    contact, message = _owner(visit, token)
    return _page(visit, contact, message, _on(visit, contact, message))


def accept(visit: Visit, token: Token) -> Response:
    """What is shown afterwards is what holds. Raises Refused as ``ask`` does."""
    contact, message = _owner(visit, token)
    posted = visit.posted
    if posted is None:
        return show(visit, "unreadable", status=400)
    before = _on(visit, contact, message)
    if wish := posted.get("pause"):
        _pause(visit, contact, message, ends=wish == "end")
        return _page(visit, contact, message, before, saved=True)
    if posted.get("everything") == "off":
        # Of what a contract needs, such as receipts, nobody is rid by this: no consent allows it, and none ends it.
        for number, purpose in enumerate((MARKETING, TRACKING)):
            _withdraw(visit, contact, message, purpose, ANY, number)
        return _page(visit, contact, message, frozenset(), saved=True, ended=True)
    topics = {topic.id: topic for topic in _topics(visit, contact, message)}
    # Only what stood on the page is answered by it: a topic that was added meanwhile is nobody's "no".
    shown = {one for one in posted.get("shown", "").split(",") if one in topics}
    wanted = {one for one in shown if posted.get(f"topic/{one}")}
    now_on, asks = before - shown, False
    for number, one in enumerate(sorted(shown)):
        if one in wanted and (one in before or _allow(visit, contact, message, topics[one], number)):
            now_on |= {one}
        elif one in wanted:
            asks = True
        elif one in before:
            purpose, channel = topics[one].purpose, topics[one].channel
            # Whoever switches marketing off and leaves a topic on, or never saw it, has said no to the one alone.
            stay = (topics[on] for on in wanted | (before - shown))
            alone = purpose == MARKETING and any(is_topic(on.purpose) and on.channel == channel for on in stay)
            _withdraw(visit, contact, message, purpose, channel, number, alone=alone)
    language = posted.get("language", "")
    if language in LOCALES and not contact.locale.startswith(language):
        visit.table.write(Put(_language(visit, contact, language).to_item()))
        contact.traits["locale"] = language
    return _page(visit, contact, message, now_on, saved=True, asks=asks)


def _owner(visit: Visit, token: Token) -> tuple[Contact, Message]:
    found = find(visit.table, token.contact, token.message)
    stored = visit.table.get(keys.contact(found.contact))
    if found.erased or found.message is None or stored is None:
        raise Refused("this link is not valid, or not any more")
    return Contact.from_item(stored), found.message


def _topics(visit: Visit, contact: Contact, message: Message) -> tuple[Topic, ...]:
    """Those that the installation has published, and the policy's topics that are not among them; without channels that
    cannot reach this contact, and without counting what goes by a channel whose address nobody has proven yet."""
    published = (visit.shelf.preferences() or _usual()).topics
    known = {topic.id for topic in published}
    more = [topic for topic in _subscriptions(visit) if topic.id not in known]
    proven = {message.channel, *_used(visit, contact)}
    return tuple(
        topic
        for topic in (*published, *more)
        if contact.address(topic.channel) and (topic.purpose != TRACKING or topic.channel in proven)
    )


def _subscriptions(visit: Visit) -> list[Topic]:
    """The policy's topics, in our words."""

    def wording(title: Text, channel: str) -> Text:
        said = {one: words(one, "preferences-page")[f"wording_{channel}"] for one in LOCALES}
        return Text(**{one: text.replace("{title}", title.in_locale(one)) for one, text in said.items()})

    return [
        Topic(
            purpose=one.name,
            channel=channel,
            title=one.title,
            text=one.description,
            wording=wording(one.title, channel),
            version="topics-1",
        )
        for one in visit.shelf.topics()
        for channel in one.channels
    ]


def _used(visit: Visit, contact: Contact) -> frozenset[str]:
    """The channels for which the contact has agreed to something: each such address was proven to be theirs."""
    withdrawals = Withdrawals.from_item(visit.table.get(keys.withdrawals(contact.id)))
    topics = (name.partition("/")[::2] for name in contact.consents)
    return frozenset(channel for purpose, channel in topics if _holds(contact, withdrawals, purpose, channel))


def _usual() -> PreferencesDefinition:
    """Where nothing was published."""
    said = {locale: words(locale, "preferences-page") for locale in LOCALES}

    def text(*path: str) -> Text:
        found: dict[str, Any] = {}
        for locale in LOCALES:
            place: Any = said[locale]
            for name in path:
                place = place[name]
            found[locale] = place
        return Text(**found)

    def topic(purpose: str, channel: Any) -> Topic:
        section = f"{purpose}_{channel}"
        return Topic(
            purpose=purpose,
            channel=channel,
            title=text(section, "title"),
            text=text(section, "text"),
            wording=text(section, "wording"),
            version="built-in-1",
        )

    return PreferencesDefinition(
        name="preferences",
        title=text("title"),
        intro=text("message"),
        topics=tuple(topic(purpose, channel) for purpose in (MARKETING, TRACKING) for channel in _ADDRESSES),
    )


def _on(visit: Visit, contact: Contact, message: Message) -> frozenset[str]:
    """What is switched on at this moment: a "no" counts before the contact knows of it."""
    withdrawals = Withdrawals.from_item(visit.table.get(keys.withdrawals(contact.id)))
    topics = _topics(visit, contact, message)
    return frozenset(one.id for one in topics if _holds(contact, withdrawals, one.purpose, one.channel))


def _holds(contact: Contact, withdrawals: Withdrawals, purpose: str, channel: str) -> bool:
    consent = contact.consents.get(topic_name(purpose, channel))
    said_no = withdrawals.last(purpose, channel)
    return consent is not None and consent.state == "granted" and (said_no is None or said_no < consent.at)


def _withdraw(
    visit: Visit, contact: Contact, message: Message, purpose: str, channel: str, number: int, *, alone: bool = False
) -> None:
    request = visit.request
    proof = {
        "address": message.to,
        "user_agent": request.headers.get("user-agent", "")[:200],
        "ip": request.source_ip,
    }
    properties: dict[str, Any] = {"purpose": purpose, "channel": channel, "source": SOURCE, "message": message.id}
    properties["proof"] = proof
    if alone:
        properties[ONLY] = True
    event = _event(visit, contact, message, Name.CONSENT_WITHDRAWN, f"{purpose}/{channel}/{number}", properties)
    record_withdrawal(visit.table, event)


def _pause(visit: Visit, contact: Contact, message: Message, *, ends: bool) -> None:
    """Counts the moment it is answered, like a "no"; the consents stay as they are."""
    request = visit.request
    proof = {"message": message.id, "user_agent": request.headers.get("user-agent", "")[:200], "ip": request.source_ip}
    properties: dict[str, Any] = {"purpose": MARKETING, "channel": ANY, "source": SOURCE, "proof": proof}
    if not ends:
        properties["until"] = to_iso(visit.now + PAUSE)
    name = Name.MESSAGES_RESUMED if ends else Name.MESSAGES_PAUSED
    record_withdrawal(visit.table, _event(visit, contact, message, name, "pause", properties))


def _paused_until(visit: Visit, contact: Contact) -> str:
    """The local day, as the language writes it; empty without a pause."""
    end = Withdrawals.from_item(visit.table.get(keys.withdrawals(contact.id))).paused_until(visit.now)
    if end is None:
        return ""
    day = local_date(end, contact.zone(visit.settings.default_timezone))
    month = words(visit.locale, "preferences-page")["months"][day.month - 1]
    return f"{day.day}. {month} {day.year}" if visit.locale == "de" else f"{day.day} {month} {day.year}"


def _allow(visit: Visit, contact: Contact, message: Message, topic: Topic, number: int) -> bool:
    """False when it holds only once it was confirmed where it is about."""
    # To be counted is nothing that an address has to agree to, but the person, whom the link of any channel proves.
    proves = topic.purpose == TRACKING or message.channel == topic.channel
    proves = proves and message.to == contact.address(message.channel)
    properties: dict[str, Any] = {
        "purpose": topic.purpose,
        "channel": topic.channel,
        "source": SOURCE,
        "message": message.id,
        "wording": topic.wording.in_locale(visit.locale),
        "wording_version": topic.version,
        "locale": visit.locale,
        "proof": {
            "message": message.id,
            "requested_at": to_iso(visit.now),
            "user_agent": visit.request.headers.get("user-agent", "")[:200],
            "ip": visit.request.source_ip,
        },
    }
    if proves:
        agent = visit.request.headers.get("user-agent", "")
        properties["proof"] = confirmation(message, visit.now, agent, visit.request.source_ip)
    name = Name.CONSENT_GRANTED if proves else Name.CONSENT_REQUESTED
    visit.table.write(Put(_event(visit, contact, message, name, f"{topic.id}/{number}", properties).to_item()))
    return proves


def _language(visit: Visit, contact: Contact, language: str) -> Event:
    return Event(
        contact=contact.id,
        id="l" + fingerprint("language", contact.id, language, str(visit.now)),
        at=visit.now,
        type="identify",
        name=Name.IDENTIFIED,
        standing=Standing.PROVEN,
        traits={"locale": language},
        source="link",
    )


def _event(visit: Visit, contact: Contact, message: Message, name: str, what: str, properties: dict[str, Any]) -> Event:
    return Event(
        contact=contact.id,
        id="p" + fingerprint("preferences", message.id, what, name, str(visit.now)),
        at=visit.now,
        type="track",
        name=name,
        standing=Standing.PROVEN if name != Name.CONSENT_REQUESTED else Standing.CLAIMED,
        properties=properties,
        source="link",
    )


def _page(
    visit: Visit,
    contact: Contact,
    message: Message,
    on: frozenset[str],
    *,
    saved: bool = False,
    asks: bool = False,
    ended: bool = False,
) -> Response:
    locale = visit.locale
    published = visit.shelf.preferences() or _usual()
    text = {**words(locale, "preferences-page"), "title": published.title.in_locale(locale)}
    text["message"] = published.intro.in_locale(locale) if published.intro else ""
    if ended:
        text["saved"] = text["ended"]
    topics = _topics(visit, contact, message)
    values = {
        "topics": [
            {
                "id": topic.id,
                "title": topic.title.in_locale(locale),
                "text": topic.text.in_locale(locale) if topic.text else "",
                "channel": text[f"by_{topic.channel}"],
                "on": topic.id in on,
            }
            for topic in topics
        ],
        "shown": ",".join(topic.id for topic in topics),
        "languages": _LANGUAGES,
        "language": contact.locale[:2] or locale,
        "address": masked(message.to),
        "saved": saved,
        "paused": text["paused"].replace("{until}", until) if (until := _paused_until(visit, contact)) else "",
        "may_pause": any(topic.id in on and is_advertising(topic.purpose) for topic in topics),
        "asks": asks,
    }
    return present(visit, "preferences", text, values)
