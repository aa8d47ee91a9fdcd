"""Moves enrollments. Pure: from an enrollment, a contact and a moment to the next enrollment and what is to be done."""

from dataclasses import dataclass, replace
from typing import Any

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.ids import message_id
from leadwell.journeys.enrollment import (
    ACTIVE,
    EXITED,
    FINISHED,
    GOAL,
    HELD_OUT,
    KEPT_OUT,
    PARKED,
    Cause,
    Enrollment,
    Trial,
)
from leadwell.journeys.plans import ENTERED, HOLDOUT, LEFT_ALONE
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import (
    Effect,
    Go,
    Leave,
    Next,
    Node,
    Park,
    Recorded,
    Requested,
    Situation,
    Sleep,
    StepRun,
)
from leadwell.tracking.events import Name

MERGED = "the contact was joined with another"

_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Move:
    """An enrollment after it moved, and what its steps ask for."""

    enrollment: Enrollment
    effects: tuple[Effect, ...] = ()


def enter(program: Program, key: str, number: int, happening: Happening, situation: Situation) -> Move:
    """A new enrollment, moved up to its first wait."""
    enrollment = entering(program, key, number, happening, situation)
    return _move(program, enrollment, situation, happening.at)


def entering(program: Program, key: str, number: int, happening: Happening, situation: Situation) -> Enrollment:
    """A new enrollment that stands before its first step."""
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
    if HOLDOUT in program.plans:
        compared = Trial(ENTERED, enrollment.unit, enrollment.entered_at)
        enrollment = replace(enrollment, trials={HOLDOUT: compared})
    return enrollment


def queued(enrollment: Enrollment, until: Moment, now: Moment) -> Move:
    """It waits for its turn before the first step."""
    path = enrollment.noted(now, "waits for its turn")
    return Move(replace(enrollment, wake_at=until, ready=True, path=path))


def held_out(
    program: Program, enrollment: Enrollment, now: Moment, *, compared: bool = True, of_all: bool = False
) -> Move:
    """Left alone, to compare others with; ``compared``: in this journey, ``of_all``: no campaign reaches them."""
    trials = {step: replace(trial, arm=LEFT_ALONE) for step, trial in enrollment.trials.items() if compared}
    enrollment = replace(enrollment, trials=trials)
    reason = "held out of all campaigns" if of_all else f"held out: {program.definition.holdout:g} % are"
    return Move(ended(enrollment, HELD_OUT, reason, now))


def kept_out(enrollment: Enrollment, reason: str, now: Moment) -> Move:
    return Move(ended(replace(enrollment, number=0, trials={}), KEPT_OUT, reason, now))


def wake(program: Program, enrollment: Enrollment, situation: Situation) -> Move:
    """Moves an enrollment whose time has come. The journey's own time is when that was to be: what is late is decided
    by each message that leaves (``steps.holding``)."""
    assert enrollment.wake_at is not None
    at = enrollment.wake_at
    goal = program.goal
    if goal is not None and goal.came_true(situation) and _in_time(program, enrollment, situation.now):
        return Move(ended(enrollment, FINISHED, GOAL, situation.now))
    for exit in program.exits:
        if exit.came_true(situation):
            return Move(ended(enrollment, EXITED, exit.text, situation.now))
    node = program.nodes.get(enrollment.step)
    if node is None or not node.step.waits or enrollment.ready:
        # Whoever waited for a turn has reached the step with it.
        reached = replace(enrollment, since=at) if enrollment.ready else enrollment
        return _move(program, _released(reached), situation, at, awake=True)
    outcome: Next | None = node.step.caught_up(node, situation)
    if outcome is None:
        run = StepRun(program, situation, situation.facts, enrollment, node, enrollment.since)
        outcome = node.step.woken(run) or node.step.waited(node)
        at = max(at, run.at)
    if isinstance(outcome, Sleep):
        path = enrollment.noted(situation.now, outcome.note)
        return Move(replace(_released(enrollment), wake_at=outcome.until, zone=outcome.zone, path=path))
    if isinstance(outcome, Leave | Park):
        return Move(_stopped(enrollment, outcome, at))
    return _go(program, _noted(enrollment, at, outcome), outcome.to, situation, at, awake=True)


