"""Addresses that nothing may be sent to, whoever they belong to: after a hard bounce, a complaint or STOP.

The item holds a fingerprint instead of the address, so it may outlive an erasure and still keep an import from writing
to the person again. It is salted with the installation's secret: nobody can try addresses by reading the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from leadwell.clock import HOUR, Moment
from leadwell.errors import Broken, Conflict
from leadwell.store import keys
from leadwell.store.table import Delete, Item, Key, Put, Table, key_of

KIND = "SUPPRESSION"
_ATTEMPTS = 5


class Reason(StrEnum):
    """Why; later in this list is stronger. A person may lift a bounce, never what the recipient said."""

    REST = "rest"
    """Mails came back for now, again and again: the address is left alone until a moment."""
    BOUNCE = "bounce"
    MANUAL = "manual"
    """A colleague, or a list that was brought along, says so."""
    STOP = "stop"
    COMPLAINT = "complaint"


ERASURE = "erasure"
"""As the source: the person was erased and may come back only by their own wish."""

_LIFTED_BY_PEOPLE = (Reason.BOUNCE, Reason.MANUAL)

_STRENGTH = {reason: strength for strength, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """``at`` is when it happened, ``source`` who reported it and how (``ses: OnAccountSuppressionList``). ``until`` is
    when a rest is over; None: it is for good."""

    reason: Reason
    at: Moment
    source: str = ""
    until: Moment | None = None
    rev: int = 0

    def holds(self, now: Moment) -> bool:
        return self.until is None or now < self.until

    def joined(self, other: "Suppression") -> "Suppression":
        """The stronger reason; of equal ones the first, and of rests the one that ends last, so the order of reports
        does not matter."""
        ours, theirs = ((_STRENGTH[each.reason], each.until or 0, -each.at, each.source) for each in (self, other))
        return self if ours >= theirs else replace(other, rev=self.rev)

    @property
    def may_be_lifted(self) -> bool:
        """By a person, with a reason. What the recipient said is theirs to take back; who was erased may ask for it."""
        return self.reason in _LIFTED_BY_PEOPLE or self.source == ERASURE

    def to_item(self, key: Key) -> Item:
        item: Item = {
            "pk": key.pk,
            "sk": key.sk,
            "kind": KIND,
            "rev": self.rev + 1,
            "reason": self.reason.value,
            "at": self.at,
            "source": self.source,
        }
        if self.until is not None:
            # The table forgets it some time after it is over.
            item |= {"until": self.until, "expires_at": self.until // 1000 + 1}
        return item

    @classmethod
    def from_item(cls, item: Item | None) -> "Suppression | None":
        """What the item at ``suppression_key`` says; None when there is none."""
        if item is None:
            return None
        return cls(
            reason=Reason(item["reason"]),
            at=item["at"],
            source=item["source"],
            until=item.get("until"),
            rev=item["rev"],
        )


def suppression_key(table: Table, channel: str, address: str) -> Key:
    """Where a sender looks before it writes to this address."""
    return keys.suppression(channel, normalized(channel, address), table.pepper)


def unsalted_key(channel: str, address: str) -> Key:
    """Where it was written before fingerprints were salted. What stands there still holds; nothing is added."""
    return keys.unsalted_suppression(channel, normalized(channel, address))


def find_suppression(table: Table, channel: str, address: str) -> Suppression | None:
    """What stands against the address, wherever it was written; ``rev`` is that of ``suppression_key``."""
    return find_suppressions(table, channel, [address]).get(address)


def find_suppressions(table: Table, channel: str, addresses: Iterable[str]) -> dict[str, Suppression]:
    """The same for many; those of whom nothing is known are missing from the answer."""
    places = {one: (suppression_key(table, channel, one), unsalted_key(channel, one)) for one in addresses}
    found = table.get_many(key for pair in places.values() for key in pair)
    known: dict[str, Suppression] = {}
    for address, (key, old) in places.items():
        present, former = Suppression.from_item(found.get(key)), Suppression.from_item(found.get(old))
        if former is not None:
            present = present.joined(former) if present else replace(former, rev=0)
        if present is not None:
            known[address] = present
    return known


@dataclass(slots=True)
class Unsalted:
    """For senders: whether there may be fingerprints of before. ``leadwell suppressions salted`` finds out that there
    are none (any more), and a fresh installation knows."""

    table: Table
    _none: bool = False
    _looked_at: Moment = -HOUR

    def holds(self, channel: str, address: str, now: Moment) -> bool:
        if not self._none and now - self._looked_at >= HOUR:
            self._none, self._looked_at = self.table.get(keys.UNSALTED) is not None, now
        return not self._none and self.table.get(unsalted_key(channel, address)) is not None


def note_that_all_are_salted(table: Table) -> None:
    table.write(Put({"pk": keys.UNSALTED.pk, "sk": keys.UNSALTED.sk, "kind": "UNSALTED", "rev": 1, "left": 0}))


def is_unsalted(item: Item) -> bool:
    """Of any item of the table."""
    return bool(item.get("kind") == KIND and not item["pk"].rpartition("#")[2].startswith("k"))


def is_suppressed(item: Item | None) -> bool:
    """Whether the item at ``suppression_key``, or its absence, forbids to send."""
    return Suppression.from_item(item) is not None


def suppress(
    table: Table,
    channel: str,
    address: str,
    reason: Reason,
    at: Moment,
    source: str,
    until: Moment | None = None,
) -> None:
    """Forbids sending to the address, durably on return. Doing it again changes nothing. ``until`` ends a rest."""
    key = suppression_key(table, channel, address)
    reported = Suppression(reason=reason, at=at, source=source, until=until)
    for _ in range(_ATTEMPTS):
        known = find_suppression(table, channel, address)
        wanted = known.joined(reported) if known else reported
        if known is not None and known.rev and wanted == known:
            return
        try:
            table.write(Put(wanted.to_item(key), wanted.rev))
            return
        except Conflict:
            continue
    raise Conflict("an address is being suppressed by many at once")


def lift(table: Table, channel: str, address: str) -> Suppression | None:
    """Lets messages go to the address again, durably on return; answers what stood against it, None if nothing did.

    Raises ``Broken`` where the recipient said no, ``Conflict`` when it is being suppressed at this moment.
    """
    key = suppression_key(table, channel, address)
    known = find_suppression(table, channel, address)
    if known is None:
        return None
    if not known.may_be_lifted:
        raise Broken(f"the recipient said so ({known.reason.value}): only a new consent of theirs could change that")
    former = table.get(unsalted_key(channel, address))
    doomed = [Delete(key, known.rev)] if known.rev else []
    table.write(*doomed, *([Delete(key_of(former), former["rev"])] if former else []))
    return known


def normalized(channel: str, address: str) -> str:
    """One spelling per address: an e-mail address in lower case, a phone number as E.164 (``+49…``) writes it."""
    return _NORMALIZERS[channel](address.strip())


def _phone(number: str) -> str:
    digits = "".join(sign for sign in number if sign in "0123456789")
    if number.startswith("+"):
        return "+" + digits
    if number.startswith("00"):
        return "+" + digits[2:]
    return digits


_NORMALIZERS = {"email": str.lower, "sms": _phone}
