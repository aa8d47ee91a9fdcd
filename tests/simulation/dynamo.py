"""DynamoDB as its documentation describes it: conditions, transactions, an index that lags, a stream in shards.

Items are kept in the wire form that the real ``DynamoTable`` writes and reads; nothing here knows what they mean,
beyond the expressions that ``store/dynamo.py`` uses.
"""

import bisect
import itertools
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from leadwell.clock import Moment
from tests.fakes.limits import TRANSACTION_BYTES, check_fits
from tests.simulation.attempts import Client, error_of
from tests.simulation.engine import Engine

SHARDS = 3
Wire = dict[str, Any]
At = tuple[str, str]


class Table:
    """``on_record`` gets every change that the stream shows, as (shard, record)."""

    def __init__(self, engine: Engine, items: Mapping[At, Wire], on_record: Callable[[int, Wire], None]) -> None:
        self.engine = engine
        self.items: dict[At, Wire] = dict(items)
        self.journal: list[tuple[Moment, At, Wire, Moment]] = []
        """Every item of a contact that was written: when, where, what, and when the writer's invocation had begun."""
        self.events: dict[str, list[At]] = {}
        """Where an event of this id was ever stored."""
        self.index_lag = 0
        self.hot_shard = ""
        self.on_marker: Callable[[str], None] = lambda minute: None
        self._on_record = on_record
        self._partitions: dict[str, list[str]] = {}
        for pk, sk in sorted(self.items):
            self._partitions.setdefault(pk, []).append(sk)
        self._due: dict[str, dict[At, str]] = {}
        self._due_later: list[tuple[Moment, str, At, str | None]] = []
        self._tokens: dict[str, tuple[Moment, list[Wire]]] = {}

    def get(self, at: At) -> Wire | None:
        return self.items.get(at)

    def put(self, item: Wire) -> None:
        at = (item["pk"]["S"], item["sk"]["S"])
        old = self.items.get(at)
        if old == item:
            return
        if old is None:
            bisect.insort(self._partitions.setdefault(at[0], []), at[1])
        self.items[at] = item
        self._changed(at, old, item)

    def delete(self, at: At) -> None:
        old = self.items.pop(at, None)
        if old is not None:
            self._partitions[at[0]].remove(at[1])
            self._changed(at, old, None)

    def holds(self, at: At, change: Wire) -> bool:
        match change.get("ConditionExpression"):
            case None:
                return True
            case "attribute_not_exists(pk)":
                return at not in self.items
            case "rev = :rev":
                stored = self.items.get(at)
                return stored is not None and stored.get("rev") == change["ExpressionAttributeValues"][":rev"]
            case other:
                raise AssertionError(f"an expression that the stand-in does not know: {other}")

    def keys_of(self, pk: str) -> list[str]:
        return self._partitions.get(pk, [])

    def due(self, bucket: str) -> list[tuple[str, At]]:
        """As the index shows it by now."""
        later = self._due_later
        while later and later[0][0] <= self.engine.now:
            _, one, at, due_at = later.pop(0)
            self._index(one, at, due_at)
        return sorted((due_at, at) for at, due_at in self._due.get(bucket, {}).items())

    def transact(self, changes: list[Wire], token: str) -> None:
        """The same token within ten minutes is the same request: done already."""
        done_at, done = self._tokens.get(token, (-600_001, []))
        if self.engine.now - done_at <= 600_000:
            if done != changes:
                raise error_of("TransactWriteItems", "IdempotentParameterMismatchException")
            return
        whats = [next(iter(change.items())) for change in changes]
        places = [place(what) for _, what in whats]
        _demand(len(set(places)) == len(places) <= 100, "TransactWriteItems")
        failed = [not self.holds(at, what) for at, (_, what) in zip(places, whats, strict=True)]
        if any(failed):
            reasons = [{"Code": "ConditionalCheckFailed" if one else "None"} for one in failed]
            raise error_of("TransactWriteItems", "TransactionCanceledException", CancellationReasons=reasons)
        for at, (kind, what) in zip(places, whats, strict=True):
            if kind == "Put":
                self.put(what["Item"])
            elif kind == "Delete":
                self.delete(at)
        self._tokens[token] = (self.engine.now, changes)

    def _changed(self, at: At, old: Wire | None, new: Wire | None) -> None:
        before, after = (one["due_bucket"]["S"] if one and one.keys() >= _DUE else None for one in (old, new))
        if before or after:
            self._index_later(at, before, after, new)
        if new is None:
            return
        if at[0].startswith("C#"):
            writer = self.engine.current
            self.journal.append((self.engine.now, at, new, writer.started if writer else self.engine.now))
        elif at[0] == "DUE":
            self.on_marker(at[1])
        kind = new.get("kind", {}).get("S")
        if kind == "EVENT" and old is None:
            self.events.setdefault(new["id"]["S"], []).append(at)
        if kind == "EVENT" or kind == "CONTACT":
            record = {
                "eventName": "MODIFY" if old else "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {"Keys": {"pk": new["pk"], "sk": new["sk"]}, "NewImage": new},
            }
            self._on_record(zlib.crc32(at[0].encode()) % SHARDS, record)

    def _index_later(self, at: At, before: str | None, after: str | None, new: Wire | None) -> None:
        due_at = new["due_at"]["S"] if new and after else None
        changes = [(one, None) for one in [before] if one and one != after]
        changes += [(one, due_at) for one in [after] if one]
        if not self.index_lag and not self._due_later:
            for one, moment in changes:
                self._index(one, at, moment)
            return
        visible = max(self.engine.now + self.index_lag, self._due_later[-1][0] if self._due_later else 0)
        self._due_later += [(visible, one, at, moment) for one, moment in changes]

    def _index(self, bucket: str, at: At, due_at: str | None) -> None:
        if due_at is None:
            self._due.get(bucket, {}).pop(at, None)
        else:
            self._due.setdefault(bucket, {})[at] = due_at


