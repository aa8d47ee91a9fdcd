"""Start or stop another journey for the same contact: ``start: win-back``, ``stop: welcome-track``.

Whether the other one lets the contact in is its own affair: its ``who``, its re-entry rule, its holdout.
"""

from collections.abc import Iterable, Sequence

from leadwell.journeys.steps.running import Caused, Go, Next, Recorded, StepModel, StepRun
from leadwell.tracking.events import Name


class Start(StepModel):
    start: str

    def starts(self) -> str:
        return self.start

    def run(self, run: StepRun) -> Next:
        run.effects.append(self._event(run.program.name, run.node.id))
        return Go(run.node.next)

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        return [self._event(journey, step).caused]

    def _event(self, journey: str, step: str) -> Recorded:
        return Recorded(Name.JOURNEY_REQUESTED, step, {"journey": self.start, "by": journey})


class Stop(StepModel):
    stop: str

    def mentions(self) -> Iterable[tuple[str, str]]:
        yield "journey", self.stop

    def run(self, run: StepRun) -> Next:
        run.effects.append(self._event(run.program.name, run.node.id))
        return Go(run.node.next)

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        return [self._event(journey, step).caused]

    def _event(self, journey: str, step: str) -> Recorded:
        return Recorded(Name.JOURNEY_STOP_REQUESTED, step, {"journey": self.stop, "by": journey})
