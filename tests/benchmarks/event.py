"""The rows of an event's way: CPU, requests, capacity, and what becomes of them when there are many contacts."""

import json
from dataclasses import dataclass
from time import process_time
from typing import Any

import boto3

from tests.benchmarks.crowd import EVENTS_PER_BATCH, GROWN, Crowd
from tests.benchmarks.harness import Compared, Row, Size, compare, repeated


@dataclass(slots=True)
class Traffic:
    """Batches through ``track_events``, ``score_and_segment`` and ``run_journeys``; CPU, requests and units are those
    of these three, without what time brings along meanwhile."""

    crowd: Crowd
    batches: int
    events: int = 0
    requests: int = 0
    write_units: float = 0.0
    read_units: float = 0.0

    def cost(self) -> float:
        """CPU seconds an event, without those of AWS in memory."""
        installation, aws, spent = self.crowd.installation, self.crowd.installation.aws, 0.0
        installation.switch_on()
        for _ in range(self.batches):
            calls = self.crowd.batch()
            requests, written, read, elsewhere = aws.total_requests, aws.write_units, aws.read_units, aws.seconds
            began = process_time()
            installation.track(calls)
            installation.run_stream()
            spent += process_time() - began - (aws.seconds - elsewhere)
            self.events += EVENTS_PER_BATCH
            self.requests += aws.total_requests - requests
            self.write_units += aws.write_units - written
            self.read_units += aws.read_units - read
        return spent / (self.batches * EVENTS_PER_BATCH)

    def per_event(self, amount: float) -> float:
        return amount / self.events


def event(size: Size) -> list[Row]:
    """An event's CPU against one ``put_item`` of bare boto3; requests and write units against one each."""
    traffic = Traffic(Crowd(size.contacts, size.weeks), size.batches)
    aws = traffic.crowd.installation.aws
    client: Any = boto3.Session(botocore_session=aws.session()).client("dynamodb")
    item = json.loads(next(one.text for one in aws.table if one.kind == "EVENT"))
    put = repeated(lambda: client.put_item(TableName="leadwell", Item=item), size.calls, lambda: aws.seconds)
    found = compare(traffic.cost, put, size.rounds)
    requests, units = traffic.per_event(traffic.requests), traffic.per_event(traffic.write_units)
    return [
        Row("event CPU", found.ratio, 0.8, f"{found.ours:,.0f} µs an event against {found.theirs:,.0f} µs a put"),
        Row("requests", requests, 0.35, f"{requests * EVENTS_PER_BATCH:.0f} for a batch of 100 events of 20 contacts"),
        Row("capacity", units, 2.0, f"write units; read units: {traffic.per_event(traffic.read_units):.2f}"),
    ]


def growth(size: Size) -> list[Row]:
    """The same traffic with a hundred contacts and with a hundred thousand."""
    many = Traffic(Crowd(size.many_contacts, size.weeks), size.batches)
    few = Traffic(Crowd(GROWN, size.weeks), size.batches)
    for traffic in (many, few):
        traffic.cost()  # what a process does once is not what grows
        traffic.events = traffic.requests = 0
    found: Compared = compare(many.cost, few.cost, size.rounds)
    asked = many.per_event(many.requests) / few.per_event(few.requests)
    sizes = f"{size.many_contacts:,} contacts against {GROWN}"
    return [
        Row("growth, CPU", found.ratio, 1.05, f"{sizes}: {found.ours:,.0f} µs against {found.theirs:,.0f} µs"),
        Row("growth, requests", asked, 1.05, sizes),
    ]
