"""(truth, until): until when a truth holds if nothing happens."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.facts import Facts


class Answer(NamedTuple):
    truth: bool
    until: Moment
    """The first moment at which the truth may be another one."""


Evaluate = Callable[[Facts, Moment], Answer]

ALWAYS = Answer(True, FOREVER)
NEVER = Answer(False, FOREVER)


def steady(truth: bool) -> Answer:
    """A truth that only an event can change."""
    return ALWAYS if truth else NEVER


def negated(answer: Answer) -> Answer:
    return Answer(not answer.truth, answer.until)


def all_of(evaluations: Sequence[Evaluate]) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        until_true, until_false = FOREVER, 0
        for part in evaluations:
            truth, until = part(facts, now)
            if truth:
                until_true = min(until_true, until)
            else:
                # One false part keeps the whole false: it stays so while the longest-lived of them does.
                until_false = max(until_false, until)
                if until == FOREVER:
                    return NEVER
        return Answer(False, until_false) if until_false else Answer(True, until_true)

    return evaluate


def any_of(evaluations: Sequence[Evaluate]) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        until_true, until_false = 0, FOREVER
        for part in evaluations:
            truth, until = part(facts, now)
            if truth:
                until_true = max(until_true, until)
                if until == FOREVER:
                    return ALWAYS
            else:
                until_false = min(until_false, until)
        return Answer(True, until_true) if until_true else Answer(False, until_false)

    return evaluate
