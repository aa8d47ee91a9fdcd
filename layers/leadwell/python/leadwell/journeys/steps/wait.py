"""Wait for a while: ``wait: PT3H``."""

from typing import ClassVar

from leadwell.conditions.models import Duration
from leadwell.journeys.steps.running import Next, Sleep, StepModel, StepRun


class Wait(StepModel):
    wait: Duration

    waits: ClassVar[bool] = True

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        return Sleep(run.at + self.wait)
