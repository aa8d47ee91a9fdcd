"""Who is in front of a page, as far as they have shown it: by a link from our own mail, by the first-party cookie, or
not at all. What is known of them never leaves here but as the names of what need not be asked again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from leadwell.consent.withdrawals import Withdrawals, topic
from leadwell.contacts.contact import Contact
from leadwell.contacts.whereabouts import find
from leadwell.errors import Refused
from leadwell.ids import contact_id
from leadwell.pages.house import Visit
from leadwell.pages.models import ConsentBox
from leadwell.pages.tokens import Purpose, read
from leadwell.store import keys
from leadwell.tracking.events import Identity
from leadwell.tracking.identities import ANONYMOUS_ID
from leadwell.tracking.resolve import owners

COOKIE = "lw_aid"
"""Of the tracking script."""
_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
_ADDRESSES = {"email": "email", "phone": "phone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """``contact`` is whose events these are; ``known`` are names of traits. ``proven``: a link from our mail led here;
    ``addresses`` are those of a contact that somebody proved to be, and are compared, never shown."""

    contact: str
    identities: tuple[Identity, ...] = ()
    known: frozenset[str] = frozenset()
    proven: bool = False
    message: str = ""
    addresses: frozenset[tuple[str, str]] = frozenset()

    def says(self, kind: str, address: str) -> bool:
        """Whether they may be the person of that address: not if this device is known to be somebody else's."""
        theirs = {value for known, value in self.addresses if known == kind}
        return not theirs or address in theirs


def by_link(visit: Visit, form: str, text: str) -> Visitor:
    """Raises Refused when the link is none of ours, about another form, or its contact is gone."""
    token = read(visit.secret, Purpose.FORM, text, visit.now)
    found = find(visit.table, token.contact)
    stored = visit.table.get(keys.contact(found.contact))
    if token.topic != form or found.erased or stored is None:
        raise Refused("this link is not valid, or not any more")
    contact = Contact.from_item(stored)
    return Visitor(contact=contact.id, known=_known(contact), proven=True, message=token.message)


def by_device(visit: Visit, given: str) -> Visitor | None:
    """The owner of an anonymous id, ``given`` by the script on the page or else by the cookie."""
    device = given or visit.request.cookies.get(COOKIE, "")
    if not _ID.fullmatch(device):
        return None
    identity = Identity(ANONYMOUS_ID, device)
    found = find(visit.table, owners(visit.table, [identity])[identity])
    if found.erased:
        return None
    stored = visit.table.get(keys.contact(found.contact))
    if stored is None:
        return Visitor(contact=found.contact, identities=(identity,))
    contact = Contact.from_item(stored)
    proven = {(one.kind, one.value) for one in contact.identities if one.kind in _ADDRESSES}
    known = _known(contact) - _ADDRESSES.keys()
    return Visitor(contact=contact.id, identities=(identity,), known=known, addresses=frozenset(proven))


def holds(contact: Contact, withdrawals: Withdrawals, purpose: str, channel: str) -> bool:
    """Whether a consent stands at this moment: a "no" counts before the contact knows of it."""
    consent = contact.consents.get(topic(purpose, channel))
    said_no = withdrawals.last(purpose, channel)
    return consent is not None and consent.state == "granted" and (said_no is None or said_no < consent.at)


def has_agreed(visit: Visit, visitor: Visitor, boxes: Iterable[ConsentBox]) -> bool:
    """Whether nothing of this needs to be confirmed any more."""
    stored = visit.table.get(keys.contact(visitor.contact))
    if stored is None:
        return False
    contact = Contact.from_item(stored)
    withdrawals = Withdrawals.from_item(visit.table.get(keys.withdrawals(contact.id)))
    return all(holds(contact, withdrawals, box.purpose, box.channel) for box in boxes)


def is_address_of(visit: Visit, contact: str, kind: str, address: str) -> bool:
    """Whether the address was proven to be this contact's, whoever it is today."""
    found = find(visit.table, contact)
    stored = visit.table.get(keys.contact(found.contact))
    if stored is None or found.erased:
        return False
    return (_ADDRESSES[kind], address) in {(one.kind, one.value) for one in Contact.from_item(stored).identities}


def newcomer(cause: str) -> Visitor:
    """Somebody of whom nothing is known; ``cause`` is what made them appear, so that a retry finds them again."""
    identity = Identity(ANONYMOUS_ID, f"form-{cause}")
    return Visitor(contact=contact_id(*identity), identities=(identity,))


def _known(contact: Contact) -> frozenset[str]:
    return frozenset(name for name, value in contact.traits.items() if value not in (None, ""))
