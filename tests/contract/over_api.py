"""An implementation that is reached as AWS is: by botocore's clients. Makes what tests need, and removes it."""

import json
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.channels.sms_sns import SnsSms
from leadwell.store.dynamo import DynamoTable
from leadwell.store.table import Table
from tests.contract.queues import Queue
from tests.contract.requests import Dynamo, Machines, Mail, Sms
from tests.contract.seen import Change, change_of

_LONG_WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}


class Clients:
    """Service → its client, made once. Parameters are not checked on this side: the service is to answer."""

    def __init__(
        self, *, key: str = "", secret: str = "", region: str = "", endpoint: str | None = None, attempts: int = 1
    ) -> None:
        self._session: Any = boto3.Session(key or None, secret or None, region_name=region or None)
        self._endpoint = endpoint
        self._config = Config(
            parameter_validation=False,
            retries={"mode": "standard", "total_max_attempts": attempts},
            account_id_endpoint_mode="disabled",
        )
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = self._session.client(service, endpoint_url=self._endpoint, config=self._config)
        return self._made[service]

    def close(self) -> None:
        for client in self._made.values():
            client.close()


def wait_a_little() -> None:
    time.sleep(0.05)


@dataclass(eq=False)
class OverApi:
    """``wait`` lets a little time pass, real or virtual; a received message is hidden for ``hidden`` seconds."""

    client: Callable[[str], Any]
    wait: Callable[[], None]
    role: str = "arn:aws:iam::123456789012:role/leadwell"
    sender: str = "hello@example.com"
    mail_to: str = "ann@example.com"
    sms_to: str = "+12025550123"
    patience: float = 20.0
    hidden: int = 1
    _made: ExitStack = field(default_factory=ExitStack)

    def pause(self) -> None:
        self.wait()

    def close(self) -> None:
        self._made.close()

    def table(self) -> Table:
        return DynamoTable(self.client("dynamodb"), self._table)

    def dynamo(self) -> Dynamo:
        return Dynamo(self.client("dynamodb"), self._table)

    whole_dynamo = dynamo

    def stream(self) -> "OverApi":
        return self

    def changes(self, pk: str) -> list[Change]:
        """What the stream shows of a partition by now, in its order."""
        streams = self.client("dynamodbstreams")
        described = self.client("dynamodb").describe_table(TableName=self._table)["Table"]
        shards = streams.describe_stream(StreamArn=described["LatestStreamArn"])["StreamDescription"]["Shards"]
        found = []
        for shard in shards:
            iterator = streams.get_shard_iterator(
                StreamArn=described["LatestStreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                answer = streams.get_records(ShardIterator=iterator)
                found += answer["Records"]
                iterator = answer.get("NextShardIterator") if answer["Records"] else None
        return [change_of(record) for record in found if record["dynamodb"]["Keys"]["pk"]["S"] == pk]

    def sqs(self) -> Queue:
        """A new queue with its dead letter queue."""
        sqs = self.client("sqs")
        dead = self._queue({})
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": Queue.attempts})
        return Queue(sqs, self._queue({"VisibilityTimeout": str(self.hidden), "RedrivePolicy": redrive}), dead, self)

    work = sqs

    def machines(self) -> Machines:
        """A state machine whose executions wait for ten minutes."""
        client = self.client("stepfunctions")
        made = client.create_state_machine(
            name=_name("machine"), definition=json.dumps(_LONG_WAIT), roleArn=self.role, type="STANDARD"
        )
        arn = made["stateMachineArn"]
        self._made.callback(client.delete_state_machine, stateMachineArn=arn)
        return Machines(client, arn, lambda execution: client.stop_execution(executionArn=execution) and None)

    states = machines

    def mail(self) -> Mail:
        client, configuration_set = self.client("sesv2"), self._configuration_set
        channel = SesEmail(
            client, from_address=self.sender, from_name="Example Shop", configuration_set=configuration_set
        )
        return Mail(channel, self.mail_to, client, self.sender, configuration_set)

    ses = mail

    def sms(self) -> Sms:
        client = self.client("sns")
        return Sms(SnsSms(client, sender_id=""), self.sms_to, client)

    sns = sms

    @cached_property
    def _table(self) -> str:
        """As ``infra/constructs/contact_table.py`` makes it."""
        client, name = self.client("dynamodb"), _name("table")
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": one, "AttributeType": "S"} for one in ("pk", "sk", "due_bucket", "due_at")
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
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            BillingMode="PAY_PER_REQUEST",
        )
        self._made.callback(client.delete_table, TableName=name)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        return name

    @cached_property
    def _configuration_set(self) -> str:
        client, name = self.client("sesv2"), _name("mail")
        client.create_configuration_set(ConfigurationSetName=name)
        self._made.callback(client.delete_configuration_set, ConfigurationSetName=name)
        if self.sender.endswith("@example.com"):
            client.create_email_identity(EmailIdentity=self.sender)
        return name

    def _queue(self, attributes: dict[str, str]) -> str:
        client = self.client("sqs")
        url = str(client.create_queue(QueueName=_name("queue"), Attributes=attributes)["QueueUrl"])
        self._made.callback(client.delete_queue, QueueUrl=url)
        return url


def _name(kind: str) -> str:
    return f"leadwell-contract-{secrets.token_hex(4)}-{kind}"
