"""One thing after the other: ``sequence: [Product Viewed, {event: Product Added}, Order Completed]``."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from leadwell.clock import Moment
from leadwell.conditions.answer import ALWAYS, NEVER, Answer, Evaluate
from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import compile_filter
from leadwell.conditions.kinds.occurrences import AnyOfThose
from leadwell.conditions.needs import Needs
from leadwell.conditions.remembering import InOrder
from leadwell.conditions.written import Duration
from leadwell.ids import fingerprint


class SequenceCondition(ConditionModel):
    """One thing after the other, with anything in between. ``within``: from the first to the last step;
    ``completed_within``: how long ago the last step may be."""

    sequence: Annotated[
        tuple[AnyOfThose, ...],
        Field(min_length=2, max_length=8),
    ]
    within: Duration | None = None
    completed_within: Duration | None = None

    def compiled(self, needs: Needs) -> Evaluate:
        behavior = self._behavior()
        needs.remember(behavior)
        recently = self.completed_within

        def evaluate(facts: Facts, now: Moment) -> Answer:
            kept = facts.memory.get(behavior.id)
            if not kept or kept["done"] is None:
                return NEVER
            if recently is None:
                return ALWAYS
            ends = kept["done"] + recently
            return (True, ends) if now < ends else NEVER

        return evaluate

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        kept = facts.memory.get(self._behavior().id) or {"starts": [], "done": None}
        return {"steps": sum(one is not None for one in kept["starts"]), "completed": kept["done"]}

    def rule(self) -> dict[str, Any]:
        return as_written(self)

    def _behavior(self) -> InOrder:
        written = " > ".join(step.key for step in self.sequence)
        name = fingerprint("behavior", "sequence", written, str(self.within), length=8)
        steps = tuple((step.event, compile_filter(step.where)) for step in self.sequence)
        return InOrder(name, steps, self.within)
