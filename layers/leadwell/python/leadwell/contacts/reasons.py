"""A condition taken apart: each part with its truth, until when it holds, and what it found in the contact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, SECOND, Moment
from leadwell.conditions.compiling import behavior_of, compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.matchers import lookup
from leadwell.conditions.models import (
    AllOf,
    AnyOf,
    Condition,
    ConsentCondition,
    EventCondition,
    Not,
    ScoreCondition,
    SegmentCondition,
    StageCondition,
    TraitCondition,
)
from leadwell.contacts.contact import Contact

_NEWEST = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """``kind`` is the condition's head word, ``rule`` the condition as it is written, ``found`` what the contact has.

    ``parts`` are the conditions inside of all, any and not. ``until`` is FOREVER where only an event can change it.
    """

    kind: str
    rule: Mapping[str, Any]
    truth: bool
    until: Moment
    found: Mapping[str, Any]
    parts: "Sequence[Reason]" = ()


def reason(condition: Condition, contact: Contact, facts: Facts, now: Moment) -> Reason:
    kind, describe, parts_of = _KINDS[type(condition)]
    truth, until = compile_condition(condition).evaluate(facts, now)
    rule, found = describe(condition, contact, facts, now)
    parts = [reason(part, contact, facts, now) for part in parts_of(condition)]
    return Reason(kind, rule, truth, until, found, parts)


def duration_text(milliseconds: int) -> str:
    """604800000 → ``P7D``: as it is written in definitions."""
    if milliseconds % DAY == 0:
        return f"P{milliseconds // DAY}D"
    for unit, letter in ((HOUR, "H"), (MINUTE, "M")):
        if milliseconds % unit == 0:
            return f"PT{milliseconds // unit}{letter}"
    return f"PT{milliseconds // SECOND}S"


_Description = tuple[dict[str, Any], dict[str, Any]]


def _group(condition: Any, contact: Contact, facts: Facts, now: Moment) -> _Description:
    return {}, {}


def _trait(condition: TraitCondition, contact: Contact, facts: Facts, now: Moment) -> _Description:
    return {"trait": condition.trait, **condition.matcher}, {"value": lookup(facts.traits, condition.trait)}


def _event(condition: EventCondition, contact: Contact, facts: Facts, now: Moment) -> _Description:
    rule: dict[str, Any] = {"event": condition.event}
    if condition.where:
        rule["where"] = {path: dict(words) for path, words in condition.where.items()}
    for name in ("at_least", "at_most"):
        if getattr(condition, name) is not None:
            rule[name] = getattr(condition, name)
    if condition.within is not None:
        rule["within"] = duration_text(condition.within)
    moments = facts.memory.get(behavior_of(condition.event, condition.where, keep=1).id, ())
    inside = [moment for moment in moments if condition.within is None or now < moment + condition.within]
    # Only as many moments are remembered as some condition asks about.
    return rule, {"times": len(inside), "newest": list(inside[:_NEWEST])}


def _score(condition: ScoreCondition, contact: Contact, facts: Facts, now: Moment) -> _Description:
    return condition.model_dump(exclude_none=True)["score"], {"score": round(facts.score(now), 6)}


def _stage(condition: StageCondition, contact: Contact, facts: Facts, now: Moment) -> _Description:
    return condition.model_dump(by_alias=True, exclude_none=True)["stage"], {"stage": facts.stage}


def _consent(condition: ConsentCondition, contact: Contact, facts: Facts, now: Moment) -> _Description:
    consent = contact.consents.get(condition.consent)
    return {"consent": condition.consent}, {"state": consent.state if consent else None}


def _segment(condition: SegmentCondition, contact: Contact, facts: Facts, now: Moment) -> _Description:
    return {"segment": condition.segment}, {"member": condition.segment in facts.segments}


def _none(condition: Any) -> Sequence[Condition]:
    return ()


_KINDS: dict[
    type,
    tuple[
        str,
        Callable[[Any, Contact, Facts, Moment], _Description],
        Callable[[Any], Sequence[Condition]],
    ],
] = {
    AllOf: ("all", _group, lambda condition: condition.all),
    AnyOf: ("any", _group, lambda condition: condition.any),
    Not: ("not", _group, lambda condition: (condition.not_,)),
    TraitCondition: ("trait", _trait, _none),
    EventCondition: ("event", _event, _none),
    ScoreCondition: ("score", _score, _none),
    StageCondition: ("stage", _stage, _none),
    ConsentCondition: ("consent", _consent, _none),
    SegmentCondition: ("segment", _segment, _none),
}
