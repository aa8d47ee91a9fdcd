"""A journey compiled: a flat table of nodes, each knowing the next, so that "where am I" is one word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import Compiled, compile_condition
from leadwell.conditions.filters import Matches, compile_where
from leadwell.conditions.needs import Needs
from leadwell.consent.permission import MARKETING
from leadwell.contacts.change import Happening
from leadwell.definitions.about import COMPANIES
from leadwell.errors import Refused
from leadwell.journeys.enrollment import GOAL
from leadwell.journeys.models import Ending, JourneyDefinition
from leadwell.journeys.plans import Plan, plans_of
from leadwell.journeys.steps.running import Arm, Caused, Node, Sending, Situation, StepModel
from leadwell.journeys.triggers import TriggerModel
from leadwell.journeys.triggers.base import HappeningName
from leadwell.journeys.turning import check_turn, turn_id
from leadwell.tracking.events import Name

ON_REQUEST = frozenset({Name.JOURNEY_REQUESTED, Name.JOURNEY_STOP_REQUESTED})
"""By these events any journey starts, and ends."""


_ZONE = "timezone"

_OF_ITSELF = (Name.JOURNEY_ENTERED, Name.JOURNEY_STEP_REACHED, Name.JOURNEY_ENDED)
"""What happens to whoever enters any journey (``reporting``)."""


@dataclass(frozen=True, slots=True)
class End:
    """What ends it, compiled: an ``event`` that matches, or a condition, whose coming true ``turn`` names. ``text`` is
    for the record."""

    rule: Ending
    text: str
    matches: Matches
    when: Compiled | None
    turn: str

    def holds(self, situation: Situation) -> bool:
        """Whether its condition is true now, whatever its news."""
        return self.when is not None and self.when.holds(situation.facts, situation.now)

    def came_true(self, situation: Situation) -> bool:
        """The same, but for what holds only because definitions changed: that ends nothing."""
        return self.holds(situation) and self.turn not in situation.contact.silent

    def comes(self, happening: Happening, cause: Mapping[str, Any]) -> bool:
        """Whether this happening is it; ``cause`` are the properties of what started the journey."""
        if happening.kind == "became":
            return bool(self.turn) and happening.name == self.turn
        return (
            happening.kind == "event"
            and happening.name == self.rule.event
            and self.matches(happening.properties, cause)
        )


@dataclass(frozen=True, slots=True)
class Program:
    """``parameters`` are the values the journey was activated with; templates may use them. ``trigger`` is the kind
    that a shorter one means, ``who`` its condition. ``plans`` say what is compared, by step, ``asked_about`` are the
    steps of whose messages another step wants to know what becomes of them."""

    name: str
    version: int
    definition: JourneyDefinition
    nodes: Mapping[str, Node]
    first: str
    trigger: TriggerModel
    trigger_matches: Matches
    who: Compiled | None
    goal: End | None
    exits: Sequence[End] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    asked_about: frozenset[str] = frozenset()

    @property
    def started_by(self) -> frozenset[HappeningName]:
        """Kinds and names of the happenings that may start it."""
        return frozenset({self.trigger.started_by(), ("event", Name.JOURNEY_REQUESTED)})

    @property
    def moved_by(self) -> frozenset[HappeningName]:
        """Those that may move or end it besides."""
        found = {("became", turn_id(condition)) for condition in self.turns()}
        found |= {("changed", trait) for trait in self.dated()}
        return frozenset(found | {("event", name) for name in self.awaited()})

    def dated(self) -> set[str]:
        """The traits whose dates somebody may wait for; the zone says when a day begins."""
        found = {trait for node in self.nodes.values() for trait in node.step.dates()}
        return found | {_ZONE} if found else found

    def awaited(self) -> set[str]:
        """Names of the events that can start, move or end it, besides ``ON_REQUEST``."""
        names = {name for node in self.nodes.values() for name in node.step.awaited()}
        kind, started_by = self.trigger.started_by()
        if kind == "event":
            names.add(started_by)
        names |= {end.rule.event for end in self.ends if end.rule.event}
        return names - ON_REQUEST

    @property
    def ends(self) -> Sequence[End]:
        """The goal, if it has one, and the exits."""
        return [*([self.goal] if self.goal is not None else []), *self.exits]

    def starts(self) -> frozenset[str]:
        """The journeys that it starts."""
        return frozenset(node.step.starts() for node in self.nodes.values()) - {""}

    def takes_from(self) -> frozenset[str]:
        """The voucher pools that it takes codes from."""
        return frozenset(node.step.takes_from() for node in self.nodes.values()) - {""}

    def starts_at_once(self) -> frozenset[str]:
        """Those of them to which a way leads on which nobody waits."""
        return frozenset(self.nodes[name].step.starts() for name in self._reached_at_once()) - {""}

    def causes(self) -> Iterator[tuple[str, Caused]]:
        """The events of the contact that it makes happen, and by which step; empty: by entering and ending itself."""
        about = {"journey": self.name}
        yield from (("", Caused(name, about)) for name in _OF_ITSELF)
        for node in self.nodes.values():
            yield from ((node.id, caused) for caused in node.step.causes(self.name, node.id))

    def causes_at_once(self) -> Iterator[tuple[str, Caused]]:
        """Those of them to which a way leads on which nobody waits."""
        reached = self._reached_at_once()
        ends = any(None in self._ways_on(self.nodes[name]) for name in reached)
        for step, caused in self.causes():
            if step in reached or (not step and (ends or caused.name != Name.JOURNEY_ENDED)):
                yield step, caused

    def may_start_by(self, caused: Caused) -> bool:
        """Whether this happening may start it, as far as one can tell beforehand; whether ``who`` holds, one cannot."""
        if caused.name == Name.JOURNEY_REQUESTED:
            return caused.properties.get("journey") == self.name
        where = {
            path: words
            for path, words in self.trigger.filter().items()
            if caused.complete or path.partition(".")[0] in caused.properties
        }
        return self.trigger.started_by() == ("event", caused.name) and compile_where(where)(caused.properties, {})

    def _reached_at_once(self) -> set[str]:
        """The steps to which a way leads on which nobody waits."""
        found, pending = set[str](), [self.first]
        while pending:
            node = self.nodes[pending.pop()]
            if node.id not in found and not node.step.waits:
                found.add(node.id)
                pending += [one for one in self._ways_on(node) if one is not None]
        return found

    @staticmethod
    def _ways_on(node: Node) -> Sequence[str | None]:
        """The steps it may lead to; None is the end of the journey."""
        return [node.next, *(arm.first for arm in node.arms)]

    def turns(self) -> Iterator[ConditionModel]:
        """Conditions whose coming true can start, move or end it."""
        becoming = self.trigger.becoming()
        if becoming is not None:
            yield becoming
        for node in self.nodes.values():
            yield from node.step.turns()
        for end in self.ends:
            if end.rule.when is not None:
                yield end.rule.when

    def needs(self) -> Needs:
        """What its conditions look at."""
        found = Needs()
        for node in self.nodes.values():
            node.step.needs(found)
            for arm in node.arms:
                if arm.when:
                    found.merge(arm.when.needs)
        for compiled in (self.who, *(end.when for end in self.ends)):
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

    def with_arms(self, arms: Mapping[str, str]) -> "Program":
        """The same, where chance leads into these arms, by the ids of splits. Raises ``Refused``."""
        unknown = sorted(arms.keys() - self.nodes.keys())
        if unknown:
            raise Refused(f"there is no step {unknown[0]!r}", field="arms")
        chosen = {step: replace(self.nodes[step], step=self.nodes[step].step.always(arm)) for step, arm in arms.items()}
        return replace(self, nodes={**self.nodes, **chosen})

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
    mails = [name for name, node in nodes.items() if any(one.channel == "email" for one in node.step.sends())]
    _check_steps("steps", definition.steps, mails)
    return Program(
        name=definition.name,
        version=version,
        definition=definition,
        nodes=nodes,
        first=first,
        trigger=trigger,
        trigger_matches=compile_where(trigger.filter()),
        who=compile_condition(trigger.who) if trigger.who is not None else None,
        goal=_end(goal, GOAL, "goal.when") if goal is not None else None,
        exits=[_end(rule, rule.text, f"exits[{place}].when") for place, rule in enumerate(definition.exits)],
        parameters=parameters or {},
        plans=plans_of(definition, nodes),
        asked_about=frozenset(name for node in nodes.values() for name in node.step.asks_about()),
    )


def _check_steps(path: str, steps: Sequence[StepModel], mails: Sequence[str]) -> None:
    """Raises ``Refused`` where a step speaks of one that sends no mail, or repeats without letting time pass."""
    for number, step in enumerate(steps):
        place = f"{path}[{number}]"
        for name in sorted(step.asks_about() - set(mails)):
            raise Refused(f"no step {name!r} sends a mail; those that do: {', '.join(mails) or 'none'}", field=place)
        if step.loops and not any(_waits(way.steps) for way in step.ways()):
            raise Refused("would do everything at once: let a step inside wait", field=place)
        for way in step.ways():
            _check_steps(f"{place}.{way.path}", way.steps, mails)


def _waits(steps: Sequence[StepModel]) -> bool:
    return any(step.waits or any(_waits(way.steps) for way in step.ways()) for step in steps)


def _check_for_companies(path: str, steps: Sequence[StepModel]) -> None:
    for number, step in enumerate(steps):
        if problem := step.unfit_for_companies():
            remedy = "start a journey for its contacts: trigger: {company_segment: …} without about: companies"
            raise Refused(f"{problem}; {remedy}", f"{path}[{number}]")
        for way in step.ways():
            _check_for_companies(f"{path}[{number}].{way.path}", way.steps)


def _end(rule: Ending, text: str, field: str) -> End:
    if rule.when is None:
        return End(rule, text, compile_where(rule.where), None, "")
    check_turn(rule.when, field)
    return End(rule, text, compile_where({}), compile_condition(rule.when), turn_id(rule.when))


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
