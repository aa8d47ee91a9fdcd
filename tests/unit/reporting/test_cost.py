"""The bill, checked with figures worked out by hand."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from leadwell.errors import Refused
from leadwell.reporting import cost
from leadwell.reporting.cost import EVERYWHERE, PLANS, VERIFIED, Offer, Price, Prices, Usage, bill, total
from leadwell.reporting.counts import Counts, Spent

EVENT = Spent(invocations=3, requests=10, cpu_ms=10, writes=10, reads=5, sqs=0.5, stored_bytes=400, log_bytes=1500)
MESSAGE = Spent(invocations=8, requests=30, cpu_ms=40, writes=40, reads=30, sqs=3, stored_bytes=2000, log_bytes=3000)
COUNTS = Counts(date="2026-11-22", event=EVENT, message=MESSAGE, minutes=20, contact_bytes=8000)
USAGE = Usage(contacts=100_000, events=20, messages=4)
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
FILE = Path(cost.__file__).with_name("prices.json")


def billed(usage: Usage, region: str = "us-east-1") -> dict[str, float]:
    return {line.price.name: line.usd for line in bill(usage, Prices.read(region), COUNTS)}


def price(**changed: Any) -> Price:
    made = Price(name="", region="", usd=2, per=1, unit="", free=10, mark=VERIFIED, source="", date="")
    return replace(made, **changed)


def offered(name: str, usage: Usage) -> float:
    (offer,) = [offer for offer in Prices.read("us-east-1").offers if offer.name == name]
    return offer.of(usage)


def test_a_hundred_thousand_contacts_in_virginia() -> None:
    """2,000,000 events and 400,000 messages; 100,000 contacts have something due in each of the 43,200 minutes."""
    usd = billed(USAGE)
    assert usd["api gateway request"] == pytest.approx(2.00)  # 2 M · $1.00
    # 6,000,000 + 3,200,000 + 43,200 + 8,640 invocations, a million of them free, at $0.20 a million
    assert usd["lambda invocation"] == pytest.approx(8.25184 * 0.20)
    assert usd["dynamodb write"] == pytest.approx(36.0432 * 0.625)  # 20 M + 16 M + 43,200
    assert usd["dynamodb read"] == pytest.approx(22.0864 * 0.125)  # 10 M + 12 M + 86,400
    assert usd["step functions transition"] == pytest.approx((43_200 * 6 - 4_000) * 0.000025)  # $6.38
    # 1.0 M + 1.2 M, and six queues with 648,000 polls each
    assert usd["sqs request"] == pytest.approx((1.0 + 1.2 + 3.888 - 1.0) * 0.40)
    assert usd["sns publish"] == pytest.approx((1.2 - 1.0) * 0.50)  # three reports a message
    assert usd["ses message, a-la-carte"] == pytest.approx(40.0)  # 400,000 · $0.10 a thousand
    assert usd["alarm"] == pytest.approx(1.00)  # twenty, ten of them free
    assert usd["secret"] == pytest.approx(0.40)


def test_computing_and_keeping() -> None:
    usd = billed(USAGE)
    # An event: 10 ms on 512/1769 of a core and ten waits of 6 ms; a message: 40 ms and thirty.
    event, message = (10 * 1769 / 512 + 60) / 1000, (40 * 1769 / 512 + 180) / 1000
    seconds = 2_000_000 * event + 400_000 * message + (43_200 + 8_640) * 0.1
    assert seconds / 2 < 400_000
    assert usd["lambda gigabyte-second"] == 0, "all of it is free"
    # 0.8 GB of contacts, and twelve months of 2 M · 400 bytes + 0.4 M · 2,000 bytes: less than 25 GB
    stored = (100_000 * 8_000 + 12 * (2_000_000 * 400 + 400_000 * 2_000)) / 1024**3
    assert usd["dynamodb storage"] == 0
    assert usd["dynamodb backup"] == pytest.approx(stored * 0.20)
    logged = (2_000_000 * 1_500 + 400_000 * 3_000) / 1024**3
    assert usd["log gigabyte"] == 0, "5 GB are free"
    assert usd["log storage"] == pytest.approx(logged * 0.03)


def test_ten_times_as_much_is_beyond_what_is_free() -> None:
    usd = billed(replace(USAGE, contacts=1_000_000))
    event, message = (10 * 1769 / 512 + 60) / 1000, (40 * 1769 / 512 + 180) / 1000
    seconds = 20_000_000 * event + 4_000_000 * message + (43_200 + 8_640) * 0.1
    assert usd["lambda gigabyte-second"] == pytest.approx((seconds / 2 - 400_000) * 0.0000133334)
    stored = (1_000_000 * 8_000 + 12 * (20_000_000 * 400 + 4_000_000 * 2_000)) / 1024**3
    assert usd["dynamodb storage"] == pytest.approx((stored - 25) * 0.25)
    logged = (20_000_000 * 1_500 + 4_000_000 * 3_000) / 1024**3
    assert usd["log gigabyte"] == pytest.approx((logged - 5) * 0.50)


def test_regions_and_plans_differ() -> None:
    written = {region: billed(USAGE, region)["dynamodb write"] for region in REGIONS}
    assert written == pytest.approx(
        {"eu-central-1": 36.0432 * 0.7625, "eu-west-1": 36.0432 * 0.705, "us-east-1": 36.0432 * 0.625}
    )
    assert billed(replace(USAGE, plan="essentials"))["ses message, essentials"] == pytest.approx(64.0)
    # 15 million: ten at $0.16 a thousand, five at $0.14
    many = Usage(contacts=1_500_000, events=0, messages=10, plan="essentials")
    assert billed(many)["ses message, essentials"] == pytest.approx(1_600 + 700)


def test_free_units_come_first_and_large_numbers_are_cheaper() -> None:
    assert [price().of(quantity) for quantity in (0, 10, 11, 20)] == [0, 0, 2, 20]
    tiers = price(then=((100, 1), (200, 0.5)))
    assert [tiers.of(quantity) for quantity in (10, 100, 101, 200, 300)] == [0, 180, 181, 280, 330]
    assert price(free=150, then=((100, 1),)).of(160) == 10, "what is free reaches into the second tier"
    assert price(per=1000).of(20) == pytest.approx(0.02)


def test_idle_costs_next_to_nothing() -> None:
    """What is left: a secret, the alarms beyond ten, and Lambda looking into six empty queues."""
    usd = billed(Usage(contacts=0, events=20, messages=4))
    assert {name for name, amount in usd.items() if amount} == {"secret", "alarm", "sqs request"}
    assert sum(usd.values()) == pytest.approx(0.40 + 1.00 + 2.888 * 0.40)


def test_what_others_ask() -> None:
    assert offered("Amazon Pinpoint", USAGE) == pytest.approx(95_000 * 0.0012 + 400_000 * 0.0001)  # $154
    busy = Usage(contacts=1_000_000, events=200, messages=0)
    assert offered("Amazon Pinpoint", busy) == pytest.approx(995_000 * 0.0012 + 100_000_000 * 0.000001)
    assert offered("Customer.io", USAGE) == pytest.approx(100 + 95_000 * 0.009)  # $955; a million mails are included
    assert offered("Customer.io", replace(USAGE, messages=20)) == pytest.approx(955 + 1_000 * 0.12)
    assert offered("HubSpot Marketing Hub", USAGE) == pytest.approx(800 + 20 * 224.72)  # twenty times 5,000 more
    small = Usage(contacts=2_000, events=1, messages=1)
    assert [offered(name, small) for name in ("Customer.io", "HubSpot Marketing Hub")] == [100, 800]
    assert offered("HubSpot Marketing Hub", replace(small, contacts=2_001)) == pytest.approx(1_024.72)


numbers = some.floats(0, 1_000)
usages = some.builds(
    Usage, contacts=some.integers(0, 10**8), events=numbers, messages=numbers, plan=some.sampled_from(PLANS)
)


@given(usage=usages, more=some.floats(0, 1_000), region=some.sampled_from(REGIONS))
def test_more_of_anything_never_costs_less(usage: Usage, more: float, region: str) -> None:
    prices = Prices.read(region)
    for larger in (
        replace(usage, contacts=usage.contacts + int(more)),
        replace(usage, events=usage.events + more),
        replace(usage, messages=usage.messages + more),
    ):
        before, after = bill(usage, prices, COUNTS), bill(larger, prices, COUNTS)
        assert total(after) >= total(before) * (1 - 1e-12)
        assert all(b.usd >= a.usd * (1 - 1e-12) >= 0 for a, b in zip(before, after, strict=True))
        assert all(offer.of(larger) >= offer.of(usage) * (1 - 1e-12) for offer in prices.offers)


@given(usage=usages)
def test_the_total_is_the_sum_of_the_lines(usage: Usage) -> None:
    lines = bill(usage, Prices.read("eu-west-1"), COUNTS)
    assert total(lines) == pytest.approx(sum(line.usd for line in lines))
    assert all(line.usd == line.price.of(line.quantity) for line in lines)


@pytest.mark.parametrize(
    ("field", "value"),
    [("contacts", -1), ("contacts", 10**12), ("events", float("nan")), ("messages", float("inf")), ("plan", "free")],
)
def test_what_cannot_be_is_refused_by_its_field(field: str, value: Any) -> None:
    with pytest.raises(Refused) as refused:
        bill(replace(USAGE, **{field: value}), Prices.read("us-east-1"), COUNTS)
    assert refused.value.field == field
    assert "must be" in refused.value.message


def test_an_unknown_region_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Refused, match="choose eu-central-1 or eu-west-1 or us-east-1") as refused:
        Prices.read("mars-north-1")
    assert refused.value.field == "region"


def test_every_price_has_its_source_and_date() -> None:
    document = json.loads(FILE.read_text("utf-8"))
    names = [(one["name"], one["region"]) for one in document["prices"]]
    assert len(set(names)) == len(names)
    assert {region for _, region in names} == {*REGIONS, EVERYWHERE}
    for one in [*document["prices"], *document["others"]]:
        assert date.fromisoformat("2025-01-01") < date.fromisoformat(one["date"])
        assert date.fromisoformat(one["date"]) <= date.fromisoformat(document["date"])
        assert one["source"]
        assert one["mark"] in ("verified", "recalled", "partly recalled")
    for one in document["others"]:
        assert one["mark"] == "verified" or one["remark"], "what is not verified says what of it"


def test_every_region_has_every_price_and_no_other() -> None:
    used = {
        line.price.name for plan in PLANS for line in bill(replace(USAGE, plan=plan), Prices.read("us-east-1"), COUNTS)
    }
    listed: dict[str, set[str]] = {}
    for one in json.loads(FILE.read_text("utf-8"))["prices"]:
        listed.setdefault(one["name"], set()).add(one["region"])
    assert listed.keys() == used
    assert all(regions in ({EVERYWHERE}, set(REGIONS)) for regions in listed.values())


def test_what_is_counted_can_be_read_and_comes_to_something() -> None:
    counts = Counts.read()
    date.fromisoformat(counts.date)
    for spent in (counts.event, counts.message):
        assert all(getattr(spent, name) > 0 for name in Spent.__slots__)
    assert counts.minutes > 0 and counts.contact_bytes > 0
    assert all(isinstance(offer, Offer) for offer in Prices.read("us-east-1").offers)
