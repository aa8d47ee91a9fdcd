"""The plan: what publishing files would change, and the numbers that go with it. Applying does exactly that, or
refuses.

A plan names the revision of the catalog that it was made from and a fingerprint of what it would write. Numbers of
journeys are exact up to ``SAMPLE`` of those inside; beyond, they are those of a sample, made larger in proportion and
called estimates.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from leadwell.clock import Moment, to_iso
from leadwell.contacts.membership import EVERY_COMPANY, EVERYONE
from leadwell.contacts.previewing import Preview, Previewer
from leadwell.definitions.about import COMPANIES, about_of
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.documents import parse
from leadwell.definitions.files import is_templates, publish_files, publish_messages, read_files
from leadwell.definitions.library import JUDGMENTS, LIVE, PAUSED, Entry, Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.in_flight import as_of_today
from leadwell.journeys.inside import all_inside, count_inside
from leadwell.journeys.turnovers import FINISH, InFlight
from leadwell.planning.differences import changed
from leadwell.planning.draft import Draft, DraftTable
from leadwell.planning.forecast import Copy, Messages, forecast, forecast_of_newcomers
from leadwell.reporting.cost import PLANS, Prices
from leadwell.segments.listing import Place, count_members
from leadwell.settings import Settings
from leadwell.store.table import Table

FORMAT = 2
SAMPLE = 2_000
_MOST_COUNTED = 2_000_000
_PAGE = 200

NEW, CHANGED, SAME, STATED, PRUNED, LEFT = "new", "changed", "unchanged", "stated", "paused", "not in the files"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made of. ``files`` are definition files, ``folders`` those laid out like ``templates/``."""

    files: tuple[str, ...]
    folders: tuple[str, ...]
    in_flight: InFlight | None = None
    announce: bool = False
    prune: bool = False
    region: str = "eu-central-1"


@dataclass(frozen=True, slots=True)
class Change:
    """``what`` becomes of a definition. ``lines`` say what changes in it."""

    kind: str
    name: str
    what: str
    before: int
    after: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at a step under the present version, and what becomes of them: ``moves`` to the new version,
    ``stays`` in its own, ``ends``."""

    version: int
    step: str
    contacts: int
    moves: int
    stays: int
    ends: int


@dataclass(frozen=True, slots=True)
class Affected:
    """A journey with people inside. ``looked_at`` of ``inside`` were looked at; the rest is in proportion. ``before``
    and ``after`` are messages by channel that leave within a day, without and with the change."""

    journey: str
    policy: str
    inside: int
    looked_at: int
    steps: tuple[Standing, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]
    kept_back: Mapping[str, int]

    @property
    def is_estimate(self) -> bool:
        return self.looked_at < self.inside


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would come and go because of changed segments, models and stages, of those looked at."""

    about: str
    looked_at: int
    of: int
    segments: Mapping[str, tuple[int, int]]
    stages: Mapping[str, int]

    @property
    def factor(self) -> float:
        """From those looked at to all."""
        return self.of / self.looked_at if self.looked_at else 1.0


