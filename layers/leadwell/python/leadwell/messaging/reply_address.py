"""The address that a reply goes to: it says who answers, and to which message, signed, so that nobody can make one up.

    r · contact (20) · message (21) · day of issue (4) · tag (16)   @ the reply domain

Written in lower-case base 32, because not every mail program keeps the case of an address, and 62 characters long,
because 64 are allowed before the ``@`` (RFC 5321, section 4.5.3.1.1). The tag is HMAC-SHA-256, cut to 80 bits (RFC
2104, section 5), under a key of its own: no token of a link is one here.
"""

import hmac
import re
from dataclasses import dataclass

from leadwell.clock import DAY, Moment

MAX_AGE = 365 * DAY
"""After this a reply is passed on to the mailbox, and only a "no" in it still counts."""

_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
_CONTACT = re.compile(rf"c[{_SIGNS}]{{20}}")
_MESSAGE = re.compile(rf"[a-z][{_SIGNS}]{{20}}")
_LOCAL_PART = re.compile(rf"r([{_SIGNS}]{{20}})([a-z][{_SIGNS}]{{20}})([{_SIGNS}]{{4}})([{_SIGNS}]{{16}})")


@dataclass(frozen=True, slots=True)
class Answered:
    """Whose reply it is, and to what. ``expired``: the mail is too old to tell much."""

    contact: str
    message: str
    expired: bool = False


def reply_address(secret: bytes, domain: str, contact: str, message: str, now: Moment) -> str:
    """Empty for ids that are not of our making: such a mail has a plain Reply-To."""
    if not (_CONTACT.fullmatch(contact) and _MESSAGE.fullmatch(message)):
        return ""
    said = contact[1:] + message + _written(now // DAY, 4)
    return f"r{said}{_tag(secret, said)}@{domain}"


def read_reply_address(secret: bytes, address: str, now: Moment) -> Answered | None:
    """None for whatever we have not signed, all of it alike."""
    found = _LOCAL_PART.fullmatch(address.partition("@")[0].lower())
    if found is None:
        return None
    contact, message, day, tag = found.groups()
    if not hmac.compare_digest(tag, _tag(secret, contact + message + day)):
        return None
    return Answered(f"c{contact}", message, expired=now - _number(day) * DAY > MAX_AGE + DAY)


def _tag(secret: bytes, said: str) -> str:
    key = hmac.digest(secret, b"leadwell reply", "sha256")
    return _written(int.from_bytes(hmac.digest(key, said.encode(), "sha256")[:10], "big"), 16)


def _written(number: int, length: int) -> str:
    return "".join(_SIGNS[number >> (5 * place) & 31] for place in range(length - 1, -1, -1))


def _number(text: str) -> int:
    number = 0
    for sign in text:
        number = number * 32 + _SIGNS.index(sign)
    return number
