"""The management API on DynamoDB, SQS and Step Functions as moto has them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from functions.manage.handler import handler
from leadwell import wiring
from leadwell.clock import MINUTE, Moment, from_iso
from leadwell.messaging.message import Message, parked
from leadwell.settings import Settings
from leadwell.store import keys
from leadwell.store.table import Put, query_all
from leadwell.tracking.events import Event
from leadwell.wiring import Services
from tests.functions.embedded_aws import embedded_aws
from tests.unit.console.signed_in import gateway_event

NOW = from_iso("2026-11-22T09:00:00Z")
SEGMENT = "kind: segment\nname: berliners\ntitle: {en: Berliners, de: Berliner}\nwhen: {trait: city, equals: Berlin}\n"


@dataclass
class SteppingClock:
    """A second later at every look."""

    at: Moment = NOW

    def now(self) -> Moment:
        self.at += 1_000
        return self.at


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, clock: SteppingClock) -> Iterator[Services]:
    for name in ("delay", "rebuild"):
        monkeypatch.setenv(
            f"LEADWELL_{name.upper()}_ARN", f"arn:aws:states:eu-central-1:123456789012:stateMachine:{name}"
        )
    monkeypatch.setenv("LEADWELL_MESSAGES_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/messages")
    with embedded_aws(monkeypatch, clock) as services:
        boto3.client("sqs").create_queue(QueueName="messages")
        machines = boto3.client("stepfunctions")
        nothing = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
        for name in ("delay", "rebuild"):
            machines.create_state_machine(
                name=name, definition=nothing, roleArn=f"arn:aws:iam::123456789012:role/{name}"
            )
        yield services


def call(method: str, path: str, body: object = None, *, role: str = "admin", **headers: str) -> tuple[int, Any]:
    event = gateway_event(
        method,
        path,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=None if body is None else json.dumps(body),
        claims={"sub": "person-1", "cognito:groups": f"[{role}]"},
        request=f"{method} {path}",
    )
    answer = handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def bring_up_to_date(services: Services, contact: str) -> None:
    """What ``score_and_segment`` does with the stream."""
    events = [Event.from_item(item) for item in query_all(services.table, f"C#{contact}", begins=keys.EVENTS)]
    services.updater.apply(events, services.library.catalog(), services.clock.now())


def ann(services: Services) -> str:
    status, accepted = call(
        "PUT", "/api/contacts", {"identities": {"email": "ann@example.com"}, "traits": {"city": "Berlin"}}
    )
    assert status == 202
    bring_up_to_date(services, accepted["contact"])
    return str(accepted["contact"])


def test_a_contact_from_the_first_word_to_erasure(aws: Services) -> None:
    assert call("POST", "/api/definitions", {"text": SEGMENT})[0] == 201
    contact = ann(aws)
    (found,) = call("POST", "/api/contacts/search", {"email": "ann@example.com"})[1]["contacts"]
    assert (found["id"], found["traits"]) == (contact, {"city": "Berlin", "email": "ann@example.com"})
    assert [one["name"] for one in call("GET", f"/api/contacts/{contact}/timeline")[1]["events"]] == [
        "Segment Entered",
        "Identified",
    ]
    assert call("GET", f"/api/contacts/{contact}/explain")[1]["score"]["unexplained"] == 0
    status, receipt = call("DELETE", f"/api/contacts/{contact}")
    assert (status, receipt["complete"], receipt["removed"]) == (200, True, {"events": 1, "identities": 1})
    assert call("DELETE", f"/api/contacts/{contact}")[1]["removed"] == {}
    assert call("GET", f"/api/contacts/{contact}")[0] == 404
    left = boto3.client("dynamodb").scan(TableName="leadwell")["Items"]
    assert "ann@example.com" not in repr(left)
    assert sorted(
        item["kind"]["S"] for item in left if "kind" in item and item["kind"]["S"] in ("CONTACT", "SUPPRESSION")
    ) == [
        "CONTACT",
        "SUPPRESSION",
    ]


def test_bad_input_is_named_and_changes_nothing(aws: Services) -> None:
    status, problem = call("PUT", "/api/contacts", {"identities": {"email": "ann"}})
    assert (status, problem["field"]) == (400, "identities.email")
    assert call("PUT", "/api/contacts", {"identities": {"email": "ann@example.com"}}, role="viewer")[0] == 403
    assert boto3.client("dynamodb").scan(TableName="leadwell")["Items"] == []


def test_the_same_request_twice(aws: Services) -> None:
    contact = ann(aws)
    body = {"name": "Phone Call", "properties": {"minutes": 5}}
    answers = [call("POST", f"/api/contacts/{contact}/events", body, idempotency_key="call-7") for _ in range(2)]
    assert answers[0] == answers[1]
    events = call("GET", f"/api/contacts/{contact}/timeline")[1]["events"]
    assert [event["name"] for event in events] == ["Phone Call", "Identified"]


def test_consent_withdrawn_twice_is_one_no(aws: Services) -> None:
    contact = ann(aws)
    body = {"purpose": "marketing", "channel": "email", "state": "withdrawn"}
    for _ in range(2):
        assert call("POST", f"/api/contacts/{contact}/consents", body, idempotency_key="no")[0] == 202
    stored = aws.table.get(keys.withdrawals(contact))
    assert stored is not None and stored["rev"] == 1


def test_publishing_starts_a_recount_once(aws: Services) -> None:
    for _ in range(2):
        status, published = call("POST", "/api/definitions", {"text": SEGMENT})
        assert (status, published["version"]) == (201, 1)
    executions = boto3.client("stepfunctions").list_executions(stateMachineArn=aws.settings.rebuild_arn)
    assert len(executions["executions"]) == 1


def test_a_parked_message_is_released_into_its_queue(aws: Services, clock: SteppingClock) -> None:
    contact = ann(aws)
    wanted = Message(
        id="m1",
        contact=contact,
        channel="email",
        template="welcome-hello",
        template_version=1,
        purpose="marketing",
        requested_at=clock.at - MINUTE,
    )
    aws.table.write(Put(parked(wanted, "the template was missing").to_item(), 0))
    path = f"/api/contacts/{contact}/messages/m1/release"
    assert [call("POST", path)[0] for _ in range(2)] == [202, 409]
    (entry,) = boto3.client("sqs").receive_message(QueueUrl=aws.settings.messages_queue_url)["Messages"]
    assert json.loads(entry["Body"]) == {"pk": f"C#{contact}", "sk": "M#m1"}


def test_the_pages_and_the_description_need_no_table() -> None:
    bare = Services(Settings(table="none"), SteppingClock())
    wiring.use(bare)
    try:
        for path in ("/console", "/console/main.js", "/openapi.json"):
            assert handler(gateway_event("GET", path), None)["statusCode"] == 200
    finally:
        wiring.use(None)
    assert "table" not in vars(bare)
