"""The table in DynamoDB."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from leadwell.errors import Conflict, Throttled
from leadwell.store.attributes import from_attributes, to_attributes
from leadwell.store.table import Change, Check, Delete, DueEntry, DuePage, Item, Key, Page, Put

_THROTTLES = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "LimitExceededException",
}
_UNPROCESSED_ATTEMPTS = 5


class DynamoTable:
    """See ``store.table.Table``. Takes a client whose retries are configured by ``wiring``."""

    def __init__(self, client: Any, name: str, pepper: Callable[[], bytes] = bytes) -> None:
        """``pepper`` is asked for when it is first needed; most functions never do."""
        self._client = client
        self._name = name
        self._pepper = pepper

    @property
    def pepper(self) -> bytes:
        return self._pepper()

    def get(self, key: Key) -> Item | None:
        answer = self._call("get_item", Key=_key(key), ConsistentRead=True)
        found = answer.get("Item")
        return from_attributes(found) if found else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found: dict[Key, Item] = {}
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), 100):
            request: Any = {
                self._name: {"Keys": [_key(k) for k in wanted[start : start + 100]], "ConsistentRead": True}
            }
            in_vain = 0
            while request:
                answer = self._call("batch_get_item", table=False, RequestItems=request)
                answered = answer["Responses"].get(self._name, [])
                for raw in answered:
                    item = from_attributes(raw)
                    found[Key(item["pk"], item["sk"])] = item
                request = answer.get("UnprocessedKeys")
                # An answer has at most 16 MB, 1 MB of a partition: as long as it brings something, it goes on.
                in_vain = 0 if answered else in_vain + 1
                if request and in_vain == _UNPROCESSED_ATTEMPTS:
                    raise Throttled("the table did not answer all reads of a batch")
                if request and not answered:
                    _pause(in_vain - 1)
        return found

    def put_many(self, items: Sequence[Item]) -> None:
        for start in range(0, len(items), 25):
            puts = [{"PutRequest": {"Item": to_attributes(item)}} for item in items[start : start + 25]]
            request: Any = {self._name: puts}
            for attempt in range(_UNPROCESSED_ATTEMPTS):
                answer = self._call("batch_write_item", table=False, RequestItems=request)
                request = answer.get("UnprocessedItems")
                if not request:
                    break
                _pause(attempt)
            else:
                raise Throttled("the table did not take all writes of a batch")

    def write(self, *changes: Change) -> None:
        if len(changes) == 1 and not isinstance(changes[0], Check):
            self._write_one(changes[0])
        elif changes:
            self._call("transact_write_items", table=False, TransactItems=[self._transacted(c) for c in changes])

    def query(
        self,
        pk: str,
        *,
        begins: str = "",
        after: str | None = None,
        until: str | None = None,
        newest_first: bool = False,
        limit: int = 100,
        cursor: Key | None = None,
    ) -> Page:
        condition = "pk = :pk"
        values: dict[str, Any] = {":pk": {"S": pk}}
        if after is not None and until is not None:
            condition += " AND sk BETWEEN :after AND :until"
            values |= {":after": {"S": after}, ":until": {"S": until}}
        elif after is not None:
            condition += " AND sk >= :after"
            values |= {":after": {"S": after}}
        elif until is not None:
            condition += " AND sk <= :until"
            values |= {":until": {"S": until}}
        elif begins:
            condition += " AND begins_with(sk, :begins)"
            values |= {":begins": {"S": begins}}
        arguments: dict[str, Any] = {"ExclusiveStartKey": _key(cursor)} if cursor else {}
        answer = self._call(
            "query",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=not newest_first,
            ConsistentRead=True,
            Limit=limit,
            **arguments,
        )
        return _page(answer)

    def count(self, pk: str, *, most: int) -> int:
        total, more = 0, dict[str, Any]()
        while True:
            answer = self._call(
                "query",
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": pk}},
                Select="COUNT",
                **more,
            )
            total += int(answer["Count"])
            if total >= most or "LastEvaluatedKey" not in answer:
                return total
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def query_due(self, bucket: str, *, limit: int, cursor: dict[str, str] | None = None) -> DuePage:
        arguments: dict[str, Any] = {}
        if cursor:
            arguments["ExclusiveStartKey"] = {name: {"S": value} for name, value in cursor.items()}
        answer = self._call(
            "query",
            IndexName="due",
            KeyConditionExpression="due_bucket = :bucket",
            ExpressionAttributeValues={":bucket": {"S": bucket}},
            Limit=limit,
            **arguments,
        )
        entries = [DueEntry(Key(raw["pk"]["S"], raw["sk"]["S"]), raw["due_at"]["S"]) for raw in answer.get("Items", [])]
        last = answer.get("LastEvaluatedKey")
        return DuePage(entries, {name: value["S"] for name, value in last.items()} if last else None)

    def scan(self, *, segment: int, segments: int, limit: int, cursor: Key | None = None) -> Page:
        arguments: dict[str, Any] = {"ExclusiveStartKey": _key(cursor)} if cursor else {}
        return _page(self._call("scan", Segment=segment, TotalSegments=segments, Limit=limit, **arguments))

    def _write_one(self, change: Put | Delete) -> None:
        condition = _condition(change.expect)
        if isinstance(change, Put):
            self._call("put_item", Item=to_attributes(change.item), **condition)
        else:
            self._call("delete_item", Key=_key(change.key), **condition)

    def _transacted(self, change: Change) -> dict[str, Any]:
        match change:
            case Put(item, expect):
                return {"Put": {"TableName": self._name, "Item": to_attributes(item), **_condition(expect)}}
            case Delete(key, expect):
                return {"Delete": {"TableName": self._name, "Key": _key(key), **_condition(expect)}}
            case Check(key, expect):
                return {"ConditionCheck": {"TableName": self._name, "Key": _key(key), **_condition(expect)}}

    def _call(self, operation: str, *, table: bool = True, **arguments: Any) -> Any:
        if table:
            arguments["TableName"] = self._name
        try:
            return getattr(self._client, operation)(**arguments)
        except ClientError as error:
            raise _translated(error) from error
        except (ConnectionError, HTTPClientError) as error:
            raise Throttled("no answer from the table") from error


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _condition(expect: int | None) -> dict[str, Any]:
    if expect is None:
        return {}
    if expect == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"ConditionExpression": "rev = :rev", "ExpressionAttributeValues": {":rev": {"N": str(expect)}}}


def _page(answer: Mapping[str, Any]) -> Page:
    last = answer.get("LastEvaluatedKey")
    return Page(
        [from_attributes(raw) for raw in answer.get("Items", [])],
        Key(last["pk"]["S"], last["sk"]["S"]) if last else None,
    )


def _translated(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        return Conflict(failed=(0,))
    if code == "TransactionConflictException":
        return Conflict("a transaction is writing the same item")
    if code == "TransactionCanceledException":
        reasons: Any = error.response.get("CancellationReasons", [])
        codes = [reason.get("Code", "None") for reason in reasons]
        failed = tuple(n for n, reason in enumerate(codes) if reason == "ConditionalCheckFailed")
        if failed:
            return Conflict(failed=failed)
        if "TransactionConflict" in codes:
            return Conflict("another transaction is writing the same items")
        if any("Throttl" in c or "Exceeded" in c for c in codes):
            return Throttled("the table throttles")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _THROTTLES or status >= 500:
        return Throttled("the table throttles or is not well")
    return error


def _pause(attempt: int) -> None:
    time.sleep(0.05 * 2**attempt)
