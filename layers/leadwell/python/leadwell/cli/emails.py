"""``leadwell emails``: looks at mails before they are sent, in files and as published."""

import json
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from leadwell.cli.commands import BY, Failed, find_contact
from leadwell.console import auditing
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.messaging.rendering.checks import ERROR, WARNING, Finding, check_email, links_of
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.previewing import preview
from leadwell.messaging.rendering.read_sources import email_names, read_email
from leadwell.messaging.trial_sends import check_test, request_test
from leadwell.wiring import Services

_RESERVED = ("example.com", "example.org", "example.net")
_SECONDS = 10
_LABELS = {"en": {ERROR: "error", WARNING: "warning"}, "de": {ERROR: "Fehler", WARNING: "Warnung"}}


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    actions = kinds.add_parser("emails", help="look at mails before they are sent").add_subparsers(
        required=True, metavar="ACTION"
    )
    checked = actions.add_parser(
        "check", help="what is wrong with the mails of a folder; errors keep it from publishing"
    )
    checked.add_argument("folder", metavar="FOLDER", help="templates/emails, or one mail in it")
    checked.add_argument("--language", choices=("en", "de"), default="en", help="of the findings")
    checked.add_argument("--reach", action="store_true", help="also ask every link whether it answers")
    checked.add_argument("--json", action="store_true", help="for machines")
    checked.set_defaults(run=check, without_table=True)
    tested = actions.add_parser("test", help="send a published mail to an address that the policy names")
    tested.add_argument("name", metavar="NAME")
    tested.add_argument("--to", required=True, help="stands under test_addresses of the policy")
    tested.add_argument("--contact", required=True, metavar="EMAIL|PHONE|ID", help="whose data it shows")
    tested.add_argument("--locale", default="", help="instead of the contact's")
    tested.set_defaults(run=send_test)
    shown = actions.add_parser("preview", help="a published mail as a contact would get it")
    shown.add_argument("name", metavar="NAME")
    shown.add_argument("--contact", metavar="EMAIL|PHONE|ID", help="without it the mail's own sample is shown")
    shown.add_argument("--locale", default="", help="instead of the contact's")
    shown.add_argument("--event", default="", help="what came with the event, as JSON")
    shown.add_argument("--journey", default="", help="the journey's parameters, as JSON")
    shown.add_argument("--html", metavar="FILE", help="write the HTML there, to look at it in a browser")
    shown.set_defaults(run=show)


def send_test(given: Namespace, services: Services) -> None:
    now = services.clock.now()
    contact = find_contact(given.contact, services)
    check_test(services.library, given.name, given.to)
    request = fingerprint(BY, str(now))
    auditing.note(
        services.table, request=request, at=now, who=BY, what="email.tested", which=given.name, contact=contact.id
    )
    request_test(
        services.table,
        services.armory,
        services.queues,
        services.library,
        name=given.name,
        to=given.to,
        contact=contact,
        request=request,
        now=now,
        locale=given.locale,
        default_locale=services.settings.default_locale,
    )
    print(f"It is on its way to {given.to}.")


def check(given: Namespace) -> None:
    folder = Path(given.folder)
    single = (folder / "email.yaml").is_file()
    emails, names = (folder.parent, [folder.name]) if single else (folder, email_names(folder))
    if not names:
        raise Refused("there is no e-mail in this folder: one folder each, with an email.yaml", given.folder)
    found: dict[str, list[Finding]] = {name: _findings(emails, name, given.reach) for name in names}
    count = {level: sum(one.level == level for one in _all(found)) for level in (ERROR, WARNING)}
    if given.json:
        shown = {name: [asdict(one) for one in findings] for name, findings in found.items()}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for name, findings in found.items():
            for one in findings:
                said = one.de if given.language == "de" else one.en
                print(f"{name} ({one.locale}): {_LABELS[given.language][one.level]}: {said}")
        print(
            f"{len(names)} Mails, {count[ERROR]} Fehler, {count[WARNING]} Warnungen"
            if given.language == "de"
            else f"{len(names)} mails, {count[ERROR]} errors, {count[WARNING]} warnings"
        )
    if count[ERROR]:
        raise SystemExit(1)


def show(given: Namespace, services: Services) -> None:
    contact = find_contact(given.contact, services) if given.contact else None
    settings = services.settings
    seen = preview(
        services.library,
        given.name,
        contact,
        services.clock.now(),
        sender={"name": settings.from_name, "imprint": settings.imprint},
        zone=settings.default_timezone,
        default_locale=settings.default_locale,
        locale=given.locale,
        event=_json(given.event, "--event"),
        journey=_json(given.journey, "--journey"),
    )
    mail = seen.mail
    print(f"Subject: {mail.subject}\nPreview: {mail.preheader}\nLanguage: {mail.locale}")
    for name, holds in seen.show.items():
        print(f"Part {name}: {'shown' if holds else 'not shown'}")
    for name in mail.missing:
        print(f"Without a value: {name}")
    if given.html:
        Path(given.html).write_text(mail.html, "utf-8")
        print(f"The HTML stands in {given.html}")
    else:
        print(f"\n{mail.text}")


def _findings(emails: Path, name: str, reach: bool) -> list[Finding]:
    try:
        compiled = compile_email(read_email(emails, name))
    except Refused as refused:
        return [Finding(ERROR, "", str(refused), str(refused))]
    findings = check_email(compiled)
    return findings + ([*_unreached(links_of(compiled))] if reach else [])


def _unreached(links: Iterable[str]) -> Iterable[Finding]:
    for link in links:
        host = urlsplit(link).hostname or ""
        if host.endswith(_RESERVED):
            continue  # made up for samples
        try:
            # ``links_of`` gives addresses of the web only.
            asked = Request(link, method="HEAD", headers={"user-agent": "Leadwell"})  # noqa: S310
            urlopen(asked, timeout=_SECONDS).close()  # noqa: S310
        except HTTPError as error:
            if error.code in (404, 410) or error.code >= 500:
                yield Finding(ERROR, "", f"{link} answers {error.code}", f"{link} antwortet mit {error.code}")
        except (URLError, OSError, ValueError):
            yield Finding(ERROR, "", f"{link} cannot be reached", f"{link} ist nicht erreichbar")


def _all(found: dict[str, list[Finding]]) -> Iterable[Finding]:
    return (one for findings in found.values() for one in findings)


def _json(text: str, option: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        given = json.loads(text)
    except ValueError as error:
        raise Failed(f"{option}: this is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise Failed(f"{option}: must be a JSON object")
    return given
