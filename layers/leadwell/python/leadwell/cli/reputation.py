"""``leadwell reputation``: bounces and complaints, and whether marketing pauses because of them."""

import json
from argparse import Namespace
from dataclasses import asdict
from typing import Any

from leadwell.cli.commands import note
from leadwell.clock import to_iso
from leadwell.messaging.reputation import (
    BOUNCES_REVIEWED,
    COMPLAINTS_REVIEWED,
    Standing,
    State,
    decided,
    pause,
    read,
    resume,
)
from leadwell.messaging.reputation_words import in_german
from leadwell.wiring import Services


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    actions = kinds.add_parser("reputation", help="bounces, complaints, and whether marketing pauses").add_subparsers(
        required=True, metavar="ACTION"
    )
    shown = actions.add_parser("show", help="the rates of the last days, beside the limits of SES")
    shown.add_argument("--json", action="store_true", help="for machines")
    shown.add_argument("--lang", choices=("de", "en"), default="en", help="of what is said")
    shown.set_defaults(run=show)
    stopped = actions.add_parser("pause", help="have marketing by mail wait until somebody resumes it")
    stopped.add_argument("--reason", required=True, help="shown beside every message that waits")
    stopped.set_defaults(run=stop)
    resumed = actions.add_parser("resume", help="let marketing go on; what was counted so far counts no more")
    resumed.set_defaults(run=go_on)


def show(given: Namespace, services: Services) -> None:
    now = services.clock.now()
    standing = read(services.table, now)
    state = decided(standing, now)
    if given.json:
        windows = {str(days): asdict(one) for days, one in standing.windows.items()}
        said = {"paused": state.paused, "reason": state.reason, "reason_de": in_german(state.reason)}
        print(json.dumps({**said, "windows": windows}, ensure_ascii=False))
        return
    if given.lang == "de":
        _auf_deutsch(standing, state)
        return
    for days, one in standing.windows.items():
        print(
            f"{days} days: {one.mails:,} mails, {one.bounce_rate:.2%} bounced (SES reviews from {BOUNCES_REVIEWED:.0%} "
            f"on), {one.complaint_rate:.3%} called spam (from {COMPLAINTS_REVIEWED:.1%} on)"
        )
    if state.paused:
        print(f"Marketing pauses since {to_iso(state.since)}: {state.reason}")
        print("Find the cause, then: leadwell reputation resume")
    else:
        print("Marketing goes out.")


def _auf_deutsch(standing: Standing, state: State) -> None:
    for days, one in standing.windows.items():
        bounced, complained = (f"{100 * rate:.3f}".replace(".", ",") for rate in (one.bounce_rate, one.complaint_rate))
        mails = f"{one.mails:,}".replace(",", ".")
        print(
            f"{days} Tage: {mails} E-Mails, {bounced} % kamen zurück (SES prüft ab {BOUNCES_REVIEWED:.0%}), "
            f"{complained} % als Spam gemeldet (ab {100 * COMPLAINTS_REVIEWED:.1f} %)".replace("0.1 %", "0,1 %")
        )
    if state.paused:
        print(f"Werbung per E-Mail ruht seit {to_iso(state.since)}: {in_german(state.reason)}")
        print("Suchen Sie die Ursache, dann: leadwell reputation resume")
    else:
        print("Werbung per E-Mail geht hinaus.")


def stop(given: Namespace, services: Services) -> None:
    now = services.clock.now()
    note(services, "marketing.paused", "email", reason=given.reason)
    pause(services.table, given.reason, now)
    print("Marketing by mail waits. Receipts and confirmations go out.")


def go_on(given: Namespace, services: Services) -> None:
    now = services.clock.now()
    note(services, "marketing.resumed", "email")
    resume(services.table, now)
    print("Marketing goes on; what waits leaves within an hour and a half.")
