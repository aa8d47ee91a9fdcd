"""A "no" that reaches us by hand or by file: a suppression list of another system, a letter, a call."""

from dataclasses import dataclass

from leadwell.clock import Moment, to_iso
from leadwell.consent.suppressions import Reason, Suppression, find_suppression, lift, normalized, suppress
from leadwell.consent.withdrawals import ANY
from leadwell.contacts.whereabouts import find
from leadwell.ids import fingerprint
from leadwell.store import keys
from leadwell.store.table import Put, Table
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record_withdrawal

KINDS = {"email": "email", "sms": "phone"}
"""Channel → the identity its addresses are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """``at`` is when it was said, ``source`` where it was heard; ``address`` as people write it."""

    channel: str
    address: str
    reason: Reason
    at: Moment
    source: str


def refuse(table: Table, refusal: Refusal) -> bool:
    """Nothing goes to the address from now on, whoever it belongs to; durable on return, and doing it again changes
    nothing. Answers whether it belongs to a contact: to whom it then is a withdrawal, too, unless the address is merely
    no good.
    """
    address = normalized(refusal.channel, refusal.address)
    suppress(table, refusal.channel, address, refusal.reason, refusal.at, refusal.source)
    owner = table.get(keys.identity(KINDS[refusal.channel], address))
    if owner is None:
        return False
    found = find(table, owner["contact"])
    if found.erased:
        return False
    if refusal.reason is not Reason.BOUNCE:
        record_withdrawal(table, _withdrawal(found.contact, refusal, address))
    return True


def lift_by_hand(table: Table, channel: str, address: str, now: Moment) -> Suppression | None:
    """Messages may go to the address again, as far as its owner agrees; durable on return. Answers what stood against
    it, None if nothing did. Raises ``Broken`` where the recipient said no.

    The owner's history knows it first: else a crash in between would leave somebody unreachable, and no way to say so.
    """
    address = normalized(channel, address)
    known = find_suppression(table, channel, address)
    if known is not None and known.may_be_lifted:
        owner = table.get(keys.identity(KINDS[channel], address))
        found = find(table, owner["contact"]) if owner else None
        if found and not found.erased:
            table.write(Put(_lifted(found.contact, channel, address, known, now).to_item()))
    return lift(table, channel, address)


def owner_spelling(table: Table, channel: str, address: str) -> str:
    """As the contact writes it to whom the address belongs; empty where nobody is known."""
    owner = table.get(keys.identity(KINDS[channel], normalized(channel, address)))
    found = find(table, owner["contact"]) if owner else None
    item = table.get(keys.contact(found.contact)) if found and not found.erased else None
    return str(item.get("traits", {}).get(KINDS[channel], "")) if item else ""


def _lifted(contact: str, channel: str, address: str, known: Suppression, now: Moment) -> Event:
    return Event(
        contact=contact,
        id="u" + fingerprint("lifted", channel, address, known.reason.value, to_iso(known.at)),
        at=now,
        type="track",
        name=Name.SUPPRESSION_LIFTED,
        standing=Standing.PROVEN,
        properties={"channel": channel, "address": address, "was": known.reason.value},
        source="suppressions",
    )


def _withdrawal(contact: str, refusal: Refusal, address: str) -> Event:
    said = (refusal.channel, address, refusal.reason.value, to_iso(refusal.at))
    return Event(
        contact=contact,
        id="r" + fingerprint("refused", *said),
        at=refusal.at,
        type="track",
        name=Name.CONSENT_WITHDRAWN,
        standing=Standing.PROVEN,
        properties={
            "purpose": ANY,
            "channel": refusal.channel,
            "source": refusal.source,
            "reason": refusal.reason.value,
        },
        source="suppressions",
    )
