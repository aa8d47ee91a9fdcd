"""The table that most of our own tests use."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from leadwell.store.table import Table
from tests.contract.seen import Change, change_of
from tests.fakes.memory_table import MemoryTable


class InMemory:
    patience = 0.0

    def __init__(self) -> None:
        self._table = MemoryTable()

    def table(self) -> Table:
        return self._table

    def stream(self) -> "InMemory":
        return self

    def changes(self, pk: str) -> list[Change]:
        return [change_of(record) for record in self._table.stream if record["dynamodb"]["Keys"]["pk"]["S"] == pk]

    def pause(self) -> None:
        """Nothing here takes time."""


@contextmanager
def started(folder: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    yield lambda: nullcontext(InMemory())
