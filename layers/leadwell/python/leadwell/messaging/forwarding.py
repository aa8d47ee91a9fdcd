"""A reply on its way to the person in charge: what the contact wrote, with the whole mail attached. Who answers it
writes to the contact, not to us."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadwell.clock import to_iso
from leadwell.feedback.from_mail import LOOP_HEADER, Arrived, Written, written
from leadwell.messaging.message import REPLY, Message
from leadwell.messaging.outgoing import Attached, Outgoing
from leadwell.messaging.rendering.render_email import one_line
from leadwell.messaging.tags import tags_of
from leadwell.store.mails import Mails, Stored

if TYPE_CHECKING:
    from leadwell.messaging.writing import Sender

TEMPLATE = "reply"
"""Stands where other messages name their template."""
MAILBOX = "mailbox"
"""Whose messages those replies are that nobody can be told to have written. There is no such contact."""
MOST = 7_000_000
"""Bytes of a mail that is attached: most mailboxes take 10 MB, and attaching makes it a third longer."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Reply from {who}",
        "wrote": "{who} replied:",
        "unknown": "This mail was sent to the reply address. It could not be matched to a contact ({why}).",
        "auto": "It was written by a program.",
        "stop": "The reply asks not to be written to any more. That is done: consent is withdrawn.",
        "answer": "If you answer this mail, you write to {address} directly.",
        "contact": "The contact: {url}",
        "whole": "The whole mail is attached (reply.eml).",
        "virus": "The scanner found a virus. The mail is not attached; it lies in the bucket of replies as {key}.",
        "large": "The mail is too large to be attached; it lies in the bucket of replies as {key}.",
        "empty": "(The mail has no text.)",
        "spam": "[Spam?] ",
        "nobody": "an unknown address",
        "not ours": "its address is not one that we gave out",
        "too old": "it answers a mail of more than a year ago",
        "of somebody who was erased": "the contact was erased",
        "to another domain": "it went to another domain",
    },
    "de": {
        "subject": "Antwort von {who}",
        "wrote": "{who} hat geantwortet:",
        "unknown": "Diese Mail ging an die Antwortadresse. Sie lässt sich keinem Kontakt zuordnen ({why}).",
        "auto": "Sie stammt von einem Programm.",
        "stop": "Die Antwort bittet darum, nicht mehr angeschrieben zu werden. "
        "Das ist schon geschehen: Die Einwilligung ist widerrufen.",
        "answer": "Wenn Sie auf diese Mail antworten, schreiben Sie direkt an {address}.",
        "contact": "Zum Kontakt: {url}",
        "whole": "Die vollständige Mail ist angehängt (reply.eml).",
        "virus": "Die Prüfung hat einen Virus gefunden. Die Mail ist nicht angehängt; "
        "sie liegt unter {key} im Speicher der Antworten.",
        "large": "Die Mail ist zu groß zum Anhängen; sie liegt unter {key} im Speicher der Antworten.",
        "empty": "(Die Mail enthält keinen Text.)",
        "spam": "[Spam?] ",
        "nobody": "einer unbekannten Adresse",
        "not ours": "die Adresse stammt nicht von uns",
        "too old": "sie antwortet auf eine Mail, die über ein Jahr alt ist",
        "of somebody who was erased": "der Kontakt wurde gelöscht",
        "to another domain": "sie ging an eine andere Domain",
    },
}


def pass_on(message: Message, mails: Mails, sender: "Sender") -> Outgoing:
    """Raises Broken when the mail is gone, Retryable when it cannot be read now."""
    about = message.data[REPLY]
    stored = mails.read(about["key"], MOST)
    mail = written(stored.content, _told(message, about))
    words = _WORDS["de" if sender.default_locale.lower().startswith("de") else "en"]
    who = _who(mail, words)
    subject = mail.subject or words["subject"].format(who=who)
    return Outgoing(
        to=message.recipient,
        subject=one_line((words["spam"] if about.get("spam") else "") + subject),
        text="\n\n".join(_paragraphs(message, about, mail, stored, words, sender)) + "\n",
        headers={
            # Whoever is away does not tell the contact so (RFC 3834, section 5; the second is Microsoft's).
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            LOOP_HEADER: "1",
        },
        reply_to="" if mail.automatic else mail.sender,
        tags=tags_of(message),
        internal=True,
        stream=message.purpose,
        attached=_attached(about, stored),
    )


def _paragraphs(
    message: Message,
    about: Mapping[str, Any],
    mail: Written,
    stored: Stored,
    words: Mapping[str, str],
    sender: "Sender",
) -> list[str]:
    found = [words["wrote"].format(who=_who(mail, words)), mail.text or words["empty"], "-" * 30]
    if why := about.get("why"):
        found.append(words["unknown"].format(why=words.get(why, why)))
    if mail.automatic:
        found.append(words["auto"])
    if about.get("stop"):
        found.append(words["stop"])
    state = "virus" if about.get("virus") else "whole" if stored.is_whole else "large"
    found.append(words[state].format(key=about["key"]))
    if mail.sender and not mail.automatic:
        found.append(words["answer"].format(address=mail.sender))
    if message.contact != MAILBOX:
        url = f"{sender.public_url.rstrip('/')}/console/contacts/{message.contact}"
        found.append(words["contact"].format(url=url))
    return found


def _who(mail: Written, words: Mapping[str, str]) -> str:
    if mail.name and mail.sender:
        return f"{mail.name} <{mail.sender}>"
    return mail.sender or words["nobody"]


def _attached(about: Mapping[str, Any], stored: Stored) -> tuple[Attached, ...]:
    if about.get("virus") or not stored.is_whole:
        return ()
    return (Attached("reply.eml", stored.content),)


def _told(message: Message, about: Mapping[str, Any]) -> Arrived:
    """As much of the notification as reading the mail again needs."""
    return Arrived(
        id=to_iso(message.requested_at),
        key=about["key"],
        recipients=(),
        sender="<>" if about.get("auto") else "somebody",
        at=message.requested_at,
        spam=bool(about.get("spam")),
        virus=bool(about.get("virus")),
    )
