"""The bill, checked with figures worked out by hand."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

import pytest

from leadwell.cli import cost as command
from leadwell.errors import Refused
from leadwell.reporting import cost
from leadwell.reporting.cost import PLANS, Prices, Usage, bill, others, total
from leadwell.reporting.counts import Counts, Spent

EVENT = Spent(invocations=3, requests=10, cpu_ms=10, writes=10, reads=5, sqs=0.5, stored_bytes=400, log_bytes=1500)
MESSAGE = Spent(invocations=8, requests=30, cpu_ms=40, writes=40, reads=30, sqs=3, stored_bytes=2000, log_bytes=3000)
COUNTS = Counts(date="2026-11-22", event=EVENT, message=MESSAGE, minutes=20, contact_bytes=8000)
USAGE = Usage(contacts=100_000, events=20, messages=4)


def billed(usage: Usage, region: str = "us-east-1") -> dict[str, float]:
    return {line.name: line.usd for line in bill(usage, Prices.read(region), COUNTS)}


def test_a_hundred_thousand_contacts_in_virginia() -> None:
    """2,000,000 events and 400,000 messages; 100,000 contacts have something due in each of the 43,200 minutes."""
    usd = billed(USAGE)
    assert usd["api gateway request"] == pytest.approx(2.00)  # 2 M · $1.00
    # 6,000,000 + 3,200,000 + 43,200 + 8,640 invocations, a million of them free, at $0.20 a million
    assert usd["lambda invocation"] == pytest.approx(8.25184 * 0.20)
    assert usd["dynamodb write"] == pytest.approx(36.0432 * 0.625)  # 20 M + 16 M + 43,200
    assert usd["dynamodb read"] == pytest.approx(22.0864 * 0.125)  # 10 M + 12 M + 86,400
    assert usd["step functions transition"] == pytest.approx((43_200 * 6 - 4_000) * 0.000025)  # $6.38
    assert usd["sqs request"] == pytest.approx(
        (1.0 + 1.2 + 2.592 - 1.0) * 0.40
    )  # millions; 4 queues, 648,000 polls each
    assert usd["sns publish"] == pytest.approx((1.2 - 1.0) * 0.50)  # three reports a message
    assert usd["ses message, a-la-carte"] == pytest.approx(40.0)  # 400,000 · $0.10 a thousand
    assert usd["alarm"] == pytest.approx(0.60)  # sixteen, ten of them free
    assert usd["secret"] == pytest.approx(0.40)


def test_memory_and_storage() -> None:
    usd = billed(USAGE)
    # An event: 10 ms on 512/1769 of a core and ten waits of 6 ms; a message: 40 ms and thirty.
    event, message = (10 * 1769 / 512 + 60) / 1000, (40 * 1769 / 512 + 180) / 1000
    seconds = 2_000_000 * event + 400_000 * message + (43_200 + 8_640) * 0.1
    assert usd["lambda gigabyte-second"] == pytest.approx(max(seconds / 2 - 400_000, 0) * 0.0000133334)
    # 0.8 GB of contacts, and twelve months of 2 M · 400 bytes + 0.4 M · 2,000 bytes
    stored = (100_000 * 8_000 + 12 * (2_000_000 * 400 + 400_000 * 2_000)) / 1024**3
    assert usd["dynamodb storage"] == pytest.approx(max(stored - 25, 0) * 0.25) == 0
    assert usd["log gigabyte"] == pytest.approx(((3e9 + 1.2e9) / 1024**3 - 5) * 0.50 if 4.2e9 / 1024**3 > 5 else 0)


def test_regions_and_plans_differ() -> None:
    assert billed(USAGE, "eu-central-1")["dynamodb write"] == pytest.approx(36.0432 * 0.7625)
    essentials = Usage(contacts=100_000, events=20, messages=4, plan="essentials")
    assert billed(essentials)["ses message, essentials"] == pytest.approx(64.0)


def test_idle_costs_next_to_nothing() -> None:
    """What is left: a secret, the alarms beyond ten, and Lambda looking into four empty queues."""
    usd = billed(Usage(contacts=0, events=20, messages=4))
    assert {name for name, amount in usd.items() if amount} == {"secret", "alarm", "sqs request"}
    assert sum(usd.values()) == pytest.approx(0.40 + 0.60 + 1.592 * 0.40)


def test_what_others_ask() -> None:
    asked = {other.name: other.usd for other in others(USAGE, Prices.read("us-east-1"))}
    assert asked["Amazon Pinpoint"] == pytest.approx(95_000 * 0.0012 + 400_000 * 0.0001)  # $154
    assert asked["Customer.io"] == pytest.approx(100 + 95_000 * 0.009)  # $955; a million mails are included
    assert asked["HubSpot Marketing Hub"] == pytest.approx(800 + 20 * 224.72)  # $5,294: twenty times 5,000 more
    small = {
        other.name: other.usd for other in others(Usage(contacts=2_000, events=1, messages=1), Prices.read("us-east-1"))
    }
    assert [small["Customer.io"], small["HubSpot Marketing Hub"]] == [100, 800]


def test_refusals_say_what_is_known() -> None:
    with pytest.raises(Refused, match="eu-central-1, us-east-1"):
        Prices.read("mars-north-1")
    for usage in (
        Usage(contacts=-1, events=1, messages=1),
        Usage(contacts=1, events=float("nan"), messages=1),
        Usage(contacts=1, events=1, messages=1, plan="free"),
    ):
        with pytest.raises(Refused):
            bill(usage, Prices.read("us-east-1"), COUNTS)


def test_every_price_is_dated_and_marked() -> None:
    document = json.loads(Path(cost.__file__).with_name("prices.json").read_text("utf-8"))
    names = {(one["name"], one["region"]) for one in document["prices"]}
    assert len(names) == len(document["prices"])
    for one in [*document["prices"], *document["others"]]:
        assert date.fromisoformat(one["date"]) <= date.fromisoformat(document["date"])
        assert one["source"] and one["mark"]
    for region in ("us-east-1", "eu-central-1"):
        for plan in PLANS:
            assert bill(Usage(contacts=10, events=1, messages=1, plan=plan), Prices.read(region), Counts.read())


def test_the_command_itemizes(capsys: pytest.CaptureFixture[str]) -> None:
    lines = bill(Usage(contacts=100_000, events=20, messages=4), Prices.read("eu-central-1"), Counts.read())
    run("--contacts", "100000")
    said = capsys.readouterr().out
    for service in (
        "API Gateway",
        "Lambda",
        "DynamoDB",
        "Step Functions",
        "SQS",
        "SES",
        "SNS",
        "CloudWatch",
        "Secrets",
    ):
        assert service in said
    assert f"{total(lines):,.2f} USD a month" in said
    assert "Customer.io" in said and "HubSpot" in said and "Pinpoint" in said


def test_the_command_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    run("--contacts", "1000", "--region", "us-east-1", "--plan", "essentials", "--json")
    document = json.loads(capsys.readouterr().out)
    assert document["total"] == pytest.approx(sum(line["usd"] for line in document["lines"]))
    assert {other["name"] for other in document["others"]} > {"Amazon Pinpoint"}


def run(*arguments: str) -> None:
    parser = ArgumentParser()
    command.add_to(parser.add_subparsers(required=True))
    given = parser.parse_args(["cost", *arguments])
    given.run(given)
