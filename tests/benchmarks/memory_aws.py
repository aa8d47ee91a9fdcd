"""AWS behind botocore's HTTP layer: requests are built, signed and read as ever, and answered from memory.

One table with its stream and its index ``due``; queues, state machines, mail and secrets that accept everything.
Requests and capacity units are counted; the time spent in here is measured, so that it can be left out.
"""

import json
from collections import Counter
from collections.abc import Mapping
from time import process_time
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.session import Session, get_session

from tests.benchmarks.capacity import index_units, read_units, write_units
from tests.benchmarks.memory_http import answered, operation_of
from tests.benchmarks.memory_partitions import Partitions, Stored, Written

SECRET = "0123456789abcdef0123456789abcdef"

_ERRORS = "com.amazonaws.dynamodb.v20120810"


class _Refused(Exception):
    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body


class MemoryAws:
    """``requests`` counts by operation, ``seconds`` is the CPU time of answering, ``sent`` are the tags of mails."""

    def __init__(self) -> None:
        self.table = Partitions()
        self.stream: list[Written] = []
        self.queued: dict[str, list[str]] = {}
        self.started: list[dict[str, Any]] = []
        self.sent: list[dict[str, list[str]]] = []
        self.requests: Counter[str] = Counter()
        self.write_units = 0.0
        self.read_units = 0.0
        self.seconds = 0.0

    def session(self) -> Session:
        """Every client made from it talks to this object."""
        session = get_session()
        session.set_credentials("AKIAIOSFODNN7EXAMPLE", "example")
        session.set_config_variable("region", "eu-central-1")
        session.register("before-send", self._answer)
        return session

    def put(self, item: dict[str, Any]) -> None:
        """Puts an item in place without a trace in the stream or the counts."""
        self.table.put(Stored.of(item))

    @property
    def total_requests(self) -> int:
        return sum(self.requests.values())

    @property
    def mails(self) -> int:
        return len(self.sent)

    def _answer(self, request: Any, **more: Any) -> AWSResponse:
        began = process_time()
        status, body = 200, b"{}"
        try:
            operation = operation_of(request)
            self.requests[operation] += 1
            given = json.loads(request.body)
            body = getattr(self, f"_{operation}")(given).encode()
        except _Refused as refused:
            status, body = 400, json.dumps(refused.body).encode()
        self.seconds += process_time() - began
        return answered(request, status, body)

    # DynamoDB

    def _GetItem(self, given: dict[str, Any]) -> str:
        found = self.table.get(*_key(given["Key"]))
        self.read_units += read_units(found.size if found else 0)
        return f'{{"Item":{found.text}}}' if found else "{}"

    def _BatchGetItem(self, given: dict[str, Any]) -> str:
        ((name, wanted),) = given["RequestItems"].items()
        found = [self.table.get(*_key(key)) for key in wanted["Keys"]]
        self.read_units += sum(read_units(one.size if one else 0) for one in found)
        return f'{{"Responses":{{"{name}":[{",".join(one.text for one in found if one)}]}},"UnprocessedKeys":{{}}}}'

    def _Query(self, given: dict[str, Any]) -> str:
        values = {name: value["S"] for name, value in given["ExpressionAttributeValues"].items()}
        start = given.get("ExclusiveStartKey")
        if "IndexName" in given:
            page, more = self.table.due(values[":bucket"], start, given["Limit"])
            self.read_units += read_units(100 * len(page), consistent=False)
        else:
            backward, after = not given["ScanIndexForward"], start["sk"]["S"] if start else None
            page, more = self.table.query(values, after, given["Limit"], backward)
            self.read_units += read_units(sum(one.size for one in page))
        last = ""
        if more:
            end, index = page[-1], "IndexName" in given
            place = {"pk": {"S": end.pk}, "sk": {"S": end.sk}}
            if index and end.due:
                place |= {"due_bucket": {"S": end.due[0]}, "due_at": {"S": end.due[1]}}
            last = f',"LastEvaluatedKey":{json.dumps(place)}'
        return f'{{"Items":[{",".join(one.text for one in page)}],"Count":{len(page)}{last}}}'

    def _Scan(self, given: dict[str, Any]) -> str:
        """The first page, as if there were no more."""
        page = [one for one, _ in zip(self.table, range(given["Limit"]), strict=False)]
        self.read_units += read_units(sum(one.size for one in page), consistent=False)
        return f'{{"Items":[{",".join(one.text for one in page)}],"Count":{len(page)}}}'

    def _PutItem(self, given: dict[str, Any]) -> str:
        if not self._holds(given):
            self.write_units += 1
            raise _Refused({"__type": f"{_ERRORS}#ConditionalCheckFailedException"})
        self._write(given)
        return "{}"

    _DeleteItem = _PutItem

    def _BatchWriteItem(self, given: dict[str, Any]) -> str:
        for changes in given["RequestItems"].values():
            for change in changes:
                self._write(change["PutRequest"])
        return '{"UnprocessedItems":{}}'

    def _TransactWriteItems(self, given: dict[str, Any]) -> str:
        changes = [(verb, change) for entry in given["TransactItems"] for verb, change in entry.items()]
        codes = ["None" if self._holds(change) else "ConditionalCheckFailed" for _, change in changes]
        if any(code != "None" for code in codes):
            self.write_units += 2 * len(changes)
            reasons = [{"Code": code} for code in codes]
            raise _Refused({"__type": f"{_ERRORS}#TransactionCanceledException", "CancellationReasons": reasons})
        for verb, change in changes:
            if verb == "ConditionCheck":
                self.write_units += 2
            else:
                self._write(change, times=2)
        return "{}"

    def _holds(self, change: Mapping[str, Any]) -> bool:
        """Our only conditions: the item is not there, or has a certain revision."""
        condition = change.get("ConditionExpression")
        if condition is None:
            return True
        stored = self.table.get(*_key(change.get("Item") or change["Key"]))
        if condition == "rev = :rev":
            return stored is not None and stored.rev == change["ExpressionAttributeValues"][":rev"]["N"]
        return stored is None

    def _write(self, change: Mapping[str, Any], times: int = 1) -> None:
        """A put, or without an item a delete; in a transaction it costs two times."""
        item = change.get("Item")
        old = self.table.get(*_key(item or change["Key"]))
        new = Stored.of(item) if item else None
        self.write_units += times * write_units(old.size if old else 0, new.size if new else 0)
        self.write_units += index_units(old.due if old else None, new.due if new else None)
        if new:
            self.table.put(new)
        elif old:
            self.table.delete(old.pk, old.sk)
        if (old and old.text) != (new and new.text):
            self.stream.append(Written(old, new))

    # The others

    def _SendMessageBatch(self, given: dict[str, Any]) -> str:
        entries = given["Entries"]
        self.queued.setdefault(given["QueueUrl"].rpartition("/")[2], []).extend(one["MessageBody"] for one in entries)
        return json.dumps({"Successful": [{"Id": one["Id"], "MessageId": "1"} for one in entries]})

    def _GetQueueAttributes(self, given: dict[str, Any]) -> str:
        return '{"Attributes":{"ApproximateNumberOfMessages":"0","ApproximateNumberOfMessagesNotVisible":"0"}}'

    def _StartExecution(self, given: dict[str, Any]) -> str:
        self.started.append(json.loads(given["input"]))
        return '{"executionArn":"arn:aws:states:eu-central-1:123456789012:execution:delay:x","startDate":1}'

    def _GetSecretValue(self, given: dict[str, Any]) -> str:
        return json.dumps({"SecretString": SECRET})

    def _SendEmail(self, given: dict[str, Any]) -> str:
        self.sent.append({tag["Name"]: [tag["Value"]] for tag in given.get("EmailTags", ())})
        return f'{{"MessageId":"mail-{self.mails}"}}'


def _key(key: Mapping[str, Any]) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]
