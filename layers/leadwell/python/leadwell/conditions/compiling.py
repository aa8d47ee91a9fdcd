"""Conditions → functions, and what they depend on."""

from dataclasses import dataclass

from leadwell.conditions.answer import Evaluate
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.needs import Needs


@dataclass(frozen=True, slots=True)
class Compiled:
    evaluate: Evaluate
    needs: Needs


def compile_condition(condition: ConditionModel) -> Compiled:
    needs = Needs()
    return Compiled(condition.compiled(needs), needs)