@dataclass(frozen=True, slots=True)
class Coming:
    """A live journey that the change starts, because those who enter or leave a segment by it are announced.
    ``contacts`` come in, ``held_out`` are left alone; messages as in ``Affected``. ``is_estimate``: from a sample."""

    journey: str
    segments: tuple[str, ...]
    contacts: int
    held_out: int
    after: Mapping[str, int]
    kept_back: Mapping[str, int]
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Plan:
    asked: Asked
    made_at: str
    revision: int
    fingerprint: str
    changes: tuple[Change, ...]
    journeys: tuple[Affected, ...] = ()
    audiences: tuple[Audience, ...] = ()
    coming: tuple[Coming, ...] = ()
    usd: tuple[float, float] = (0.0, 0.0)
    """For the e-mails within a day, without and with the change."""
    format: int = field(default=FORMAT)

    @property
    def is_empty(self) -> bool:
        return all(one.what in (SAME, LEFT) for one in self.changes)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Raises ``Refused`` for what is no plan of this format."""
        try:
            given = json.loads(text)
            if given.pop("format") != FORMAT:
                raise Refused("was made by another version; make it again")
            paths = {name: tuple(given["asked"][name]) for name in ("files", "folders")}
            return cls(
                asked=Asked(**{**given["asked"], **paths}),
                made_at=given["made_at"],
                revision=given["revision"],
                fingerprint=given["fingerprint"],
                changes=tuple(Change(**{**one, "lines": tuple(one["lines"])}) for one in given["changes"]),
                journeys=tuple(
                    Affected(**{**one, "steps": tuple(Standing(**step) for step in one["steps"])})
                    for one in given["journeys"]
                ),
                audiences=tuple(
                    Audience(**{**one, "segments": {name: tuple(pair) for name, pair in one["segments"].items()}})
                    for one in given["audiences"]
                ),
                coming=tuple(Coming(**{**one, "segments": tuple(one["segments"])}) for one in given["coming"]),
                usd=tuple(given["usd"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused("is no plan; make one with `leadwell plan --out FILE`") from error


@dataclass(frozen=True, slots=True)
class Planner:
    """``by`` is who publishes, for the record."""

    table: Table
    settings: Settings
    now: Moment
    by: str
    sample: int = SAMPLE

    def make(self, asked: Asked) -> tuple[Plan, Draft]:
        """The plan, and the draft that puts it into effect. Raises ``Refused`` naming file and field."""
        draft = Draft(self.table)
        publisher = Publisher(draft, self.now, self.by, asked.announce, asked.in_flight)
        live = Library(DraftTable(self.table))  # type: ignore[arg-type]
        present = {(one.kind, one.name): one for one in live.entries()}
        files = read_files(Path(one) for one in asked.files)
        named = {(one.kind, one.name) for one in publish_files_with_messages(publisher, asked, files)}
        if asked.prune:
            for kind, name in sorted(present.keys() - named):
                if kind == "journey" and present[kind, name].status == LIVE:
                    draft.pause(kind, name)
        old, new = live.catalog(), draft.catalog()
        after = {(one.kind, one.name): one for one in draft.entries()}
        changes = tuple(_changes(live, draft, present, after, named, old, new))
        found = list(self._audiences(changes, live, draft, old))
        coming = [one for audience, movers in found for one in self._coming(audience, movers, draft)]
        plan = Plan(
            asked=asked,
            made_at=to_iso(self.now),
            revision=draft.revision,
            fingerprint=_fingerprint(draft, changes, after),
            changes=changes,
            audiences=tuple(audience for audience, _ in found),
            coming=tuple(coming),
            **self._journeys(changes, live, draft, asked, coming),
        )
        return plan, draft

    def _coming(self, audience: Audience, movers: Sequence[str], draft: Draft) -> list[Coming]:
        """The journeys that those start who enter or leave by the change."""
        announced = draft.catalog().announced
        if not movers or not announced:
            return []
        found = forecast_of_newcomers(Copy.of(self.table, movers), draft, movers, announced, self.now, self.settings)
        return [
            Coming(
                journey=journey,
                segments=tuple(sorted(one.segments)),
                contacts=round(one.contacts * audience.factor),
                held_out=round(one.held_out * audience.factor),
                after=_of(one.left, journey, audience.factor),
                kept_back=_of(one.kept, journey, audience.factor),
                is_estimate=audience.looked_at < audience.of,
            )
            for journey, one in sorted(found.items())
        ]

    def _journeys(
        self, changes: Sequence[Change], live: Library, draft: Draft, asked: Asked, coming: Sequence[Coming]
    ) -> dict[str, Any]:
        everybody = any(one.kind == "policy" and one.what in (NEW, CHANGED) for one in changes)
        concerned = [
            one.name
            for one in changes
            if one.kind == "journey" and one.before and (everybody or one.what in (CHANGED, STATED, PRUNED))
        ]
        inside: dict[str, list[Enrollment]] = {}
        counts: dict[str, int] = {}
        for journey in concerned:
            found, complete = all_inside(self.table, journey, most=self.sample)
            today = [as_of_today(one, live.catalog().programs, live.catalog().turnovers) for one in found]
            inside[journey] = [one for one in today if one.is_active]
            counted = len(found) if complete else count_inside(self.table, journey, most=_MOST_COUNTED).count
            counts[journey] = round(counted * len(inside[journey]) / len(found)) if found else 0
        together = [one for found in inside.values() for one in found]
        copy = Copy.of(self.table, sorted({one.contact for one in together}))
        before, after, kept = Messages(), Messages(), Messages()
        if together:
            before, _ = forecast(copy, live, together, self.now, self.settings)
            after, kept = forecast(copy, draft, together, self.now, self.settings)
        affected = []
        for journey in concerned:
            factor = counts[journey] / len(inside[journey]) if inside[journey] else 1.0
            entry = draft.entry("journey", journey)
            affected.append(
                Affected(
                    journey=journey,
                    policy=_policy(live.entries(), entry),
                    inside=counts[journey],
                    looked_at=len(inside[journey]),
                    steps=tuple(_steps(inside[journey], draft.catalog(), factor)),
                    before=_of(before, journey, factor),
                    after=_of(after, journey, factor),
                    kept_back=_of(kept, journey, factor),
                )
            )
        price = Prices.read(asked.region).amount(f"ses message, {PLANS[0]}")
        mails = [sum(getattr(one, name).get("email", 0) for one in affected) for name in ("before", "after")]
        mails[1] += sum(one.after.get("email", 0) for one in coming)
        return {"journeys": tuple(affected), "usd": (round(mails[0] * price, 4), round(mails[1] * price, 4))}

    def _audiences(
        self, changes: Sequence[Change], live: Library, draft: Draft, old: Catalog
    ) -> Iterator[tuple[Audience, list[str]]]:
        """Each with those who would enter or leave something, of those looked at."""
        touched = [
            parse(draft.version(one.kind, one.name, one.after).document)
            for one in changes
            if one.kind in JUDGMENTS and one.kind != "list" and one.what in (NEW, CHANGED)
        ]
        for about in sorted({about_of(one) for one in touched}):
            mine = [one for one in touched if about_of(one) == about]
            policy = draft.catalog().policy
            zone = self.settings.default_timezone
            holds = policy.definition if policy else None
            previewer = Previewer(self.table, old, draft.judgments(), zone, self.now, policy=holds)
            preview, cursor = Preview(), None
            while preview.looked_at < self.sample:
                limit = min(_PAGE, self.sample - preview.looked_at)
                page = previewer.page(mine[0], limit=limit, examples=0, cursor=cursor, alone=len(touched) == 1)
                preview.looked_at += page.looked_at
                preview.entering += page.entering
                preview.leaving += page.leaving
                preview.stages += page.stages
                preview.movers += page.movers
                cursor = page.cursor
                if cursor is None:
                    break
            yield self._audience(about, preview, cursor), preview.movers

    def _audience(self, about: str, preview: Preview, cursor: Place | None) -> Audience:
        everybody = EVERY_COMPANY if about == COMPANIES else EVERYONE
        counted = count_members(self.table, everybody, most=_MOST_COUNTED).count if cursor else preview.looked_at
        names = sorted({*preview.entering, *preview.leaving})
        return Audience(
            about=about,
            looked_at=preview.looked_at,
            of=counted,
            segments={name: (preview.entering[name], preview.leaving[name]) for name in names},
            stages={f"{one} → {to}": count for (one, to), count in sorted(preview.stages.items())},
        )


def publish_files_with_messages(publisher: Publisher, asked: Asked, files: Sequence[Any]) -> list[Any]:
    """Messages first, then what refers to them."""
    folders = [Path(one) for one in asked.folders]
    messages = [one for folder in folders if is_templates(folder) for one in publish_messages(publisher, folder)]
    return messages + publish_files(publisher, files)


def _changes(
    live: Library,
    draft: Draft,
    present: Mapping[tuple[str, str], Entry],
    after: Mapping[tuple[str, str], Entry],
    named: set[tuple[str, str]],
    old: Catalog,
    new: Catalog,
) -> list[Change]:
    changes = []
    for kind, name in sorted(after):
        was, is_now = present.get((kind, name)), after[kind, name]
        if was is None:
            changes.append(Change(kind, name, NEW, 0, is_now.version))
        elif was.version != is_now.version:
            programs = [
                {**catalog.programs, **(catalog.companies.programs if catalog.companies else {})}.get((name, version))
                for catalog, version in ((old, was.version), (new, is_now.version))
            ]
            before, then = live.version(kind, name, was.version), draft.version(kind, name, is_now.version)
            lines = changed(before, then, *programs) if kind == "journey" else changed(before, then, None, None)
            changes.append(Change(kind, name, CHANGED, was.version, is_now.version, tuple(lines)))
        elif was.turnovers != is_now.turnovers:
            changes.append(Change(kind, name, STATED, was.version, is_now.version, (_stated(is_now),)))
        elif (was.status, is_now.status) == (LIVE, PAUSED):
            changes.append(Change(kind, name, PRUNED, was.version, is_now.version))
        else:
            what = SAME if (kind, name) in named else LEFT
            changes.append(Change(kind, name, what, was.version, is_now.version))
    return changes


def _stated(entry: Entry) -> str:
    return f"those inside on versions before {entry.version}: {entry.turnovers[-1].policy}"


def _policy(before: Sequence[Entry], after: Entry | None) -> str:
    was = next((one for one in before if after and (one.kind, one.name) == (after.kind, after.name)), None)
    if after is None or was is None or after.turnovers == was.turnovers:
        return FINISH
    return after.turnovers[-1].policy


def _steps(inside: Sequence[Enrollment], after: Catalog, factor: float) -> list[Standing]:
    at: dict[tuple[int, str], Counter[str]] = {}
    for one in inside:
        catalog = after.for_(one.contact)
        then = as_of_today(one, catalog.programs, catalog.turnovers)
        fate = "ends" if not then.is_active else "moves" if then.version != one.version else "stays"
        at.setdefault((one.version, one.step), Counter())[fate] += 1
    return [
        Standing(version, step, *(round(n * factor) for n in (sum(c.values()), c["moves"], c["stays"], c["ends"])))
        for (version, step), c in sorted(at.items())
    ]


def _of(messages: Messages, journey: str, factor: float) -> dict[str, int]:
    return {channel: round(n * factor) for (name, channel), n in sorted(messages.items()) if name == journey}


def _fingerprint(draft: Draft, changes: Sequence[Change], after: Mapping[tuple[str, str], Entry]) -> str:
    """Of everything that would be written, but the moment."""
    parts = []
    for one in changes:
        parts += [one.kind, one.name, one.what, str(one.after)]
        parts += [f"{turnover.version}/{turnover.policy}" for turnover in after[one.kind, one.name].turnovers]
        if one.what in (NEW, CHANGED):
            published = draft.version(one.kind, one.name, one.after)
            parts.append(json.dumps([published.document, published.parameters, published.source], sort_keys=True))
    return fingerprint("plan of changes", *parts, length=20)
