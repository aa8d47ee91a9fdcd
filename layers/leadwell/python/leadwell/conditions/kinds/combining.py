"""``all``, ``any``, ``not``, ``at_least … of``, ``everyone``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from leadwell.clock import Moment
from leadwell.conditions.answer import ALWAYS, Answer, Evaluate, all_of, any_of, at_least_of
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.facts import Facts
from leadwell.conditions.needs import Needs

if TYPE_CHECKING:
    Condition = ConditionModel
    """What ``models.py`` puts here: any of the kinds."""


class AllOf(ConditionModel):
    all: Annotated[tuple["Condition", ...], Field(min_length=1)]

    def compiled(self, needs: Needs) -> Evaluate:
        return all_of([part.compiled(needs) for part in self.all])

    def parts(self) -> Sequence[ConditionModel]:
        return self.all


class AnyOf(ConditionModel):
    any: Annotated[tuple["Condition", ...], Field(min_length=1)]

    def compiled(self, needs: Needs) -> Evaluate:
        return any_of([part.compiled(needs) for part in self.any])

    def parts(self) -> Sequence[ConditionModel]:
        return self.any


class Not(ConditionModel):
    not_: Annotated["Condition", Field(alias="not")]

    def compiled(self, needs: Needs) -> Evaluate:
        inner = self.not_.compiled(needs)

        def evaluate(facts: Facts, now: Moment) -> Answer:
            truth, until = inner(facts, now)
            return not truth, until

        return evaluate

    def parts(self) -> Sequence[ConditionModel]:
        return (self.not_,)


class SomeOf(ConditionModel):
    """``{at_least: 2, of: […]}``"""

    at_least: Annotated[int, Field(ge=1)]
    of: Annotated[tuple["Condition", ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _enough(self) -> "SomeOf":
        if self.at_least > len(self.of):
            raise ValueError(f"at_least is {self.at_least}, but there are only {len(self.of)} conditions in `of`")
        return self

    def compiled(self, needs: Needs) -> Evaluate:
        return at_least_of(self.at_least, [part.compiled(needs) for part in self.of])

    def found(self, facts: Facts, now: Moment) -> dict[str, Any]:
        return {"held": sum(part.compiled(Needs())(facts, now)[0] for part in self.of)}

    def parts(self) -> Sequence[ConditionModel]:
        return self.of


class Everyone(ConditionModel):
    everyone: Literal[True]

    def compiled(self, needs: Needs) -> Evaluate:
        return lambda facts, now: ALWAYS
