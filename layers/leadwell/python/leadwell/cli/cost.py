"""``leadwell cost``: what a month costs. Needs no table and no AWS account."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any

from leadwell.reporting.cost import PLANS, Prices, Usage, bill, others, total
from leadwell.reporting.counts import Counts


def add_to(kinds: Any) -> None:
    """Adds the command to a parser's commands."""
    parser: ArgumentParser = kinds.add_parser("cost", help="estimate a month's bill, beside what others ask for")
    parser.add_argument("--contacts", type=int, required=True, metavar="N")
    parser.add_argument("--events", type=float, default=20, metavar="N", help="per contact and month (default: 20)")
    parser.add_argument("--messages", type=float, default=4, metavar="N", help="per contact and month (default: 4)")
    parser.add_argument("--region", default="eu-central-1", help="default: eu-central-1")
    parser.add_argument("--plan", default=PLANS[0], choices=PLANS, help="of Amazon SES")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.set_defaults(run=cost)


def cost(given: Namespace) -> None:
    usage = Usage(contacts=given.contacts, events=given.events, messages=given.messages, plan=given.plan)
    prices, counts = Prices.read(given.region), Counts.read()
    lines, elsewhere = bill(usage, prices, counts), others(usage, prices)
    if given.json:
        document = {
            "usage": asdict(usage),
            "region": prices.region,
            "counted": counts.date,
            "lines": [asdict(line) for line in lines],
            "total": total(lines),
            "others": [asdict(other) for other in elsewhere],
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    print(f"{usage.contacts:,} contacts, {usage.events:g} events and {usage.messages:g} messages each, {prices.region}")
    for line in lines:
        print(f"  {line.service:16} {line.quantity:>16,.0f} {line.unit:42} {line.usd:>12,.2f} USD")
    print(f"  {'Total':16} {'':16} {'':42} {total(lines):>12,.2f} USD a month")
    for other in elsewhere:
        print(f"  {other.name + ', ' + other.plan:76} {other.usd:>12,.2f} USD  ({other.source}, {other.date})")
    marks = sorted({prices[line.name].date for line in lines})
    print(f"List prices of {marks[0]} to {marks[-1]} without taxes; requests counted {counts.date}.")
