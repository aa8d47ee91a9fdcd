"""A journey compiled: a flat table of nodes, each knowing the next, so that "where am I" is one word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import Compiled, compile_condition
from leadwell.conditions.filters import Matches, compile_where
from leadwell.conditions.needs import Needs
from leadwell.consent.permission import MARKETING
from leadwell.definitions.about import COMPANIES
from leadwell.errors import Refused
from leadwell.journeys.models import ExitRule, JourneyDefinition
from leadwell.journeys.steps.running import Arm, Node, Sending, StepModel
from leadwell.journeys.triggers import TriggerModel
from leadwell.journeys.triggers.base import HappeningName
from leadwell.journeys.turning import check_turn, turn_id
from leadwell.tracking.events import Name

ON_REQUEST = frozenset({Name.JOURNEY_REQUESTED, Name.JOURNEY_STOP_REQUESTED})
"""By these events any journey starts, and ends."""


@dataclass(frozen=True, slots=True)
class Exit:
    """An exit rule compiled; ``turn`` names the condition's coming true."""

    rule: ExitRule
    matches: Matches
    when: Compiled | None
    turn: str


@dataclass(frozen=True, slots=True)
class Program:
    """``parameters`` are the values the journey was activated with; templates may use them. ``trigger`` is the kind
    that a shorter one means, ``who`` its condition."""

    name: str
    version: int
    definition: JourneyDefinition
    nodes: Mapping[str, Node]
    first: str
    trigger: TriggerModel
    trigger_matches: Matches
    who: Compiled | None
    goal_matches: Matches | None
    exits: Sequence[Exit] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def started_by(self) -> frozenset[HappeningName]:
        """Kinds and names of the happenings that may start it."""
        return frozenset({self.trigger.started_by(), ("event", Name.JOURNEY_REQUESTED)})

    @property
    def moved_by(self) -> frozenset[HappeningName]:
        """Those that may move or end it besides."""
        found = {("became", turn_id(condition)) for condition in self.turns()}
        return frozenset(found | {("event", name) for name in self.awaited()})

    def awaited(self) -> set[str]:
        """Names of the events that can start, move or end it, besides ``ON_REQUEST``."""
        names = {name for node in self.nodes.values() for name in node.step.awaited()}
        kind, started_by = self.trigger.started_by()
        if kind == "event":
            names.add(started_by)
        names |= {exit.rule.event for exit in self.exits if exit.rule.event}
        if self.definition.goal:
            names.add(self.definition.goal.event)
        return names - ON_REQUEST

    def turns(self) -> Iterator[ConditionModel]:
        """Conditions whose coming true can start, move or end it."""
        becoming = self.trigger.becoming()
        if becoming is not None:
            yield becoming
        for node in self.nodes.values():
            yield from node.step.turns()
        for exit in self.exits:
            if exit.rule.when is not None:
                yield exit.rule.when

    def needs(self) -> Needs:
        """What its conditions look at."""
        found = Needs()
        for node in self.nodes.values():
            node.step.needs(found)
            for arm in node.arms:
                if arm.when:
                    found.merge(arm.when.needs)
        for compiled in (self.who, *(exit.when for exit in self.exits)):
            if compiled:
                found.merge(compiled.needs)
        becoming = self.trigger.becoming()
        if becoming is not None:
            found.merge(compile_condition(becoming).needs)
        self.trigger.needs(found)
        return found

    def sends(self) -> frozenset[Sending]:
        """The messages it may ask for."""
        return frozenset(one for node in self.nodes.values() for one in node.step.sends())

    @property
    def is_campaign(self) -> bool:
        """Whether it sends marketing, which other things may keep away."""
        return any(one.purpose == MARKETING for one in self.sends())


def compile_journey(
    definition: JourneyDefinition, version: int = 1, parameters: Mapping[str, Any] | None = None
) -> Program:
    """Raises ``Refused`` when two steps have the same id, a condition stands where it cannot, or a step is not for
    those whom the journey is about."""
    if definition.about == COMPANIES:
        _check_for_companies("steps", definition.steps)
    nodes: dict[str, Node] = {}
    first = _lay_out(definition.steps, "", None, nodes)
    assert first is not None  # the model demands at least one step
    trigger, goal = definition.trigger.meaning(definition.about), definition.goal
    becoming = trigger.becoming()
    if becoming is not None:
        check_turn(becoming, "trigger")
    return Program(
        name=definition.name,
        version=version,
        definition=definition,
        nodes=nodes,
        first=first,
        trigger=trigger,
        trigger_matches=compile_where(trigger.filter()),
        who=compile_condition(trigger.who) if trigger.who is not None else None,
        goal_matches=compile_where(goal.where) if goal else None,
        exits=[_exit(rule, place) for place, rule in enumerate(definition.exits)],
        parameters=parameters or {},
    )


def _check_for_companies(path: str, steps: Sequence[StepModel]) -> None:
    for number, step in enumerate(steps):
        if problem := step.unfit_for_companies():
            remedy = "start a journey for its contacts: trigger: {company_segment: …} without about: companies"
            raise Refused(f"{problem}; {remedy}", f"{path}[{number}]")
        for way in step.ways():
            _check_for_companies(f"{path}[{number}].{way.path}", way.steps)


def _exit(rule: ExitRule, place: int) -> Exit:
    if rule.when is None:
        return Exit(rule, compile_where(rule.where), None, "")
    check_turn(rule.when, f"exits[{place}].when")
    return Exit(rule, compile_where(rule.where), compile_condition(rule.when), turn_id(rule.when))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _lay_out(steps: Sequence[StepModel], prefix: str, after: str | None, nodes: dict[str, Node]) -> str | None:
    """Adds a list of steps that leads to ``after``; answers the id of its first step."""
    names = [step.id or f"{prefix}{number}" for number, step in enumerate(steps, 1)]
    for place, (name, step) in enumerate(zip(names, steps, strict=True)):
        if name in nodes or names.count(name) > 1:
            raise Refused(f"the step id {name!r} is used twice", field="steps")
        following = names[place + 1] if place + 1 < len(names) else after
        nodes[name] = Node(name, step, following)
        # Who has done what is inside a loop comes back to it.
        behind = name if step.loops else following
        arms = [
            Arm(
                _lay_out(way.steps, f"{name}-{letter}", behind, nodes) if way.steps else following,
                compile_condition(way.when) if way.when is not None else None,
            )
            for letter, way in zip(_LETTERS, step.ways(), strict=False)
        ]
        nodes[name] = Node(name, step, following, arms, step.compiled())
    return names[0] if names else after
