"""What tests see of streams and queues, whoever shows it, and how they wait for it."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from leadwell.store.attributes import from_attributes
from leadwell.store.table import Item, Table

T = TypeVar("T")


class Place(Protocol):
    """Where something happens by itself; ``patience`` is how many seconds that may take, 0 where it takes none."""

    patience: float

    def pause(self) -> None:
        """Lets a little time pass, real or virtual."""


class Change(NamedTuple):
    """One stream record; an image is None when the record has none."""

    what: str
    sk: str
    old: Item | None
    new: Item | None


def change_of(record: Mapping[str, Any]) -> Change:
    assert record["eventSource"] == "aws:dynamodb"
    shown = record["dynamodb"]
    old, new = (from_attributes(shown[name]) if name in shown else None for name in ("OldImage", "NewImage"))
    return Change(record["eventName"], shown["Keys"]["sk"]["S"], old, new)


class Stream(Place, Protocol):
    def table(self) -> Table:
        """The table whose stream this is."""

    def changes(self, pk: str) -> list[Change]:
        """What it shows of a partition by now, in its order."""


class Delivered(NamedTuple):
    """A message as a worker gets it."""

    id: str
    body: str


def eventually(look: Callable[[], T], place: Place) -> T:
    """What ``look`` answers as soon as that is true (or not empty)."""
    deadline = time.monotonic() + place.patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"it did not happen within {place.patience:g} seconds"
        place.pause()
    return found
