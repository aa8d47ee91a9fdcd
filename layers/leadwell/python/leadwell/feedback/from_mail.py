"""A mail that somebody wrote to us → our words. What is in it is anybody's: nothing here raises because of it.

Shape of the notification: "Contents of notifications for Amazon SES email receiving",
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html. The mail itself lies in a bucket,
where the rule put it before it told us.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.utils import parseaddr
from typing import Any

from leadwell.clock import Moment
from leadwell.errors import Broken
from leadwell.feedback.mail_text import own_words, text_of_html
from leadwell.feedback.reading import moment, word
from leadwell.tracking.identities import email_address
from leadwell.tracking.values import mended

LOOP_HEADER = "X-Leadwell-Forwarded"
"""In every reply that we pass on: what comes back with it is never passed on again."""

_LONGEST_TEXT = 4_000
_LONGEST_SUBJECT = 200
_LONGEST_ID = 300
_MOST_PARTS = 200
_AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
_AUTOMATIC = ("X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Failed-Recipients", "List-Id")
"""Headers that only programs write. Auto-Submitted (RFC 3834, section 5) is looked at by its value."""
_PROGRAMS = frozenset({"mailer-daemon", "postmaster", "noreply", "no-reply", "do-not-reply", "donotreply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What SES tells of a mail: ``key`` in the bucket, ``recipients`` of the envelope, and when it was taken.
    ``spam`` and ``virus``: the scan says so."""

    id: str
    key: str
    recipients: tuple[str, ...]
    sender: str
    at: Moment
    spam: bool
    virus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a mail says. ``id`` is its Message-ID or, without one, SES's; ``text`` what was written above what it
    answers to; ``automatic``: no person wrote it; ``ours``: we passed it on ourselves."""

    id: str
    sender: str
    name: str
    subject: str
    text: str
    automatic: bool
    ours: bool


def arrived(payload: Mapping[str, Any]) -> Arrived:
    """Raises Broken for another shape, and for a mail that was not put into a bucket."""
    try:
        receipt, mail = payload["receipt"], payload["mail"]
        action = receipt["action"]
        if action["type"] != "S3":
            raise ValueError("a receipt rule without a bucket")
        return Arrived(
            id=word(mail["messageId"]),
            key=word(action["objectKey"]),
            recipients=tuple(word(one).lower() for one in receipt["recipients"]),
            sender=str(mail.get("source") or "")[:_LONGEST_ID],
            at=moment(mail["timestamp"]),
            spam=_failed(receipt, "spamVerdict"),
            virus=_failed(receipt, "virusVerdict"),
        )
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Broken(f"SES reports a mail in a shape we do not know ({type(error).__name__})") from None


def _failed(receipt: Mapping[str, Any], verdict: str) -> bool:
    found = receipt.get(verdict)
    return isinstance(found, Mapping) and found.get("status") == "FAIL"


def written(content: bytes, told: Arrived) -> Written:
    """``content`` may be the beginning of a mail only: its text comes first."""
    mail = _parsed(content)
    name, address = parseaddr(_header(mail, "From"))
    return Written(
        id=(_header(mail, "Message-ID") or told.id)[:_LONGEST_ID],
        sender=email_address(address) or "",
        name=name[:_LONGEST_SUBJECT],
        subject=_header(mail, "Subject")[:_LONGEST_SUBJECT],
        text=own_words(_text(mail))[:_LONGEST_TEXT],
        automatic=_is_automatic(mail, told, address),
        ours=bool(_header(mail, LOOP_HEADER)),
    )


def _parsed(content: bytes) -> Mail:
    try:
        return message_from_bytes(content)
    except RecursionError:  # parts inside of parts inside of parts
        return message_from_bytes(content.partition(b"\r\n\r\n")[0])


def _header(mail: Mail, name: str) -> str:
    """One line of plain text; empty where there is none, or nobody can read it."""
    given = mail.get(name)
    if given is None:
        return ""
    try:
        text = str(make_header(decode_header(given)))
    except (HeaderParseError, LookupError, ValueError, TypeError, AssertionError):
        text = str(given)
    return " ".join(mended(text).split())


def _is_automatic(mail: Mail, told: Arrived, address: str) -> bool:
    """An answering machine, a bounce, a mailing list: by RFC 3834 and by what programs really write."""
    submitted = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if any(mail.get(name) is not None for name in _AUTOMATIC):
        return True
    precedences = {_header(mail, name).lower() for name in ("Precedence", "X-Precedence")}
    if precedences & _AUTOMATIC_PRECEDENCE:
        return True
    if _header(mail, "Return-Path") == "<>" or told.sender in ("", "<>"):
        return True
    if mail.get_content_type() in ("multipart/report", "message/delivery-status"):
        return True
    return address.partition("@")[0].lower() in _PROGRAMS


def _text(mail: Mail) -> str:
    html = ""
    for part in _parts(mail):
        if part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and (text := _decoded(part)).strip():
            return text
        if kind == "text/html" and not html:
            html = _decoded(part)
    return text_of_html(html)


def _parts(mail: Mail) -> Iterator[Mail]:
    try:
        for count, part in enumerate(mail.walk()):
            if count >= _MOST_PARTS:
                return
            yield part
    except RecursionError:
        return


def _decoded(part: Mail) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return ""
    if not isinstance(raw, bytes):
        return ""
    try:
        return mended(raw.decode(part.get_content_charset("utf-8"), "replace"))
    except (LookupError, ValueError):
        return mended(raw.decode("utf-8", "replace"))


_PREFIX = re.compile(r"^\s*(?:(?:re|aw|antw|sv|wg|fwd?)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def is_answer(subject: str) -> bool:
    """Whether a subject begins as mail programs have answers begin: then the words behind are not the writer's."""
    return _PREFIX.match(subject) is not None


def bare(subject: str) -> str:
    return _PREFIX.sub("", subject)
