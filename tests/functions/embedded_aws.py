"""The table and the secret in moto, and the process wired to them as the stack would."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto import mock_aws

from leadwell import wiring
from leadwell.clock import Clock, SystemClock

SECRET = "a secret of at least thirty-two characters"
_TABLE = "leadwell"
_REGION = "eu-central-1"


@contextmanager
def embedded_aws(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[wiring.Services]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", _REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    # boto3 would otherwise call addresses that moto does not know.
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName=_TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "due_bucket", "due_at")
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
        secret = boto3.client("secretsmanager").create_secret(Name="leadwell", SecretString=SECRET)
        monkeypatch.setenv("LEADWELL_TABLE", _TABLE)
        monkeypatch.setenv("LEADWELL_SECRET_ARN", secret["ARN"])
        monkeypatch.setenv("LEADWELL_PUBLIC_URL", "https://news.example.com")
        monkeypatch.setenv("LEADWELL_FROM_NAME", "Example Shop")
        wiring.use(None)
        wiring.use_clock(clock)
        try:
            yield wiring.services()
        finally:
            wiring.use(None)
            wiring.use_clock(SystemClock())
