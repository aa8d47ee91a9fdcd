"""Wait until something happens, but not for ever.

wait_for: {event: Consent Granted, where: {channel: email}, timeout: P7D, on_timeout: exit}
"""

from typing import Literal

from pydantic import Field

from leadwell.conditions.models import Duration, Model, Where
from leadwell.journeys.steps.running import Next, Sleep, StepModel, StepRun


class Awaited(Model):
    event: str
    where: Where = Field(default_factory=dict)
    timeout: Duration
    on_timeout: Literal["continue", "exit"] = "continue"


class WaitFor(StepModel):
    wait_for: Awaited


def run(step: WaitFor, run: StepRun) -> Next:
    return Sleep(run.at + step.wait_for.timeout)
