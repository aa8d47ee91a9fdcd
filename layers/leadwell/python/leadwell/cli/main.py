"""``leadwell``: checks and publishes definitions, makes keys, looks at contacts, estimates costs."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from leadwell.cli import (
    audience,
    commands,
    consent,
    cost,
    emails,
    journeys,
    local,
    members,
    pausing,
    planning,
    products,
    reputation,
    rights,
    scoring,
    sms,
    tasks,
    trying,
    vouchers,
    webhooks,
)
from leadwell.cli import companies as of_companies
from leadwell.cli.commands import Failed
from leadwell.console.problems import NotThere
from leadwell.errors import Broken, LeadwellError, Refused
from leadwell.scoring.replay.enough import NotEnoughHistory
from leadwell.wiring import Services, services

_WITHOUT_TABLE = {"validate", "cost"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Exits with 0 when all went well, 1 when something was wrong with what was given, 2 when it could not be tried, 3
    when there is not enough history to answer."""
    given = _parser().parse_args(arguments)
    try:
        if given.local:
            local.join(given.port)
        if given.command in _WITHOUT_TABLE or "without_table" in given:
            given.run(given)
        else:
            given.run(given, _connected())
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, such as `head`; what is still to be written must not fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Refused as refused:
        _exit(1, str(refused))
    except (Broken, Failed, NotThere) as error:
        _exit(1, str(error))
    except NotEnoughHistory as error:
        _exit(3, str(error))
    except LeadwellError as error:
        _exit(2, f"{error}. Repeat it later.")
    except (ClientError, BotoCoreError) as error:
        _exit(2, f"AWS: {error}\nAre you signed in (AWS_PROFILE), is it the right region (AWS_REGION) and table?")


def _connected() -> Services:
    try:
        return services()
    except RuntimeError:
        _exit(
            2,
            "LEADWELL_TABLE is not set. Set it to the name of the table that the deployment printed, or use `--local` "
            "for the run on this machine.",
        )


def _exit(code: int, message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="leadwell",
        description="Checks and publishes definitions, makes keys, looks at contacts, estimates costs. All but "
        "`validate`, `journeys test`, `journeys simulate`, `sms preview` and `cost` work on the table named in "
        "LEADWELL_TABLE, with your AWS profile.",
    )
    parser.add_argument("--local", action="store_true", help="work on a local run (`make run`) instead")
    parser.add_argument("--port", type=int, default=8080, help="of the local run")
    kinds = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    validate = kinds.add_parser("validate", help="check definition files without publishing them")
    validate.add_argument("paths", nargs="+", metavar="FILE|FOLDER")
    validate.set_defaults(run=commands.validate)

    publish = kinds.add_parser("publish", help="publish definition files, or a folder such as templates/")
    publish.add_argument("paths", nargs="+", metavar="FILE|FOLDER")
    publish.add_argument(
        "--announce",
        action="store_true",
        help="whoever comes into a segment or leaves it only because of this starts journeys, too; preview it first",
    )
    pausing.add_policy_to(publish)
    publish.set_defaults(run=commands.publish)

    planning.add_to(kinds)
    pausing.add_to(kinds)
    audience.add_to(kinds)

    keys = kinds.add_parser("keys", help="write keys").add_subparsers(required=True, metavar="ACTION")
    add = keys.add_parser("add", help="make a key; it is shown once")
    add.add_argument("--kind", required=True, choices=("public", "server"))
    add.add_argument("--name", required=True, help="shown as the source of events")
    add.add_argument("--origin", action="append", default=[], help="limits a public key to a website; may be repeated")
    add.set_defaults(run=commands.add_key)

    contacts = kinds.add_parser("contacts", help="contacts").add_subparsers(required=True, metavar="ACTION")
    show = contacts.add_parser("show", help="one contact")
    show.add_argument("contact", metavar="EMAIL|PHONE|ID")
    show.set_defaults(run=commands.show_contact)
    happened = contacts.add_parser("timeline", help="what happened to a contact, the newest first")
    happened.add_argument("contact", metavar="EMAIL|PHONE|ID")
    happened.add_argument("--limit", type=int, default=50, help="how many events (default: 50)")
    happened.set_defaults(run=commands.show_timeline)
    rights.add_to(contacts)
    members.add_contacts_to(contacts)
    members.add_to(kinds)
    consent.add_to(kinds)

    companies = kinds.add_parser("companies", help="companies").add_subparsers(required=True, metavar="ACTION")
    shown = companies.add_parser("show", help="one company")
    shown.add_argument("company", metavar="GROUP_ID|ID")
    shown.set_defaults(run=commands.show_company)
    traced = companies.add_parser("explain", help="why a company has its score, stage and segments")
    traced.add_argument("company", metavar="GROUP_ID|ID")
    traced.set_defaults(run=commands.explain_company)

    imported = companies.add_parser("import", help="companies from a CSV file: a column id, the others are attributes")
    imported.add_argument("file", metavar="FILE")
    imported.set_defaults(run=of_companies.import_file)

    explain = kinds.add_parser("explain", help="why a contact stands where it stands")
    explain.add_argument("contact", metavar="EMAIL|PHONE|ID")
    explain.set_defaults(run=commands.explain)

    of_journeys = kinds.add_parser("journeys", help="journeys").add_subparsers(required=True, metavar="ACTION")
    journeys.add_to(of_journeys)
    journeys.add_call_to(of_journeys)
    trying.add_to(of_journeys)
    listed = of_journeys.add_parser("list", help="all journeys and their parameters")
    listed.set_defaults(run=commands.list_journeys)

    reputation.add_to(kinds)
    emails.add_to(kinds)
    cost.add_to(kinds)
    scoring.add_to(kinds)
    vouchers.add_to(kinds)
    products.add_to(kinds)
    tasks.add_to(kinds)
    webhooks.add_to(kinds)
    sms.add_to(kinds)

    for command in (validate, publish, add, show, happened, shown, traced, explain, listed):
        command.add_argument("--json", action="store_true", help="for machines")
    return parser
