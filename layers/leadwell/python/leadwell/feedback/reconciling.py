"""Our suppression list beside the provider's: what it knows and we do not is taken over.

The other way there is nothing to do: what we know stops a message before the provider sees it, and our list holds
fingerprints, from which no address can be told. But whoever is taken off ours by hand is taken off theirs (``let_go``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from leadwell.clock import Moment
from leadwell.consent.suppressions import Reason, Suppression, find_suppressions, suppress
from leadwell.errors import Broken
from leadwell.store.table import Table

_SOURCE = "ses: account list"


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that the provider writes to no more, why, and since when."""

    address: str
    reason: Reason
    at: Moment


@dataclass(frozen=True, slots=True)
class ListedPage:
    """``cursor`` is empty on the last page."""

    listed: list[Listed]
    cursor: str


class ProviderList(Protocol):
    def find(self, address: str) -> Listed | None: ...
    def remove(self, address: str) -> None: ...
    def page(self, cursor: str = "") -> ListedPage: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """``ours`` is the reason that we know, empty where we know of none."""

    listed: Listed
    ours: str


def differences(table: Table, provider: ProviderList) -> Iterator[Difference | None]:
    """One for each address of the provider's list, None where we know as much."""
    cursor = ""
    while True:
        page = provider.page(cursor)
        known = find_suppressions(table, "email", [one.address for one in page.listed])
        for one in page.listed:
            ours = known.get(one.address)
            theirs = Suppression(reason=one.reason, at=one.at)
            same = ours is not None and (ours.reason is one.reason or ours.joined(theirs) is ours)
            yield None if same else Difference(one, ours.reason.value if ours else "")
        if not page.cursor:
            return
        cursor = page.cursor


def take_over(table: Table, difference: Difference) -> None:
    """Durable on return; doing it again changes nothing."""
    one = difference.listed
    suppress(table, "email", one.address, one.reason, one.at, _SOURCE)


def let_go(table: Table, provider: ProviderList, spellings: Iterable[str]) -> bool:
    """Has the provider send to an address again that came back for good, before ours lets it: else each message would
    come back from there. It compares addresses as they were written, so the ``spellings`` are those that may have been.
    Answers whether it knew any.

    Raises ``Broken`` where the provider heard a complaint; that counts here from now on, too.
    """
    found = [one for spelling in dict.fromkeys(spellings) if (one := provider.find(spelling)) is not None]
    for one in found:
        if one.reason is Reason.COMPLAINT:
            suppress(table, "email", one.address, one.reason, one.at, _SOURCE)
            raise Broken("SES knows of a complaint of the recipient: only a new consent of theirs could change that")
    for one in found:
        provider.remove(one.address)
    return bool(found)
