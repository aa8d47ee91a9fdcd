"""What Leadwell costs in a month, from counted requests and dated list prices, beside what others ask for."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadwell.errors import Refused
from leadwell.reporting.counts import Counts, Spent

_FILE = Path(__file__).with_name("prices.json")

PLANS = ("a-la-carte", "essentials")
EVERYWHERE = "*"

MEMORY_GB = 0.5
CORE_SHARE = 512 / 1769
"""Of a core at 512 MB (AWS Lambda Developer Guide, "Configure Lambda function memory": 1,769 MB are one)."""
REQUEST_MS = 6.0
"""How long a function waits for an answer of AWS, a cautious mean."""

MINUTES = 30 * 24 * 60
TRANSITIONS = 6
"""Of an execution that wakes a minute: start, Wait, Task, Choice, Succeed, end."""
MONTHS_KEPT = 12
SWEEPS = 30 * 24 * 12
ALARMS = 16
SECRETS = 1
POLLED_QUEUES = 4
POLLS = 5 * 3 * MINUTES
"""Of an idle queue that feeds a function: five long polls of 20 seconds at a time (recalled)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """In a month: ``events`` and ``messages`` are per contact."""

    contacts: int
    events: float
    messages: float
    plan: str = PLANS[0]


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for ``per`` units; the first ``free`` units of a month cost nothing."""

    name: str
    region: str
    usd: float
    per: float
    unit: str
    free: float
    mark: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Line:
    """``quantity`` is what is used, ``usd`` what it costs after the free units."""

    service: str
    name: str
    quantity: float
    unit: str
    usd: float


@dataclass(frozen=True, slots=True)
class Other:
    """What somebody else would ask for the same."""

    name: str
    plan: str
    usd: float
    source: str
    date: str
    mark: str


class Prices:
    """The prices of one region."""

    def __init__(self, region: str, prices: Mapping[str, Price], others: Sequence[Mapping[str, Any]]) -> None:
        self.region = region
        self._prices = prices
        self.others = others

    @classmethod
    def read(cls, region: str, path: Path = _FILE) -> "Prices":
        """Raises ``Refused`` for a region whose prices are not in the file."""
        document = json.loads(path.read_text("utf-8"))
        known = [Price(**one) for one in document["prices"]]
        regions = sorted({one.region for one in known} - {EVERYWHERE})
        if region not in regions:
            raise Refused(f"prices are known for {', '.join(regions)}; add those of {region!r}", field="region")
        found = {one.name: one for one in known if one.region in (region, EVERYWHERE)}
        return cls(region, found, document["others"])

    def __getitem__(self, name: str) -> Price:
        return self._prices[name]

    def amount(self, name: str) -> float:
        """US dollars of one unit, whatever is free."""
        price = self._prices[name]
        return price.usd / price.per


def bill(usage: Usage, prices: Prices, counts: Counts) -> list[Line]:
    """The items of a month's bill. Raises ``Refused`` for what cannot be."""
    _check(usage)
    return [_line(service, prices[name], quantity) for service, name, quantity in _used(usage, counts)]


def total(lines: Sequence[Line]) -> float:
    return sum(line.usd for line in lines)


def others(usage: Usage, prices: Prices) -> list[Other]:
    """List prices for as many contacts, events and messages."""
    return [_other(given, usage) for given in prices.others]


def _used(usage: Usage, counts: Counts) -> Iterator[tuple[str, str, float]]:
    events, messages = usage.contacts * usage.events, usage.contacts * usage.messages

    def of(name: str) -> float:
        return float(events * getattr(counts.event, name) + messages * getattr(counts.message, name))

    minutes = min(MINUTES, usage.contacts * counts.minutes)
    seconds = events * _seconds(counts.event) + messages * _seconds(counts.message)
    stored = usage.contacts * counts.contact_bytes + MONTHS_KEPT * of("stored_bytes")
    yield "API Gateway", "api gateway request", events
    yield "Lambda", "lambda invocation", of("invocations") + minutes + SWEEPS
    yield "Lambda", "lambda gigabyte-second", (seconds + (minutes + SWEEPS) * 0.1) * MEMORY_GB
    yield "DynamoDB", "dynamodb write", of("writes") + minutes
    yield "DynamoDB", "dynamodb read", of("reads") + minutes * 2
    yield "DynamoDB", "dynamodb storage", stored / 1024**3
    yield "Step Functions", "step functions transition", minutes * TRANSITIONS
    yield "SQS", "sqs request", of("sqs") + POLLED_QUEUES * POLLS
    yield "SNS", "sns publish", messages * _REPORTS
    yield "SES", f"ses message, {usage.plan}", messages
    yield "CloudWatch", "log gigabyte", of("log_bytes") / 1024**3
    yield "CloudWatch", "alarm", ALARMS
    yield "Secrets Manager", "secret", SECRETS


_REPORTS = 3
"""Of SES about one message: sent, delivered, opened."""


def _seconds(spent: Spent) -> float:
    return (spent.cpu_ms / CORE_SHARE + spent.requests * REQUEST_MS) / 1000


def _line(service: str, price: Price, quantity: float) -> Line:
    return Line(service, price.name, quantity, price.unit, max(quantity - price.free, 0) * price.usd / price.per)


def _other(given: Mapping[str, Any], usage: Usage) -> Other:
    events, messages = usage.contacts * usage.events, usage.contacts * usage.messages
    more = max(usage.contacts - given["included contacts"], 0)
    step = given["contact step"]
    usd = (
        given["base"]
        + math.ceil(more / step) * step * given["per contact"]
        + max(messages - given["included messages"], 0) * given["per message"]
        + max(events - given["included events"], 0) * given["per event"]
    )
    return Other(given["name"], given["plan"], usd, given["source"], given["date"], given["mark"])


def _check(usage: Usage) -> None:
    for name in ("contacts", "events", "messages"):
        if not 0 <= getattr(usage, name) < 1e12:
            raise Refused("must be a number from 0", field=name)
    if usage.plan not in PLANS:
        raise Refused(f"must be one of {', '.join(PLANS)}", field="plan")