def react(
    program: Program, enrollment: Enrollment, happening: Happening, situation: Situation, *, held: bool = False
) -> Move | None:
    """What a happening does to an active enrollment: reach its goal, end it, or end its wait. None when it does
    nothing. Where its journey is ``held`` it comes to stand before the next step."""
    if happening.id == enrollment.cause.id:
        return None
    if end := ending(program, enrollment, happening):
        return Move(end)
    node = program.nodes.get(enrollment.step)
    if node is None or not node.step.waits or not enrollment.has_begun:
        return None
    outcome: Next | None
    if happening.kind == "changed":
        outcome = _rescheduled(program, enrollment, node, situation)
    else:
        outcome = node.step.reacted(node, enrollment, happening, situation.facts)
    if isinstance(outcome, Sleep):
        path = enrollment.noted(situation.now, outcome.note)
        return Move(replace(_released(enrollment), wake_at=outcome.until, zone=outcome.zone, path=path))
    if isinstance(outcome, Leave | Park):
        return Move(_stopped(enrollment, outcome, max(happening.at, enrollment.since)))
    if outcome is None:
        return None
    # News may be older than the wait: a mail was opened before somebody waited for that.
    at = max(happening.at, enrollment.since)
    if held and outcome.to is not None:
        before = replace(_noted(enrollment, at, outcome), step=outcome.to, since=at, wake_at=at, ready=True)
        return Move(before)
    return _go(program, _noted(enrollment, at, outcome), outcome.to, situation, at)


def _rescheduled(program: Program, enrollment: Enrollment, node: Node, situation: Situation) -> Next | None:
    facts = replace(situation.facts, trigger=enrollment.cause.properties)
    return node.step.rescheduled(StepRun(program, situation, facts, enrollment, node, enrollment.since))


def ending(program: Program, enrollment: Enrollment, happening: Happening) -> Enrollment | None:
    """The enrollment as ended by this happening, if it ends it."""
    if happening.at < enrollment.entered_at or _led_in(program, enrollment, happening):
        return None
    if reaches_goal(program, enrollment, happening):
        return ended(enrollment, FINISHED, GOAL, happening.at)
    for exit in program.exits:
        if exit.comes(happening, enrollment.cause.properties):
            return ended(enrollment, EXITED, exit.text, happening.at)
    if happening.kind != "event":
        return None
    if happening.name == Name.JOURNEY_STOP_REQUESTED and happening.properties.get("journey") == program.name:
        by = happening.properties.get("by")
        return ended(enrollment, EXITED, f"stopped by {by}" if by else "stopped", happening.at)
    return None


def _led_in(program: Program, enrollment: Enrollment, happening: Happening) -> bool:
    """Whether an event is what brought the contact here: the second order that made a repeat buyer is not yet the one
    that the journey for repeat buyers hopes for."""
    by_event = program.trigger.started_by()[0] == "event"
    return not by_event and happening.kind == "event" and happening.at == enrollment.entered_at


def reaches_goal(program: Program, enrollment: Enrollment, happening: Happening) -> bool:
    return (
        program.goal is not None
        and _in_time(program, enrollment, happening.at)
        and program.goal.comes(happening, enrollment.cause.properties)
    )


def _in_time(program: Program, enrollment: Enrollment, at: Moment) -> bool:
    """Whether the goal still counts."""
    goal = program.definition.goal
    within = goal.within if goal is not None else None
    return enrollment.entered_at <= at and (within is None or at <= enrollment.entered_at + within)


def may_end(program: Program) -> bool:
    """Can an event end it, wherever somebody stands?"""
    return any(end.rule.event for end in program.ends)


def awaits(program: Program, enrollment: Enrollment) -> Node | None:
    """The step at which it waits for an event, if it does."""
    node = program.nodes.get(enrollment.step)
    waits = enrollment.is_active and enrollment.has_begun and node is not None and node.step.awaited()
    return node if waits else None


def ended(enrollment: Enrollment, status: str, reason: str, at: Moment) -> Enrollment:
    return replace(
        enrollment,
        status=status,
        reason=reason,
        wake_at=None,
        zone="",
        held_until=None,
        ready=False,
        parked_for="",
        ended_at=at,
        path=enrollment.noted(at, reason or status),
    )


def _stopped(enrollment: Enrollment, outcome: Leave | Park, at: Moment) -> Enrollment:
    if isinstance(outcome, Leave):
        return ended(enrollment, EXITED, outcome.reason, at)
    return replace(ended(enrollment, PARKED, outcome.reason, at), parked_for=outcome.pool)


def _released(enrollment: Enrollment) -> Enrollment:
    """Nothing keeps it any more."""
    return replace(enrollment, wake_at=None, zone="", held_until=None, ready=False)


def redriven(enrollment: Enrollment, due: Moment, now: Moment) -> Enrollment:
    """A parked one goes on at its step once it is due. Its own time is still when it was parked: what follows comes as
    late as after an outage, and obeys the same rules (``steps.holding``)."""
    return replace(
        enrollment,
        status=ACTIVE,
        reason="",
        parked_for="",
        wake_at=enrollment.ended_at if enrollment.ended_at is not None else due,
        held_until=due,
        ended_at=None,
        path=enrollment.noted(now, "goes on"),
    )


