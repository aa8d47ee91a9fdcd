"""What is live, compiled: the one object that decisions about a contact are made from."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from leadwell.clock import Moment
from leadwell.companies.asking import only, paths_in, told_apart
from leadwell.conditions.answer import Evaluate
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.courses import MAIN_MODEL
from leadwell.conditions.filters import ANY, Occurrence, compile_filter
from leadwell.conditions.kinds.person import STAGES
from leadwell.conditions.models import Model
from leadwell.conditions.needs import Needs
from leadwell.conditions.remembering import Remembered
from leadwell.consent.opt_in import ALWAYS
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.definitions.about import COMPANIES, About, about_of
from leadwell.definitions.depending import Dependents, closed, dependents_of
from leadwell.ids import fingerprint, is_company
from leadwell.journeys.program import ON_REQUEST, Program
from leadwell.journeys.triggers.date import DateTrigger
from leadwell.journeys.turning import turn_id
from leadwell.journeys.turnovers import Turnovers
from leadwell.messaging.pacing import Policy
from leadwell.messaging.policy import PolicyDefinition
from leadwell.scoring.grading import Interests, Persona, compile_interests, compile_persona
from leadwell.scoring.models import GradeDefinition, InterestsDefinition, PersonaDefinition, ScoringDefinition
from leadwell.scoring.points import ScoringModel, compile_scoring
from leadwell.segments.models import ListDefinition, SegmentDefinition
from leadwell.tracking.events import Name


@dataclass(frozen=True, slots=True)
class Watcher:
    """A condition whose truth is kept up to date on the contact: a segment, a stage, or a turn that a journey waits
    for."""

    key: str
    name: str
    evaluate: Evaluate


Return = tuple[Callable[[Occurrence], bool], frozenset[str], str]
"""(which events, from which stages, to which)."""


@dataclass(frozen=True, slots=True)
class Judgments:
    """Everything but journeys, as it is written: what a contact is judged by, and beside it what its company is."""

    segments: Sequence[SegmentDefinition] = ()
    lists: Sequence[ListDefinition] = ()
    scoring: Sequence[ScoringDefinition] = ()
    lifecycle: LifecycleDefinition | None = None
    grade: GradeDefinition | None = None
    personas: Sequence[PersonaDefinition] = ()
    interests: InterestsDefinition | None = None
    companies: "Judgments | None" = None

    @classmethod
    def among(cls, definitions: Iterable[object]) -> "Judgments":
        """Those of the definitions that are judgments."""
        found = list(definitions)
        of_companies = [one for one in found if about_of(one) == COMPANIES]
        of_contacts = cls._of([one for one in found if about_of(one) != COMPANIES])
        return replace(of_contacts, companies=cls._of(of_companies)) if of_companies else of_contacts

    @classmethod
    def _of(cls, found: Sequence[object]) -> "Judgments":
        return cls(
            segments=sorted((one for one in found if isinstance(one, SegmentDefinition)), key=lambda one: one.name),
            lists=[one for one in found if isinstance(one, ListDefinition)],
            scoring=sorted((one for one in found if isinstance(one, ScoringDefinition)), key=lambda one: one.name),
            lifecycle=next((one for one in found if isinstance(one, LifecycleDefinition)), None),
            grade=next((one for one in found if isinstance(one, GradeDefinition)), None),
            personas=sorted((one for one in found if isinstance(one, PersonaDefinition)), key=lambda one: one.name),
            interests=next((one for one in found if isinstance(one, InterestsDefinition)), None),
        )

    def about(self, about: About) -> "Judgments":
        """Those that contacts are judged by, or those that companies are."""
        return (self.companies or Judgments()) if about == COMPANIES else self

    def all(self) -> Sequence[Model]:
        """In no particular order, without those about companies."""
        rest = (self.lifecycle, self.grade, self.interests)
        named: Sequence[Model] = [*self.segments, *self.lists, *self.scoring, *self.personas]
        return [*named, *(one for one in rest if one is not None)]

    @property
    def main(self) -> str:
        """The scoring model that is meant where none is named: the one that says so, else the first by name."""
        return next((one.name for one in self.scoring if one.main), self.scoring[0].name if self.scoring else "")

    def fingerprint(self) -> str:
        rest = (self.lifecycle, self.grade, self.interests)
        everything = [*self.segments, *self.scoring, *self.personas, *(one for one in rest if one is not None)]
        return fingerprint("judgments", *(one.model_dump_json(by_alias=True) for one in everything), length=16)


@dataclass(frozen=True, slots=True)
class Catalog:
    """``plan`` is a fingerprint of everything that a contact's state depends on: a contact built under another plan
    is recounted from its history. ``main`` is the scoring model meant where none is named. ``earning`` finds the models
    that give points for an event, ``returns`` the ways back in the lifecycle. ``awaited`` are the events some journey
    may react to, ``watched_steps`` the journeys that report every step, ``crossings`` the segments of which contacts
    keep when they entered and left them, ``starting`` the kinds and names of happenings
    that may start one, ``moving`` those that may move or end one. ``announced`` are the segments whose publisher wants
    the news of those who come in or leave by the new version, ``published_at`` is when the newest definition was
    published. ``turnovers`` are the policies for those inside that versions of journeys were published with, ``held``
    the journeys in which nobody moves, and since when. ``companies`` is the same for them, ``asked`` what it wants to
    know of members' events, by their names, and of each the paths; ``passed`` is a fingerprint of what it wants to
    know of all that ever happened. ``told`` are the scoring models by which companies are told what their members are
    worth, by the words that ask for them: ``member_scores`` of the companies. ``dated`` are the
    traits whose dates somebody in a journey may wait for."""

    segments: Mapping[str, Watcher]
    stages: tuple[Watcher, ...]
    returns: Mapping[str, Sequence[Return]]
    scoring: Mapping[str, ScoringModel]
    main: str
    earning: Mapping[str, Sequence[ScoringModel]]
    grade: GradeDefinition | None
    personas: Sequence[Persona]
    interests: Interests | None
    programs: Mapping[tuple[str, int], Program]
    live: Mapping[str, int]
    behaviors: Mapping[str, tuple[Remembered, ...]]
    dependents: Dependents
    dates: tuple[DateTrigger, ...]
    awaited: frozenset[str]
    watched_steps: frozenset[str]
    starting: frozenset[tuple[str, str]]
    moving: frozenset[tuple[str, str]]
    plan: str
    policy: Policy | None = None
    announced: frozenset[str] = frozenset()
    published_at: Moment = 0
    rev: int = 0
    turnovers: Turnovers = field(default_factory=dict)
    held: Mapping[str, Moment] = field(default_factory=dict)
    watchers: Mapping[str, Watcher] = field(default_factory=dict)
    companies: "Catalog | None" = None
    crossings: frozenset[str] = frozenset()
    told: Mapping[str, str] = field(default_factory=dict)
    member_scores: frozenset[str] = frozenset()
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    passed: str = ""
    dated: frozenset[str] = frozenset()

    def for_(self, contact: str) -> "Catalog":
        """What a contact is judged by, or a company: their ids tell them apart."""
        return self.companies if self.companies is not None and is_company(contact) else self

    @property
    def plans(self) -> str:
        """The plan of contacts and that of companies."""
        return f"{self.plan}-{self.companies.plan}" if self.companies is not None else self.plan

    def asks_for(self, event: Occurrence) -> bool:
        """Whether some definition about companies looks at what members do in this event."""
        if not self.asked or event.name in _OF_COMPANIES:
            return False
        return event.name in self.asked or (ANY in self.asked and event.is_activity)

    def asked_of(self, event: Occurrence) -> tuple[dict[str, Any], dict[str, Any]]:
        """What companies get to know of it: of its properties, and of its context."""
        paths = self.asked.get(event.name, frozenset())
        if event.is_activity:
            paths |= self.asked.get(ANY, frozenset())
        said, around = told_apart(paths)
        return only(event.properties, said), only(event.context, around)

    @property
    def has_exclusive(self) -> bool:
        """Whether some journey keeps others away."""
        return any(program.definition.exclusive for program in self.programs.values())

    def live_programs(self) -> Iterable[Program]:
        """The versions that new enrollments enter, those first that go before others."""
        return (self.programs[name, version] for name, version in self.live.items())


def compile_catalog(
    judgments: Judgments = Judgments(),
    *,
    programs: Iterable[Program] = (),
    live: Mapping[str, int] | None = None,
    announced: Iterable[str] = (),
    policy: PolicyDefinition | None = None,
    turnovers: Turnovers | None = None,
    held: Mapping[str, Moment] | None = None,
    published_at: Moment = 0,
    rev: int = 0,
) -> Catalog:
    """Of contacts, and beside it that of companies. ``live`` names the version of each journey that takes new contacts
    (a paused one is absent); without it, the highest version given."""
    given = tuple(programs)
    if live is None:
        live = {}
        for program in given:
            live[program.name] = max(live.get(program.name, 0), program.version)
    about_companies = [one for one in given if about_of(one.definition) == COMPANIES]
    about_contacts = [one for one in given if about_of(one.definition) != COMPANIES]
    inside: dict[str, Any] = {"turnovers": turnovers or {}, "held": held or {}}
    theirs = judgments.about(COMPANIES)
    of_companies = replace(_compile(theirs, about_companies, live, announced, rev), **inside)
    told = of_companies.member_scores
    of_contacts = replace(_compile(judgments, about_contacts, live, announced, rev, told), **inside)
    asked, passed = _asked(theirs, of_companies)
    # Conditions ask about the verdict, so the report is looked into whether a journey waits for it or not.
    of_contacts = replace(of_contacts, awaited=of_contacts.awaited | {Name.VOUCHER_REDEEMED})
    rules = [rule.model_dump_json() for rule in policy.consent if rule.opt_in == ALWAYS] if policy else []
    return replace(
        of_contacts,
        # What counts as a consent depends on them.
        plan=fingerprint("plan", of_contacts.plan, *rules, length=10) if rules else of_contacts.plan,
        companies=replace(of_companies, published_at=published_at),
        asked=asked,
        passed=passed,
        policy=Policy(policy) if policy is not None else None,
        published_at=published_at,
    )


def _compile(
    judgments: Judgments,
    programs: Sequence[Program],
    live: Mapping[str, int],
    announced: Iterable[str],
    rev: int,
    member_scores: Collection[str] = (),
) -> Catalog:
    needs: dict[str, Needs] = {}
    watched: dict[str, Watcher] = {}
    rules = judgments.lifecycle.stages if judgments.lifecycle else ()
    for kind, name, condition in [
        *(("stage", rule.stage, rule.when) for rule in rules),
        *(("segment", segment.name, segment.when) for segment in judgments.segments),
        *(("turn", turn_id(turn), turn) for program in programs for turn in program.turns()),
    ]:
        if f"{kind}:{name}" in watched:
            continue
        compiled = compile_condition(condition)
        key = f"{kind}:{name}"
        watched[key] = Watcher(key, name, compiled.evaluate)
        needs[key] = compiled.needs
    names = {model.name for model in judgments.scoring}
    told = {key: judgments.main if key == MAIN_MODEL else key for key in sorted(member_scores)}
    told = {key: name for key, name in told.items() if name in names}
    for key, name in told.items():
        watched[f"told:{key}"] = Watcher(f"told:{key}", name, _telling(name))
        needs[f"told:{key}"] = Needs(scores={name}, company=True)
    asked = Needs()
    for need in needs.values():
        asked.merge(need)
    for program in programs:
        asked.merge(program.needs())
    personas = tuple(compile_persona(one) for one in judgments.personas)
    main = judgments.main
    models = [compile_scoring(one, main=main) for one in judgments.scoring]
    for need in (*(model.needs for model in models), *(persona.needs for persona in personas)):
        asked.merge(need)
    jumping = {model or main for model in asked.gains}
    models = [compile_scoring(one, keeps_gains=one.name in jumping, main=main) for one in judgments.scoring]
    scoring = {model.name: model for model in models}
    dates = {program.trigger.id: program.trigger for program in programs if isinstance(program.trigger, DateTrigger)}
    behaviors: dict[str, list[Remembered]] = {}
    for behavior in sorted(asked.behaviors.values(), key=lambda one: one.id):
        for event in behavior.events:
            behaviors.setdefault(event, []).append(behavior)
    plan = fingerprint(
        "plan",
        judgments.fingerprint(),
        *(f"{behavior.id}/{behavior.size}" for kept in behaviors.values() for behavior in kept),
        *sorted(jumping),
        *(f"crossing:{segment}" for segment in sorted(asked.crossings)),
        *sorted(dates),
        *sorted(key for key in watched if key.startswith(("turn:", "told:"))),
        length=10,
    )
    interests = compile_interests(judgments.interests) if judgments.interests else None

    def complete(need: Needs) -> Needs:
        return closed(need, scoring, main, judgments.grade, personas)

    return Catalog(
        segments={watcher.name: watcher for key, watcher in watched.items() if key.startswith("segment:")},
        stages=tuple(watched[f"stage:{stage}"] for stage in STAGES if f"stage:{stage}" in watched),
        returns=_returns(judgments.lifecycle),
        scoring=scoring,
        main=main,
        earning=_by_event(models),
        grade=judgments.grade,
        personas=personas,
        interests=interests,
        programs={(program.name, program.version): program for program in programs},
        live={one.name: one.version for one in sorted(programs, key=_rank) if live.get(one.name) == one.version},
        behaviors={event: tuple(kept) for event, kept in behaviors.items()},
        dependents=dependents_of({key: complete(need) for key, need in needs.items()}),
        dates=tuple(dates[name] for name in sorted(dates)),
        dated=frozenset(trait for program in programs for trait in program.dated()),
        awaited=frozenset(name for program in programs for name in (*program.awaited(), *ON_REQUEST)),
        watched_steps=frozenset(asked.steps),
        starting=frozenset(one for program in programs for one in program.started_by),
        moving=frozenset(one for program in programs for one in program.moved_by),
        plan=plan,
        announced=frozenset(announced),
        rev=rev,
        watchers=watched,
        told=told,
        member_scores=frozenset(asked.member_scores),
        crossings=frozenset(asked.crossings),
    )


def _rank(program: Program) -> tuple[int, bool, str]:
    """What starts at the same moment is looked at in this order."""
    definition = program.definition
    return -definition.priority, not definition.exclusive, program.name


def _telling(model: str) -> Evaluate:
    """Until when what a company was told of a score goes on by itself."""
    return lambda facts, now: (True, facts.ratings.course(model, now)[1])


_OF_COMPANIES = frozenset(
    {
        Name.GROUPED,
        Name.COMPANY_UPDATED,
        Name.MEMBER_JOINED,
        Name.MEMBER_LEFT,
        Name.MEMBER_STAGE_CHANGED,
        Name.MEMBER_SCORED,
        Name.MEMBER_WITHDRAWN,
    }
)
"""Between a company and its members; none of them is something a member does."""


def _asked(judgments: Judgments, catalog: Catalog) -> tuple[dict[str, frozenset[str]], str]:
    """What is asked of members' events, and a fingerprint of the part that judgments ask for: journeys await only what
    comes."""
    judged = paths_in(judgments.all())
    paths = paths_in([*judgments.all(), *(program.definition for program in catalog.programs.values())])
    kept = sorted({*catalog.behaviors, *catalog.earning, *catalog.returns})
    asked = {name: paths.get(name, frozenset()) for name in {*kept, *(catalog.awaited - ON_REQUEST)}}
    past = [f"{name}: {sorted(judged.get(name, ()))}" for name in kept]
    return asked, fingerprint("asked", *past, length=10) if past else ""


def _by_event(models: Iterable[ScoringModel]) -> dict[str, list[ScoringModel]]:
    found: dict[str, list[ScoringModel]] = {}
    for model in models:
        for event in model.by_event:
            found.setdefault(event, []).append(model)
    return found


def _returns(lifecycle: LifecycleDefinition | None) -> dict[str, list[Return]]:
    found: dict[str, list[Return]] = {}
    for one in lifecycle.returns if lifecycle else ():
        found.setdefault(one.event, []).append((compile_filter(one.where), frozenset(one.from_), one.to))
    return found
