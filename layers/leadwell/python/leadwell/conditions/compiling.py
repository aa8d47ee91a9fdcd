"""Conditions → functions, and what they depend on."""

from dataclasses import dataclass

from leadwell.clock import Moment
from leadwell.conditions.answer import Evaluate
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.facts import Facts
from leadwell.conditions.needs import Needs


@dataclass(frozen=True, slots=True)
class Compiled:
    evaluate: Evaluate
    needs: Needs

    def holds(self, facts: Facts, now: Moment) -> bool:
        """The truth alone."""
        return self.evaluate(facts, now)[0]


def compile_condition(condition: ConditionModel) -> Compiled:
    needs = Needs()
    return Compiled(condition.compiled(needs), needs)
