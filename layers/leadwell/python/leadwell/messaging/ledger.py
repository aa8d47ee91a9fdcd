"""What marketing a contact was sent lately, over all journeys: what caps count. Written with the claim of each message,
so that two journeys at the same moment cannot both be the last that fits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Item, Put, Table

KIND = "LEDGER"
MOST = 100
"""Of a channel; no cap counts more."""

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
        return replace(self, entries=_newest([(at, channel, message), *self.others(message)]))

    def to_item(self) -> Item:
        key = keys.ledger(self.contact)
        entries = [list(entry) for entry in self.entries]
        return {"pk": key.pk, "sk": key.sk, "kind": KIND, "rev": self.rev + 1, "entries": entries}


def ledgers_joined(table: Table, absorbed: Iterable[str], into: str) -> list[Change]:
    """Whoever becomes part of another contact was sent what they were sent."""
    stored = table.get_many(keys.ledger(one) for one in (into, *absorbed))
    present = stored.pop(keys.ledger(into), None)
    if not stored:
        return []
    ledger = Ledger.from_item(into, present)
    entries = {entry for item in stored.values() for entry in Ledger.from_item("", item).entries}
    joined = replace(ledger, entries=_newest({*ledger.entries, *entries}))
    # A sender that is about to write there reads again, and finds the contact gone.
    gone = [Delete(key, item["rev"]) for key, item in stored.items()]
    return [Put(joined.to_item(), ledger.rev), *gone]


def _newest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The newest first."""
    found, counts = list[Entry](), Counter[str]()
    for entry in sorted(entries, reverse=True):
        counts[entry[1]] += 1
        if counts[entry[1]] <= MOST:
            found.append(entry)
    return tuple(found)
