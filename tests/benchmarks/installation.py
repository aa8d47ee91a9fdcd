"""Leadwell over AWS in memory: the real handlers with real boto3 clients, called in batches as AWS delivers them."""

import importlib
import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

from leadwell import wiring
from leadwell.clock import Moment, from_iso
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.due.buckets import minute_start
from leadwell.messaging.rendering.read_sources import read_email
from leadwell.settings import Settings
from leadwell.tracking.keys import KeyKind, add_key
from leadwell.wiring import Services
from tests.benchmarks import definitions
from tests.benchmarks.memory_aws import MemoryAws
from tests.benchmarks.memory_partitions import Written
from tests.fakes.memory_table import MemoryTable

TEMPLATES = Path(__file__).parents[2] / "templates"
SERVER_KEY = "server-key"
STREAM_BATCH = 100

_WORKERS = {
    "contacts": "score_and_segment",
    "enrollments": "run_journeys",
    **dict.fromkeys(("messages", "transactional", "webhooks"), "send_messages"),
}
_ARN = "arn:aws:states:eu-central-1:123456789012:stateMachine"
_QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012"
SETTINGS = Settings(
    table="leadwell",
    contacts_queue_url=f"{_QUEUES}/contacts",
    enrollments_queue_url=f"{_QUEUES}/enrollments",
    messages_queue_url=f"{_QUEUES}/messages",
    transactional_queue_url=f"{_QUEUES}/transactional",
    webhooks_queue_url=f"{_QUEUES}/webhooks",
    delay_arn=f"{_ARN}:delay",
    rebuild_arn=f"{_ARN}:rebuild",
    secret_arn="arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing",
    configuration_set="leadwell",
    public_url="https://go.example.com",
    from_address="hello@example.com",
    from_name="Example Shop",
    imprint="Example Shop, Example Street 1, 12345 Exampletown",
)


class Hands:
    """A clock that is set by hand."""

    def __init__(self, start: str) -> None:
        self.moment = from_iso(start)

    def now(self) -> Moment:
        return self.moment


class Installation:
    """``track`` posts to the API; ``run_stream``, ``run`` and ``advance`` let more and more of what follows happen.
    ``watch`` is told of every invocation and its payload."""

    def __init__(self, start: str = "2026-03-02T08:00:00Z") -> None:
        self.aws = MemoryAws()
        self.clock = Hands(start)
        self._read = 0
        self._woken: set[str] = set()
        self.watch: Callable[[str, str], object] = lambda function, payload: None
        for item in _published():
            self.aws.put(item)
        self.renew()

    def renew(self) -> None:
        """As after a cold start: clients and everything remembered are made anew."""
        self.services = Services(SETTINGS, self.clock)

    def go_on_from(self, other: "Installation") -> None:
        """With the same items at the same moment."""
        for one in other.aws.table:
            self.aws.table.put(one)
        self.aws.started, self._woken = list(other.aws.started), set(other._woken)
        self.clock.moment = other.clock.moment

    def switch_on(self) -> None:
        """Handlers work with this installation from now on."""
        wiring.use(self.services)
        wiring.use_session(self.aws.session())

    def track(self, calls: list[dict[str, Any]]) -> None:
        """One request with a batch of calls."""
        body = json.dumps({"writeKey": SERVER_KEY, "batch": calls})
        request = {
            "version": "2.0",
            "routeKey": "POST /v1/{proxy+}",
            "rawPath": "/v1/batch",
            "rawQueryString": "",
            "headers": {"content-type": "application/json", "host": "go.example.com"},
            "requestContext": {
                "requestId": f"request-{self.clock.moment}",
                "http": {"method": "POST", "path": "/v1/batch", "sourceIp": "203.0.113.9"},
                "timeEpoch": self.clock.moment,
            },
            "body": body,
            "isBase64Encoded": False,
        }
        answer = self.call("track_events", json.dumps(request))
        assert answer["statusCode"] == 200, answer

    def run_stream(self) -> None:
        """Hands on what the stream holds until it holds nothing new."""
        while self._read < len(self.aws.stream):
            written, self._read = self.aws.stream[self._read :], len(self.aws.stream)
            self._feed("score_and_segment", [one for one in written if _is_new_event(one)])
            self._feed("run_journeys", [one for one in written if _is_news(one)])

    def advance(self, to: Moment) -> None:
        """Lets time pass: every minute that was armed is woken when it comes, and what it wakes is worked on."""
        while minutes := [one for one in self._armed() if minute_start(one) <= to]:
            minute = min(minutes)
            self.clock.moment = max(self.clock.moment, minute_start(minute))
            self._woken.add(minute)
            state: Any = {"minute": minute, "more": True}
            while state["more"]:
                state = self.call("wake_due", json.dumps(state))
            self.run()
        self.clock.moment = to

    def run(self) -> None:
        """Hands on what stream and queues hold until they hold nothing."""
        self.run_stream()
        while any(self.aws.queued.values()):
            for queue, function in _WORKERS.items():
                self.work(function, self.aws.queued.pop(queue, []))
            self.run_stream()

    def work(self, function: str, bodies: list[str]) -> None:
        """Queue records, ten at a time."""
        for start in range(0, len(bodies), 10):
            records = [
                {"messageId": str(number), "eventSource": "aws:sqs", "body": body}
                for number, body in enumerate(bodies[start : start + 10])
            ]
            answer = self.call(function, json.dumps({"Records": records}))
            assert not answer["batchItemFailures"], answer

    def call(self, function: str, payload: str) -> Any:
        """Reads the payload and writes the answer, as Lambda's runtime does."""
        self.watch(function, payload)
        return json.loads(json.dumps(_handler(function)(json.loads(payload), None)))

    def _armed(self) -> list[str]:
        return [one["minute"] for one in self.aws.started if one["minute"] not in self._woken]

    def _feed(self, function: str, written: list[Written]) -> None:
        for start in range(0, len(written), STREAM_BATCH):
            records = ",".join(one.to_record() for one in written[start : start + STREAM_BATCH])
            self.call(function, f'{{"Records":[{records}]}}')


class _Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


@cache
def _handler(function: str) -> Callable[[Any, Any], Any]:
    """Its log lines are written as ever, to nowhere."""
    with redirect_stdout(_Nowhere()):
        handler: Callable[[Any, Any], Any] = importlib.import_module(f"functions.{function}.handler").handler
    return handler


@cache
def _published() -> list[dict[str, Any]]:
    """The items of everything that is live, published the way anybody publishes."""
    table = MemoryTable()
    publisher = Publisher(Library(table), now=0, by="benchmark")
    for email in ("welcome-hello", "abandoned-cart"):
        publisher.publish_email(read_email(TEMPLATES / "emails", email))
    written = [*definitions.segments(), definitions.scoring(), definitions.lifecycle(), *definitions.journeys()]
    for definition in written:
        publisher.publish(json.dumps(definition))
    add_key(table, SERVER_KEY, KeyKind.SERVER, "shop")
    return list(table.snapshot().values())


def _is_new_event(written: Written) -> bool:
    return written.name == "INSERT" and written.new is not None and written.new.kind == "EVENT"


def _is_news(written: Written) -> bool:
    """The stack's filter for ``run_journeys``."""
    return written.new is not None and written.new.kind == "CONTACT" and written.new.news
