"""track_events under moto, with what other people's clients really sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from moto import mock_aws

from leadwell import wiring
from leadwell.clock import SECOND, from_iso, to_iso
from leadwell.ids import contact_id
from leadwell.settings import Settings
from leadwell.store.attributes import from_attributes
from leadwell.store.dynamo import DynamoTable
from leadwell.tracking.events import Event, Identity, Standing
from leadwell.tracking.identities import user_hash
from leadwell.tracking.keys import KeyKind, add_key
from tests.functions.tracking_door import NOW, SECRET, SERVER, Door, packed

PAYLOADS = Path(__file__).parent / "payloads" / "tracking"


class DeployedDoor(Door):
    """The function as deployed: its services are made from the environment, its table is DynamoDB's."""

    def __init__(self, client: Any) -> None:
        super().__init__(DynamoTable(client, "leadwell"))
        self.client = client
        self.services = wiring.Services(Settings.from_environment(), self.clock)
        self.services.table = DynamoTable(client, "leadwell")

    def events(self) -> list[Event]:
        items = [from_attributes(raw) for raw in self.client.scan(TableName="leadwell")["Items"]]
        return sorted((Event.from_item(i) for i in items if i["kind"] == "EVENT"), key=lambda event: event.order)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedDoor]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "LEADWELL_TABLE": "leadwell",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        secret = boto3.client("secretsmanager").create_secret(Name="signing", SecretString=SECRET.decode())
        monkeypatch.setenv("LEADWELL_SECRET_ARN", secret["ARN"])
        client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
        client.create_table(
            TableName="leadwell",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "due_bucket", "due_at")
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "due",
                    "KeySchema": [
                        {"AttributeName": "due_bucket", "KeyType": "HASH"},
                        {"AttributeName": "due_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        with DeployedDoor(client) as made:
            yield made


GOOD = {
    "event": "Product Viewed",
    "anonymousId": "a1",
    "messageId": "m1",
    "timestamp": to_iso(NOW - SECOND),
    "properties": {"price": 299.5, "name": "Söfa 🛋", "tags": ["a", None, True], "size": {"w": 10**37, "d": -0.5}},
}


def test_a_good_record(door: DeployedDoor) -> None:
    assert door.send("/v1/track", GOOD).status == 200
    event = door.event()
    assert event.contact == contact_id("anonymous_id", "a1")
    assert (event.id, event.at, event.properties) == ("m1", NOW - SECOND, GOOD["properties"])


def test_a_bad_record(door: DeployedDoor) -> None:
    reply = door.send("/v1/track", {**GOOD, "event": None})
    assert (reply.status, reply.body["field"]) == (400, "event")
    assert door.events() == []


def test_the_same_twice(door: DeployedDoor) -> None:
    for _ in range(2):
        assert door.send("/v1/track", GOOD).status == 200
        assert door.send("/v1/track", {**GOOD, "messageId": "m2", "timestamp": None}).status == 200
        door.clock.at += SECOND
    assert [event.id for event in door.events()] == ["m1", "m2"]


def test_a_batch_with_good_and_bad_entries(door: DeployedDoor) -> None:
    entries = [{"type": "track", **GOOD, "messageId": f"m{n}", "event": "" if n == 7 else "E"} for n in range(60)]
    reply = door.send("/v1/batch", {"batch": entries})
    assert (reply.body["stored"], [r["field"] for r in reply.body["refused"]]) == (59, ["batch[7].event"])
    assert len(door.events()) == 59


def test_a_signed_user(door: DeployedDoor) -> None:
    """The signing secret comes from Secrets Manager."""
    body = {"userId": "u1", "anonymousId": "a1", "context": {"userHash": user_hash(SECRET, "u1")}}
    assert door.send("/v1/identify", body).status == 200
    assert door.event().standing is Standing.PROVEN


@pytest.mark.parametrize("operation", ["GetItem", "BatchGetItem", "BatchWriteItem", "TransactWriteItems"])
def test_throttling_is_told_to_the_client(door: DeployedDoor, operation: str) -> None:
    add_key(DynamoTable(door.client, "leadwell"), "wk-fresh", KeyKind.PUBLIC, "fresh")

    def throttle(request: Any, **_: Any) -> AWSResponse:
        raw = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow"})
        return AWSResponse(request.url, 400, HTTPHeaders(), _Raw(raw.encode()))

    event = f"before-send.dynamodb.{operation}"
    door.client.meta.events.register_first(event, throttle)
    entries = [{"type": "track", **GOOD}, {"type": "track", **GOOD, "messageId": "m2", "timestamp": None}]
    reply = door.send("/v1/batch", {"batch": entries}, key="wk-fresh")
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")
    door.client.meta.events.unregister(event, throttle)
    assert door.send("/v1/batch", {"batch": entries}, key="wk-fresh").status == 200
    assert len(door.events()) == 2


def test_a_fault_of_the_store_is_a_500_that_clients_retry(door: DeployedDoor) -> None:
    door.client.delete_table(TableName="leadwell")
    reply = door.send("/v1/track", GOOD, key="wk-not-seen-yet")
    assert reply.status == 500
    assert "Traceback" not in json.dumps(reply.body)


class _Raw:
    """What botocore reads a response body from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


CAPTURED = [
    pytest.param(json.loads(line), id=f"{path.stem}-{number}")
    for path in sorted(PAYLOADS.glob("*.jsonl"))
    for number, line in enumerate(path.read_text().splitlines())
]
NAMES = {
    "identify": "Identified",
    "track": "Order Completed",
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "group": "Grouped",
    "alias": "Aliased",
}


@pytest.mark.parametrize("captured", CAPTURED)
def test_captured_requests(door: DeployedDoor, captured: dict[str, Any]) -> None:
    body = captured["body"]
    entries = body.get("batch", [body])
    door.clock.at = from_iso(body["sentAt"]) + 40
    raw = packed(body) if captured["headers"].get("content-encoding") == "gzip" else json.dumps(body).encode()
    headers = {name: value for name, value in captured["headers"].items() if name != "authorization"}
    for _ in range(2):
        reply = door.send(captured["path"], raw, key=SERVER, headers=headers)
        assert (reply.status, reply.body) == (200, {"success": True})
    events = {event.type: event for event in door.events()}
    assert len(events) == len(door.events()) == len(entries), "the same twice changes nothing"
    for entry in entries:
        event = events[entry["type"]]
        assert event.name == NAMES[event.type]
        assert event.id == entry["messageId"]
        assert event.at == from_iso(entry.get("timestamp") or entry["originalTimestamp"])
        assert event.standing is Standing.PROVEN
        if entry.get("userId"):
            assert Identity("user_id", "u1") in event.identities
            assert event.contact == contact_id("user_id", "u1")
        if event.type == "identify":
            assert event.traits["email"] == "a@example.com"
            assert Identity("email", "a@example.com") in event.identities
        if event.type == "track":
            assert event.properties == {"revenue": 9.5}
        if event.type == "group":
            assert (event.properties["group_id"], event.traits) == ("g1", {"plan": "pro"})
        if event.type == "page":
            assert event.properties["name"] == entry["name"]
            assert event.properties["category"] == entry["category"]
