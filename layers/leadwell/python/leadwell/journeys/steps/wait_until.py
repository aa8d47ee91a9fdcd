"""Wait until a local time of day: ``wait_until: "09:00"`` (the next one in the contact's zone)."""

from typing import Annotated

from pydantic import Field

from leadwell.calendar import next_local_time
from leadwell.journeys.steps.running import Next, Sleep, StepModel, StepRun


class WaitUntil(StepModel):
    wait_until: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def run(step: WaitUntil, run: StepRun) -> Next:
    return Sleep(next_local_time(step.wait_until, run.zone, run.at))
