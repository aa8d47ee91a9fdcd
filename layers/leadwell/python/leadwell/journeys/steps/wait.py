"""Wait for a while: ``wait: PT3H``.

Whole days are days of the contact's calendar: ``wait: P7D`` at half past nine ends at half past nine, also where the
clocks go forward in between.
"""

from typing import ClassVar

from leadwell.calendar import days_later
from leadwell.clock import DAY
from leadwell.conditions.models import Duration
from leadwell.journeys.steps.running import Next, Sleep, StepModel, StepRun


class Wait(StepModel):
    wait: Duration

    waits: ClassVar[bool] = True

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        days, rest = divmod(self.wait, DAY)
        return Sleep(run.at + self.wait if rest else days_later(run.at, days, run.zone))
