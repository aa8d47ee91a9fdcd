"""``leadwell contacts export | erase | restrict | lift-restriction``: what a person may ask of us."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from leadwell.cli.commands import Failed, find_contact, note
from leadwell.clock import to_iso
from leadwell.consent.proving import read_changes
from leadwell.console.reporting import happened, report
from leadwell.contacts.contact import RESTRICTED
from leadwell.contacts.erasing import erase
from leadwell.contacts.export_sheet import export_page
from leadwell.contacts.exporting import whole
from leadwell.contacts.receipts import read_receipt
from leadwell.ids import fingerprint
from leadwell.tracking.events import Name
from leadwell.wiring import Services


def add_to(actions: Any) -> None:
    """Adds them to the actions of ``contacts``."""
    exported = actions.add_parser("export", help="everything about a person, to hand over")
    exported.add_argument("contact", metavar="EMAIL|PHONE|ID")
    exported.add_argument("--html", metavar="FILE", help="writes a page that the person can read, instead of JSON")
    exported.add_argument("--lang", choices=("de", "en"), default="en", help="of the page")
    exported.add_argument("--sender", default="", help="the controller's name on the page; LEADWELL_FROM_NAME without")
    exported.set_defaults(run=export)
    erased = actions.add_parser("erase", help="erase a person; cannot be undone")
    erased.add_argument("contact", metavar="EMAIL|PHONE|ID")
    erased.set_defaults(run=erase_contact)
    shown = actions.add_parser("receipt", help="the receipt of an erasure")
    shown.add_argument("contact", metavar="ID")
    shown.set_defaults(run=show_receipt)
    for action, words, run in (
        ("restrict", "keep the contact, and do nothing with it (Article 18 GDPR)", restrict),
        ("lift-restriction", "go on as before", lift_restriction),
    ):
        command = actions.add_parser(action, help=words)
        command.add_argument("contact", metavar="EMAIL|PHONE|ID")
        command.add_argument("--reason", required=True, help="what was asked for; kept in the history")
        command.set_defaults(run=run)


def export(given: Namespace, services: Services) -> None:
    contact, now = find_contact(given.contact, services), services.clock.now()
    note(services, "contact.exported", contact.id)
    document = whole(services.table, contact, now)
    if not given.html:
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return
    settings = services.settings
    page = export_page(
        contact,
        document["items"],
        read_changes(services.table, contact.id),
        sender=given.sender or settings.from_name or settings.from_address,
        imprint=settings.imprint,
        locale=given.lang,
        now=now,
    )
    Path(given.html).write_text(page, "utf-8")
    print(f"{given.html} holds everything about {contact.id}; open it in a browser to print it.")


def erase_contact(given: Namespace, services: Services) -> None:
    contact = find_contact(given.contact, services)
    note(services, "contact.erased", contact.id)
    while True:
        receipt = erase(services.table, contact.id, services.clock.now())
        if receipt is None:
            raise Failed("there is no such contact; nothing was erased")
        if receipt.complete:
            break
    removed = ", ".join(f"{number} {what}" for what, number in sorted(receipt.kept.removed.items())) or "nothing more"
    print(
        f"Erased {receipt.contact} as of {to_iso(receipt.erased_at)}: {removed}; {receipt.silenced} addresses silenced."
    )
    if receipt.claimants:
        print(f"Look whether these are the same person: {', '.join(receipt.claimants)}")


def show_receipt(given: Namespace, services: Services) -> None:
    kept = read_receipt(services.table, given.contact)
    if kept is None:
        raise Failed("nobody was erased under this id")
    shown = {
        "contact": kept.contact,
        "erased_at": to_iso(kept.erased_at),
        "complete": kept.complete,
        "removed": kept.removed,
        "addresses": sorted(kept.addresses),
    }
    print(json.dumps(shown, indent=2))


def restrict(given: Namespace, services: Services) -> None:
    _record(given, services, Name.PROCESSING_RESTRICTED, "contact.restricted")
    print("Restricted: from now on nothing is sent, and nothing is worked out; everything is kept.")


def lift_restriction(given: Namespace, services: Services) -> None:
    if find_contact(given.contact, services).status != RESTRICTED:
        raise Failed("processing is not restricted")
    _record(given, services, Name.RESTRICTION_LIFTED, "restriction.lifted")
    print("Lifted: what was reported meanwhile counts from now on.")


def _record(given: Namespace, services: Services, name: str, noted: str) -> None:
    contact, now = find_contact(given.contact, services), services.clock.now()
    event_id = "a" + fingerprint(name, contact.id, str(now))
    note(services, noted, contact.id)
    report(services.table, happened(contact.id, event_id, name, {"reason": given.reason}, now, now), now)