_DUE = {"due_bucket", "due_at"}
"""Only an item that has both is in the index."""


def _demand(condition: bool, operation: str) -> None:
    """Whether a request is well-formed; what is not helps no repetition."""
    if not condition:
        raise error_of(operation, "ValidationException")


def _demand_fit(operation: str, *items: Wire) -> int:
    """The size of items that a table can hold."""
    try:
        return sum(check_fits(item) for item in items)
    except ValueError as error:
        raise error_of(operation, "ValidationException") from error


def place(request: Mapping[str, Any]) -> At:
    found = request.get("Key") or request["Item"]
    return (found["pk"]["S"], found["sk"]["S"])


_tokens = itertools.count()


class DynamoClient(Client):
    """The eight calls that ``store/dynamo.py`` makes."""

    service = "dynamodb"

    def __init__(self, engine: Engine, attempts: int, table: Table) -> None:
        super().__init__(engine, attempts)
        self.table = table

    def get_item(self, *, TableName: str, Key: Wire, ConsistentRead: bool) -> Wire:
        return self.request("get_item", lambda: _item(self.table.get(place({"Key": Key}))))

    def batch_get_item(self, *, RequestItems: Wire) -> Wire:
        ((name, wanted),) = RequestItems.items()
        keys = wanted["Keys"]

        places = [place({"Key": key}) for key in keys]
        _demand(len(set(places)) == len(places) <= 100, "BatchGetItem")

        def read(some: list[Wire], left: list[Wire]) -> Wire:
            found = [self.table.get(place({"Key": key})) for key in some]
            answer: Wire = {"Responses": {name: [one for one in found if one is not None]}, "UnprocessedKeys": {}}
            if left:
                answer["UnprocessedKeys"] = {name: {**wanted, "Keys": left}}
            return answer

        half = len(keys) // 2
        return self.request("batch_get_item", lambda: read(keys, []), lambda: read(keys[:half], keys[half:]))

    def batch_write_item(self, *, RequestItems: Wire) -> Wire:
        ((name, requests),) = RequestItems.items()
        items = [one["PutRequest"]["Item"] for one in requests]
        _demand(len({place({"Item": item}) for item in items}) == len(items) <= 25, "BatchWriteItem")
        _demand_fit("BatchWriteItem", *items)

        def write(some: list[Wire], left: list[Wire]) -> Wire:
            for one in some:
                self._cool(one["PutRequest"]["Item"])
                self.table.put(one["PutRequest"]["Item"])
            return {"UnprocessedItems": {name: left} if left else {}}

        half = len(requests) // 2
        return self.request(
            "batch_write_item", lambda: write(requests, []), lambda: write(requests[:half], requests[half:])
        )

    def put_item(self, *, TableName: str, Item: Wire, **condition: Any) -> Wire:
        _demand_fit("PutItem", Item)

        def effect() -> Wire:
            self._cool(Item)
            if not self.table.holds(place({"Item": Item}), condition):
                raise error_of("PutItem", "ConditionalCheckFailedException")
            self.table.put(Item)
            return {}

        return self.request("put_item", effect)

    def delete_item(self, *, TableName: str, Key: Wire, **condition: Any) -> Wire:
        def effect() -> Wire:
            if not self.table.holds(place({"Key": Key}), condition):
                raise error_of("DeleteItem", "ConditionalCheckFailedException")
            self.table.delete(place({"Key": Key}))
            return {}

        return self.request("delete_item", effect)

    def transact_write_items(self, *, TransactItems: list[Wire]) -> Wire:
        items = [change["Put"]["Item"] for change in TransactItems if "Put" in change]
        _demand(_demand_fit("TransactWriteItems", *items) <= TRANSACTION_BYTES, "TransactWriteItems")
        token = str(next(_tokens))  # botocore makes one per call, so its own attempts share it

        def effect() -> Wire:
            for change in TransactItems:
                self._cool(change.get("Put", {}).get("Item", {}), "TransactWriteItems")
            self.table.transact(TransactItems, token)
            return {}

        return self.request("transact_write_items", effect)

    def query(
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Wire,
        Limit: int,
        IndexName: str = "",
        ScanIndexForward: bool = True,
        ConsistentRead: bool = False,
        ExclusiveStartKey: Wire | None = None,
    ) -> Wire:
        values = {name: value["S"] for name, value in ExpressionAttributeValues.items()}
        start = (ExclusiveStartKey["pk"]["S"], ExclusiveStartKey["sk"]["S"]) if ExclusiveStartKey else None
        if IndexName:
            last = (ExclusiveStartKey["due_at"]["S"], start) if ExclusiveStartKey else None
            return self.request("query", lambda: self._query_due(values[":bucket"], Limit, last))
        chosen = _CONDITIONS[KeyConditionExpression]
        if ":after" in values and ":until" in values:
            _demand(values[":after"] <= values[":until"], "Query")
        if start:
            _demand(start[0] == values[":pk"] and bool(chosen([start[1]], values)), "Query")

        def effect() -> Wire:
            pk = values[":pk"]
            found = chosen(self.table.keys_of(pk), values)
            if not ScanIndexForward:
                found = found[::-1]
            if start:
                found = [sk for sk in found if (sk > start[1] if ScanIndexForward else sk < start[1])]
            page = found[:Limit]
            answer: Wire = {"Items": [self.table.items[pk, sk] for sk in page]}
            if len(found) >= Limit and page:
                answer["LastEvaluatedKey"] = {"pk": {"S": pk}, "sk": {"S": page[-1]}}
            return answer

        return self.request("query", effect)

    def scan(
        self, *, TableName: str, Segment: int, TotalSegments: int, Limit: int, ExclusiveStartKey: Wire | None = None
    ) -> Wire:
        def effect() -> Wire:
            found = sorted(at for at in self.table.items if zlib.crc32(at[0].encode()) % TotalSegments == Segment)
            if ExclusiveStartKey:
                start = place({"Key": ExclusiveStartKey})
                found = [at for at in found if at > start]
            answer: Wire = {"Items": [self.table.items[at] for at in found[:Limit]]}
            if len(found) >= Limit:
                pk, sk = found[Limit - 1]
                answer["LastEvaluatedKey"] = {"pk": {"S": pk}, "sk": {"S": sk}}
            return answer

        return self.request("scan", effect)

    def _query_due(self, bucket: str, limit: int, last: tuple[str, At] | None) -> Wire:
        found = [one for one in self.table.due(bucket) if last is None or one > last]
        answer: Wire = {"Items": [_entry(bucket, *one) for one in found[:limit]]}
        if len(found) >= limit:
            answer["LastEvaluatedKey"] = _entry(bucket, *found[limit - 1])
        return answer

    def _cool(self, item: Wire, operation: str = "") -> None:
        """Every attempt to write into the hot shard of the index is throttled: with the index, the table is."""
        hot = self.table.hot_shard
        if hot and self.engine.current and item.get("due_bucket", {}).get("S", "").endswith(hot):
            self.engine.current.disturbed = True
            if operation:
                reasons = [{"Code": "ThrottlingError"}]
                raise error_of(operation, "TransactionCanceledException", CancellationReasons=reasons)
            raise error_of("PutItem", "ProvisionedThroughputExceededException")


def _entry(bucket: str, due_at: str, at: At) -> Wire:
    return {"pk": {"S": at[0]}, "sk": {"S": at[1]}, "due_bucket": {"S": bucket}, "due_at": {"S": due_at}}


def _item(found: Wire | None) -> Wire:
    return {"Item": found} if found is not None else {}


_CONDITIONS: dict[str, Callable[[list[str], dict[str, str]], list[str]]] = {
    "pk = :pk": lambda keys, values: list(keys),
    "pk = :pk AND begins_with(sk, :begins)": lambda keys, values: [k for k in keys if k.startswith(values[":begins"])],
    "pk = :pk AND sk >= :after": lambda keys, values: keys[bisect.bisect_left(keys, values[":after"]) :],
    "pk = :pk AND sk <= :until": lambda keys, values: keys[: bisect.bisect_right(keys, values[":until"])],
    "pk = :pk AND sk BETWEEN :after AND :until": lambda keys, values: keys[
        bisect.bisect_left(keys, values[":after"]) : bisect.bisect_right(keys, values[":until"])
    ],
}
