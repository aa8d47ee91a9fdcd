"""Moves enrollments. Pure: from an enrollment, a contact and a moment to the next enrollment and what is to be done."""

from dataclasses import dataclass, replace

from leadwell.clock import HOUR, Moment
from leadwell.conditions.facts import Facts
from leadwell.conditions.matchers import lookup
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.journeys.about_companies import COMPANY_TRIGGERS
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, PARKED, Cause, Enrollment
from leadwell.journeys.models import DateTrigger, EventTrigger, SegmentTrigger
from leadwell.journeys.program import Program
from leadwell.journeys.steps import RUN
from leadwell.journeys.steps.running import Go, Leave, Requested, Sleep, StepRun, Updated
from leadwell.journeys.steps.wait_for import WaitFor

GOAL = "goal"
MERGED = "the contact was joined with another"

_PUNCTUAL = HOUR
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when an enrollment moves. ``facts`` are the contact's; ``zone`` is its time zone."""

    contact: Contact
    facts: Facts
    zone: str
    now: Moment


@dataclass(frozen=True, slots=True)
class Move:
    """An enrollment after it moved, and what its steps ask for."""

    enrollment: Enrollment
    effects: tuple[Requested | Updated, ...] = ()


def entry_key(program: Program, happening: Happening) -> str | None:
    """Under which key this happening enters the journey; None when it does not."""
    trigger = program.trigger
    if happening.kind == "event" and isinstance(trigger, EventTrigger):
        if happening.name != trigger.event or not program.trigger_matches(happening.properties, {}):
            return None
        value = lookup(happening.properties, trigger.key) if trigger.key else None
        return "" if value is None else str(value)[:200].replace("#", "_")
    if happening.kind == "entered" and isinstance(trigger, SegmentTrigger) and trigger.segment == happening.name:
        return ""
    if happening.kind == "date" and isinstance(trigger, DateTrigger) and trigger.id == happening.name:
        return str(happening.properties["year"])
    if isinstance(trigger, COMPANY_TRIGGERS) and (happening.kind, happening.name) == program.started_by:
        return ""
    return None


def is_meant(program: Program, situation: Situation) -> bool:
    """Whether the journey is for such as the contact."""
    return program.who is None or program.who.evaluate(situation.facts, situation.now).truth


def is_fresh(program: Program, happening: Happening, now: Moment) -> bool:
    """An event that is reported late starts nothing."""
    trigger = program.trigger
    return not isinstance(trigger, EventTrigger) or now - happening.at <= trigger.max_age


def may_enter(program: Program, key: str, happening: Happening, earlier: list[Enrollment]) -> bool:
    """Whether the re-entry rule lets somebody in whose ``earlier`` enrollments under the same key are given."""
    if any(one.cause.id == happening.id or one.is_active for one in earlier):
        return False
    if not earlier:
        return True
    rule = program.definition.reentry
    if rule.after is not None:
        return happening.at - max(one.entered_at for one in earlier) >= rule.after
    # Without a value for the key, "never again" would shut the contact out for good.
    keyed_but_missing = isinstance(program.trigger, EventTrigger) and bool(program.trigger.key) and not key
    return rule.allow == "always" or keyed_but_missing


def enter(program: Program, key: str, number: int, happening: Happening, situation: Situation) -> Move:
    """A new enrollment, moved up to its first wait."""
    enrollment = Enrollment(
        contact=situation.contact.id,
        journey=program.name,
        version=program.version,
        key=key,
        number=number,
        cause=Cause(happening.id, happening.name, happening.at, happening.properties),
        entered_at=happening.at,
        step=program.first,
        since=happening.at,
    )
    return _move(program, enrollment, situation, happening.at)


def wake(program: Program, enrollment: Enrollment, situation: Situation) -> Move:
    """Moves an enrollment whose wait is over. One that slept much too long goes on from now, not from long ago:
    its later waits would otherwise all be over at once."""
    assert enrollment.wake_at is not None
    punctual = situation.now - enrollment.wake_at <= _PUNCTUAL
    at = enrollment.wake_at if punctual else situation.now
    enrollment, outcome = _after_wait(program, enrollment, at)
    if isinstance(outcome, Leave):
        return Move(ended(enrollment, EXITED, outcome.reason, at))
    return _go(program, enrollment, outcome.to, situation, at, awake=True)


