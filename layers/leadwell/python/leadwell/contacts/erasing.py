"""Erases a person: nothing personal stays but the fingerprints of addresses that must not be written to again.

The order is the promise. Addresses are silenced first, then the contact becomes a tombstone, which makes everybody stop
who works on it; only then is its history deleted, page by page. What is still to be done follows from what is still
there, so it can stop anywhere and go on: every identity came in an event, and an event is deleted only after everything
that its identities lead to.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress as suppress_error
from dataclasses import dataclass, field

from leadwell.clock import Moment
from leadwell.companies.passing_on import taken_back
from leadwell.consent.suppressions import ERASURE, Reason, normalized, suppress
from leadwell.contacts.contact import ERASED, LIVE, MERGED, Contact
from leadwell.contacts.membership import leaving_all
from leadwell.contacts.receipts import Kept, Receipt, read_receipt
from leadwell.errors import Conflict
from leadwell.ids import contact_id, is_company
from leadwell.journeys.enrollment import KIND as ENROLLMENT
from leadwell.journeys.inside import leaving
from leadwell.messaging.message import KIND as MESSAGE
from leadwell.sales.task import forget_tasks
from leadwell.store import keys
from leadwell.store.table import ABSENT, TRANSACTION_LIMIT, Delete, Item, Put, Table, key_of, query_all
from leadwell.tracking.events import KIND as EVENT
from leadwell.tracking.events import Event, Identity, Standing
from leadwell.tracking.standing import CLAIMED_USER
from leadwell.vouchers.forgetting import forget_vouchers

PAGES_PER_CALL = 40
_PAGE = TRANSACTION_LIMIT - 1
"""One change of each transaction is the receipt."""
_ATTEMPTS = 6
_MOST_HOPS = 8
_CHANNELS = {"email": "email", "phone": "sms"}
_LASTING = ("user_id", *_CHANNELS)
_COUNTED = {EVENT: "events", ENROLLMENT: "enrollments", MESSAGE: "messages"}


def erase(table: Table, contact: str, now: Moment, pages: int = PAGES_PER_CALL) -> Receipt | None:
    """Erases the contact of this id, and all that became part of it; None if there never was one.

    ``pages`` of 100 items are removed per call. Raises ``Conflict`` when the contact is changed without a pause.
    """
    if is_company(contact):
        return None
    person = _end_of_trail(table, table.get(keys.contact(contact)))
    if person is None:
        return None
    erased_at = person.clock if person.status == ERASED else now
    kept = read_receipt(table, person.id) or Kept(contact=person.id, erased_at=erased_at)
    erasure = _Erasure(table, now, pages, Receipt(contact=person.id, erased_at=erased_at, kept=kept))
    erasure.bury(person)
    erasure.receipt.complete = kept.complete = erasure.clear(person.id)
    table.write(Put(kept.to_item()))
    return erasure.receipt


def welcome_back(table: Table, channel: str, address: str) -> None:
    """Somebody who was erased wants to be known again: what is reported under this address counts from now on."""
    kind = {channel: kind for kind, channel in _CHANNELS.items()}[channel]
    grave = table.get(keys.contact(contact_id(kind, normalized(channel, address))))
    if grave and grave["status"] == ERASED:
        table.write(Delete(key_of(grave), grave["rev"]))


@dataclass(slots=True)
class _Erasure:
    table: Table
    now: Moment
    pages: int
    receipt: Receipt
    _followed: set[Identity] = field(default_factory=set)
    _silent: set[Identity] = field(default_factory=set)
    _in_companies: bool = False

    def bury(self, contact: Contact) -> None:
        """Silences the addresses, then replaces the contact by a tombstone that says nothing but its id."""
        self.receipt.contacts.append(contact.id)
        for _ in range(_ATTEMPTS):
            if contact.status == ERASED:
                self._in_companies = True  # perhaps: an earlier call may have ended anywhere
                return
            self._silence(contact.identities)
            self._in_companies |= bool(contact.belonging) or contact.status != LIVE
            grave = Contact(id=contact.id, rev=contact.rev, status=ERASED, clock=self.now)
            changes = leaving_all(contact)
            changes += [Delete(keys.claim(kind, value, contact.id)) for kind, value in contact.claims.items()]
            try:
                for start in range(TRANSACTION_LIMIT - 1, len(changes), TRANSACTION_LIMIT):
                    self.table.write(*changes[start : start + TRANSACTION_LIMIT])
                self.table.write(Put(grave.to_item(), contact.rev), *changes[: TRANSACTION_LIMIT - 1])
                return
            except Conflict:
                item = self.table.get(keys.contact(contact.id))
                assert item is not None  # contact items are never deleted
                contact = Contact.from_item(item)
        raise Conflict("the contact is being changed by many at once")

    def clear(self, contact: str) -> bool:
        """Deletes everything but the tombstone; answers False when this call has done enough."""
        grave = keys.contact(contact)
        if self._in_companies:
            self._leave_no_copies(contact)
        while True:
            items = self.table.query(grave.pk, limit=_PAGE + 1).items
            doomed = [item for item in items if key_of(item) != grave][:_PAGE]
            if not doomed:
                return True
            if self.pages <= 0:
                return False
            events = [Event.from_item(item) for item in doomed if item["kind"] == EVENT]
            proven = {one for event in events if event.standing is Standing.PROVEN for one in event.identities}
            self._silence(proven)
            self._look_for_claims(proven)
            if not self._follow(one for event in events for one in event.identities):
                return False
            if inside := list(leaving(doomed)):
                self.table.write(*inside)
            forget_vouchers(self.table, doomed)
            forget_tasks(self.table, doomed)
            self._plant(proven)
            for kind, what in _COUNTED.items():
                self.receipt.count(what, sum(item["kind"] == kind for item in doomed))
            self.table.write(*[Delete(key_of(item)) for item in doomed], Put(self.receipt.kept.to_item()))
            self.pages -= 1

    def _leave_no_copies(self, contact: str) -> None:
        """What companies know of somebody's doings goes while their history still tells where it is."""
        history = (
            Event.from_item(item) for item in query_all(self.table, keys.contact(contact).pk, begins=keys.EVENTS)
        )
        for change in taken_back(self.table, Contact(id=contact), history, self.now):
            self.table.write(change)

    def _follow(self, identities: Iterable[Identity]) -> bool:
        """Clears the contacts that were joined with the erased one, and the pointers that led to them."""
        fresh = sorted(set(identities) - self._followed)
        self._followed |= set(fresh)
        names = {name for identity in fresh for name in _names_under(identity)} - set(self.receipt.contacts)
        for item in self.table.get_many(keys.contact(name) for name in sorted(names)).values():
            contact = Contact.from_item(item)
            if contact.status == ERASED or (contact.status == MERGED and self._was_erased(item)):
                self.bury(contact)
                if not self.clear(contact.id):
                    return False
        self._unpoint(fresh)
        return True

    def _look_for_claims(self, identities: Iterable[Identity]) -> None:
        for kind, value in sorted(set(identities) - self._followed):
            claims = self.table.query(keys.identity(kind, value).pk, begins=keys.claim(kind, value, "").sk)
            claimants = {str(item["contact"]) for item in claims.items} - {*self.receipt.claimants}
            self.receipt.claimants += sorted(claimants)

    def _unpoint(self, identities: Sequence[Identity]) -> None:
        for pointer in self.table.get_many(keys.identity(*one) for one in identities).values():
            if self._was_erased(self.table.get(keys.contact(pointer["contact"]))):
                try:
                    self.table.write(Delete(key_of(pointer), pointer["rev"]))
                except Conflict:
                    continue  # it has just come to lead to somebody else
                self.receipt.count("identities", 1)

    def _plant(self, identities: Iterable[Identity]) -> None:
        """A grave under every name that was the person's alone, so that neither a late event nor an import, which may
        know another of the names, brings them back. A device may be somebody else's tomorrow."""
        for kind, value in sorted(identities):
            if kind not in _LASTING or self.table.get(keys.identity(kind, value)):
                continue
            grave = Contact(id=contact_id(kind, value), status=ERASED, clock=self.receipt.erased_at)
            with suppress_error(Conflict):  # somebody is there: another, or the person, and buried
                self.table.write(Put(grave.to_item(), ABSENT))

    def _was_erased(self, item: Item | None) -> bool:
        found = _end_of_trail(self.table, item)
        return found is not None and found.status == ERASED

    def _silence(self, identities: Iterable[Identity]) -> None:
        """Nothing must be sent there again, even if the address comes back with an import."""
        for identity in sorted(set(identities) - self._silent):
            if identity.kind in _CHANNELS:
                suppress(self.table, _CHANNELS[identity.kind], identity.value, Reason.STOP, self.now, ERASURE)
                self.receipt.silenced += 1
                self.receipt.kept.add_address(identity.kind, identity.value)
                self._silent.add(identity)


def _names_under(identity: Identity) -> list[str]:
    """The ids of the contacts that may have been first met under an identity."""
    kind, value = identity
    if kind == "previous_id":
        return [contact_id("user_id", value), contact_id("anonymous_id", value)]
    if kind == "user_id":
        return [contact_id(kind, value), contact_id(CLAIMED_USER, value)]
    return [contact_id(kind, value)]


def _end_of_trail(table: Table, item: Item | None) -> Contact | None:
    for _ in range(_MOST_HOPS):
        if item is None or item["status"] != MERGED:
            break
        item = table.get(keys.contact(item["merged_into"]))
    return Contact.from_item(item) if item else None
