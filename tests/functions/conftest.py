"""The loop's functions in moto: table, queues, state machines and providers, as the stack would wire them."""

import json
from collections.abc import Iterator

import boto3
import pytest

from leadwell import wiring
from leadwell.clock import from_iso
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES, TRANSACTIONAL, WEBHOOKS
from tests.functions.embedded_aws import embedded_aws
from tests.functions.loop import Loop

_ROLE = "arn:aws:iam::123456789012:role/leadwell"
_IDLE = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    clock = _Clock()
    with embedded_aws(monkeypatch, clock):
        sqs, machines = boto3.client("sqs"), boto3.client("stepfunctions")
        for name in (CONTACTS, ENROLLMENTS, MESSAGES, TRANSACTIONAL, WEBHOOKS):
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            monkeypatch.setenv(f"LEADWELL_{name.upper()}_QUEUE_URL", url)
        for name in ("delay", "rebuild"):
            made = machines.create_state_machine(name=name, definition=json.dumps(_IDLE), roleArn=_ROLE)
            monkeypatch.setenv(f"LEADWELL_{name.upper()}_ARN", made["stateMachineArn"])
        boto3.client("sesv2").create_email_identity(EmailIdentity="hello@example.com")
        monkeypatch.setenv("LEADWELL_FROM_ADDRESS", "hello@example.com")
        monkeypatch.setenv("LEADWELL_CONFIGURATION_SET", "leadwell")
        wiring.use(None)  # so that the environment is read again
        yield Loop(clock)


class _Clock:
    def __init__(self) -> None:
        self.moment = from_iso("2026-03-02T08:00:00Z")

    def now(self) -> int:
        return self.moment
