"""Reads what AWS hands to a function: stream records and queue records."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.store.attributes import from_attributes
from leadwell.store.queues import from_body
from leadwell.store.table import Item, Key


def new_images(event: Mapping[str, Any]) -> list[Item]:
    """The items that a stream batch shows, as they were after each write, in order."""
    records = [record["dynamodb"] for record in event["Records"] if record.get("eventSource") == "aws:dynamodb"]
    return [from_attributes(record["NewImage"]) for record in records if "NewImage" in record]


@dataclass(frozen=True, slots=True)
class Work:
    """What a queue batch asks for. ``by_key`` maps the keys of due items to the ids of their records, ``images`` the
    ids
    of others to stream images that were set aside. ``unreadable`` are none of ours: they fail, alone."""

    by_key: Mapping[Key, list[str]]
    images: Mapping[str, Item]
    unreadable: tuple[str, ...]

    def failures(self, failed: Iterable[Key | str]) -> dict[str, list[dict[str, str]]]:
        """The answer that has SQS deliver exactly the failed records again."""
        ids = [*self.unreadable]
        for one in failed:
            ids += [one] if isinstance(one, str) else self.by_key[one]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


def queued_work(event: Mapping[str, Any]) -> Work | None:
    """The work of a queue batch; None when the batch comes from elsewhere."""
    records = event.get("Records", ())
    if not records or records[0].get("eventSource") != "aws:sqs":
        return None
    by_key: dict[Key, list[str]] = {}
    images: dict[str, Item] = {}
    unreadable: list[str] = []
    for record in records:
        try:
            given = json.loads(record["body"])
            if "image" in given:
                images[record["messageId"]] = from_attributes(given["image"])
            else:
                by_key.setdefault(from_body(record["body"]), []).append(record["messageId"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            unreadable.append(record["messageId"])
    return Work(by_key, images, tuple(unreadable))
