"""What marketing a contact was sent lately, over all journeys: what caps count. Written with the claim of each message,
so that two journeys at the same moment cannot both be the last that fits."""

from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Item

KIND = "LEDGER"
MOST = 100
"""Of a contact; no cap counts more."""

Entry = tuple[Moment, str, str]
"""(moment, channel, message)."""


@dataclass(frozen=True, slots=True)
class Ledger:
    contact: str
    entries: tuple[Entry, ...] = ()
    rev: int = 0

    @classmethod
    def from_item(cls, contact: str, item: Item | None) -> "Ledger":
        if item is None:
            return cls(contact)
        return cls(contact, tuple((at, channel, message) for at, channel, message in item["entries"]), item["rev"])

    def others(self, message: str) -> tuple[Entry, ...]:
        """All but this message: one that a provider did not take is claimed again."""
        return tuple(one for one in self.entries if one[2] != message)

    def noted(self, at: Moment, channel: str, message: str) -> "Ledger":
        return replace(self, entries=((at, channel, message), *self.others(message))[:MOST])

    def to_item(self) -> Item:
        key = keys.ledger(self.contact)
        entries = [list(entry) for entry in self.entries]
        return {"pk": key.pk, "sk": key.sk, "kind": KIND, "rev": self.rev + 1, "entries": entries}
