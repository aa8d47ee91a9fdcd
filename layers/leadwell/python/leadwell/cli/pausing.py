"""``leadwell pause`` and ``leadwell resume``, and the option that says what becomes of those inside a journey."""

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from leadwell.cli.commands import note
from leadwell.clock import DAY, to_iso
from leadwell.console.publishing import find_entry
from leadwell.definitions.library import LIVE, PAUSED
from leadwell.errors import Refused
from leadwell.journeys.turnovers import POLICIES
from leadwell.pages import models as pages
from leadwell.wiring import Services


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    paused = kinds.add_parser("pause", help="let nobody into a journey any more, or show a page no more")
    paused.add_argument(
        "--hold",
        action="store_true",
        help="those inside stay where they are until it is resumed; a goal, and what they wait for, counts meanwhile",
    )
    paused.set_defaults(run=pause)
    resumed = kinds.add_parser("resume", help="switch on again what is paused")
    resumed.set_defaults(run=resume)
    for command in (paused, resumed):
        command.add_argument("kind", choices=("journey", *pages.KINDS))
        command.add_argument("name", metavar="NAME")
        command.add_argument("--json", action="store_true", help="for machines")


def add_policy_to(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--in-flight",
        choices=POLICIES,
        help="what becomes of those inside a journey that changes: they finish in their version, migrate to the new "
        "one where it has their step, or exit; without it, as each file says (default: finish)",
    )


def pause(given: Namespace, services: Services) -> None:
    _set_status(given, services, PAUSED, hold=given.hold)


def resume(given: Namespace, services: Services) -> None:
    _set_status(given, services, LIVE, hold=False)


def _set_status(given: Namespace, services: Services, status: str, *, hold: bool) -> None:
    if hold and given.kind != "journey":
        raise Refused(f"nobody is inside a {given.kind}: leave out --hold")
    before, now = find_entry(services, given.kind, given.name), services.clock.now()
    what = "held" if hold else "paused" if status == PAUSED else "resumed"
    note(services, f"{given.kind}.{what}", given.name)
    entry = services.library.set_status(given.kind, given.name, status, now if hold else None) or before
    if given.json:
        held = to_iso(entry.held_since) if entry.held_since is not None else None
        print(
            json.dumps({"kind": given.kind, "name": entry.name, "status": entry.status, "held_since": held}, indent=2)
        )
        return
    if status == LIVE:
        print(f"{given.kind} {entry.name} is live")
        if before.held_since is not None:
            hours = "an hour" if now - before.held_since < DAY else "six hours"
            print(f"  What is overdue goes on within {hours}, each message as the `late` rule of its step says.")
    elif given.kind != "journey":
        print(f"{given.kind} {entry.name} is paused: nobody sees it")
    elif hold:
        print(f"journey {entry.name} is paused, and those inside stay where they are until it is resumed")
    else:
        print(f"journey {entry.name} is paused: nobody comes in, and who is inside goes on")
