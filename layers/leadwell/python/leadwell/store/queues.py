"""The work queues."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from leadwell.errors import Throttled
from leadwell.store.attributes import to_attributes
from leadwell.store.table import KEY_BYTES, Item, Key

CONTACTS = "contacts"
ENROLLMENTS = "enrollments"
MESSAGES = "messages"
"""Marketing. The next two never wait behind it."""
TRANSACTIONAL = "transactional"
WEBHOOKS = "webhooks"


class Queues(Protocol):
    def send(self, queue: str, work: Iterable[Key]) -> None:
        """Puts the keys of due items into a queue; returns when all are accepted. One request per ten."""

    def set_aside(self, queue: str, images: Iterable[Item]) -> None:
        """Puts stream images that failed for their own reasons into a queue, where each is tried alone."""

    def backlog(self, queue: str) -> int:
        """About how many entries wait in the queue or are being worked on."""


class SqsQueues:
    def __init__(self, client: Any, **urls: str) -> None:
        self._client = client
        self._urls = urls

    def send(self, queue: str, work: Iterable[Key]) -> None:
        self._send(queue, [to_body(key) for key in work])

    def set_aside(self, queue: str, images: Iterable[Item]) -> None:
        for image in images:  # one by one: a batch of them may be too large for one request
            self._send(queue, [image_body(image)])

    def _send(self, queue: str, bodies: Sequence[str]) -> None:
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        for start in range(0, len(entries), 10):
            some = entries[start : start + 10]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._urls[queue], Entries=some)
            except (BotoCoreError, ClientError) as error:
                raise Throttled(f"queue {queue} did not take {len(some)} entries") from error
            if answer.get("Failed"):
                raise Throttled(f"queue {queue} refused {len(answer['Failed'])} entries")

    def backlog(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._client.get_queue_attributes(QueueUrl=self._urls[queue], AttributeNames=names)
        return sum(int(answer["Attributes"].get(name, 0)) for name in names)


def to_body(key: Key) -> str:
    return json.dumps({"pk": key.pk, "sk": key.sk})


def from_body(body: str) -> Key:
    """Raises ValueError or KeyError when the body is not one of ours: with such a key a whole read would fail."""
    given = json.loads(body)
    key = Key(given["pk"], given["sk"])
    for part, most in zip(key, KEY_BYTES, strict=True):
        if not isinstance(part, str) or not 0 < len(part.encode()) <= most:
            raise ValueError("no key of an item")
    return key


def image_body(image: Item) -> str:
    return json.dumps({"image": to_attributes(image)})
