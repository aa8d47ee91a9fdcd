"""What Leadwell costs in a month, from counted requests and dated list prices, beside what others ask for."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadwell.errors import Refused
from leadwell.reporting.counts import Counts, Spent

_FILE = Path(__file__).with_name("prices.json")

PLANS = ("a-la-carte", "essentials")
EVERYWHERE = "*"
VERIFIED = "verified"
LEFT_OUT = "SMS (they cost something else in every country), data transfer, domains, and people's time"

MEMORY_GB = 0.5
CORE_SHARE = 512 / 1769
"""Of a core at 512 MB (AWS Lambda Developer Guide, "Configure Lambda function memory": 1,769 MB are one)."""
REQUEST_MS = 6.0
"""How long a function waits for an answer of AWS, a cautious mean."""
WAKING_SECONDS = 0.1
"""How long waking a minute takes, or finding that nothing is overdue."""

MINUTES = 30 * 24 * 60
TRANSITIONS = 6
"""Of an execution that wakes a minute: start, Wait, Task, Choice, Succeed, end."""
MONTHS_KEPT = 12
SWEEPS = 30 * 24 * 12
ALARMS = 20
SECRETS = 1
POLLED_QUEUES = 6
POLLS = 5 * 3 * MINUTES
"""Of an idle queue that feeds a function: five long polls of 20 seconds at a time (recalled)."""
REPORTS = 3
"""Of SES about one message: sent, delivered, opened."""

MOST = 1e12
"""Of anything: beyond it a typing error is likelier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """In a month: ``events`` and ``messages`` (e-mails) are per contact."""

    contacts: int
    events: float
    messages: float
    plan: str = PLANS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for ``per`` units; the first ``free`` units of a month cost nothing. ``then`` lists what they cost
    beyond a number of units: (units of a month, US dollars). ``date`` is when the source said so."""

    name: str
    region: str
    usd: float
    per: float
    unit: str
    free: float
    mark: str
    source: str
    date: str
    then: tuple[tuple[float, float], ...] = ()

    @property
    def verified(self) -> bool:
        return self.mark == VERIFIED

    def of(self, quantity: float) -> float:
        """US dollars for so many units in one month."""
        usd, begin, price = 0.0, self.free, self.usd
        for end, following in self.then:
            usd += max(min(quantity, end) - begin, 0) * price
            begin, price = max(begin, end), following
        return (usd + max(quantity - begin, 0) * price) / self.per


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody else's monthly list price: a base fee, and prices beyond what it includes. Contacts come in steps."""

    name: str
    plan: str
    base: float
    included_contacts: float
    per_contact: float
    contact_step: float
    included_messages: float
    per_message: float
    included_events: float
    per_event: float
    mark: str
    source: str
    date: str
    remark: str

    @property
    def verified(self) -> bool:
        return self.mark == VERIFIED

    def of(self, usage: Usage) -> float:
        """US dollars for the same in one month."""
        steps = math.ceil(max(usage.contacts - self.included_contacts, 0) / self.contact_step)
        messages, events = usage.contacts * usage.messages, usage.contacts * usage.events
        return (
            self.base
            + steps * self.contact_step * self.per_contact
            + max(messages - self.included_messages, 0) * self.per_message
            + max(events - self.included_events, 0) * self.per_event
        )


@dataclass(frozen=True, slots=True)
class Line:
    """``quantity`` is what is used, ``usd`` what it costs after the free units."""

    service: str
    price: Price
    quantity: float
    usd: float


class Prices:
    """The prices of one region, and what others ask for."""

    def __init__(self, region: str, prices: Mapping[str, Price], offers: Sequence[Offer]) -> None:
        self.region = region
        self.offers = offers
        self._prices = prices

    @classmethod
    def read(cls, region: str, path: Path = _FILE) -> "Prices":
        """Raises ``Refused`` for a region whose prices are not in the file."""
        document = json.loads(path.read_text("utf-8"))
        known = [Price(**{**one, "then": tuple(map(tuple, one.get("then", ())))}) for one in document["prices"]]
        regions = sorted({one.region for one in known} - {EVERYWHERE})
        if region not in regions:
            raise Refused(
                f"no prices are known for {region!r}: choose {' or '.join(regions)}, or add its prices to {path.name}",
                field="region",
            )
        found = {one.name: one for one in known if one.region in (region, EVERYWHERE)}
        return cls(region, found, [Offer(**one) for one in document["others"]])

    def __getitem__(self, name: str) -> Price:
        return self._prices[name]

    def amount(self, name: str) -> float:
        """US dollars of one unit, whatever is free, or cheaper in large numbers."""
        price = self._prices[name]
        return price.usd / price.per


def bill(usage: Usage, prices: Prices, counts: Counts) -> list[Line]:
    """The items of a month's bill. Raises ``Refused`` for what cannot be."""
    _check(usage)
    return [
        Line(service, prices[name], quantity, prices[name].of(quantity))
        for service, name, quantity in _used(usage, counts)
    ]


def total(lines: Sequence[Line]) -> float:
    return sum(line.usd for line in lines)


def _used(usage: Usage, counts: Counts) -> Iterator[tuple[str, str, float]]:
    events, messages = usage.contacts * usage.events, usage.contacts * usage.messages

    def of(name: str) -> float:
        return float(events * getattr(counts.event, name) + messages * getattr(counts.message, name))

    minutes = min(MINUTES, usage.contacts * counts.minutes)
    seconds = events * _seconds(counts.event) + messages * _seconds(counts.message)
    stored = (usage.contacts * counts.contact_bytes + MONTHS_KEPT * of("stored_bytes")) / 1024**3
    logged = of("log_bytes") / 1024**3
    yield "API Gateway", "api gateway request", events
    yield "Lambda", "lambda invocation", of("invocations") + minutes + SWEEPS
    yield "Lambda", "lambda gigabyte-second", (seconds + (minutes + SWEEPS) * WAKING_SECONDS) * MEMORY_GB
    yield "DynamoDB", "dynamodb write", of("writes") + minutes
    yield "DynamoDB", "dynamodb read", of("reads") + minutes * 2
    yield "DynamoDB", "dynamodb storage", stored
    yield "DynamoDB", "dynamodb backup", stored
    yield "Step Functions", "step functions transition", minutes * TRANSITIONS
    yield "SQS", "sqs request", of("sqs") + POLLED_QUEUES * POLLS
    yield "SNS", "sns publish", messages * REPORTS
    yield "SES", f"ses message, {usage.plan}", messages
    yield "CloudWatch", "log gigabyte", logged
    yield "CloudWatch", "log storage", logged
    yield "CloudWatch", "alarm", ALARMS
    yield "Secrets Manager", "secret", SECRETS


def _seconds(spent: Spent) -> float:
    return (spent.cpu_ms / CORE_SHARE + spent.requests * REQUEST_MS) / 1000


def _check(usage: Usage) -> None:
    for name in ("contacts", "events", "messages"):
        if not 0 <= getattr(usage, name) < MOST:
            raise Refused("must be a number from 0 and below 1e12, such as 20", field=name)
    if usage.plan not in PLANS:
        raise Refused(f"must be {' or '.join(PLANS)}", field="plan")
