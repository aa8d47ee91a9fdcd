"""Start or stop another journey for the same contact: ``start: win-back``, ``stop: welcome-track``.

Whether the other one lets the contact in is its own affair: its ``who``, its re-entry rule, its holdout.
"""

from leadwell.journeys.steps.running import Go, Next, Recorded, StepModel, StepRun
from leadwell.tracking.events import Name


class Start(StepModel):
    start: str

    def run(self, run: StepRun) -> Next:
        said = {"journey": self.start, "by": run.program.name}
        run.effects.append(Recorded(Name.JOURNEY_REQUESTED, run.node.id, said))
        return Go(run.node.next)


class Stop(StepModel):
    stop: str

    def run(self, run: StepRun) -> Next:
        said = {"journey": self.stop, "by": run.program.name}
        run.effects.append(Recorded(Name.JOURNEY_STOP_REQUESTED, run.node.id, said))
        return Go(run.node.next)
