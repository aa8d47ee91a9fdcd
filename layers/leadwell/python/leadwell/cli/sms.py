"""``leadwell sms preview``: how an SMS reads, in how many parts it travels, and what it would cost."""

import json
from argparse import Namespace
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import read_settings
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import RenderedSms
from leadwell.messaging.rendering.read_sources import read_sms
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.settings import SmsSettings
from leadwell.messaging.rendering.sms_segments import count_segments
from leadwell.messaging.short_links import shortened
from leadwell.reporting.sms_prices import sms_prices


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    actions = kinds.add_parser("sms", help="SMS").add_subparsers(required=True, metavar="ACTION")
    shown = actions.add_parser("preview", help="how a text reads with its sample, its parts, and what it would cost")
    shown.add_argument("file", metavar="FILE.yaml")
    shown.add_argument("--to", action="append", default=[], metavar="COUNTRY", help="such as DE; may be repeated")
    shown.add_argument(
        "--public-url", default="https://go.example.com", help="of the installation: what its short links begin with"
    )
    shown.add_argument("--json", action="store_true", help="for machines")
    shown.set_defaults(run=preview, without_table=True)


def preview(given: Namespace) -> None:
    rendered = list(_rendered(Path(given.file), given.public_url))
    countries = [country.upper() for country in given.to] or sorted(sms_prices().parts)
    if given.json:
        print(json.dumps([_shape(one, countries) for one in rendered], ensure_ascii=False, indent=2))
        return
    for one in rendered:
        parts = "1 part" if one.segments == 1 else f"{one.segments} parts"
        print(f"{one.locale}: {len(one.text)} characters, {one.encoding}, {parts}\n  {one.text}")
        for country in countries:
            print(f"  to {country}: {_money(country, one.segments)}")
    prices = sms_prices()
    print(f"Prices: {prices.source}, {prices.mark}, {prices.date}.")


def _rendered(file: Path, public_url: str) -> Iterator[RenderedSms]:
    """Every language, with the values of the sample and with short links, as it is sent.

    Raises ``Refused`` naming the field.
    """
    if not file.is_file():
        raise Refused("there is no such file", str(file))
    source = read_sms(file.parent, file.stem)
    sms = compile_sms(source)
    given = read_settings(SmsSettings, source.text, file.name).sample
    for locale in sms.locales:
        context = sample(given, locale)
        yield as_sent(render_sms(sms, locale, context), context["links"].values(), public_url)


def as_sent(one: RenderedSms, personal: Collection[str], public_url: str) -> RenderedSms:
    """With short links, which are what is paid for."""
    text, _ = shortened(one.text, public_url=public_url, secret=b"", message="sample", personal=personal)
    encoding, segments = count_segments(text)
    return replace(one, text=text, encoding=encoding, segments=segments)


def _shape(one: RenderedSms, countries: list[str]) -> dict[str, Any]:
    costs = {country: sms_prices().estimate(country, one.segments) for country in countries}
    return {
        "locale": one.locale,
        "text": one.text,
        "encoding": one.encoding,
        "parts": one.segments,
        "usd": {country: list(cost) if cost else None for country, cost in costs.items()},
    }


def _money(country: str, segments: int) -> str:
    cost = sms_prices().estimate(country, segments)
    if cost is None:
        return "no price is written down; AWS's page has it"
    return f"{cost[0]:.4f} to {cost[1]:.4f} USD each"
