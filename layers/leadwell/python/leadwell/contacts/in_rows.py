"""Contacts, and companies, as rows of a table that people open with a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence

from leadwell.clock import to_iso
from leadwell.companies.reading import read_companies
from leadwell.conditions.paths import lookup
from leadwell.contacts.contact import Contact
from leadwell.contacts.reading import read_contacts
from leadwell.segments.listing import Member
from leadwell.store.table import Table

HEADINGS = ("contact", "since", "email", "phone", "firstName", "lastName", "company", "stage", "score", "consents")
OF_COMPANIES = ("company", "since", "group_id", "name", "members", "stage", "score")
_OF_TRAITS = ("email", "phone", "firstName", "lastName")
MOST_TRAITS = 20


def headings(traits: Sequence[str], companies: bool = False) -> Sequence[str]:
    return (*(OF_COMPANIES if companies else HEADINGS), *traits)


def rows_of_members(table: Table, members: Iterable[Member], traits: Sequence[str]) -> Iterator[Sequence[object]]:
    """One for each member whose contact is still there, with these ``traits`` (or paths into them) at the end."""
    since = {one.contact: one.since for one in members}
    for contact in read_contacts(table, since):
        yield _row(contact, to_iso(since.get(contact.id, contact.first_seen)), traits)


def rows_of_companies(table: Table, members: Iterable[Member], traits: Sequence[str]) -> Iterator[Sequence[object]]:
    """The same of a segment of companies."""
    since = {one.contact: one.since for one in members}
    for company in read_companies(table, since):
        group = next((one.value for one in company.identities), "")
        fixed = (group, company.traits.get("name", ""), sum(company.members.values()), company.stage, company.score)
        wanted = [lookup(company.traits, name) for name in traits]
        yield (company.id, to_iso(since[company.id]), *fixed, *wanted)


def _row(contact: Contact, since: str, traits: Sequence[str]) -> Sequence[object]:
    fixed = [contact.traits.get(name, "") for name in _OF_TRAITS]
    company = contact.company.get("name") or contact.company.get("id") or ""
    consents = " ".join(sorted(contact.granted()))
    wanted = [lookup(contact.traits, name) for name in traits]
    return (contact.id, since, *fixed, company, contact.stage, contact.score, consents, *wanted)
