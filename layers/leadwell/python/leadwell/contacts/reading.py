"""Finds contacts and reads their history, for people to look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadwell.clock import Moment
from leadwell.consent.permission import MARKETING, Verdict, permission
from leadwell.consent.suppressions import find_suppression
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import ERASED, MERGED, Contact
from leadwell.contacts.profile import CHANNELS
from leadwell.ids import contact_id, is_company
from leadwell.store import keys
from leadwell.store.table import Key, Table
from leadwell.tracking.events import Event
from leadwell.tracking.standing import CLAIMED_USER

PROVEN = "proven"
CLAIMED = "claimed"

_MOST_HOPS = 8
_MOST_CLAIMS = 50


@dataclass(frozen=True, slots=True)
class Found:
    """``match`` says whether the identity is proven for this contact or merely claimed by it."""

    contact: Contact
    match: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """``cursor`` is the sort key that continues, None at the end."""

    events: Sequence[Event]
    cursor: str | None


def read_contact(table: Table, contact: str) -> Contact | None:
    """The contact of this id, or the one that it became part of; None if there is none (any more), or it is a company's
    id."""
    if is_company(contact):
        return None
    for _ in range(_MOST_HOPS):
        item = table.get(keys.contact(contact))
        if item is None or item["status"] == ERASED:
            return None
        if item["status"] != MERGED:
            return Contact.from_item(item)
        contact = item["merged_into"]
    return None


def read_contacts(table: Table, ids: Iterable[str]) -> list[Contact]:
    """Those that are there, in the order of the ids; none twice."""
    wanted = [one for one in dict.fromkeys(ids) if not is_company(one)]
    items = table.get_many(keys.contact(one) for one in wanted)
    found: dict[str, Contact] = {}
    for one in wanted:
        item = items.get(keys.contact(one))
        if item is not None and item["status"] not in (MERGED, ERASED):
            found.setdefault(one, Contact.from_item(item))
        elif item is not None and item["status"] == MERGED:
            target = read_contact(table, item["merged_into"])
            if target:
                found.setdefault(target.id, target)
    return list(found.values())


def find_contacts(table: Table, kind: str, value: str) -> list[Found]:
    """Whom an identity belongs to, and who else claims it. ``value`` is in its stored spelling.

    The pointer knows; before it is written the contact has the id that is derived from the identity.
    """
    pointer = table.get(keys.identity(kind, value))
    owners = [str(pointer["contact"])] if pointer else [contact_id(kind, value)]
    found = [Found(contact, PROVEN) for contact in read_contacts(table, owners)]
    claims = table.query(keys.identity(kind, value).pk, begins=keys.claim(kind, value, "").sk, limit=_MOST_CLAIMS)
    claimants = [str(item["contact"]) for item in claims.items]
    if kind == "user_id":
        claimants.append(contact_id(CLAIMED_USER, value))
    known = {one.contact.id for one in found}
    return found + [Found(contact, CLAIMED) for contact in read_contacts(table, claimants) if contact.id not in known]


def read_timeline(
    table: Table, contact: str, *, newest_first: bool, limit: int, after: str | None = None
) -> TimelinePage:
    """One page of what happened to a contact."""
    pk = keys.contact(contact).pk
    page = table.query(
        pk, begins=keys.EVENTS, newest_first=newest_first, limit=limit, cursor=Key(pk, after) if after else None
    )
    return TimelinePage([Event.from_item(item) for item in page.items], page.cursor.sk if page.cursor else None)


def read_permissions(table: Table, contact: Contact, now: Moment) -> dict[str, Verdict]:
    """For each channel: may marketing be sent to this contact now, and if not, why not."""
    withdrawals = Withdrawals.from_item(table.get(keys.withdrawals(contact.id)))
    addresses = {channel: contact.address(channel) for channel in CHANNELS}
    verdicts = {}
    for channel in CHANNELS:
        address = addresses[channel]
        suppression = find_suppression(table, channel, address) if address else None
        verdicts[channel] = permission(
            contact,
            withdrawals,
            channel=channel,
            purpose=MARKETING,
            suppressed=suppression.reason.value if suppression else "",
            now=now,
        )
    return verdicts
