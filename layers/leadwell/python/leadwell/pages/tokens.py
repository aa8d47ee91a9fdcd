"""The tokens in our links: who, which message, what for; signed, so that nobody can make one up.

    version (1 byte) · contact · message · topic · minute of issue (4 bytes) · tag (16 bytes), as base64url

The tag is HMAC-SHA-256, cut to 128 bits (RFC 2104, section 5), under a key of its own for every purpose: a token of one
purpose means nothing to another. Ids of ours take 14 bytes instead of 21, so a link has about 90 characters of token.
A token carries no address: who needs one reads it from the message.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from leadwell.clock import DAY, MINUTE, Moment
from leadwell.consent.permission import LAPSES
from leadwell.errors import Refused

_VERSION = 1
_TAG = 16
_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
"""What ``ids.fingerprint`` writes with. An id written otherwise only makes a longer link."""
_DIGITS = str.maketrans(_SIGNS, "0123456789abcdefghijklmnopqrstuv")
_OUR_ID = re.compile(rf"[a-z][{_SIGNS}]{{20}}")
_LONGEST_TEXT = 64
_LONGEST_TOKEN = 400


class Purpose(StrEnum):
    UNSUBSCRIBE = "unsubscribe"
    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    DOWNLOAD = "download"
    """``topic`` is the file's name."""
    FORM = "form"
    """Says who comes to a form; ``topic`` is the form's name."""
    TICKET = "ticket"
    """Says when a form was handed out; ``topic`` is its name and the second, ``message`` tells it from others."""
    REFERRAL = "referral"
    """``contact`` is who recommends, ``topic`` the landing page."""


MAX_AGE: Mapping[Purpose, Moment | None] = {
    Purpose.UNSUBSCRIBE: None,  # a "no" is never too late
    Purpose.CONFIRM: LAPSES,
    Purpose.PREFERENCES: 180 * DAY,
    Purpose.DOWNLOAD: 365 * DAY,  # at most: each file says how long its links hold
    Purpose.FORM: 30 * DAY,
    Purpose.TICKET: DAY,
    Purpose.REFERRAL: 365 * DAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """``issued_at`` is a full minute. ``topic`` is what the link is about: of an unsubscribe link a permission
    (``marketing/email``)."""

    purpose: Purpose
    contact: str
    message: str
    issued_at: Moment
    topic: str = ""


def sign(secret: bytes, token: Token) -> str:
    """The token as it stands in a link: letters, digits, ``-`` and ``_``. Raises ValueError for an overlong field."""
    payload = b"".join(
        (
            bytes([_VERSION]),
            _packed(token.contact),
            _packed(token.message),
            _packed(token.topic),
            (token.issued_at // MINUTE).to_bytes(4, "big"),
        )
    )
    return urlsafe_b64encode(payload + _tag(secret, token.purpose, payload)).decode().rstrip("=")


def read(secret: bytes, purpose: Purpose, text: str, now: Moment, *, lapsed: bool = False) -> Token:
    """The token in a link; with ``lapsed`` also one that is no longer good, for nothing but a friendly word.

    Raises Refused, always in the same words, whatever is wrong with it."""
    payload = _verified(secret, purpose, text)
    if payload is None or payload[0] != _VERSION:
        raise _refusal()
    contact, rest = _unpacked(payload[1:])
    message, rest = _unpacked(rest)
    topic, rest = _unpacked(rest)
    issued_at = int.from_bytes(rest, "big") * MINUTE
    max_age = MAX_AGE[purpose]
    if not lapsed and max_age is not None and now - issued_at > max_age:
        raise _refusal()
    return Token(purpose=purpose, contact=contact, message=message, issued_at=issued_at, topic=topic)


def _verified(secret: bytes, purpose: Purpose, text: str) -> bytes | None:
    if len(text) > _LONGEST_TOKEN or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    payload, tag = raw[:-_TAG], raw[-_TAG:]
    # Base64 has several spellings for the same bytes; only ours counts.
    canonical = urlsafe_b64encode(raw).decode().rstrip("=") == text
    signed = hmac.compare_digest(tag, _tag(secret, purpose, payload))
    return payload if signed and canonical and payload else None


def _tag(secret: bytes, purpose: Purpose, payload: bytes) -> bytes:
    return hmac.digest(_key(secret, purpose), payload, "sha256")[:_TAG]


@lru_cache(maxsize=len(Purpose))
def _key(secret: bytes, purpose: Purpose) -> bytes:
    return hmac.digest(secret, b"leadwell link: " + purpose.encode(), "sha256")


def _packed(text: str) -> bytes:
    """One of our ids: its letter and 100 bits. Any other text: its length, which is below every letter, and itself."""
    if _OUR_ID.fullmatch(text):
        return text[0].encode() + int(text[1:].translate(_DIGITS), 32).to_bytes(13, "big")
    raw = text.encode()
    if len(raw) > _LONGEST_TEXT:
        raise ValueError("too long for a link")
    return bytes([len(raw)]) + raw


def _unpacked(raw: bytes) -> tuple[str, bytes]:
    """The first field and the rest. Only for what was verified."""
    first = raw[0]
    if first <= _LONGEST_TEXT:
        return raw[1 : 1 + first].decode(), raw[1 + first :]
    number = int.from_bytes(raw[1:14], "big")
    signs = (_SIGNS[number >> (5 * place) & 31] for place in range(19, -1, -1))
    return chr(first) + "".join(signs), raw[14:]


def _refusal() -> Refused:
    return Refused("this link is not valid, or not any more")
