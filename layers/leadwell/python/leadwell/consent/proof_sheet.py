"""The record of somebody's consents as a sheet for an authority or a court."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from leadwell.clock import Moment
from leadwell.consent.permission import TRACKING
from leadwell.consent.printing import NOTHING, Entry, Part, Row, Sheet, Words, printed
from leadwell.consent.proving import Change, Mail
from leadwell.consent.standing import Record, Standing
from leadwell.contacts.contact import Contact

if TYPE_CHECKING:
    from leadwell.definitions.text import Text


def proof_page(
    contact: Contact,
    record: Record,
    sender: str,
    imprint: str,
    locale: str,
    now: Moment,
    topics: "Mapping[str, Text]" = NOTHING,
) -> str:
    """HTML. ``locale`` is German or, failing that, English; ``topics`` are the titles of the installation's own."""
    words = Words("proof", locale, {f"purpose_{name}": title for name, title in topics.items()})
    facts = [
        ("controller", sender),
        ("imprint", imprint),
        ("contact", contact.id),
        ("name", " ".join(str(contact.traits[one]) for one in ("firstName", "lastName") if contact.traits.get(one))),
        ("email", contact.address("email")),
        ("phone", contact.address("sms")),
        ("paused_until", words.moment(record.paused_until)),
        ("made", words.moment(now)),
    ]
    present = [_standing(one, words) for one in record.standings]
    changes = [_change(one, words) for one in record.changes]
    parts = [
        Part(words.say("present"), words.say("present_note" if present else "nothing"), present),
        Part(words.say("history"), words.say("history_note" if changes else "nothing"), changes),
    ]
    lead = words.say("lead", sender=sender)
    return printed(Sheet(words.say("title"), lead, words.rows(facts), parts, words.say("foot")), words.locale)


def change_rows(change: Change, words: Words) -> list[Row]:
    """All that is known of a change, in the order in which a reader asks."""
    return words.rows(_said(change, words))


def _standing(one: Standing, words: Words) -> Entry:
    rows = [
        ("state", words.say(f"state_{one.state}")),
        ("since", words.moment(one.since)),
        ("basis", words.say(f"basis_{one.basis}") if one.basis else ""),
        ("may_count" if one.purpose == TRACKING else "may", words.say("yes" if one.verdict.allowed else "no")),
        ("suppressed", words.say(f"suppressed_{one.suppressed}") if one.suppressed else ""),
        ("proof", one.change),
    ]
    return Entry(_topic(one.purpose, one.channel, words), words.rows(rows))


def _change(change: Change, words: Words) -> Entry:
    return Entry(
        words.say(f"change_{change.state}", at=words.moment(change.at), until=words.moment(change.until)),
        change_rows(change, words),
    )


def _said(change: Change, words: Words) -> Iterator[tuple[str, str]]:
    yield "what", _topic(change.purpose, change.channel, words)
    yield "basis", words.say(f"basis_{change.basis}") if change.basis else ""
    yield "how", words.say(f"how_{change.how}", reporter=change.reporter)
    yield "address", change.address
    yield "source", words.known(f"source_{change.source}") if f"source_{change.source}" in words else change.source
    yield "form", change.form
    yield "form_version", change.form_version
    yield "page", change.page
    yield "wording", change.wording
    yield "wording_version", change.wording_version
    yield "wording_hash", change.wording_hash
    yield "locale", change.locale
    if change.mail:
        yield from _mail(change.mail, words)
        yield "confirmed", words.moment(change.at)
    yield "agent", change.agent
    yield "ip", change.ip
    yield "entry", change.id


def _mail(mail: Mail, words: Words) -> Iterator[tuple[str, str]]:
    yield "mail", mail.message
    if mail.template:
        yield "mail_wording", words.say("mail_template", template=mail.template, version=mail.template_version)
    yield "mail_hash", mail.content_hash
    yield "mail_requested", words.moment(mail.requested_at)
    yield "mail_sent", words.moment(mail.sent_at)
    yield "mail_delivered", words.moment(mail.delivered_at)


def _topic(purpose: str, channel: str, words: Words) -> str:
    known = words.known(f"purpose_{purpose}"), words.known(f"channel_{channel}")
    return words.say("topic", purpose=known[0].removeprefix("purpose_"), channel=known[1].removeprefix("channel_"))
