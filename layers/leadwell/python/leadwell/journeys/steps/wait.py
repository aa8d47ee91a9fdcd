"""Wait for a while: ``wait: PT3H``."""

from leadwell.conditions.models import Duration
from leadwell.journeys.steps.running import Next, Sleep, StepModel, StepRun


class Wait(StepModel):
    wait: Duration


def run(step: Wait, run: StepRun) -> Next:
    return Sleep(run.at + step.wait)