def react(program: Program, enrollment: Enrollment, happening: Happening, situation: Situation) -> Move | None:
    """What an event does to an active enrollment: reach its goal, or end its wait. None when it does nothing."""
    if happening.kind != "event" or happening.id == enrollment.cause.id:
        return None
    if reaches_goal(program, enrollment, happening):
        return Move(ended(enrollment, FINISHED, GOAL, happening.at))
    node = program.nodes.get(enrollment.step)
    if node is None or not isinstance(node.step, WaitFor) or happening.at <= enrollment.since:
        return None
    if happening.name != node.step.wait_for.event:
        return None
    if not node.matches(happening.properties, enrollment.cause.properties):
        return None
    noted = replace(enrollment, path=enrollment.noted(happening.at, f"{happening.name} came"))
    return _go(program, noted, node.next, situation, happening.at)


def awaits(program: Program, enrollment: Enrollment) -> bool:
    """Does it stand where it waits for an event?"""
    node = program.nodes.get(enrollment.step)
    return enrollment.is_active and node is not None and isinstance(node.step, WaitFor)


def reaches_goal(program: Program, enrollment: Enrollment, happening: Happening) -> bool:
    goal = program.definition.goal
    return (
        goal is not None
        and program.goal_matches is not None
        and happening.name == goal.event
        and happening.at >= enrollment.entered_at
        and program.goal_matches(happening.properties, enrollment.cause.properties)
    )


def ended(enrollment: Enrollment, status: str, reason: str, at: Moment) -> Enrollment:
    return replace(
        enrollment,
        status=status,
        reason=reason,
        wake_at=None,
        ended_at=at,
        path=enrollment.noted(at, reason or status),
    )


def _go(
    program: Program, enrollment: Enrollment, to: str | None, situation: Situation, at: Moment, *, awake: bool = False
) -> Move:
    if to is None:
        return Move(ended(enrollment, FINISHED, "", at))
    return _move(program, replace(enrollment, step=to, since=at, wake_at=None), situation, at, awake=awake)


def _after_wait(program: Program, enrollment: Enrollment, at: Moment) -> tuple[Enrollment, Go | Leave]:
    """What follows when the wait of the present step is over by itself."""
    node = program.nodes[enrollment.step]
    if not isinstance(node.step, WaitFor):
        return replace(enrollment, path=enrollment.noted(at, "waited")), Go(node.next)
    noted = replace(enrollment, path=enrollment.noted(at, "timed out"))
    if node.step.wait_for.on_timeout == "exit":
        return noted, Leave(f"{node.step.wait_for.event} did not come")
    return noted, Go(node.next)


def _move(program: Program, enrollment: Enrollment, situation: Situation, at: Moment, *, awake: bool = False) -> Move:
    """Runs steps until one waits or the journey ends.

    Only who is ``awake`` steps over a wait that is over already: news that came late in one piece may hold the goal, or
    what is waited for, right behind what it starts with, and a wake-up looks for that before anything leaves.
    """
    effects: list[Requested | Updated] = []
    facts = replace(situation.facts, trigger=enrollment.cause.properties)
    for _ in range(_MOST_STEPS):
        node = program.nodes.get(enrollment.step)
        if node is None:
            return Move(ended(enrollment, PARKED, f"the journey has no step {enrollment.step}", at), tuple(effects))
        run = StepRun(situation.contact, facts, enrollment, node, at, situation.zone)
        outcome = RUN[type(node.step)](node.step, run)
        effects += run.effects
        match outcome:
            case Sleep(until) if until > situation.now or not awake:
                asleep = replace(enrollment, wake_at=max(until, situation.now), since=at, status=ACTIVE)
                return Move(asleep, tuple(effects))
            case Sleep(until):
                at = max(until, at)
                enrollment, outcome = _after_wait(program, enrollment, at)
            case _:
                enrollment = replace(enrollment, path=enrollment.noted(at, "done"))
        match outcome:
            case Leave(reason):
                return Move(ended(enrollment, EXITED, reason, at), tuple(effects))
            case Go(None):
                return Move(ended(enrollment, FINISHED, "", at), tuple(effects))
            case Go(str() as to):
                enrollment = replace(enrollment, step=to, since=at)
    return Move(ended(enrollment, PARKED, f"more than {_MOST_STEPS} steps without a wait", at), tuple(effects))
