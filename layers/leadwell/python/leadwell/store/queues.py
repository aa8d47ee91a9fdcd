"""The work queues."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from leadwell.errors import Throttled
from leadwell.store.table import Key

CONTACTS = "contacts"
ENROLLMENTS = "enrollments"
MESSAGES = "messages"


class Queues(Protocol):
    def send(self, queue: str, work: Iterable[Key]) -> None:
        """Puts the keys of due items into a queue; returns when all are accepted. One request per ten."""

    def backlog(self, queue: str) -> int:
        """About how many entries wait in the queue or are being worked on."""


class SqsQueues:
    def __init__(self, client: Any, **urls: str) -> None:
        self._client = client
        self._urls = urls

    def send(self, queue: str, work: Iterable[Key]) -> None:
        entries = [{"Id": str(n), "MessageBody": to_body(key)} for n, key in enumerate(work)]
        for start in range(0, len(entries), 10):
            answer = self._client.send_message_batch(QueueUrl=self._urls[queue], Entries=entries[start : start + 10])
            if answer.get("Failed"):
                raise Throttled(f"queue {queue} refused {len(answer['Failed'])} entries")

    def backlog(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._client.get_queue_attributes(QueueUrl=self._urls[queue], AttributeNames=names)
        return sum(int(answer["Attributes"].get(name, 0)) for name in names)


def to_body(key: Key) -> str:
    return json.dumps({"pk": key.pk, "sk": key.sk})


def from_body(body: str) -> Key:
    """Raises ValueError or KeyError when the body is not one of ours."""
    given = json.loads(body)
    key = Key(given["pk"], given["sk"])
    if not all(isinstance(part, str) and part for part in key):
        raise ValueError("no key of an item")
    return key


def keys_from_records(records: Sequence[dict[str, Any]]) -> list[tuple[str, Key]]:
    """(message id, key) of each SQS record."""
    return [(record["messageId"], from_body(record["body"])) for record in records]