def _noted(enrollment: Enrollment, at: Moment, outcome: Go) -> Enrollment:
    return replace(enrollment, path=enrollment.noted(at, outcome.note or "done"))


def _go(
    program: Program, enrollment: Enrollment, to: str | None, situation: Situation, at: Moment, *, awake: bool = False
) -> Move:
    if to is None:
        return Move(ended(enrollment, FINISHED, "", at))
    return _move(program, replace(_released(enrollment), step=to, since=at), situation, at, awake=awake)


def _move(program: Program, enrollment: Enrollment, situation: Situation, at: Moment, *, awake: bool = False) -> Move:
    """Runs steps until one waits or the journey ends.

    Only who is ``awake`` steps over a wait that is over already: news that came late in one piece may hold the goal, or
    what is waited for, right behind what it starts with, and a wake-up looks for that before anything leaves.
    """
    effects: list[Effect] = []
    facts = replace(situation.facts, trigger=enrollment.cause.properties)
    for _ in range(_MOST_STEPS):
        node = program.nodes.get(enrollment.step)
        if node is None:
            return Move(ended(enrollment, PARKED, f"the journey has no step {enrollment.step}", at), tuple(effects))
        run = StepRun(program, situation, facts, enrollment, node, at)
        outcome = node.step.run(run)
        asked = [_in_its_place(effect, enrollment.visit, situation.changes) for effect in run.effects]
        effects += asked
        at, enrollment = run.at, _with_what_it_found(program, enrollment, run)
        if isinstance(outcome, Sleep):
            if outcome.until > situation.now or not awake:
                path = enrollment.noted(at, outcome.note) if outcome.note else enrollment.path
                until = max(outcome.until, situation.now)
                # A step that does something was meant for when it was reached, however often it is put off.
                since = until if outcome.anew else at if node.step.waits else enrollment.since
                sleeping = replace(enrollment, wake_at=until, zone=outcome.zone, since=since, status=ACTIVE, path=path)
                return Move(sleeping, tuple(effects))
            if node.step.keeps_the_hour and at < situation.now and _is_much_too_late(program, outcome.until, situation):
                at = situation.now
                continue
            at = max(outcome.until, at)
            if not node.step.waits:
                enrollment = replace(enrollment, since=at) if outcome.anew else enrollment
                continue  # what it put off is to be done at this very moment
            outcome = node.step.waited(node)
        if isinstance(outcome, Leave):
            return Move(_stopped(enrollment, outcome, at), tuple(map(_as_last, effects)))
        if isinstance(outcome, Park):
            return Move(_stopped(enrollment, outcome, at), tuple(effects))
        enrollment = _noted(enrollment, at, outcome)
        if outcome.to is None:
            return Move(ended(enrollment, FINISHED, "", at), tuple(effects))
        enrollment = replace(enrollment, step=outcome.to, since=at)
        if (ahead := situation.after(enrollment, asked)) is not situation:
            situation, facts = ahead, replace(ahead.facts, trigger=enrollment.cause.properties)
    return Move(ended(enrollment, PARKED, f"more than {_MOST_STEPS} steps without a wait", at), tuple(effects))


def _in_its_place(effect: Effect, visit: int, place: int) -> Effect:
    if isinstance(effect, Recorded):
        return replace(effect, visit=visit, place=place)
    return replace(effect, visit=visit)


def _as_last(effect: Effect) -> Effect:
    return replace(effect, last=True) if isinstance(effect, Requested) else effect


def _is_much_too_late(program: Program, planned: Moment, situation: Situation) -> bool:
    late = program.definition.late
    return late.then != "skip" and situation.now - planned > late.after


def _with_what_it_found(program: Program, enrollment: Enrollment, run: StepRun) -> Enrollment:
    changed: dict[str, Any] = {}
    if run.node.id in program.asked_about and any(isinstance(effect, Requested) for effect in run.effects):
        # By its id, which stays: the contact may become part of another one, and the step may be done again.
        asked_for = message_id(enrollment.id, run.node.id, enrollment.visit)
        changed["sent"] = {**enrollment.sent, run.node.id: asked_for}
    if run.found:
        changed["found"] = {**enrollment.found, **run.found}
    if run.rounds is not None:
        changed["rounds"] = {**enrollment.rounds, run.node.id: run.rounds}
        # Messages of another round are others.
        changed["visit"] = enrollment.visit + (run.rounds > 1)
    if run.trial is not None:
        changed["trials"] = {**enrollment.trials, run.node.id: run.trial}
    return replace(enrollment, **changed) if changed else enrollment
