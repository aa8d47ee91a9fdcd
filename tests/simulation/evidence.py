"""The table after a story, read without the package, and what was seen on the way there."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from leadwell.clock import Moment, from_iso
from tests.simulation.engine import SETTINGS
from tests.simulation.naive import Definitions, Picture, plain_item
from tests.simulation.naive_companies import Company, companies, place_of
from tests.simulation.running import Run
from tests.simulation.world import FIRST, OWN, STARTERS

Plain = Mapping[str, Any]


class Evidence:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.world = run.world
        self.now = run.world.engine.now
        self.items: dict[tuple[str, str], Plain] = {
            at: plain_item(item) for at, item in run.world.table.items.items() if at[0][:2] in ("C#", "S#", "I#", "A#")
        }
        self._by_kind: dict[str, list[Plain]] = {}
        for item in self.items.values():
            self._by_kind.setdefault(item["kind"], []).append(item)

    def of_kind(self, kind: str) -> list[Plain]:
        return self._by_kind.get(kind, [])

    @cached_property
    def enrollments(self) -> list[Plain]:
        """Those that were let in; the others are kept to explain why not."""
        return [one for one in self.of_kind("ENROLLMENT") if one["status"] != "kept out"]

    def was_held(self, journey: str, at: Moment) -> bool:
        """Whether what happened then may have been looked at while the journey was held, and took nobody."""
        return any(one.journey == journey and at <= (one.until or self.now) for one in self.world.holds)

    @cached_property
    def live(self) -> dict[str, Plain]:
        """Contacts that are neither signposts nor tombstones, by partition."""
        return {pk: item for pk, item in self._present.items() if not pk.startswith(_COMPANIES)}

    @cached_property
    def companies(self) -> dict[str, Plain]:
        return {pk: item for pk, item in self._present.items() if pk.startswith(_COMPANIES)}

    @cached_property
    def _present(self) -> dict[str, Plain]:
        return {item["pk"]: item for item in self.of_kind("CONTACT") if item["status"] == "live"}

    def group_of(self, pk: str) -> str:
        """What ``group`` calls name the company of a partition."""
        ((_, group),) = self.companies[pk]["identities"]
        return str(group)

    def place_of(self, pk: str) -> str:
        """The group id of the company that a contact belongs to by its history."""
        return place_of(self.pictures[pk])

    @cached_property
    def counted_companies(self) -> dict[str, Company]:
        """By group id, from the histories of their members."""
        assert self.definitions.companies is not None
        own = {self.group_of(pk): self.events.get(pk, []) for pk in self.companies}
        zone = SETTINGS.default_timezone
        return companies(self._alone, own, self.definitions.companies, zone, forgotten=bool(self.erased))

    @cached_property
    def events(self) -> dict[str, list[Plain]]:
        found: dict[str, list[Plain]] = {}
        for item in self.of_kind("EVENT"):
            found.setdefault(item["pk"], []).append(item)
        return found

    @cached_property
    def texts(self) -> list[str]:
        """Every definition that was ever published, in this order."""
        return [*first_texts(), *(text for _, text in self.world.publications)]

    @cached_property
    def definitions(self) -> Definitions:
        return definitions_of(tuple(self.texts))

    def journeys_for(self, pk: str) -> Mapping[str, Any]:
        """Those about contacts, or those about companies."""
        about = self.definitions.companies if pk.startswith(_COMPANIES) else self.definitions
        return about.journeys if about is not None else {}

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """Contacts, with the companies that they belong to."""
        found = self._alone
        for picture in found.values():
            company = self.counted_companies.get(place_of(picture))
            picture.told = (company.segments(self.now), company.stage) if company else None
        return found

    @cached_property
    def _alone(self) -> dict[str, Picture]:
        return {pk: Picture(self.events.get(pk, []), self.definitions, SETTINGS.default_timezone) for pk in self.live}

    @cached_property
    def stored_at(self) -> dict[tuple[str, str], Moment]:
        """When an item first came to its place."""
        found: dict[tuple[str, str], Moment] = {}
        for moment, at, _, _ in self.world.table.journal:
            found.setdefault(at, moment)
        return found

    @cached_property
    def merged_at(self) -> dict[str, tuple[Moment, str]]:
        """When a contact became a signpost, and to whom."""
        found: dict[str, tuple[Moment, str]] = {}
        for moment, at, item, _ in self.world.table.journal:
            if at[1] == "C" and "merged_into" in item:
                found.setdefault(at[0], (moment, f"C#{item['merged_into']['S']}"))
        return found

    @cached_property
    def erased(self) -> set[str]:
        """Partitions of erased contacts, and of those that had become part of them."""
        graves = {item["pk"] for item in self.of_kind("CONTACT") if item["status"] == "erased"}
        return graves | {pk for pk in self.merged_at if self.contact_then(pk, self.now) in graves}

    def contact_then(self, pk: str, moment: Moment) -> str:
        """Who the contact of a partition was at a moment."""
        while pk in self.merged_at and self.merged_at[pk][0] <= moment:
            pk = self.merged_at[pk][1]
        return pk

    @cached_property
    def claims(self) -> dict[str, list[Moment]]:
        """When each message was claimed."""
        found: dict[str, list[Moment]] = {}
        for moment, at, item, _ in self.world.table.journal:
            if at[1].startswith("M#") and item["status"]["S"] == "claimed":
                found.setdefault(item["id"]["S"], []).append(moment)
        return found

    @cached_property
    def largest_skew(self) -> int:
        return max((abs(part.arguments["amount"]) for part in self.run.story.parts if part.kind == "skew"), default=0)


_COMPANIES = "C#company:"

_cache: dict[tuple[str, ...], Definitions] = {}


def definitions_of(texts: tuple[str, ...]) -> Definitions:
    if texts not in _cache:
        _cache[texts] = Definitions.of(texts)
    return _cache[texts]


_first: list[str] = []


def first_texts() -> list[str]:
    if not _first:
        _first.extend(path.read_text("utf-8") for path in (*STARTERS, *(OWN / path for path in FIRST)))
    return _first


def moment_of(text: str) -> Moment:
    return from_iso(text)
