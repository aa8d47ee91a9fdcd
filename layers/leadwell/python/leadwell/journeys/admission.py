"""Who enters a journey: what starts it, under which key, and what may stand against it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from leadwell.clock import DAY, HOUR, Moment
from leadwell.contacts.change import Happening
from leadwell.durations import duration_text
from leadwell.ids import share_of
from leadwell.journeys.enrollment import KEPT_OUT, REPORTED_LATE, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.steps.holding import keeper
from leadwell.journeys.steps.running import Situation
from leadwell.journeys.triggers.base import text_of
from leadwell.journeys.triggers.event import EventTrigger
from leadwell.tracking.events import Name

GLOBAL_HOLDOUT = "everything"

MOST_A_DAY = 25
"""How often a condition may start a journey for somebody within a day: no person does that, journeys that start each
other do."""


def entry_key(program: Program, happening: Happening) -> str | None:
    """Under which key this happening enters the journey; None when it does not."""
    if happening.kind == "event" and happening.name == Name.JOURNEY_REQUESTED:
        named = happening.properties.get("journey") == program.name
        return text_of(happening.properties.get("key")) if named else None
    return program.trigger.key_for(happening, program.trigger_matches)


def is_fresh(program: Program, happening: Happening, now: Moment) -> bool:
    """An event that is reported late starts nothing."""
    oldest = program.trigger.oldest(happening)
    return oldest is None or happening.name == Name.JOURNEY_REQUESTED or now - happening.at <= oldest


def said_reported_late(happening: Happening, now: Moment) -> str:
    """In whole days, or hours where it is less than one."""
    age = now - happening.at
    unit = DAY if age >= DAY else HOUR
    return f"{REPORTED_LATE}: {duration_text(max(age // unit, 1) * unit)} after it happened"


def is_meant(program: Program, happening: Happening, situation: Situation) -> bool:
    """Whether the journey is for this contact at all."""
    facts = replace(situation.facts, trigger=happening.properties)
    return program.who is None or program.who.holds(facts, situation.now)


def may_enter(program: Program, key: str, happening: Happening, earlier: list[Enrollment]) -> bool:
    """Whether the re-entry rule lets somebody in whose ``earlier`` enrollments under the same key are given."""
    # Who is parked goes on once there are codes: nobody is in it twice, and gets everything twice.
    if any(one.cause.id == happening.id or one.is_under_way for one in earlier):
        return False
    earlier = [one for one in earlier if one.status != KEPT_OUT]
    if not earlier:
        return True
    rule = program.definition.reentry
    if rule.after is not None:
        return happening.at - max(one.entered_at for one in earlier) >= rule.after
    return may_enter_again(program, key)


def may_enter_again(program: Program, key: str) -> bool:
    """Whether somebody who has been through may enter under the same key, where no time must pass."""
    # Without a value for the key, "never again" would shut the contact out for good.
    keyed_but_missing = isinstance(program.trigger, EventTrigger) and bool(program.trigger.key) and not key
    return program.definition.reentry.allow == "always" or keyed_but_missing


def is_held_out(program: Program, situation: Situation) -> bool:
    """Always the same for a contact: of the journey's own share, and of those whom no campaign ever reaches."""
    if is_never_reached(program, situation):
        return True
    return share_of(f"journey:{program.name}", situation.contact.id) < program.definition.holdout / 100


def is_never_reached(program: Program, situation: Situation) -> bool:
    """Whether it is one of those whom no campaign ever reaches, and this is one."""
    policy = situation.policy
    if policy is None or not program.is_campaign:
        return False
    return is_left_alone(situation.contact.id, policy.holdout)


def is_left_alone(contact_id: str, holdout: float) -> bool:
    """Whether no campaign ever reaches the contact; ``holdout`` is the policy's, in percent."""
    return share_of(GLOBAL_HOLDOUT, contact_id) < holdout / 100


def kept_away_by(program: Program, situation: Situation) -> str:
    """The journey that keeps this one away from the contact at present; empty if there is none."""
    return keeper(program.definition, situation) if program.is_campaign else ""


def goes_in_circles(program: Program, happening: Happening, earlier: Sequence[Enrollment]) -> str:
    """Why somebody whose ``earlier`` enrollments are given is not let in once more; empty where nothing is odd."""
    if program.trigger.comes_true() is None or happening.kind == "event":
        return ""
    lately = sum(one.has_entered and happening.at - one.entered_at < DAY for one in earlier)
    return f"entered {lately} times within a day, as in a circle" if lately >= MOST_A_DAY else ""


def stands_against(program: Program, situation: Situation) -> str:
    """Why the contact cannot enter at present; empty if nothing stands against it. It may enter another time."""
    for end in program.ends:
        if end.holds(situation):
            return "has reached the goal already" if end is program.goal else end.text
    name = kept_away_by(program, situation)
    return f"kept away by {name}" if name else ""


def exclusive_among(enrollments: Sequence[Enrollment], programs: Mapping[tuple[str, int], Program]) -> dict[str, int]:
    """Those of the active enrollments' journeys that keep others away, with their priorities."""
    found: dict[str, int] = {}
    for one in enrollments:
        program = programs.get((one.journey, one.version))
        if one.is_active and program is not None and program.definition.exclusive:
            found[one.journey] = program.definition.priority
    return found
