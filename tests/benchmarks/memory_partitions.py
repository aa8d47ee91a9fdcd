"""The items of the table in memory, as the text that the wire would carry."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.benchmarks.capacity import item_size


@dataclass(frozen=True, slots=True)
class Stored:
    """``due`` is the item's place in the index: bucket and moment."""

    pk: str
    sk: str
    text: str
    size: int
    kind: str
    rev: str
    news: bool
    due: tuple[str, str] | None

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Stored":
        due = (item["due_bucket"]["S"], item["due_at"]["S"]) if "due_bucket" in item else None
        return cls(
            pk=item["pk"]["S"],
            sk=item["sk"]["S"],
            text=json.dumps(item),
            size=item_size(item),
            kind=item.get("kind", {"S": ""})["S"],
            rev=item.get("rev", {"N": ""})["N"],
            news="news" in item,
            due=due,
        )

    def renamed(self, names: Mapping[str, str]) -> "Stored":
        """The same item of somebody else; names keep their length. It stays in its bucket of the index."""
        pk, sk, text = self.pk, self.sk, self.text
        for old, new in names.items():
            pk, sk, text = pk.replace(old, new), sk.replace(old, new), text.replace(old, new)
        return replace(self, pk=pk, sk=sk, text=text)


@dataclass(frozen=True, slots=True)
class Written:
    """What the stream tells about a write."""

    old: Stored | None
    new: Stored | None

    @property
    def name(self) -> str:
        return "INSERT" if self.old is None else "MODIFY" if self.new else "REMOVE"

    def to_record(self) -> str:
        """As AWS would write it into the event of a function."""
        images = {"OldImage": self.old, "NewImage": self.new}
        shown = [f'"{name}":{image.text}' for name, image in images.items() if image]
        return (
            f'{{"eventID":"0","eventName":"{self.name}","eventSource":"aws:dynamodb","eventVersion":"1.1",'
            f'"awsRegion":"eu-central-1","dynamodb":{{{",".join(shown)},"StreamViewType":"NEW_AND_OLD_IMAGES"}}}}'
        )


class Partitions:
    def __init__(self) -> None:
        self._items: dict[str, dict[str, Stored]] = {}
        self._due: dict[str, dict[tuple[str, str], Stored]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._items.values()))

    def get(self, pk: str, sk: str) -> Stored | None:
        return self._items.get(pk, {}).get(sk)

    def put(self, one: Stored) -> None:
        self.delete(one.pk, one.sk)
        self._items.setdefault(one.pk, {})[one.sk] = one
        if one.due:
            self._due.setdefault(one.due[0], {})[one.pk, one.sk] = one

    def delete(self, pk: str, sk: str) -> None:
        old = self._items.get(pk, {}).pop(sk, None)
        if old and old.due:
            del self._due[old.due[0]][pk, sk]

    def query(
        self, values: Mapping[str, str], after: str | None, limit: int, backward: bool
    ) -> tuple[list[Stored], bool]:
        """``values`` are those of our key conditions: ``:pk`` with ``:begins``, or with ``:after`` and ``:until``."""
        begins, first, last = values.get(":begins", ""), values.get(":after", ""), values.get(":until")
        found = [
            one
            for sk, one in sorted(self._items.get(values[":pk"], {}).items(), reverse=backward)
            if sk.startswith(begins)
            and sk >= first
            and (last is None or sk <= last)
            and (after is None or (sk < after if backward else sk > after))
        ]
        return found[:limit], len(found) > limit

    def due(self, bucket: str, start: Mapping[str, Any] | None, limit: int) -> tuple[list[Stored], bool]:
        found = sorted(self._due.get(bucket, {}).values(), key=_place)
        if start:
            end = tuple(start[name]["S"] for name in ("due_at", "pk", "sk"))
            found = [one for one in found if _place(one) > end]
        return found[:limit], len(found) > limit

    def partition(self, pk: str) -> list[Stored]:
        return list(self._items.get(pk, {}).values())

    def __iter__(self) -> Iterator[Stored]:
        for partition in self._items.values():
            yield from partition.values()


def _place(one: Stored) -> tuple[str, str, str]:
    return (one.due[1] if one.due else "", one.pk, one.sk)
