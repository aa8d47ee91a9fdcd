"""What each command does. Words go to standard output, one JSON document with ``--json``."""

import json
import secrets
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from leadwell.cli import sources, words
from leadwell.companies.reading import read_companies
from leadwell.console import auditing
from leadwell.console.api.shapes.companies import company_shape
from leadwell.console.api.shapes.contacts import contact_shape, event_shape
from leadwell.console.api.shapes.definitions import template_shape
from leadwell.console.explanation import company_explanation, explanation
from leadwell.console.publishing import recount_if_changed, topics_ended, versions_of
from leadwell.console.reporting import identity
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import facts_of
from leadwell.contacts.reading import find_contacts, read_contact, read_permissions, read_timeline
from leadwell.definitions.files import DefinitionFile, publish_all, read_files
from leadwell.definitions.publishing import Publisher
from leadwell.errors import LeadwellError, Refused
from leadwell.ids import company_id, is_company
from leadwell.journeys.reading import read_enrollments
from leadwell.tracking.keys import KeyKind
from leadwell.tracking.keys import add_key as store_key
from leadwell.wiring import Services

BY = "command line"
_NEWEST = 20
_MOST_SHOWN = 10_000


class Failed(LeadwellError):
    """The command could not do what it was asked for; the message says why."""


def validate(given: Namespace) -> None:
    checked = sources.check(map(Path, given.paths))
    if given.json:
        _print_json(
            [{"file": str(one.file), "line": one.line, "problem": one.problem, "field": one.field} for one in checked]
        )
    else:
        for one in checked:
            print(f"{one.place}: {one.message}")
    wrong = sum(bool(one.problem) for one in checked)
    if wrong:
        raise Failed(f"{wrong} of {len(checked)} files cannot be published as they are.")


def publish(given: Namespace, services: Services) -> None:
    plan, versions = services.library.catalog().plans, versions_of(services)
    publisher = Publisher(services.library, services.clock.now(), BY, given.announce, given.in_flight)
    paths = [Path(path) for path in given.paths]
    files = _read(paths)
    ended = topics_ended(services, [(one.text, one.parameters) for one in files])
    published = publish_all(publisher, paths, files)
    for one in published:
        note(services, f"{one.kind}.published", one.name)
    services.caller.keep_schedules(services.library.catalog(), services.clock.now())
    recounts = recount(services, plan, repeated=versions == versions_of(services))
    if given.json:
        _print_json([{"kind": one.kind, "name": one.name, "version": one.version} for one in published])
        return
    for one in published:
        print(f"{one.kind} {one.name}: version {one.version} is live")
    for line in ended:
        print(line)
    if recounts:
        print(recounts)


def add_key(given: Namespace, services: Services) -> None:
    kind = KeyKind(given.kind)
    secret = f"lw_{kind.value}_{secrets.token_urlsafe(24)}"
    note(services, "key.added", given.name, kind=kind.value)
    store_key(services.table, secret, kind, given.name, tuple(given.origin))
    if given.json:
        _print_json({"key": secret, "kind": kind.value, "name": given.name, "origins": given.origin})
    else:
        print(secret)
        print("Store it now: only its fingerprint is kept, and it cannot be shown again.")


def show_contact(given: Namespace, services: Services) -> None:
    contact = find_contact(given.contact, services)
    catalog = services.library.catalog()
    shape = contact_shape(
        contact,
        facts_of(contact, catalog, services.settings.default_timezone),
        read_enrollments(services.table, contact.id, catalog),
        services.clock.now(),
        catalog.scoring,
        permissions=read_permissions(services.table, contact, services.clock.now()),
    )
    _print(given, shape.model_dump(mode="json"), words.contact(shape))


def show_timeline(given: Namespace, services: Services) -> None:
    contact = find_contact(given.contact, services)
    if not 1 <= given.limit <= _MOST_SHOWN:
        raise Refused(f"must be from 1 to {_MOST_SHOWN}", "--limit")
    page = read_timeline(services.table, contact.id, newest_first=True, limit=given.limit)
    shapes = [event_shape(event) for event in page.events]
    _print(given, [shape.model_dump(mode="json") for shape in shapes], words.timeline(shapes))


def explain_company(given: Namespace, services: Services) -> None:
    explained = company_explanation(services, _company(given.company, services), services.clock.now(), _NEWEST)
    _print(given, explained.model_dump(mode="json"), words.company_explanation(explained))


def _company(wanted: str, services: Services) -> Contact:
    found = read_companies(services.table, [wanted if is_company(wanted) else company_id(wanted)])
    if not found:
        raise Failed(f"no company is known under {wanted}: give its group id, or its own id")
    return found[0]


def show_company(given: Namespace, services: Services) -> None:
    company = _company(given.company, services)
    catalog = services.library.catalog().for_(company.id)
    facts = facts_of(company, catalog, services.settings.default_timezone)
    shape = company_shape(company, facts, catalog, services.clock.now())
    _print(given, shape.model_dump(mode="json"), words.company(shape))


def explain(given: Namespace, services: Services) -> None:
    contact = find_contact(given.contact, services)
    explained = explanation(services, contact, services.clock.now(), _NEWEST)
    _print(given, explained.model_dump(mode="json"), words.explanation(explained))


def list_journeys(given: Namespace, services: Services) -> None:
    library = services.library
    library.catalog()
    found = [(entry, library.live(entry.kind, entry.name)) for entry in library.entries() if entry.kind == "journey"]
    shapes = [template_shape(entry, published) for entry, published in found if published]
    _print(given, [shape.model_dump(mode="json") for shape in shapes], words.journeys(shapes))


def _read(paths: Sequence[Path]) -> list[DefinitionFile]:
    """Everything is read before anything is published."""
    return read_files(file for path in paths for file in sources.definition_files(path))


def recount(services: Services, plan: str, *, repeated: bool) -> str:
    """Has all contacts recounted if what is asked about them changed since that plan; answers what to say about it."""
    changed = services.library.catalog().plans != plan
    if services.settings.rebuild_arn:
        recount_if_changed(services, plan, BY, repeated)
        return "What is asked about contacts has changed: all of them are being recounted." if changed else ""
    if not changed:
        return ""
    return (
        "What is asked about contacts has changed, and each is recounted when something about it happens next. To have "
        "all of them recounted at once, set LEADWELL_REBUILD_ARN and publish again."
    )


def note(services: Services, what: str, which: str, **details: Any) -> None:
    """For the audit log, before it is done."""
    now = services.clock.now()
    auditing.note(services.table, request=f"{BY} {now}", at=now, who=BY, what=what, which=which, **details)


def find_contact(wanted: str, services: Services) -> Contact:
    """By whatever identifies somebody."""
    for kind in ("email", "phone", "user_id", "anonymous_id"):
        try:
            found = find_contacts(services.table, *identity(kind, wanted))
        except Refused:
            continue
        if found:
            return found[0].contact
    contact = read_contact(services.table, wanted)
    if contact is None:
        raise Failed(
            f"nobody is known under {wanted}: give an e-mail address, a phone number such as +12025550142, or an id"
        )
    return contact


def _print(given: Namespace, document: Any, lines: Iterable[str]) -> None:
    if given.json:
        _print_json(document)
    else:
        print("\n".join(lines))


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))
