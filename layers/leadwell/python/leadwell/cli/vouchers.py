"""``leadwell vouchers``: fills pools with codes, says how full they are, and who got a code."""

import json
import re
from argparse import Namespace
from typing import Any

from leadwell.cli.commands import Failed, note
from leadwell.clock import to_iso
from leadwell.delimited import read_text, rows_of
from leadwell.errors import Refused
from leadwell.journeys.redriving import redrive
from leadwell.vouchers.codes import UsedCode, look_up
from leadwell.vouchers.pools import POOL_NAME, check_codes, fill, list_pools
from leadwell.wiring import Services

_SHOWN = 10
_HEADINGS = {"code", "codes", "voucher", "vouchers", "gutschein", "gutscheincode"}


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    actions = kinds.add_parser("vouchers", help="voucher pools").add_subparsers(required=True, metavar="ACTION")
    filled = actions.add_parser(
        "upload", help="add the codes of a file, one per line or in the first column, to a pool"
    )
    filled.add_argument("pool", metavar="POOL")
    filled.add_argument("file", metavar="FILE.csv")
    filled.set_defaults(run=upload)
    listed = actions.add_parser("list", help="all pools: how many codes are free and used, who waits for one")
    listed.set_defaults(run=list_all)
    shown = actions.add_parser("show", help="whether a code is used, and by whom")
    shown.add_argument("pool", metavar="POOL")
    shown.add_argument("code", metavar="CODE")
    shown.set_defaults(run=show)
    for command in (filled, listed, shown):
        command.add_argument("--json", action="store_true", help="for machines")


def read_codes(file: str) -> list[str]:
    """Raises ``Refused`` naming the file, or the place of a code in it."""
    codes = [row.cells[0] for row in rows_of(read_text(file), file) if row.cells[0]]
    if codes and codes[0].lower() in _HEADINGS:
        codes = codes[1:]
    return check_codes(codes, file)


def upload(given: Namespace, services: Services) -> None:
    codes = read_codes(given.file)
    table, now = services.table, services.clock.now()
    if not re.fullmatch(POOL_NAME, given.pool):
        raise Refused("a pool's name has small letters, digits and hyphens, 60 at most", "POOL")
    note(services, "vouchers.uploaded", given.pool, codes=len(codes))
    uploaded = fill(table, given.pool, codes, now)
    redriven, after = 0, ""
    while True:
        page = redrive(table, given.pool, now, after)
        redriven, after = redriven + page.count, page.after
        if not after:
            break
    if given.json:
        found = {"pool": given.pool, "added": uploaded.added, "refused": uploaded.refused, "redriven": redriven}
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print(f"{uploaded.added:,} codes were added to {given.pool}")
        if redriven:
            print(f"{redriven:,} contacts waited for one and go on within five minutes")
    if uploaded.refused:
        more = f" and {len(uploaded.refused) - _SHOWN:,} more" if len(uploaded.refused) > _SHOWN else ""
        raise Failed(f"There already, or twice in the file: {', '.join(uploaded.refused[:_SHOWN])}{more}.")


def list_all(given: Namespace, services: Services) -> None:
    pools = list_pools(services.table)
    if given.json:
        found = [
            {"pool": one.name, "free": one.free, "used": one.used, "waiting": one.waiting, "filled_at": one.filled_at}
            for one in pools
        ]
        print(json.dumps(found, indent=2))
        return
    for one in pools:
        waiting = f", {one.waiting:,} contacts wait for one" if one.waiting else ""
        print(f"{one.name}: {one.free:,} free, {one.used:,} used{waiting}")
    if not pools:
        print("There are no pools yet: leadwell vouchers upload POOL FILE.csv")


def show(given: Namespace, services: Services) -> None:
    found = look_up(services.table, given.pool, given.code)
    if not found:
        raise Failed(f"The pool {given.pool} has no code {given.code}.")
    if not isinstance(found, UsedCode):
        print(json.dumps({"code": given.code, "state": "free"}) if given.json else f"{given.code} is free")
        return
    if given.json:
        told = {"code": found.code, "state": "used", "contact": found.contact or None, "journey": found.journey}
        print(json.dumps(told | {"step": found.step, "at": to_iso(found.at)}, indent=2))
    else:
        who = found.contact or "somebody who was erased"
        print(f"{found.code} went to {who} on {to_iso(found.at)} in the journey {found.journey}, step {found.step}")
