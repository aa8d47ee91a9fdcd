"""Where definitions are kept: every published version for ever, and one item that says which are live."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.errors import Broken, Conflict, Refused
from leadwell.journeys.turnovers import FINISH, InFlight, Turnover, with_turnover
from leadwell.store import keys
from leadwell.store.table import Item, Put, Table, query_all
from leadwell.tracking.names import seen_names

if TYPE_CHECKING:
    from leadwell.definitions.catalog import Catalog, Judgments
    from leadwell.messaging.pacing import Policy
    from leadwell.scoring.grading import Interests

LIVE = "live"
PAUSED = "paused"

_ATTEMPTS = 5
_MOST_BYTES = 380 * 1024
"""Of a version; DynamoDB's items end at 400 KB."""
JUDGMENTS = ("segment", "list", "scoring", "lifecycle", "grade", "persona", "interests")
"""Kinds that contacts are judged by."""
_COMPILED = ("journey", "policy", *JUDGMENTS)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalog says about one definition. A paused journey lets nobody in; who is inside goes on, unless it is
    held, too (``journeys.pausing``), and ``held_since`` says since when.

    ``announced``: who comes into a segment or leaves it because of this version starts journeys like anybody else.
    ``turnovers`` are what was stated about those inside a journey when a version was published.
    """

    kind: str
    name: str
    version: int
    status: str
    announced: bool = False
    turnovers: tuple[Turnover, ...] = ()
    held_since: Moment | None = None

    def to_map(self) -> dict[str, Any]:
        found: dict[str, Any] = {"version": self.version, "status": self.status}
        if self.announced:
            found["announced"] = True
        if self.turnovers:
            found["in_flight"] = [[one.version, one.policy, one.at] for one in self.turnovers]
        if self.held_since is not None:
            found["held_since"] = self.held_since
        return found

    @classmethod
    def from_map(cls, kind: str, name: str, stored: Mapping[str, Any]) -> "Entry":
        return cls(
            kind,
            name,
            stored["version"],
            stored["status"],
            stored.get("announced", False),
            tuple(Turnover(*one) for one in stored.get("in_flight", ())),
            stored.get("held_since"),
        )


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a definition. ``document`` is complete: parameters are filled in; ``source`` is what was written,
    ``parameters`` what was filled in. ``content`` is the compiled form of e-mails and SMS."""

    kind: str
    name: str
    version: int
    document: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    published_at: Moment = 0
    published_by: str = ""

    def to_item(self) -> Item:
        key = keys.definition(self.kind, self.name, self.version)
        return {
            "pk": key.pk,
            "sk": key.sk,
            "kind": "DEFINITION",
            "rev": 1,
            "definition": self.kind,
            "name": self.name,
            "version": self.version,
            "document": json.dumps(self.document, ensure_ascii=False),
            "parameters": json.dumps(self.parameters, ensure_ascii=False),
            "source": self.source,
            "published_at": self.published_at,
            "published_by": self.published_by,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Published":
        return cls(
            kind=item["definition"],
            name=item["name"],
            version=item["version"],
            document=json.loads(item["document"]),
            parameters=json.loads(item["parameters"]),
            source=item["source"],
            published_at=item["published_at"],
            published_by=item["published_by"],
        )


class Library:
    """Reads what is live once per change: each use costs one small read, compiling happens when something changed."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._catalog: Catalog | None = None
        self._entries: dict[tuple[str, str], Entry] = {}
        self._looked_at = 0
        self._versions: dict[tuple[str, str, int], Published] = {}

    def catalog(self) -> "Catalog":
        self.look()
        if self._catalog is None or self._catalog.rev != self._looked_at:
            self._catalog = self._compile(self._looked_at)
        return self._catalog

    def look(self) -> None:
        """Sees what is live now, for those who need single definitions and no catalog."""
        item = self._table.get(keys.CATALOG)
        if item is None:
            self._entries, self._looked_at = {}, 0
        elif item["rev"] != self._looked_at:
            self._entries, self._looked_at = _entries(item), item["rev"]

    def policy(self) -> "Policy | None":
        """The installation's, if it has one; known after ``look()``."""
        entry = next((one for one in self._entries.values() if one.kind == "policy"), None)
        if entry is None:
            return None
        from leadwell.messaging.pacing import Policy
        from leadwell.messaging.policy import PolicyDefinition

        document = self.version(entry.kind, entry.name, entry.version).document
        return Policy(PolicyDefinition.model_validate(document))

    def interests(self) -> "Interests | None":
        """How they are learned, if they are; known after ``look()``."""
        entry = next((one for one in self._entries.values() if one.kind == "interests"), None)
        if entry is None:
            return None
        from leadwell.scoring.grading import compile_interests
        from leadwell.scoring.models import InterestsDefinition

        document = self.version(entry.kind, entry.name, entry.version).document
        return compile_interests(InterestsDefinition.model_validate(document))

    def entries(self) -> list[Entry]:
        """Everything that is published, by kind and name."""
        item = self._table.get(keys.CATALOG) or {"entries": "{}"}
        return [entry for _, entry in sorted(_entries(item).items())]

    def judgments(self) -> "Judgments":
        """What contacts are judged by at present, as it was written."""
        from leadwell.definitions.catalog import Judgments
        from leadwell.definitions.documents import parse

        wanted = [(entry.kind, entry.name, entry.version) for entry in self.entries() if entry.kind in JUDGMENTS]
        self._fetch(wanted)
        return Judgments.among(parse(self._versions[one].document) for one in wanted)

    def seen_names(self) -> frozenset[str]:
        """Of events that came in here, besides those that are known anyway."""
        return seen_names(self._table)

    def pools(self) -> frozenset[str]:
        """Of voucher codes, that were ever uploaded."""
        return frozenset(item["sk"] for item in query_all(self._table, keys.POOLS))

    def missing_pools(self, wanted: frozenset[str]) -> list[str]:
        """Of the voucher pools that are asked for, those to which nobody has uploaded codes yet."""
        return sorted(wanted - self.pools()) if wanted else []

    def live(self, kind: str, name: str) -> Published | None:
        """The present version of a definition; known after ``catalog()`` or ``look()``."""
        entry = self._entries.get((kind, name))
        return self.version(kind, name, entry.version) if entry else None

    def names(self, kind: str) -> list[str]:
        """Of everything of a kind that is live; known after ``catalog()`` or ``look()``."""
        return sorted(one.name for one in self._entries.values() if one.kind == kind and one.status == LIVE)

    def status(self, kind: str, name: str) -> str:
        """``live``, ``paused``, or empty where there is none; known after ``catalog()`` or ``look()``."""
        entry = self._entries.get((kind, name))
        return entry.status if entry else ""

    def version(self, kind: str, name: str, version: int) -> Published:
        """Any version that was ever published. Raises ``Broken`` if there is none."""
        wanted = (kind, name, version)
        if wanted not in self._versions:
            self._fetch([wanted])
        if wanted not in self._versions:
            raise Broken(f"{kind} {name} has no version {version}")
        return self._versions[wanted]

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
        """Adds a version and makes it live; the same content again changes nothing but what is paused.

        ``in_flight`` is what becomes of those inside a journey, if not what the document says. It may also be stated
        later, with the same content again.
        """
        for _ in range(_ATTEMPTS):
            item = self._table.get(keys.CATALOG)
            entries = _entries(item or {"entries": "{}"})
            present = entries.get((kind, name))
            candidate = Published(
                kind, name, present.version + 1 if present else 1, document, parameters or {}, source, now, by
            )
            if present and self._is_same(present, candidate):
                resumed = replace(present, status=LIVE, held_since=None)
                stated = _stated(present, present.version, in_flight or FINISH, now)
                changed = replace(resumed, turnovers=stated if present.version > 1 else present.turnovers)
                if changed != present:
                    self._put_entries(item, {**entries, (kind, name): changed})
                return self.version(kind, name, present.version)
            policy: InFlight = in_flight or document.get("in_flight", FINISH)
            turnovers = _stated(present, candidate.version, policy, now)
            entries[kind, name] = Entry(kind, name, candidate.version, LIVE, announced, turnovers)
            try:
                self._put_entries(item, entries, Put(_fitting(candidate.to_item()), 0))
            except Conflict:
                continue
            return candidate
        raise Conflict("many are publishing at once; try again")

    def set_status(self, kind: str, name: str, status: str, held_since: Moment | None = None) -> Entry | None:
        """Pauses or resumes; None when there is no such definition. ``held_since``: those inside are held from now on,
        or have been since an earlier moment, which is kept."""
        for _ in range(_ATTEMPTS):
            item = self._table.get(keys.CATALOG)
            entries = _entries(item or {"entries": "{}"})
            present = entries.get((kind, name))
            if present is None:
                return None
            held = None if held_since is None else present.held_since or held_since
            changed = replace(present, status=status, held_since=held)
            try:
                self._put_entries(item, {**entries, (kind, name): changed})
            except Conflict:
                continue
            return changed
        raise Conflict("many are publishing at once; try again")

    def _is_same(self, present: Entry, candidate: Published) -> bool:
        stored = self.version(present.kind, present.name, present.version)
        return stored.document == candidate.document and stored.parameters == candidate.parameters

    def _put_entries(self, item: Item | None, entries: Mapping[tuple[str, str], Entry], *more: Put) -> None:
        rev = item["rev"] if item else 0
        stored = {f"{kind}/{name}": entry.to_map() for (kind, name), entry in sorted(entries.items())}
        catalog = {"pk": keys.CATALOG.pk, "sk": keys.CATALOG.sk, "kind": "CATALOG", "rev": rev + 1}
        # As text: whoever wakes up reads it, and as attributes a hundred entries would take milliseconds to be read.
        catalog["entries"] = json.dumps(stored)
        self._table.write(Put(catalog, rev), *more)
        if item is None:
            # Who has published nothing has written to nobody: there is nothing from older versions to be looked for.
            from leadwell.consent.suppressions import note_that_all_are_salted

            note_that_all_are_salted(self._table)

    def _fetch(self, wanted: Iterable[tuple[str, str, int]]) -> None:
        missing = [one for one in wanted if one not in self._versions]
        for item in self._table.get_many(keys.definition(*one) for one in missing).values():
            published = Published.from_item(item)
            self._versions[published.kind, published.name, published.version] = published

    def _compile(self, rev: int) -> "Catalog":
        """Compiles what is live, and all versions of journeys: contacts inside stay on the one they entered."""
        # A third of a cold start, and a sender of messages needs none of it.
        from leadwell.definitions.catalog import Judgments, compile_catalog
        from leadwell.definitions.documents import parse
        from leadwell.journeys.models import JourneyDefinition
        from leadwell.journeys.program import compile_journey
        from leadwell.messaging.policy import PolicyDefinition

        found = [(published, parse(published.document)) for published in self._to_compile()]
        definitions = [definition for _, definition in found]
        programs = [
            compile_journey(definition, published.version, published.parameters)
            for published, definition in found
            if isinstance(definition, JourneyDefinition)
        ]
        return compile_catalog(
            Judgments.among(definitions),
            programs=programs,
            live={
                entry.name: entry.version
                for entry in self._entries.values()
                if entry.kind == "journey" and entry.status == LIVE
            },
            policy=next((one for one in definitions if isinstance(one, PolicyDefinition)), None),
            announced=[entry.name for entry in self._entries.values() if entry.announced],
            turnovers={entry.name: entry.turnovers for entry in self._entries.values() if entry.turnovers},
            held={entry.name: entry.held_since for entry in self._entries.values() if entry.held_since is not None},
            published_at=max((published.published_at for published, _ in found), default=0),
            rev=rev,
        )

    def _to_compile(self) -> list[Published]:
        wanted = [
            (entry.kind, entry.name, version)
            for entry in self._entries.values()
            if entry.kind in _COMPILED
            for version in (range(1, entry.version + 1) if entry.kind == "journey" else [entry.version])
        ]
        self._fetch(wanted)
        return [self._versions[one] for one in wanted]


def _fitting(item: Item) -> Item:
    """The item of a version, if the table can hold it. Raises ``Refused``."""
    size = sum(len(value.encode()) for value in item.values() if isinstance(value, str))
    if size > _MOST_BYTES:
        raise Refused(f"is too large: {size // 1024} KB with everything filled in, and {_MOST_BYTES // 1024} KB fit")
    return item


def _entries(item: Item) -> dict[tuple[str, str], Entry]:
    found = {}
    for path, entry in json.loads(item["entries"]).items():
        kind, _, name = path.partition("/")
        found[kind, name] = Entry.from_map(kind, name, entry)
    return found


def _stated(present: Entry | None, version: int, policy: InFlight, now: Moment) -> tuple[Turnover, ...]:
    """What holds for those inside once a version is published with a policy."""
    if present is None or policy == FINISH:
        return present.turnovers if present else ()
    if any((one.version, one.policy) == (version, policy) for one in present.turnovers):
        return present.turnovers
    return with_turnover(present.turnovers, Turnover(version, policy, now))
