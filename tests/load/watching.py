"""Whether memory stays flat while requests come in.

The process under test is the database as well: what it stores is in its memory, and grows. So the tables are counted
inside the process, at the beginning and at the end of an undisturbed stretch, and taken off: what is left over is the
program, and that must not grow however many requests it answers.
"""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ALLOWED = 1.10
"""How much more the last third of a stretch may take than the one before it."""
ALLOWED_PER_EVENT = 2_000
"""Bytes by which it may grow per event: what CPython's allocator cannot give back between the rows of the tables."""
MANY = 2_000
"""Events over which a growth per event says anything."""
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes in memory at a moment, when so many events had been acknowledged."""

    at: float
    memory: int
    events: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Bytes of the tables when so many events had been acknowledged."""

    tables: int
    events: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Median bytes of the whole process, and of all that is not tables, in the middle and the last third."""

    process: tuple[float, float]
    rest: tuple[float, float]
    events: int
    """Between the two medians."""

    @property
    def flat(self) -> bool:
        per_event = self.per_event
        return self.rest[1] <= self.rest[0] * ALLOWED and (per_event is None or per_event <= ALLOWED_PER_EVENT)

    @property
    def per_event(self) -> float | None:
        """Bytes by which the rest grew per event; None when there were too few."""
        return (self.rest[1] - self.rest[0]) / self.events if self.events >= MANY else None


def trend(samples: Sequence[Sample], begin: Mark, end: Mark) -> Trend:
    """Of the samples after the warm-up; the tables grow evenly with the events. Needs nine samples or more."""
    if len(samples) < 9:
        raise ValueError(f"{len(samples)} samples of memory are too few")
    each = (end.tables - begin.tables) / max(end.events - begin.events, 1)

    def rest(sample: Sample) -> float:
        return sample.memory - begin.tables - each * (sample.events - begin.events)

    first, last = samples[0].at, samples[-1].at
    middle = [s for s in samples if (last - first) / 3 <= s.at - first < (last - first) * 2 / 3]
    final = [s for s in samples if s.at - first >= (last - first) * 2 / 3]
    return Trend(
        process=(statistics.median(s.memory for s in middle), statistics.median(s.memory for s in final)),
        rest=(statistics.median(map(rest, middle)), statistics.median(map(rest, final))),
        events=round(statistics.median(s.events for s in final) - statistics.median(s.events for s in middle)),
    )


class Watch:
    """Samples the memory twice a second until ``stop``."""

    def __init__(self, memory: Callable[[], int], events: Callable[[], int]) -> None:
        self.samples: list[Sample] = []
        self._memory, self._events = memory, events
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def between(self, begin: float, end: float) -> list[Sample]:
        """Samples of that time, by the monotonic clock."""
        return [sample for sample in self.samples if begin <= sample.at <= end]

    def _sample(self) -> None:
        while not self._stopping.wait(0.5):
            if memory := self._memory():
                self.samples.append(Sample(time.monotonic(), memory, self._events()))
