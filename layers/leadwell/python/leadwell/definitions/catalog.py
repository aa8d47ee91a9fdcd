"""What is live, compiled: the one object that decisions about a contact are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from leadwell.conditions.answer import Evaluate
from leadwell.conditions.compiling import STAGES, Needs, Remembered, compile_condition
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.ids import fingerprint
from leadwell.journeys.models import DateTrigger
from leadwell.journeys.program import Program
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.points import ScoringModel, compile_scoring
from leadwell.segments.models import SegmentDefinition


@dataclass(frozen=True, slots=True)
class Watcher:
    """A condition whose truth is kept up to date on the contact: a segment or a stage."""

    key: str
    name: str
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class Dependents:
    """Which watchers a change concerns, by what changed."""

    by_behavior: Mapping[str, frozenset[str]]
    by_trait: Mapping[str, frozenset[str]]
    on_score: frozenset[str]
    on_stage: frozenset[str]
    on_consent: frozenset[str]
    by_segment: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Catalog:
    """``plan`` is a fingerprint of everything that a contact's state depends on: a contact built under another plan
    is recounted from its history. ``awaited`` are the events some journey may react to, ``starting`` the kinds and
    names
    of happenings that may start one."""

    segments: Mapping[str, Watcher]
    stages: tuple[Watcher, ...]
    scoring: ScoringModel
    programs: Mapping[tuple[str, int], Program]
    live: Mapping[str, int]
    behaviors: Mapping[str, tuple[Remembered, ...]]
    dependents: Dependents
    dates: tuple[DateTrigger, ...]
    awaited: frozenset[str]
    starting: frozenset[tuple[str, str]]
    plan: str
    rev: int = 0
    watchers: Mapping[str, Watcher] = field(default_factory=dict)

    def live_programs(self) -> Iterable[Program]:
        """The versions that new enrollments enter."""
        return (self.programs[name, version] for name, version in self.live.items())


def compile_catalog(
    *,
    segments: Iterable[SegmentDefinition] = (),
    scoring: ScoringDefinition | None = None,
    lifecycle: LifecycleDefinition | None = None,
    programs: Iterable[Program] = (),
    live: Mapping[str, int] | None = None,
    rev: int = 0,
) -> Catalog:
    """``live`` names the version of each journey that takes new contacts (a paused one is absent); without it, the
    highest version given."""
    segments = sorted(segments, key=lambda segment: segment.name)
    programs = tuple(programs)
    model = compile_scoring(scoring)
    everything = Needs()
    everything.merge(model.needs)
    needs: dict[str, Needs] = {}
    watched: dict[str, Watcher] = {}
    rules = lifecycle.stages if lifecycle else ()
    for kind, name, condition in [
        *(("stage", rule.stage, rule.when) for rule in rules),
        *(("segment", segment.name, segment.when) for segment in segments),
    ]:
        compiled = compile_condition(condition)
        key = f"{kind}:{name}"
        watched[key] = Watcher(key, name, compiled.evaluate)
        needs[key] = compiled.needs
        everything.merge(compiled.needs)
    for program in programs:
        for node in program.nodes.values():
            for arm, _ in node.arms:
                if arm:
                    everything.merge(arm.needs)
    if live is None:
        live = {}
        for program in programs:
            live[program.name] = max(live.get(program.name, 0), program.version)
    dates = {program.trigger.id: program.trigger for program in programs if isinstance(program.trigger, DateTrigger)}
    behaviors: dict[str, list[Remembered]] = {}
    for behavior in sorted(everything.behaviors.values(), key=lambda one: one.id):
        behaviors.setdefault(behavior.event, []).append(behavior)
    plan = fingerprint(
        "plan",
        *(segment.model_dump_json() for segment in segments),
        scoring.model_dump_json() if scoring else "",
        lifecycle.model_dump_json() if lifecycle else "",
        *(f"{behavior.id}/{behavior.keep}" for kept in behaviors.values() for behavior in kept),
        *sorted(dates),
        length=10,
    )
    return Catalog(
        segments={watcher.name: watcher for key, watcher in watched.items() if key.startswith("segment:")},
        stages=tuple(watched[f"stage:{stage}"] for stage in STAGES if f"stage:{stage}" in watched),
        scoring=model,
        programs={(program.name, program.version): program for program in programs},
        live=live,
        behaviors={event: tuple(kept) for event, kept in behaviors.items()},
        dependents=_dependents(needs, model),
        dates=tuple(dates[name] for name in sorted(dates)),
        awaited=frozenset(name for program in programs for name in program.awaited()),
        starting=frozenset(program.started_by for program in programs),
        plan=plan,
        rev=rev,
        watchers=watched,
    )


def _dependents(needs: Mapping[str, Needs], model: ScoringModel) -> Dependents:
    def index(names: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for key, parts in names.items():
            for part in parts:
                found.setdefault(part, set()).add(key)
        return {part: frozenset(keys) for part, keys in found.items()}

    by_behavior = {key: set(need.behaviors) for key, need in needs.items()}
    by_trait = {key: set(need.traits) for key, need in needs.items()}
    by_segment = {key: set(need.segments) for key, need in needs.items()}
    for key, need in needs.items():
        if need.score:
            # The score itself may rest on conditions: whatever moves them moves this watcher.
            by_behavior[key] |= set(model.needs.behaviors)
            by_trait[key] |= model.needs.traits
            by_segment[key] |= model.needs.segments
    return Dependents(
        by_behavior=index(by_behavior),
        by_trait=index(by_trait),
        on_score=frozenset(key for key, need in needs.items() if need.score),
        on_stage=frozenset(key for key, need in needs.items() if need.stage or (need.score and model.needs.stage)),
        on_consent=frozenset(
            key for key, need in needs.items() if need.consent or (need.score and model.needs.consent)
        ),
        by_segment=index(by_segment),
    )
