"""``leadwell cost``: what a month costs. Needs no table and no AWS account."""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from leadwell.reporting.cost import LEFT_OUT, PLANS, Line, Offer, Price, Prices, Usage, bill, total
from leadwell.reporting.counts import Counts

WIDTH = 90


def add_to(kinds: Any) -> None:
    """Adds the command to a parser's commands."""
    parser: ArgumentParser = kinds.add_parser("cost", help="estimate a month's bill, beside what others ask for")
    parser.add_argument("--contacts", type=_whole, required=True, metavar="N", help="how many there are")
    parser.add_argument("--events", type=_number, default=20, metavar="N", help="of a contact in a month (default: 20)")
    parser.add_argument("--messages", type=_number, default=4, metavar="N", help="e-mails, likewise (default: 4)")
    parser.add_argument("--region", default="eu-central-1", help="of AWS (default: eu-central-1)")
    parser.add_argument("--plan", default=PLANS[0], choices=PLANS, help=f"of Amazon SES (default: {PLANS[0]})")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=cost)


def cost(given: Namespace) -> None:
    usage = Usage(contacts=given.contacts, events=given.events, messages=given.messages, plan=given.plan)
    prices, counts = Prices.read(given.region), Counts.read()
    lines = bill(usage, prices, counts)
    if given.json:
        print(json.dumps(_document(usage, prices, counts, lines), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_words(usage, prices, counts, lines)))


def _document(usage: Usage, prices: Prices, counts: Counts, lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "usage": asdict(usage),
        "region": prices.region,
        "currency": "USD",
        "counted": counts.date,
        "lines": [_line(line) for line in lines],
        "total": total(lines),
        "others": [_other(offer, usage) for offer in prices.offers],
        "left_out": LEFT_OUT,
    }


def _line(line: Line) -> dict[str, Any]:
    price = line.price
    return {
        "service": line.service,
        "name": price.name,
        "quantity": line.quantity,
        "unit": price.unit,
        "free": price.free,
        "usd": line.usd,
        **_origin(price),
    }


def _other(offer: Offer, usage: Usage) -> dict[str, Any]:
    return {
        "name": offer.name,
        "plan": offer.plan,
        "usd": offer.of(usage),
        **_origin(offer),
        "remark": offer.remark,
    }


def _origin(one: Price | Offer) -> dict[str, str]:
    return {"mark": one.mark, "source": one.source, "date": one.date}


def _words(usage: Usage, prices: Prices, counts: Counts, lines: Sequence[Line]) -> Iterator[str]:
    yield (
        f"A month with {usage.contacts:,} contacts, each with {usage.events:g} events and {usage.messages:g} e-mails, "
        f"in {prices.region} (SES {usage.plan})"
    )
    yield ""
    service = ""
    for line in lines:
        shown = line.service if line.service != service else ""
        service = line.service
        mark = "" if line.price.verified else " *"
        yield f"  {shown:15} {_quantity(line.quantity):>14} {line.price.unit:38} {line.usd:>11,.2f} USD{mark}"
    yield f"  {'Total':15} {'':14} {'':38} {total(lines):>11,.2f} USD"
    yield ""
    yield "The same elsewhere, at list price"
    yield ""
    for offer in prices.offers:
        mark = "" if offer.verified else " *"
        yield f"  {f'{offer.name}, {offer.plan}':69} {offer.of(usage):>11,.2f} USD{mark}"
        yield from _wrapped(f"{offer.source}, {offer.date}{f': {offer.remark}' if offer.remark else ''}", "    ")
    yield ""
    dates = sorted(line.price.date for line in lines)
    yield from _wrapped(
        f"AWS's list prices of {dates[0]} to {dates[-1]}, without taxes and without what is free every month; --json "
        f"names the source of each. * recalled, at least in part, and not read again. Requests were counted on "
        f"{counts.date}, with every event coming alone, which is the dearest way. Not in it: {LEFT_OUT}."
    )


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _quantity(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 or quantity == int(quantity) else f"{quantity:,.2f}"


def _whole(text: str) -> int:
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a whole number: give one such as 100000") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number: give one such as 20 or 2.5") from None
