"""Feeds the deployed event source mappings: streams and queues to their functions, as Lambda's pollers would.

MiniStack has pollers of its own. These replace them because they run when told to, one batch at a time in a fixed
order, so a caller can know that nothing is left to do; and because they bisect a failing stream batch as AWS does.
"""

import hashlib
import importlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.clock import VirtualClock
from infra.local.embedded_aws import ACCOUNT, REGION
from infra.local.functions import Answer

Invoke = Callable[[str, Any, str], Answer]

_PAUSES = (0.05, 0.2, 1.0, 5.0, 30.0)
"""Seconds between attempts at a failing stream batch; the last one repeats."""


@dataclass
class _Stream:
    """Where one mapping stands in one table's stream."""

    id: str
    mapping: dict[str, Any]
    table: str
    function: str
    position: int
    attempts: int = 0
    take: int = 0
    retry_at: float = 0.0
    error: str = ""


@dataclass
class _Queue:
    mapping: dict[str, Any]
    name: str
    url: str
    function: str
    partial: bool = field(default=False)


class EventSources:
    """``pass_once`` does one round; all methods must be called by one thread at a time."""

    def __init__(self, clock: VirtualClock, invoke: Invoke) -> None:
        self._clock = clock
        self._invoke = invoke
        self._lambda: Any = importlib.import_module("ministack.services.lambda_svc")
        self._dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
        self._sqs: Any = importlib.import_module("ministack.services.sqs")
        self.work: threading.Event = importlib.import_module("ministack.core.concurrency").esm_wake
        """Set by MiniStack whenever a queue or a stream gains something."""
        self._streams: list[_Stream] = []
        self._queues: list[_Queue] = []
        self._request = 0

    def read_mappings(self, client: Any) -> None:
        """Learns the mappings that the stack made; streams are read from what is in them now."""
        known = {stream.id: stream for stream in self._streams}
        self._streams, self._queues = [], []
        mappings = [m for page in client.get_paginator("list_event_source_mappings").paginate()
                    for m in page["EventSourceMappings"]]  # fmt: skip
        for mapping in sorted(mappings, key=lambda m: (m["FunctionArn"], m["EventSourceArn"])):
            function = mapping["FunctionArn"].split(":")[6]
            source = mapping["EventSourceArn"]
            if ":dynamodb:" in source:
                table = source.split("/stream/")[0].rpartition("/")[2]
                before = known.get(mapping["UUID"])
                position = before.position if before else self._dynamodb.stream_start_position(table)
                self._streams.append(_Stream(mapping["UUID"], mapping, table, function, position))
            elif ":sqs:" in source:
                name = source.rpartition(":")[2]
                partial = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
                self._queues.append(_Queue(mapping, name, self._sqs._queue_url(name), function, partial))

    def pass_once(self) -> bool:
        """Gives each mapping at most one batch; True when anything was taken, so there may be more."""
        self.work.clear()
        taken = False
        for stream in self._streams:
            taken = self._read_stream(stream) or taken
        for queue in self._queues:
            taken = self._read_queue(queue) or taken
        return taken

    def next_attempt(self) -> float | None:
        """The monotonic second at which a failing stream batch is tried again."""
        return min((stream.retry_at for stream in self._streams if stream.attempts), default=None)

    def attempts(self) -> int:
        """How often the most stubborn stream batch has failed in a row."""
        return max((stream.attempts for stream in self._streams), default=0)

    def next_message(self) -> int | None:
        """When (virtual time) the next hidden or delayed message of a mapped queue can be received."""
        now = self._clock.now()
        hidden = [
            int(message["visible_at"] * 1000) + 1
            for queue in self._queues
            for message in self._messages(queue)
            if message["visible_at"] * 1000 > now
        ]
        return min(hidden, default=None)

    def troubles(self) -> list[str]:
        """What is waiting because a function failed on it, in sentences."""
        told = [
            f"{s.function} has failed {s.attempts} times on the stream of {s.table}: {s.error}"
            for s in self._streams
            if s.attempts
        ]
        for queue in self._queues:
            failed = [m for m in self._messages(queue) if m["receive_count"]]
            if failed:
                told.append(f"{len(failed)} messages of queue {queue.name} failed and wait for another attempt")
        return told

    def unread(self) -> dict[str, Any]:
        """Stream records that a mapping has not read yet, for saving: MiniStack does not keep streams."""
        kept: dict[str, Any] = {"records": {}, "positions": {}}
        for table in {stream.table for stream in self._streams}:
            readers = [stream for stream in self._streams if stream.table == table]
            start = min(stream.position for stream in readers)
            kept["records"][table] = self._dynamodb.stream_records_since(table, start, 1_000_000)
            kept["positions"].update({stream.id: stream.position - start for stream in readers})
        return kept

    def restore_unread(self, kept: dict[str, Any]) -> None:
        for table, records in kept.get("records", {}).items():
            self._dynamodb._stream_records[table] = list(records)
        for stream in self._streams:
            stream.position = int(kept.get("positions", {}).get(stream.id, 0))

    def _read_stream(self, stream: _Stream) -> bool:
        if stream.attempts and time.monotonic() < stream.retry_at:
            return False
        limit = stream.take or stream.mapping.get("BatchSize", 100)
        records = self._dynamodb.stream_records_since(stream.table, stream.position, limit)
        if not records:
            return False
        wanted = self._lambda._apply_filter_criteria(records, stream.mapping)
        answer = self._call(stream.function, wanted) if wanted else None
        if answer is not None and answer.failed:
            return self._stream_failed(stream, len(records), answer)
        stream.position += len(records)
        stream.attempts, stream.take = 0, 0
        self._forget_read(stream.table)
        return True

    def _stream_failed(self, stream: _Stream, size: int, answer: Answer) -> bool:
        """Halves the batch until the bad record stands alone, then tries it again and again: it blocks what follows."""
        if size > 1 and stream.mapping.get("BisectBatchOnFunctionError"):
            stream.take = size // 2
            return True
        stream.error = str(answer.payload.get("errorMessage"))
        stream.retry_at = time.monotonic() + _PAUSES[min(stream.attempts, len(_PAUSES) - 1)]
        stream.attempts += 1
        return False

    def _forget_read(self, table: str) -> None:
        """Drops records that every mapping has read; otherwise they pile up for a day."""
        start = self._dynamodb.stream_start_position(table)
        read = min(stream.position for stream in self._streams if stream.table == table)
        if read - start >= 1000:
            del self._dynamodb._stream_records[table][: read - start]
            self._dynamodb._stream_trimmed[table] = read

    def _read_queue(self, queue: _Queue) -> bool:
        batch = self._sqs._receive_messages_for_esm(queue.url, queue.mapping.get("BatchSize", 10))
        if not batch:
            return False
        arn = queue.mapping["EventSourceArn"]
        records = [_record(message, arn) for message in batch]
        wanted = self._lambda._apply_filter_criteria(records, queue.mapping)
        answer = self._call(queue.function, wanted) if wanted else Answer({})
        if answer.failed:
            return True
        failed: set[str] = set()
        if queue.partial and isinstance(answer.payload, dict):
            failed = {f.get("itemIdentifier", "") for f in answer.payload.get("batchItemFailures") or []}
            if "" in failed:
                # An empty identifier fails the whole batch, says Lambda's guide.
                return True
        done = {m["receipt_handle"] for m in batch if m["id"] not in failed}
        self._sqs._delete_messages_for_esm(queue.url, done)
        return True

    def _call(self, function: str, records: list[dict[str, Any]]) -> Answer:
        self._request += 1
        return self._invoke(function, {"Records": records}, f"local-{self._request:08d}")

    def _messages(self, queue: _Queue) -> list[dict[str, Any]]:
        found = self._sqs._queues.get(queue.url)
        return list(found["messages"]) if found else []


def _record(message: dict[str, Any], arn: str) -> dict[str, Any]:
    """An SQS record as Lambda hands it over."""
    attributes = {
        "ApproximateReceiveCount": str(message["receive_count"]),
        "SentTimestamp": str(int(message["sent_at"] * 1000)),
        "SenderId": ACCOUNT,
        "ApproximateFirstReceiveTimestamp": str(int((message.get("first_receive_at") or message["sent_at"]) * 1000)),
    }
    return {
        "messageId": message["id"],
        "receiptHandle": message["receipt_handle"],
        "body": message["body"],
        "attributes": attributes,
        "messageAttributes": _camel_case(message.get("message_attributes") or {}),
        "md5OfBody": message.get("md5_body") or _md5(message["body"]),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def _camel_case(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key[:1].lower() + key[1:]: value for key, value in json.loads(json.dumps(inner)).items()}
        for name, inner in attributes.items()
    }
