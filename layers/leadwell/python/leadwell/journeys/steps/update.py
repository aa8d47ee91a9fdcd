"""Set traits of the contact: ``update: {traits: {onboarded: true}}``. It happens as an event, like everything else."""

from typing import Annotated

from pydantic import Field

from leadwell.conditions.models import Model
from leadwell.journeys.steps.running import Go, Next, StepModel, StepRun, Updated

_RESERVED = ("email", "phone")


class Changes(Model):
    traits: Annotated[dict[str, str | int | float | bool | None], Field(min_length=1)]


class Update(StepModel):
    update: Changes

    def model_post_init(self, context: object) -> None:
        for name in _RESERVED:
            if name in self.update.traits:
                raise ValueError(f"a journey cannot set {name}: it says who somebody is and needs proof")


def run(step: Update, run: StepRun) -> Next:
    run.effects.append(Updated(dict(step.update.traits), run.node.id))
    return Go(run.node.next)
