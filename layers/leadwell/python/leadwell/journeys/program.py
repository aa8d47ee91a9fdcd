"""A journey compiled: a flat table of nodes, each knowing the next, so that "where am I" is one word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.conditions.compiling import Compiled, compile_condition
from leadwell.conditions.filters import Matches, compile_where
from leadwell.errors import Refused
from leadwell.journeys.about_companies import COMPANY_TRIGGERS, CompanySegmentTrigger, CompanyStageTrigger, check_steps
from leadwell.journeys.models import DateTrigger, EventTrigger, JourneyDefinition, SegmentTrigger, Trigger
from leadwell.journeys.steps.branch import Branch
from leadwell.journeys.steps.running import Node
from leadwell.journeys.steps.send import SendEmail, SendSms
from leadwell.journeys.steps.wait_for import WaitFor


@dataclass(frozen=True, slots=True)
class Program:
    """``parameters`` are the values the journey was activated with; templates may use them. ``who``: only they
    enter."""

    name: str
    version: int
    definition: JourneyDefinition
    nodes: Mapping[str, Node]
    first: str
    trigger_matches: Matches
    goal_matches: Matches | None
    who: Compiled | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def trigger(self) -> Trigger:
        return self.definition.trigger

    @property
    def started_by(self) -> tuple[str, str]:
        """Kind and name of the happenings that may start it."""
        match self.trigger:
            case EventTrigger(event=event):
                return "event", event
            case SegmentTrigger(segment=segment):
                return "entered", segment
            case DateTrigger(id=date):
                return "date", date
            case CompanySegmentTrigger() | CompanyStageTrigger():
                return self.trigger.started_by(self.definition.about)

    def awaited(self) -> set[str]:
        """Names of all events that can start, move or end it."""
        names = {node.step.wait_for.event for node in self.nodes.values() if isinstance(node.step, WaitFor)}
        if isinstance(self.trigger, EventTrigger):
            names.add(self.trigger.event)
        if self.definition.goal:
            names.add(self.definition.goal.event)
        return names

    def templates(self) -> set[tuple[str, str, str]]:
        """(kind, name, purpose) of the messages it sends."""
        found: set[tuple[str, str, str]] = set()
        for node in self.nodes.values():
            if isinstance(node.step, SendEmail):
                found.add(("email", node.step.email.template, node.step.email.purpose))
            elif isinstance(node.step, SendSms):
                found.add(("sms", node.step.sms.template, node.step.sms.purpose))
        return found


def compile_journey(
    definition: JourneyDefinition, version: int = 1, parameters: Mapping[str, Any] | None = None
) -> Program:
    """Raises ``Refused`` when two steps have the same id, or one is not for those whom the journey is about."""
    check_steps(definition)
    nodes: dict[str, Node] = {}
    first = _lay_out(definition.steps, "", None, nodes)
    assert first is not None  # the model demands at least one step
    trigger, goal = definition.trigger, definition.goal
    who = trigger.who if isinstance(trigger, COMPANY_TRIGGERS) else None
    return Program(
        name=definition.name,
        version=version,
        definition=definition,
        nodes=nodes,
        first=first,
        trigger_matches=compile_where(trigger.where if isinstance(trigger, EventTrigger) else {}),
        goal_matches=compile_where(goal.where) if goal else None,
        who=compile_condition(who) if who is not None else None,
        parameters=parameters or {},
    )


def _lay_out(steps: tuple[Any, ...], prefix: str, after: str | None, nodes: dict[str, Node]) -> str | None:
    """Adds a list of steps that leads to ``after``; answers the id of its first step."""
    names = [step.id or f"{prefix}{number}" for number, step in enumerate(steps, 1)]
    for place, (name, step) in enumerate(zip(names, steps, strict=True)):
        if name in nodes or names.count(name) > 1:
            raise Refused(f"the step id {name!r} is used twice", field="steps")
        following = names[place + 1] if place + 1 < len(names) else after
        arms: tuple[Any, ...] = ()
        nodes[name] = Node(name, step, following)
        if isinstance(step, Branch):
            arms = tuple(
                (
                    compile_condition(arm.when) if arm.when is not None else None,
                    _lay_out(arm.steps, f"{name}-{letter}", following, nodes) if arm.steps else following,
                )
                for letter, arm in zip("abcdefghijklmnopqrstuvwxyz", step.branch, strict=False)
            )
        matches = compile_where(step.wait_for.where) if isinstance(step, WaitFor) else None
        nodes[name] = Node(name, step, following, arms, matches)
    return names[0] if names else after
