"""The receipt of an erasure: that, when and how much, and nothing of whom.

Whoever presents an address can be told whether it is this person's: the receipt has a hash of each, salted with itself.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Item, Table

KIND = "ERASURE"


@dataclass(slots=True, kw_only=True)
class Receipt:
    """What this call removed. Unless ``complete``, the same call goes on where this one ended.

    ``contacts`` are the ids that were the person's, as far as they were met; ``silenced`` is how many addresses nothing
    will ever be sent to. ``claimants`` are other contacts that say, without proof, to have one of the person's
    identities: somebody has to look whether they are the same person. ``kept`` is what is stored of it, all calls
    together.
    """

    contact: str
    erased_at: Moment
    contacts: list[str] = field(default_factory=list)
    removed: dict[str, int] = field(default_factory=dict)
    silenced: int = 0
    claimants: list[str] = field(default_factory=list)
    complete: bool = False
    kept: "Kept"

    def count(self, what: str, number: int) -> None:
        if number:
            self.removed[what] = self.removed.get(what, 0) + number
            self.kept.removed[what] = self.kept.removed.get(what, 0) + number


@dataclass(slots=True, kw_only=True)
class Kept:
    """``addresses`` are salted hashes."""

    contact: str
    erased_at: Moment
    removed: dict[str, int] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    complete: bool = False

    def add_address(self, kind: str, value: str) -> None:
        self.addresses.add(self.hashed(kind, value))

    def is_about(self, kind: str, value: str) -> bool:
        """Whether this identity, in its stored spelling, was the erased person's."""
        return self.hashed(kind, value) in self.addresses

    def hashed(self, kind: str, value: str) -> str:
        return sha256(f"{self.contact}/{self.erased_at}/{kind}/{value}".encode()).hexdigest()

    def to_item(self) -> Item:
        key = keys.erasure(self.contact)
        return {
            "pk": key.pk,
            "sk": key.sk,
            "kind": KIND,
            "erased_at": self.erased_at,
            "removed": dict(self.removed),
            "addresses": sorted(self.addresses),
            "complete": self.complete,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Kept":
        return cls(
            contact=item["sk"],
            erased_at=item["erased_at"],
            removed=dict(item["removed"]),
            addresses=set(item["addresses"]),
            complete=item["complete"],
        )


def read_receipt(table: Table, contact: str) -> Kept | None:
    item = table.get(keys.erasure(contact))
    return Kept.from_item(item) if item else None
