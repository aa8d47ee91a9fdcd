"""What tests ask AWS with: clients, and what they are to name in their requests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from leadwell.messaging.outgoing import Channel

Wire = dict[str, Any]
IF_ABSENT: Wire = {"ConditionExpression": "attribute_not_exists(pk)"}

A_MISTAKE = "ValidationException"
"""The code of a request that no repetition helps."""


def if_revision(number: int) -> Wire:
    return {"ConditionExpression": "rev = :rev", "ExpressionAttributeValues": {":rev": {"N": str(number)}}}


def key(pk: str, sk: str = "s") -> Wire:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def item(pk: str, sk: str = "s", rev: int = 1, **more: Wire) -> Wire:
    return {**key(pk, sk), "rev": {"N": str(rev)}, **more}


@contextmanager
def refused(*codes: str) -> Iterator[Any]:
    """The request inside gets a 4xx answer with one of these codes; yields the error's response, filled at the end."""
    response: Wire = {}
    with pytest.raises(ClientError) as caught:
        yield response
    response |= caught.value.response
    assert response["Error"]["Code"] in codes
    assert 400 <= response["ResponseMetadata"]["HTTPStatusCode"] < 500


@dataclass(frozen=True)
class Dynamo:
    """The requests of ``store/dynamo.py``, one method each, with exactly its parameters."""

    client: Any
    name: str

    def put(self, written: Wire, condition: Wire | None = None, **more: Any) -> Wire:
        return self._answer(self.client.put_item(TableName=self.name, Item=written, **(condition or {}), **more))

    def delete(self, at: Wire, condition: Wire | None = None) -> Wire:
        return self._answer(self.client.delete_item(TableName=self.name, Key=at, **(condition or {})))

    def get(self, pk: str, sk: str = "s") -> Wire | None:
        answer = self.client.get_item(TableName=self.name, Key=key(pk, sk), ConsistentRead=True)
        found: Wire | None = answer.get("Item")
        return found

    def transact(self, *changes: Wire, **more: Any) -> Wire:
        return self._answer(self.client.transact_write_items(TransactItems=list(changes), **more))

    def query(self, condition: str, values: dict[str, str], **more: Any) -> Wire:
        arguments: Wire = {"Limit": 100, **more}
        if "IndexName" not in more:
            arguments["ConsistentRead"] = True
        return self._answer(
            self.client.query(
                TableName=self.name,
                KeyConditionExpression=condition,
                ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
                **arguments,
            )
        )

    def get_batch(self, keys: list[Wire]) -> Wire:
        request = {self.name: {"Keys": keys, "ConsistentRead": True}}
        return self._answer(self.client.batch_get_item(RequestItems=request))

    def put_batch(self, items: list[Wire]) -> Wire:
        requests = [{"PutRequest": {"Item": one}} for one in items]
        return self._answer(self.client.batch_write_item(RequestItems={self.name: requests}))

    def put_change(self, written: Wire, condition: Wire | None = None) -> Wire:
        return {"Put": {"TableName": self.name, "Item": written, **(condition or {})}}

    def delete_change(self, at: Wire, condition: Wire | None = None) -> Wire:
        return {"Delete": {"TableName": self.name, "Key": at, **(condition or {})}}

    def check_change(self, at: Wire, condition: Wire) -> Wire:
        return {"ConditionCheck": {"TableName": self.name, "Key": at, **condition}}

    @staticmethod
    def _answer(answer: Any) -> Wire:
        given: Wire = answer
        return given


@dataclass(frozen=True)
class Machines:
    """``end`` closes an execution, given its ARN."""

    client: Any
    arn: str
    end: Callable[[str], None]


@dataclass(frozen=True)
class Mail:
    """``sender`` is verified, ``configuration_set`` exists."""

    channel: Channel
    to: str
    client: Any
    sender: str
    configuration_set: str


@dataclass(frozen=True)
class Sms:
    channel: Channel
    to: str
    client: Any
