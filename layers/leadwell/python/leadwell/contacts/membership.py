"""Member lists: who is in a segment, on a list, and who there is at all, without reading contacts.

They are written in the same transaction as the contact. Lists kept by hand stand beside segments as ``list:<name>``,
the members of a company under the company's id.
"""

from leadwell.clock import Moment
from leadwell.companies.passing_on import comings_and_goings
from leadwell.companies.worth import scores_told
from leadwell.contacts.contact import LIVE, RESTRICTED, Contact
from leadwell.ids import company_id
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Put

EVERYONE = "*"
"""All contacts that are neither erased nor joined with another."""
EVERY_COMPANY = "company:*"


def list_key(name: str) -> str:
    """Under which name the members of a list are kept."""
    return f"list:{name}"


def memberships(contact: Contact) -> dict[str, Moment]:
    """Everything a stored contact is a member of, and since when."""
    if contact.rev == 0 or contact.status not in (LIVE, RESTRICTED):
        return {}
    return _memberships(contact)


def member_changes(before: Contact, after: Contact) -> list[Change]:
    """What a write of ``after`` changes in the lists; ``before`` is the contact as stored."""
    old, new = memberships(before), _memberships(after)
    changes: list[Change] = []
    # What came late, or a changed definition, may move the moment of joining; and who came back did so later.
    for name in sorted(name for name, since in new.items() if old.get(name) != since):
        key = keys.member(name, after.id)
        changes.append(Put({"pk": key.pk, "sk": key.sk, "kind": "MEMBER", "since": new[name]}))
    changes += [Delete(keys.member(name, after.id)) for name in sorted(old.keys() - new.keys())]
    return changes + comings_and_goings(before, after) + scores_told(before, after)


def leaving_all(contact: Contact) -> list[Change]:
    """Takes a contact out of everything."""
    changes: list[Change] = [Delete(keys.member(name, contact.id)) for name in sorted(memberships(contact))]
    return changes + comings_and_goings(contact, None) + scores_told(contact, None)


def _memberships(contact: Contact) -> dict[str, Moment]:
    if contact.is_company:
        return {EVERY_COMPANY: contact.first_seen, **contact.segments}
    lists = {list_key(name): since for name, since in contact.lists.items()}
    company = {company_id(contact.company["id"]): contact.belonging["since"]} if contact.belonging else {}
    return {EVERYONE: contact.first_seen, **contact.segments, **lists, **company}
