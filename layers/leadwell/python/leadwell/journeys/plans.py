"""What a journey compares: the arms of its splits, and those it reached with those it held out. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadwell.clock import DAY
from leadwell.conditions.filters import Matches, compile_where
from leadwell.contacts.change import Happening
from leadwell.ids import fingerprint, message_id
from leadwell.journeys.enrollment import Enrollment, Trial
from leadwell.journeys.steps.running import Contest, Node, StepModel

if TYPE_CHECKING:
    from leadwell.journeys.models import JourneyDefinition
    from leadwell.journeys.program import Program

HOLDOUT = "*"
"""Stands for the step where all who enter are compared with all who are held out."""
ENTERED = "entered"
LEFT_ALONE = "held-out"

WITHIN = 30 * DAY
"""How long a goal that sets no time itself is looked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``id`` stays over the versions of a journey as long as what is compared does. ``senders`` are the steps of each
    arm; a success is about one of their messages."""

    id: str
    contest: Contest
    matches: Matches
    senders: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_success(self, enrollment: Enrollment, trial: Trial, happening: Happening) -> bool:
        contest = self.contest
        if happening.kind != "event" or happening.name not in contest.names or happening.id == enrollment.cause.id:
            return False
        if not trial.since < happening.at <= trial.since + contest.within:
            return False
        if contest.by_message:
            steps, visits = self.senders.get(trial.arm, ()), range(1, enrollment.visit + 1)
            sent = {message_id(enrollment.id, step, visit) for step in steps for visit in visits}
            return happening.properties.get("message") in sent
        return self.matches(happening.properties, enrollment.cause.properties)


def plans_of(definition: "JourneyDefinition", nodes: Mapping[str, Node]) -> dict[str, Plan]:
    """By step; under ``HOLDOUT`` that of the whole journey, if it holds contacts out and its goal is an event."""
    found: dict[str, Plan] = {}
    for node in nodes.values():
        contest = node.step.contest()
        if contest is not None:
            senders = {
                arm: frozenset(_ids_of(way.steps, nodes))
                for arm, way in zip(contest.arms, node.step.ways(), strict=True)
            }
            found[node.id] = Plan(
                f"{definition.name}/{node.id}/{contest.id}", contest, compile_where(contest.where), senders
            )
    goal = definition.goal
    if definition.holdout and goal is not None and goal.event:
        contest = Contest(
            id=fingerprint("goal", goal.model_dump_json(by_alias=True), length=8),
            arms=(ENTERED, LEFT_ALONE),
            names=frozenset({goal.event}),
            where=goal.where,
            by_message=False,
            within=goal.within or WITHIN,
            each=0,
            confidence=95,
        )
        found[HOLDOUT] = Plan(f"{definition.name}/{HOLDOUT}/{contest.id}", contest, compile_where(goal.where))
    return found


def splits_of(program: "Program") -> Iterator[tuple[str, Plan]]:
    return ((step, plan) for step, plan in program.plans.items() if step != HOLDOUT)


def successes(program: "Program", enrollment: Enrollment, happening: Happening) -> Iterator[tuple[Plan, Trial]]:
    """The comparisons for which this is what they look for, wherever the enrollment stands, also when it is over."""
    for step, trial in enrollment.trials.items():
        plan = program.plans.get(step)
        if plan is not None and plan.is_success(enrollment, trial, happening):
            yield plan, trial


def _ids_of(steps: Sequence[StepModel], nodes: Mapping[str, Node]) -> Iterator[str]:
    """Of these steps and all inside them."""
    inside = {id(step) for step in _all_of(steps)}
    return (node.id for node in nodes.values() if id(node.step) in inside)


def _all_of(steps: Sequence[StepModel]) -> Iterator[StepModel]:
    for step in steps:
        yield step
        for way in step.ways():
            yield from _all_of(way.steps)
