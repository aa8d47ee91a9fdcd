"""Makes plans: publishes into a draft, and looks at what that would do to those inside and to segments."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from leadwell.clock import Moment, to_iso
from leadwell.contacts.membership import EVERY_COMPANY, EVERYONE
from leadwell.contacts.previewing import Preview, Previewer
from leadwell.definitions.about import COMPANIES, about_of
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.documents import parse
from leadwell.definitions.files import DefinitionFile, publish_all, read_files
from leadwell.definitions.library import JUDGMENTS, LIVE, Entry, Library
from leadwell.definitions.publishing import Publisher
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.in_flight import as_of_today
from leadwell.journeys.inside import all_inside, count_inside
from leadwell.journeys.turnovers import FINISH
from leadwell.messaging.policy import PolicyDefinition
from leadwell.planning.changes import changes_of, fingerprint_of
from leadwell.planning.draft import Draft, DraftTable
from leadwell.planning.ending_topics import endings
from leadwell.planning.forecast import (
    Copy,
    Messages,
    Newcomers,
    by_dates,
    by_segments,
    forecast,
    forecast_of_newcomers,
)
from leadwell.planning.late import Latecomers, latecomers
from leadwell.planning.plan import (
    CHANGED,
    NEW,
    PRUNED,
    SAMPLE,
    STATED,
    Affected,
    Asked,
    Audience,
    Change,
    Coming,
    Plan,
    Standing,
)
from leadwell.planning.sampling import MOST_COUNTED
from leadwell.reporting.cost import PLANS, Prices
from leadwell.segments.listing import Place, count_members
from leadwell.settings import Settings
from leadwell.store.table import Table

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Planner:
    """``by`` is who publishes, for the record."""

    table: Table
    settings: Settings
    now: Moment
    by: str
    sample: int = SAMPLE

    def make(self, asked: Asked, files: Sequence[DefinitionFile] | None = None) -> tuple[Plan, Draft]:
        """The plan, and the draft that puts it into effect. ``files`` are given where they are on no disk. Raises
        ``Refused`` naming file and field."""
        draft = Draft(self.table)
        live = Library(DraftTable(self.table))  # type: ignore[arg-type]
        present = {(one.kind, one.name): one for one in live.entries()}
        files = list(files if files is not None else read_files(Path(one) for one in asked.files))
        paused = [name for kind, name in present if kind == "journey"] if asked.prune else []
        along = frozenset(("journey", name) for name in paused)
        publisher = Publisher(draft, self.now, self.by, asked.announce, asked.in_flight, along)
        named = {(one.kind, one.name) for one in publish_files_with_messages(publisher, asked, files)}
        if asked.prune:
            for kind, name in sorted(present.keys() - named):
                if kind == "journey" and present[kind, name].status == LIVE:
                    draft.pause(kind, name)
        old, new = live.catalog(), draft.catalog()
        after = {(one.kind, one.name): one for one in draft.entries()}
        changed = changes_of(live, draft, present, after, named, old, new)
        doubted = _with_doubts(changed, publisher, files)
        changes = tuple(self._with_endings(one, live, draft) for one in doubted)
        found = list(self._audiences(changes, live, draft, old))
        coming = [one for audience, movers in found for one in self._coming(audience, movers, draft)]
        coming += [one for late in self._late(changes, draft) for one in self._joining(late, draft)]
        plan = Plan(
            asked=asked,
            made_at=to_iso(self.now),
            revision=draft.revision,
            fingerprint=fingerprint_of(draft, changes, after),
            changes=changes,
            audiences=tuple(audience for audience, _ in found),
            coming=tuple(coming),
            **self._journeys(changes, live, draft, asked, coming),
        )
        return plan, draft

    def _with_endings(self, change: Change, live: Library, draft: Draft) -> Change:
        """With what it means that a policy names a topic no more."""
        if change.kind != "policy" or change.what != CHANGED:
            return change
        policy = parse(draft.version("policy", change.name, change.after).document)
        assert isinstance(policy, PolicyDefinition)
        return replace(change, lines=(*change.lines, *endings(self.table, live, policy, self.sample)))

    def _coming(self, audience: Audience, movers: Sequence[str], draft: Draft) -> list[Coming]:
        """The journeys that those start who enter or leave by the change."""
        announced = draft.catalog().announced
        if not movers or not announced:
            return []
        brought = by_segments(announced)
        found = forecast_of_newcomers(Copy.of(self.table, movers), draft, movers, brought, self.now, self.settings)
        return _brought(found, audience.looked_at, audience.of)

    def _late(self, changes: Sequence[Change], draft: Draft) -> list[Latecomers]:
        zone = self.settings.default_timezone
        return latecomers(self.table, changes, draft.catalog(), zone, self.now, self.sample)

    def _joining(self, late: Latecomers, draft: Draft) -> list[Coming]:
        """The journeys that those start at once who are late for a date."""
        if not late.contacts:
            return []
        copy = Copy.of(self.table, late.contacts)
        brought = by_dates(late.triggers)
        found = forecast_of_newcomers(copy, draft, late.contacts, brought, self.now, self.settings)
        return _brought(found, late.looked_at, late.looked_at if late.complete else self._all(late.about))

    def _all(self, about: str) -> int:
        everybody = EVERY_COMPANY if about == COMPANIES else EVERYONE
        return count_members(self.table, everybody, most=MOST_COUNTED).count

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
            counted = len(found) if complete else count_inside(self.table, journey, most=MOST_COUNTED).count
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
            zone, holds = self.settings.default_timezone, policy.definition if policy else None
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
        counted = self._all(about) if cursor else preview.looked_at
        names = sorted({*preview.entering, *preview.leaving})
        return Audience(
            about=about,
            looked_at=preview.looked_at,
            of=counted,
            segments={name: (preview.entering[name], preview.leaving[name]) for name in names},
            stages={f"{one} → {to}": count for (one, to), count in sorted(preview.stages.items())},
        )


def _brought(found: Mapping[str, Newcomers], looked_at: int, of: int) -> list[Coming]:
    factor = of / looked_at
    return [
        Coming(
            journey=journey,
            segments=tuple(sorted(one.segments)),
            dates=tuple(sorted(one.dates)),
            contacts=round(one.contacts * factor),
            held_out=round(one.held_out * factor),
            after=_of(one.left, journey, factor),
            kept_back=_of(one.kept, journey, factor),
            looked_at=looked_at,
            of=of,
        )
        for journey, one in sorted(found.items())
    ]


def _with_doubts(
    changes: Sequence[Change], publisher: Publisher, files: Sequence[DefinitionFile]
) -> tuple[Change, ...]:
    """What is odd about those that are new or changed, as everything will be then."""
    written = {(one.kind, one.name): one.definition for one in files}
    return tuple(
        replace(one, doubts=publisher.doubts_about(written[one.kind, one.name]))
        if one.what in (NEW, CHANGED) and (one.kind, one.name) in written
        else one
        for one in changes
    )


def publish_files_with_messages(publisher: Publisher, asked: Asked, files: Sequence[Any]) -> list[Any]:
    """Each after what it names."""
    return publish_all(publisher, [Path(one) for one in asked.folders], files)


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
