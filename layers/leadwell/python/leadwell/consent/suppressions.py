"""Addresses that nothing may be sent to, whoever they belong to: after a hard bounce, a complaint or STOP.

The item holds a fingerprint instead of the address, so it may outlive an erasure and still keep an import from writing
to the person again.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from leadwell.clock import Moment
from leadwell.errors import Broken, Conflict
from leadwell.store import keys
from leadwell.store.table import Delete, Item, Key, Put, Table

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


def suppression_key(channel: str, address: str) -> Key:
    """Where a sender looks before it writes to this address."""
    return keys.suppression(channel, normalized(channel, address))


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
    key = suppression_key(channel, address)
    reported = Suppression(reason=reason, at=at, source=source, until=until)
    for _ in range(_ATTEMPTS):
        known = Suppression.from_item(table.get(key))
        wanted = known.joined(reported) if known else reported
        if wanted == known:
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
    key = suppression_key(channel, address)
    known = Suppression.from_item(table.get(key))
    if known is None:
        return None
    if not known.may_be_lifted:
        raise Broken(f"the recipient said so ({known.reason.value}): only a new consent of theirs could change that")
    table.write(Delete(key, known.rev))
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
