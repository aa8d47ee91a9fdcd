"""A "no" that reaches us by hand or by file: a suppression list of another system, a letter, a call."""

from dataclasses import dataclass

from leadwell.clock import Moment, to_iso
from leadwell.consent.suppressions import Reason, normalized, suppress
from leadwell.consent.withdrawals import ANY
from leadwell.contacts.whereabouts import find
from leadwell.ids import fingerprint
from leadwell.store import keys
from leadwell.store.table import Table
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
