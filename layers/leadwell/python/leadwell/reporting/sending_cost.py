"""What messages of several kinds cost at list prices: what is paid by the message, and what all of it takes of AWS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leadwell.reporting.cost import CORE_SHARE, MEMORY_GB, PLANS, REPORTS, REQUEST_MS, Prices
from leadwell.reporting.counts import Counts
from leadwell.reporting.sms_prices import sms_prices

SES = f"ses message, {PLANS[0]}"


@dataclass(frozen=True, slots=True)
class Item:
    """``quantity`` of something costs from ``least`` to ``most`` US dollars; both are None where no price is known."""

    what: str
    quantity: int
    least: float | None
    most: float | None


def sending_cost(
    mails: int, sms: Mapping[int, int], country: str, others: int, prices: Prices, counts: Counts
) -> Iterator[Item]:
    """``sms`` counts texts by the parts in which they travel, ``others`` are webhooks, which nobody charges by the
    piece."""
    if mails:
        yield Item("e-mails (SES)", mails, mails * prices.amount(SES), mails * prices.amount(SES))
    for parts, times in sorted(sms.items()):
        each = sms_prices().estimate(country, parts)
        what = f"SMS to {country} in {parts} part{'s' if parts > 1 else ''}"
        yield Item(what, times, each[0] * times if each else None, each[1] * times if each else None)
    everything = mails + sum(sms.values()) + others
    if everything:
        usd = everything * _work_of_a_message(prices, counts)
        yield Item("messages on their way (Lambda, DynamoDB, SQS, SNS)", everything, usd, usd)


def _work_of_a_message(prices: Prices, counts: Counts) -> float:
    """Whatever is free each month; with what comes back about it."""
    spent = counts.message
    seconds = (spent.cpu_ms / CORE_SHARE + spent.requests * REQUEST_MS) / 1000
    used = {
        "lambda invocation": spent.invocations,
        "lambda gigabyte-second": seconds * MEMORY_GB,
        "dynamodb write": spent.writes,
        "dynamodb read": spent.reads,
        "sqs request": spent.sqs,
        "sns publish": REPORTS,
    }
    return sum(prices.amount(name) * quantity for name, quantity in used.items())
