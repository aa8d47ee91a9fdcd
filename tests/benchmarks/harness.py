"""How two things are compared: side by side, in turns, by the median of the ratios of their CPU times.

The machine may be busy and its clock may change from second to second; what is measured in turns meets the same
weather.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import process_time

Cost = Callable[[], float]
"""Does some work and answers the CPU seconds of one unit of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """``ratio`` should be at most ``target``; without a measurement it is None and the note says why."""

    name: str
    ratio: float | None
    target: float
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.ratio is None or self.ratio <= self.target


@dataclass(frozen=True, slots=True)
class Compared:
    """CPU microseconds of one unit each, and the median of the ratios."""

    ratio: float
    ours: float
    theirs: float


@dataclass(frozen=True, slots=True)
class Size:
    """How much work the rows do. Only the full size gives figures that mean something."""

    rounds: int = 15
    contacts: int = 10_000
    many_contacts: int = 100_000
    weeks: int = 9
    batches: int = 2
    calls: int = 100
    evaluations: int = 300
    mails: int = 40
    messages: int = 1_000
    starts: int = 5


FULL = Size()
TINY = Size(
    rounds=1,
    contacts=120,
    many_contacts=140,
    weeks=1,
    batches=1,
    calls=2,
    evaluations=1,
    mails=1,
    messages=10,
    starts=1,
)


def compare(ours: Cost, theirs: Cost, rounds: int) -> Compared:
    """One turn each to warm up; then in turns, and every other round in the other order."""
    ours(), theirs()
    pairs: list[tuple[float, float]] = []
    with settled_memory():
        for number in range(rounds):
            if number % 2:
                second, first = theirs(), ours()
            else:
                first, second = ours(), theirs()
            pairs.append((first, second))
    return Compared(
        median(one / other for one, other in pairs),
        median(one for one, _ in pairs) * 1e6,
        median(other for _, other in pairs) * 1e6,
    )


def repeated(work: Callable[[], object], times: int, elsewhere: Callable[[], float] = lambda: 0.0) -> Cost:
    """The cost of one call of ``work``; ``elsewhere`` is a stopwatch for what does not count."""

    def cost() -> float:
        before, began = elsewhere(), process_time()
        for _ in range(times):
            work()
        return (process_time() - began - (elsewhere() - before)) / times

    return cost


@contextmanager
def settled_memory() -> Iterator[None]:
    """Garbage is collected as ever, but the collector does not walk through what was built up for the measurement."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
