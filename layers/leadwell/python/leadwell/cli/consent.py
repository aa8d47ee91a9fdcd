"""``leadwell consent`` and ``leadwell suppressions``: what somebody agreed to, and whom nothing is sent to."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leadwell.cli import reconciling
from leadwell.cli.commands import find_contact, note
from leadwell.clock import to_iso
from leadwell.consent.lists import read_list, refusal_of
from leadwell.consent.permission import TRACKING
from leadwell.consent.proof_sheet import proof_page
from leadwell.consent.refusing import refuse
from leadwell.consent.standing import Record, read_record
from leadwell.consent.suppressions import find_suppression, is_unsalted, note_that_all_are_salted
from leadwell.console.api.shapes.consents import consent_record
from leadwell.console.lifting import fingerprint_of, lift_address, standing_against
from leadwell.console.reporting import happened, report
from leadwell.definitions.topic_uses import titles_of_topics
from leadwell.delimited import read_text
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.tracking.events import Name
from leadwell.wiring import Services


def add_to(kinds: Any) -> None:
    """Adds both commands to the parser."""
    consent = kinds.add_parser("consent", help="what somebody agreed to").add_subparsers(
        required=True, metavar="ACTION"
    )
    shown = consent.add_parser("show", help="present state, legal basis, and every change with its proof")
    shown.add_argument("contact", metavar="EMAIL|PHONE|ID")
    shown.add_argument("--html", metavar="FILE", help="writes a page to print, for an authority or a court")
    shown.add_argument("--lang", choices=("de", "en"), default="en", help="of the page")
    shown.add_argument("--sender", default="", help="the controller's name on the page; LEADWELL_FROM_NAME without it")
    shown.add_argument("--json", action="store_true", help="for machines")
    shown.set_defaults(run=show)
    taken = consent.add_parser("withdraw", help="records that somebody took their consent back; counts at once")
    taken.add_argument("contact", metavar="EMAIL|PHONE|ID")
    taken.add_argument("--purpose", default="*", help="all without it")
    taken.add_argument("--channel", default="*", choices=("email", "sms", "*"), help="all without it")
    taken.add_argument("--source", required=True, help="how it reached you, e.g. 'letter of 2 March'")
    taken.set_defaults(run=withdraw)

    suppressions = kinds.add_parser("suppressions", help="addresses that nothing is sent to").add_subparsers(
        required=True, metavar="ACTION"
    )
    reconciling.add_to(suppressions)
    imported = suppressions.add_parser("import", help="a list of another system: CSV with email, phone or address")
    imported.add_argument("file", metavar="FILE")
    imported.add_argument("--source", default="", help="where the list comes from; the file's name without it")
    imported.set_defaults(run=import_list)
    looked = suppressions.add_parser("show", help="whether, and why, nothing is sent to an address")
    looked.add_argument("address", metavar="EMAIL|PHONE")
    looked.set_defaults(run=show_suppression)
    salted = suppressions.add_parser("salted", help="whether fingerprints of before they were salted are left")
    salted.set_defaults(run=look_for_unsalted)
    lifted = suppressions.add_parser("lift", help="lets messages go there again, where that is not the recipient's")
    lifted.add_argument("address", metavar="EMAIL|PHONE")
    lifted.add_argument("--reason", required=True, help="why; kept in the audit log")
    lifted.set_defaults(run=lift_one)


def show(given: Namespace, services: Services) -> None:
    contact, now = find_contact(given.contact, services), services.clock.now()
    record = read_record(services.table, contact, now)
    if given.html:
        sender = given.sender or services.settings.from_name or services.settings.from_address
        topics = titles_of_topics(services.library)
        page = proof_page(contact, record, sender, services.settings.imprint, given.lang, now, topics)
        Path(given.html).write_text(page, "utf-8")
        print(f"{given.html} holds the record of {len(record.changes)} changes; open it in a browser to print it.")
    elif given.json:
        document = consent_record(contact.id, record, now).model_dump(mode="json")
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(record)))


def withdraw(given: Namespace, services: Services) -> None:
    contact, now = find_contact(given.contact, services), services.clock.now()
    said = {"purpose": given.purpose, "channel": given.channel, "source": given.source}
    name = Name.CONSENT_WITHDRAWN
    event = happened(
        contact.id, "a" + fingerprint("withdrawn", contact.id, str(now), *said.values()), name, said, now, now
    )
    note(services, "consent.withdrawn", contact.id, purpose=given.purpose, channel=given.channel)
    report(services.table, event, now)
    print(f"Withdrawn as of {to_iso(now)}: nothing that it covers leaves from now on.")


def import_list(given: Namespace, services: Services) -> None:
    now = services.clock.now()
    source = given.source or Path(given.file).name
    refusals = read_list(read_text(given.file), given.file, source, now)
    note(services, "suppressions.added", source, count=len(refusals))
    known = sum(refuse(services.table, one) for one in refusals)
    print(f"Nothing is sent to {len(refusals)} addresses any more; {known} of them belong to contacts.")


def show_suppression(given: Namespace, services: Services) -> None:
    wanted = refusal_of(given.address, "", None, "", services.clock.now())
    found = find_suppression(services.table, wanted.channel, wanted.address)
    if found is None:
        print("Nothing stands against this address.")
    else:
        print(f"Suppressed since {to_iso(found.at)}: {found.reason.value} ({found.source})")


def look_for_unsalted(given: Namespace, services: Services) -> None:
    left, cursor = 0, None
    while True:
        page = services.table.scan(segment=0, segments=1, limit=500, cursor=cursor)
        left += sum(map(is_unsalted, page.items))
        cursor = page.cursor
        if cursor is None:
            break
    if left:
        print(f"{left} addresses are kept under fingerprints without salt. They hold, at one more read per message.")
        return
    note_that_all_are_salted(services.table)
    print("All addresses are kept under salted fingerprints; from now on senders look nowhere else.")


def lift_one(given: Namespace, services: Services) -> None:
    wanted = refusal_of(given.address, "", None, "", services.clock.now())
    was = standing_against(services, wanted.channel, given.address)
    if not was:
        raise Refused("nothing stands against this address", "address")
    if len(given.reason.strip()) < _SHORTEST_REASON:
        raise Refused("must say why, for the audit log", "reason")
    which = fingerprint_of(services, wanted.channel, wanted.address)
    note(services, "suppression.lifted", which, was=was, reason=given.reason)
    lift_address(services, wanted.channel, given.address, services.clock.now())
    print("Messages may go to this address again, as far as its owner consents.")


_SHORTEST_REASON = 5
_VERDICTS = {TRACKING: ("opens and clicks may be counted", "nothing is counted")}


def _lines(record: Record) -> Iterator[str]:
    for one in record.standings:
        since = f" since {to_iso(one.since)}" if one.since is not None else ""
        basis = f", basis: {one.basis}" if one.basis else ""
        allowed, not_allowed = _VERDICTS.get(one.purpose, ("may be written to", "nothing is sent"))
        now = allowed if one.verdict.allowed else f"{not_allowed}: {one.verdict.reason}"
        yield f"{one.purpose} by {one.channel}: {one.state}{since}{basis}; {now}"
    if record.paused_until is not None:
        yield f"pause asked for by the contact, until {to_iso(record.paused_until)}: no marketing"
    for change in record.changes:
        yield ""
        end = f" until {to_iso(change.until)}" if change.until is not None else ""
        yield f"{to_iso(change.at)}  {change.state}{end}  {change.purpose} by {change.channel}  ({change.id})"
        heard = {"link": "by a click in our own message", "claim": "a visitor says so, without proof"}
        yield f"  {heard.get(change.how, f'recorded by {change.reporter}')}"
        for label in ("address", "source", "form", "form_version", "page", "wording", "wording_version"):
            if value := getattr(change, label):
                yield f"  {label.replace('_', ' ')}: {value}"
        for label, value in (("wording SHA-256", change.wording_hash), ("agent", change.agent), ("IP", change.ip)):
            if value:
                yield f"  {label}: {value}"
        if change.mail:
            mail = change.mail
            yield f"  confirmation: {mail.message}, {mail.template} version {mail.template_version}"
            yield f"    SHA-256 {mail.content_hash}"
            sent = to_iso(mail.sent_at) if mail.sent_at else "not reported"
            delivered = to_iso(mail.delivered_at) if mail.delivered_at else "not reported"
            yield f"    sent {sent}, delivered {delivered}"
    if not record.standings and not record.changes:
        yield "Nobody has asked for, given or withdrawn anything."
