"""What tells persons apart, in the one spelling under which it is stored and looked up."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from leadwell.errors import Refused
from leadwell.tracking.values import mended

USER_ID = "user_id"
ANONYMOUS_ID = "anonymous_id"
PREVIOUS_ID = "previous_id"
EMAIL = "email"
PHONE = "phone"

ID_LENGTH = 256
_EMAIL_LENGTH = 254  # RFC 5321 with erratum 1690
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_PHONE_FILLING = re.compile(r"\(0\)|[\s()./\u2010-\u2015-]")
_NOBODY = frozenset(("undefined", "null", "none", "nan", "[object object]", "anonymous", "guest", "true", "false", "0"))
"""What faulty programs send instead of an id: taken at its word, it would join strangers into one contact."""


def person_id(source: Mapping[str, Any], name: str) -> str | None:
    """A userId, anonymousId or previousId; null, empty and what faulty programs send instead of one count as absent.

    Numbers become text. Raises ``Refused`` for other types and for more than 256 characters.
    """
    value = source.get(name)
    if value is None:
        return None
    if type(value) is int:
        value = str(value) if abs(value) < 10**38 else "x" * (ID_LENGTH + 1)
    if type(value) is not str:
        raise Refused("must be a string", name)
    text = mended(value).strip()
    if len(text) > ID_LENGTH:
        raise Refused(f"must have at most {ID_LENGTH} characters", name)
    return None if not text or text.lower() in _NOBODY else text


def email_address(value: object) -> str | None:
    """``" Ann@Example.COM "`` → ``ann@example.com``; None when it cannot be an address.

    The local part is lowered too: no provider of weight tells ``Ann@`` from ``ann@``.
    """
    if type(value) is not str or len(value) > 2 * _EMAIL_LENGTH:
        return None
    text = mended(value).strip().lower()
    return text if len(text) <= _EMAIL_LENGTH and _EMAIL.fullmatch(text) else None


def phone_number(value: object) -> str | None:
    """``"+49 (0)30 23125-001"`` → ``+493023125001`` (E.164); None without the country's code: we do not guess it."""
    if type(value) is not str or len(value) > 40:
        return None
    text = _PHONE_FILLING.sub("", value)
    return text if _PHONE.fullmatch(text) else None


def user_hash_key(secret: bytes) -> str:
    """The key that a website's server computes user hashes with; it reveals nothing of the signing secret."""
    return hmac.new(secret, b"leadwell user hash", hashlib.sha256).hexdigest()


def user_hash(secret: bytes, user_id: str, email: str | None = None, phone: str | None = None) -> str:
    """What a website's server hands to its page so that an identify call in the browser counts as proven.

    Hex HMAC-SHA256 under ``user_hash_key(secret)`` of the user id and, each after a line feed, of the lower-case e-mail
    address and the E.164 number that it vouches for. Sent as ``context.userHash``.
    """
    stated = "\n".join(part for part in (user_id, email, phone) if part)
    return hmac.new(user_hash_key(secret).encode(), stated.encode(), hashlib.sha256).hexdigest()


def vouched_by(given: str, secret: bytes, user_id: str, email: str | None, phone: str | None) -> frozenset[str] | None:
    """Which kinds of identity this hash proves: at least ``user_id``; None when it is not ours."""
    if not given.isascii():
        return None
    for with_email in {email, None}:
        for with_phone in {phone, None}:
            if hmac.compare_digest(user_hash(secret, user_id, with_email, with_phone).encode(), given.lower().encode()):
                proven = {USER_ID, EMAIL if with_email else "", PHONE if with_phone else ""}
                return frozenset(proven - {""})
    return None
