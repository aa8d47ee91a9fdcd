"""Which event names have been seen here: a journey that waits for another one probably waits in vain.

Names of the specs are known anyway. Each other one is written down when it is first met, once for good, up to a number
that nobody reaches who does not mean to; a process remembers what it has met. Nothing depends on it but advice to those
who publish, so whatever goes wrong is left to the next process.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from leadwell.definitions.event_names import FAMILIAR
from leadwell.errors import LeadwellError
from leadwell.store import keys
from leadwell.store.table import Put, Table
from leadwell.tracking.events import Event

MOST = 500
_LONGEST = 100


@dataclass(slots=True)
class _Met:
    """What this process knows to be written down."""

    table: Table
    names: set[str] = field(default_factory=set)
    is_full: bool = False


_met: _Met | None = None


def note_names(table: Table, events: Iterable[Event]) -> None:
    global _met
    if _met is None or _met.table is not table:
        _met = _Met(table)
    said = {event.name for event in events if len(event.name) <= _LONGEST}
    new = said - FAMILIAR - _met.names
    if not new or _met.is_full:
        return
    with suppress(LeadwellError):
        item = table.get(keys.NAMES) or {"rev": 0, "names": []}
        known = set(item["names"])
        _met.names |= known
        room = sorted(new - known)[: MOST - len(known)]
        if room:
            names = sorted(known | set(room))
            head = {"pk": keys.NAMES.pk, "sk": keys.NAMES.sk, "kind": "NAMES", "rev": item["rev"] + 1}
            table.write(Put({**head, "names": names}, item["rev"]))
            _met.names |= set(room)
        _met.is_full = len(_met.names) >= MOST


def seen_names(table: Table) -> frozenset[str]:
    """Besides the familiar ones."""
    item = table.get(keys.NAMES)
    return frozenset(item["names"]) if item else frozenset()
