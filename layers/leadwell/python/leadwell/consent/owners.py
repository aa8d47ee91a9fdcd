"""Whose an address is that somebody merely claims to have: what its owner said counts, too, before they are asked."""

from dataclasses import dataclass

from leadwell.consent.refusing import KINDS
from leadwell.consent.suppressions import normalized
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.whereabouts import find
from leadwell.store import keys
from leadwell.store.table import Check, Key, Table


@dataclass(frozen=True, slots=True)
class Owner:
    key: Key
    withdrawals: Withdrawals

    @property
    def unchanged(self) -> Check:
        """The condition that they have said nothing meanwhile."""
        return Check(self.key, self.withdrawals.rev)


def owner_of(table: Table, channel: str, address: str, claimant: str) -> Owner | None:
    """The contact whose address it is proven to be, and what they said; None if that is nobody, or the claimant."""
    pointer = table.get(keys.identity(KINDS[channel], normalized(channel, address)))
    if pointer is None:
        return None
    contact = find(table, pointer["contact"]).contact
    if contact == claimant:
        return None
    key = keys.withdrawals(contact)
    return Owner(key, Withdrawals.from_item(table.get(key)))
