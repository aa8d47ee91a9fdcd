"""(truth, until): until when a truth holds if nothing happens."""

from collections.abc import Callable, Sequence

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.facts import Facts

Answer = tuple[bool, Moment]
"""The truth, and the first moment at which it may be another one.

A plain pair: hundreds are made and taken apart for an event, and a named one takes four times as long for both.
"""

Evaluate = Callable[[Facts, Moment], Answer]

ALWAYS: Answer = (True, FOREVER)
NEVER: Answer = (False, FOREVER)


def steady(truth: bool) -> Answer:
    """A truth that only an event can change."""
    return ALWAYS if truth else NEVER


def negated(answer: Answer) -> Answer:
    truth, until = answer
    return not truth, until


def all_of(evaluations: Sequence[Evaluate]) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        until_true, until_false = FOREVER, 0
        for part in evaluations:
            truth, until = part(facts, now)
            if truth:
                if until < until_true:
                    until_true = until
            elif until == FOREVER:
                return NEVER
            elif until > until_false:
                # One false part keeps the whole false: it stays so while the longest-lived of them does.
                until_false = until
        return (False, until_false) if until_false else (True, until_true)

    return evaluate


def any_of(evaluations: Sequence[Evaluate]) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        until_true, until_false = 0, FOREVER
        for part in evaluations:
            truth, until = part(facts, now)
            if not truth:
                if until < until_false:
                    until_false = until
            elif until == FOREVER:
                return ALWAYS
            elif until > until_true:
                until_true = until
        return (True, until_true) if until_true else (False, until_false)

    return evaluate


def at_least_of(needed: int, evaluations: Sequence[Evaluate]) -> Evaluate:
    """True while ``needed`` of the parts are."""

    def evaluate(facts: Facts, now: Moment) -> Answer:
        return enough(needed, [part(facts, now) for part in evaluations])

    return evaluate


def enough(needed: int, answers: Sequence[Answer]) -> Answer:
    """Whether so many of them hold."""
    held = sorted(until for truth, until in answers if truth)
    failed = sorted(until for truth, until in answers if not truth)
    if len(held) >= needed:
        # So many may end before one too few is left.
        return True, held[len(held) - needed] if needed else FOREVER
    missing = needed - len(held)
    return False, failed[missing - 1] if missing <= len(failed) else FOREVER
