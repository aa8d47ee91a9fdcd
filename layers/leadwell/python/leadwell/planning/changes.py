"""Which definitions a draft changes, and how."""

import json
from collections.abc import Mapping, Sequence

from leadwell.definitions.catalog import Catalog
from leadwell.definitions.library import LIVE, PAUSED, Entry, Library
from leadwell.ids import fingerprint
from leadwell.planning.differences import POLICY, Difference, changed
from leadwell.planning.draft import Draft
from leadwell.planning.plan import CHANGED, LEFT, NEW, PRUNED, SAME, STATED, Change


def changes_of(
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
            title = _title(draft, is_now)
            changes.append(Change(kind, name, NEW, 0, is_now.version, (), title))
        elif was.version != is_now.version:
            programs = [
                {**catalog.programs, **(catalog.companies.programs if catalog.companies else {})}.get((name, version))
                for catalog, version in ((old, was.version), (new, is_now.version))
            ]
            before, then = live.version(kind, name, was.version), draft.version(kind, name, is_now.version)
            lines = changed(before, then, *programs) if kind == "journey" else changed(before, then, None, None)
            changes.append(
                Change(kind, name, CHANGED, was.version, is_now.version, tuple(lines), _title(draft, is_now))
            )
        elif was.turnovers != is_now.turnovers:
            line = _stated(is_now)
            changes.append(Change(kind, name, STATED, was.version, is_now.version, (line,), _title(draft, is_now)))
        elif (was.status, is_now.status) == (LIVE, PAUSED):
            changes.append(Change(kind, name, PRUNED, was.version, is_now.version, (), _title(draft, is_now)))
        else:
            what = SAME if (kind, name) in named else LEFT
            changes.append(Change(kind, name, what, was.version, is_now.version))
    return changes


def _title(draft: Draft, entry: Entry) -> Mapping[str, str] | None:
    title = draft.version(entry.kind, entry.name, entry.version).document.get("title")
    return title if isinstance(title, dict) and {"en", "de"} <= title.keys() else None


def _stated(entry: Entry) -> Difference:
    return Difference(POLICY, str(entry.version), after=entry.turnovers[-1].policy)


def fingerprint_of(draft: Draft, changes: Sequence[Change], after: Mapping[tuple[str, str], Entry]) -> str:
    """Of everything that would be written, but the moment."""
    parts = []
    for one in changes:
        parts += [one.kind, one.name, one.what, str(one.after)]
        parts += [f"{turnover.version}/{turnover.policy}" for turnover in after[one.kind, one.name].turnovers]
        if one.what in (NEW, CHANGED):
            published = draft.version(one.kind, one.name, one.after)
            parts.append(json.dumps([published.document, published.parameters, published.source], sort_keys=True))
    return fingerprint("plan of changes", *parts, length=20)
