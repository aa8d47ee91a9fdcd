"""Deterministic identifiers: the same cause always gets the same name, so a retry finds its own traces."""

import hashlib

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_COMPANY = "company:"
_PORTIONS = 100_000


def fingerprint(*parts: str, length: int = 20) -> str:
    """``length`` characters of Crockford's base 32 (5 bits each) of a SHA-256 over the parts.

    Parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ. 20 characters are 100 bits.
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    number = int.from_bytes(digest.digest(), "big")
    return "".join(_ALPHABET[(number >> (5 * i)) & 31] for i in range(length))


def contact_id(kind: str, value: str) -> str:
    """The id of the contact first met under this identity, e.g. ``("anonymous_id", "8f…")``."""
    return "c" + fingerprint("contact", kind, value)


def company_id(group: str) -> str:
    """The id of the company that ``group`` calls name so. It has a partition like a contact's; no contact's id looks
    like it."""
    return _COMPANY + fingerprint("company", group)


def is_company(contact: str) -> bool:
    """Whether an id is a company's: whoever recounts a partition knows by it what it is."""
    return contact.startswith(_COMPANY)


def message_id(enrollment: str, step: str, visit: int) -> str:
    """One per (enrollment, step, visit): the ground of "at most one accepted send"."""
    return "m" + fingerprint("message", enrollment, step, str(visit))


def shard_of(text: str, shards: int) -> int:
    """A stable number in [0, shards)."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % shards


def share_of(salt: str, contact: str) -> float:
    """Between 0 and 1, by chance, and always the same for a contact and a salt."""
    return shard_of(f"{salt}/{contact}", _PORTIONS) / _PORTIONS
