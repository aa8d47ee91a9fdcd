"""The definitions that contacts are judged by at present, as they were written."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadwell.conditions.models import Model
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.definitions.documents import parse
from leadwell.definitions.library import Library
from leadwell.scoring.models import ScoringDefinition
from leadwell.segments.models import SegmentDefinition


@dataclass(frozen=True, slots=True)
class InUse:
    segments: Sequence[SegmentDefinition]
    scoring: ScoringDefinition | None
    lifecycle: LifecycleDefinition | None


def in_use(library: Library) -> InUse:
    library.catalog()
    published = [library.live(entry.kind, entry.name) for entry in library.entries() if entry.kind in _KINDS]
    found: list[Model] = [parse(one.document) for one in published if one is not None]
    return InUse(
        segments=[one for one in found if isinstance(one, SegmentDefinition)],
        scoring=next((one for one in found if isinstance(one, ScoringDefinition)), None),
        lifecycle=next((one for one in found if isinstance(one, LifecycleDefinition)), None),
    )


_KINDS = ("segment", "scoring", "lifecycle")
