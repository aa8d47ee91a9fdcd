"""The items of voucher codes.

A code is *free* or *used*; the write that makes it used also notes it with the contact, under who asked for it. So
whoever asks again finds what it got, and an erasure finds what to forget.
"""

from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Item, Key, Table

CONTACT_VOUCHER = "VOUCHER"
"""Kind of the item that lies with the contact."""

MADE_UP = "generated"
"""Where codes are listed that belong to no pool; uploaded pools cannot have this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedCode:
    """``contact`` is who got it, empty where the person was erased. ``redeemed_by`` is the event that said first that
    it was used, at that moment."""

    pool: str
    code: str
    at: Moment
    journey: str
    step: str
    contact: str = ""
    redeemed_at: Moment | None = None
    redeemed_by: str = ""
    rev: int = 0

    def to_item(self) -> Item:
        key = keys.used_code(self.pool, self.code)
        item: Item = {"pk": key.pk, "sk": key.sk, "kind": "USED_CODE", "rev": self.rev + 1, "at": self.at}
        item |= {"journey": self.journey, "step": self.step}
        given = {name: value for name in ("contact", "redeemed_at", "redeemed_by") if (value := getattr(self, name))}
        return item | given

    @classmethod
    def from_item(cls, pool: str, item: Item) -> "UsedCode":
        return cls(
            pool=pool,
            code=item["sk"],
            at=item["at"],
            journey=item["journey"],
            step=item["step"],
            contact=item.get("contact", ""),
            redeemed_at=item.get("redeemed_at"),
            redeemed_by=item.get("redeemed_by", ""),
            rev=item["rev"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactVoucher:
    """What a contact got, or (without ``code``) waits for. ``claim`` names who asked, ``enrollment`` is its key."""

    contact: str
    claim: str
    pool: str
    at: Moment
    code: str = ""
    enrollment: str = ""
    rev: int = 0

    @property
    def key(self) -> Key:
        return keys.voucher(self.contact, self.claim)

    @property
    def mark(self) -> Key:
        """Where it stands among those who wait."""
        return keys.waiting_for_code(self.pool, self.contact, self.claim)

    def to_item(self) -> Item:
        item: dict[str, Any] = {"pk": self.key.pk, "sk": self.key.sk, "kind": CONTACT_VOUCHER, "rev": self.rev + 1}
        item |= {"pool": self.pool, "at": self.at}
        return item | {name: value for name in ("code", "enrollment") if (value := getattr(self, name))}

    @classmethod
    def from_item(cls, item: Item) -> "ContactVoucher":
        return cls(
            contact=keys.contact_of(item["pk"]),
            claim=item["sk"].removeprefix(keys.VOUCHERS),
            pool=item["pool"],
            at=item["at"],
            code=item.get("code", ""),
            enrollment=item.get("enrollment", ""),
            rev=item["rev"],
        )


def free_item(pool: str, code: str) -> Item:
    key = keys.free_code(pool, code)
    return {"pk": key.pk, "sk": key.sk, "kind": "FREE_CODE", "rev": 1, "code": code}


def look_up(table: Table, pool: str, code: str) -> UsedCode | bool:
    """Who got a code; otherwise whether it is there at all."""
    used, free = keys.used_code(pool, code), keys.free_code(pool, code)
    found = table.get_many([used, free])
    return UsedCode.from_item(pool, found[used]) if used in found else free in found
