"""Definitions as they would be: files are published into a draft by the code that publishes them for good, and the
draft is written in one go, or thrown away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import Moment
from leadwell.definitions.library import PAUSED, Entry, Library, Published
from leadwell.errors import Refused
from leadwell.journeys.turnovers import InFlight
from leadwell.store import keys
from leadwell.store.table import Change, Item, Key, Put, Table

_MOST_CHANGES = 90
_MOST_BYTES = 2_500_000
"""Of one transaction; DynamoDB takes 100 changes and 4 MB."""


@dataclass(slots=True)
class _Unit:
    """One definition: its new version, if it has one, and the catalog from then on."""

    versions: list[Item]
    catalog: Item

    @property
    def size(self) -> int:
        return sum(len(value.encode()) for one in self.versions for value in one.values() if isinstance(value, str))


@dataclass(slots=True)
class DraftTable:
    """As much of a table as a library needs: reads what is stored, each item once, and keeps what is written."""

    base: Table
    items: dict[Key, Item | None] = field(default_factory=dict)
    written: list[Item] = field(default_factory=list)

    def get(self, key: Key) -> Item | None:
        if key not in self.items:
            self.items[key] = self.base.get(key)
        return self.items[key]

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        missing = [key for key in wanted if key not in self.items]
        found = self.base.get_many(missing) if missing else {}
        self.items |= {key: found.get(key) for key in missing}
        return {key: item for key in wanted if (item := self.items[key]) is not None}

    def write(self, *changes: Change) -> None:
        for change in changes:
            assert isinstance(change, Put)
            self.items[change.key] = change.item
            self.written.append(change.item)


class Draft(Library):
    """What is published here is live nowhere else until it is ``put_live``. What is paused stays paused."""

    def __init__(self, table: Table) -> None:
        self._draft = DraftTable(table)
        self._base = table
        self._units: list[_Unit] = []
        super().__init__(self._draft)  # type: ignore[arg-type]  # reads by key and writes, nothing else
        self.revision: int = (self._draft.get(keys.CATALOG) or {"rev": 0})["rev"]

    def publish(
        self,
        kind: str,
        name: str,
        document: Mapping[str, Any],
        *,
        now: Moment,
        by: str,
        source: str = "",
        parameters: Mapping[str, Any] | None = None,
        announced: bool = False,
        in_flight: InFlight | None = None,
    ) -> Published:
        before = self.entry(kind, name)
        published = super().publish(
            kind,
            name,
            document,
            now=now,
            by=by,
            source=source,
            parameters=parameters,
            announced=announced,
            in_flight=in_flight,
        )
        if before is not None and before.status == PAUSED:
            super().set_status(kind, name, PAUSED, before.held_since)
        self._close(before, self.entry(kind, name))
        return published

    def pools(self) -> frozenset[str]:
        return Library(self._base).pools()  # codes are uploaded, and no part of a draft

    def pause(self, kind: str, name: str) -> None:
        before = self.entry(kind, name)
        super().set_status(kind, name, PAUSED)
        self._close(before, self.entry(kind, name))

    def entry(self, kind: str, name: str) -> Entry | None:
        return next((one for one in self.entries() if (one.kind, one.name) == (kind, name)), None)

    def put_live(self) -> None:
        """All at once where it fits into one transaction, else in as few as possible, each complete in itself.

        Raises ``Conflict`` when something was published since the draft was begun; then nothing more is written.
        """
        revision, rest = self.revision, list(self._units)
        while rest:
            taken = [rest.pop(0)]
            while rest and self._fits([*taken, rest[0]]):
                taken.append(rest.pop(0))
            catalog = taken[-1].catalog
            versions = [Put(item, 0) for unit in taken for item in unit.versions]
            self._base.write(Put(catalog, revision), *versions)
            revision = catalog["rev"]

    def _fits(self, units: list[_Unit]) -> bool:
        return sum(len(one.versions) for one in units) < _MOST_CHANGES and sum(one.size for one in units) < _MOST_BYTES

    def _close(self, before: Entry | None, after: Entry | None) -> None:
        written, self._draft.written = self._draft.written, []
        versions = [item for item in written if item["kind"] == "DEFINITION"]
        if after == before and not versions:
            return
        catalog = self._draft.get(keys.CATALOG)
        if catalog is None:
            raise Refused("nothing was published")
        self._units.append(_Unit(versions, catalog))
