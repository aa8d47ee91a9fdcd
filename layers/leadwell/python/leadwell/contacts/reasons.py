"""A condition taken apart: each part with its truth, until when it holds, and what it found in the contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.models import ConditionModel, head_of


@dataclass(frozen=True, slots=True)
class Reason:
    """``kind`` is the condition's head word, ``rule`` the condition as it is written, ``found`` what the contact has.

    ``parts`` are the conditions inside. ``until`` is FOREVER where only an event can change it.
    """

    kind: str
    rule: Mapping[str, Any]
    truth: bool
    until: Moment
    found: Mapping[str, Any]
    parts: "Sequence[Reason]" = ()


def reason(condition: ConditionModel, facts: Facts, now: Moment) -> Reason:
    truth, until = compile_condition(condition).evaluate(facts, now)
    parts = [reason(part, facts, now) for part in condition.parts()]
    return Reason(head_of(condition), condition.rule(), truth, until, condition.found(facts, now), parts)
