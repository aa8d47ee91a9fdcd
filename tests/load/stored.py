"""What the local run has stored: read from the state that it saved when it was stopped, past all of its own code."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadwell.store.attributes import from_attributes
from leadwell.store.table import Item


@dataclass(frozen=True, slots=True)
class Stored:
    """``items`` by kind, the ``outbox`` oldest first. ``left_over`` says what was not worked off."""

    items: Mapping[str, list[Item]]
    outbox: list[dict[str, Any]]
    left_over: list[str]

    def of(self, kind: str) -> list[Item]:
        return self.items.get(kind, [])


def read_stored(folder: Path) -> Stored:
    """``folder`` is the one given to the local run, which must have ended cleanly."""
    generation = (folder / "state" / "current").read_text()
    state = folder / "state" / generation
    items: dict[str, list[Item]] = {}
    for item in _items(_payload(state / "dynamodb.json")):
        items.setdefault(item["kind"], []).append(item)
    lines = (folder / "outbox.jsonl").read_text("utf-8").splitlines() if (folder / "outbox.jsonl").exists() else []
    return Stored(items, [json.loads(line) for line in lines], list(_left_over(state, folder, generation)))


def _items(payload: Mapping[str, Any]) -> Iterator[Item]:
    for table in payload["tables"]["data"].values():
        for partition in table["items"].values():
            for item in partition.values():
                yield from_attributes(item)


def _left_over(state: Path, folder: Path, generation: str) -> Iterator[str]:
    journal = folder / "state" / f"journal-{generation}"
    if journal.read_bytes():
        yield "requests in the journal"
    for table, records in json.loads((state / "local.json").read_text())["unread"]["records"].items():
        if records:
            yield f"{len(records)} records in the stream of {table}"
    for queue in _payload(state / "sqs.json")["queues"]["data"].values():
        if queue["messages"]:
            yield f"{len(queue['messages'])} messages in the queue {queue['name']}"


def _payload(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))["payload"]
