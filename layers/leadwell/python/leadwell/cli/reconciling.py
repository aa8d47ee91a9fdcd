"""``leadwell suppressions reconcile``: our list of addresses that get nothing, beside that of SES."""

import json
from argparse import Namespace
from typing import Any

from leadwell.cli.commands import note
from leadwell.clock import to_iso
from leadwell.feedback.reconciling import Difference, differences, take_over
from leadwell.wiring import Services


def add_to(actions: Any) -> None:
    """Adds the commands to those about suppressions."""
    command = actions.add_parser(
        "reconcile", help="take over what SES's account-level list knows of bounces and complaints"
    )
    command.add_argument("--dry-run", action="store_true", help="only list what differs")
    command.add_argument("--json", action="store_true", help="for machines")
    command.set_defaults(run=reconcile)


def reconcile(given: Namespace, services: Services) -> None:
    looked_at, found = 0, list[Difference]()
    if not given.dry_run:
        note(services, "suppressions.reconciled", "email")
    for one in differences(services.table, services.provider_suppressions):
        looked_at += 1
        if one is None:
            continue
        found.append(one)
        if not given.dry_run:
            take_over(services.table, one)
        if not given.json:
            ours = f"here: {one.ours}" if one.ours else "not known here"
            listed = one.listed
            print(f"{listed.address}: {listed.reason.value} at SES since {to_iso(listed.at)[:10]}, {ours}")
    taken = 0 if given.dry_run else len(found)
    if given.json:
        shown = [
            {"address": one.listed.address, "ses": one.listed.reason.value, "here": one.ours or None} for one in found
        ]
        print(json.dumps({"looked_at": looked_at, "taken_over": taken, "differences": shown}, ensure_ascii=False))
    else:
        print(f"SES suppresses {looked_at:,} addresses; {len(found):,} differ, {taken:,} were taken over.")
