"""The load test itself: a crowd posts, the process is killed and started, the clock moves, and all is counted."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.load.crowd import Crowd, Taken
from tests.load.promises import Promise, promises
from tests.load.serving import Serving
from tests.load.stored import read_stored
from tests.load.watching import MEGABYTE, Mark, Trend, Watch, trend

Say = Callable[[str], None]


class Act(StrEnum):
    KILL = "killed"
    KILL_TWICE = "killed, and again while it starts"
    KILL_MOVING = "killed while the clock moves"
    MOVE = "the clock moves"


DISTURBED = 0.55
"""Share of the time in which kills happen; the rest is left alone, so that memory can be watched."""
LEAST = 8.0
"""Seconds that memory is watched at least, however long the restarts took."""
WARM_UP = 0.15
"""Share of the undisturbed time that does not count for memory: caches fill, and what a replay needed is given back."""
HOURS = "PT2H"
"""How far the clock is moved: beyond the wait of the journey."""


@dataclass(frozen=True, slots=True)
class Size:
    seconds: float
    kills: int
    clients: int
    seed: int


@dataclass(slots=True)
class Outcome:
    """``lines`` are the figures, in words."""

    promises: list[Promise]
    lines: list[str]
    kills: int
    events: int
    messages: int

    @property
    def broken(self) -> list[str]:
        return [f"{promise.text}: {promise.broken}" for promise in self.promises if promise.broken]


def plan(size: Size) -> list[tuple[float, Act]]:
    """Kills at random moments, the second and the third of their own kinds; a move of the clock before each."""
    chance = random.Random(size.seed)
    kills = sorted(chance.uniform(0.08, DISTURBED) * size.seconds for _ in range(size.kills))
    begins = [0.04 * size.seconds, *kills]
    acts = [(chance.uniform(begin, (begin + end) / 2), Act.MOVE) for begin, end in zip(begins, kills, strict=False)]
    kinds = {1: Act.KILL_TWICE, 2: Act.KILL_MOVING}
    return sorted([*acts, *((at, kinds.get(number, Act.KILL)) for number, at in enumerate(kills))])


def play(size: Size, folder: Path, say: Say) -> Outcome:
    """Leaves the state in ``folder``. Raises AssertionError when the process does not start."""
    serving = Serving(folder)
    serving.begin()
    try:
        return _Play(size, serving, say).whole()
    finally:
        if serving.run.running():
            serving.kill()


class _Play:
    def __init__(self, size: Size, serving: Serving, say: Say) -> None:
        self._size = size
        self._serving = serving
        self._say = say
        self._crowd = Crowd(
            serving.run.port, run=f"load{size.seed}", seed=size.seed, clients=size.clients, now=serving.now
        )
        self._watch = Watch(serving.memory, lambda: self._crowd.events)
        self._chance = random.Random(f"{size.seed}/kills")
        self._troubles: list[str] = []
        self._away = self._moving = 0.0
        self._kills = 0
        self._began = 0.0

    def whole(self) -> Outcome:
        self._began = time.monotonic()
        self._watch.start()
        self._crowd.start()
        for at, act in plan(self._size):
            self._wait_until(at)
            # Everybody is posting again after what was before.
            time.sleep(self._chance.uniform(0.2, 1.5))
            self._move() if act is Act.MOVE else self._kill(act)
        memory = self._undisturbed()
        self._crowd.stop()
        self._watch.stop()
        served = time.monotonic() - self._began - self._away - self._moving
        return self._count(memory, served)

    def _wait_until(self, at: float) -> None:
        """Sleeps, with a line every half minute. A client that gave up ends the test."""
        while (now := time.monotonic() - self._began) < at and not self._crowd.failure:
            following = (now // 30 + 1) * 30
            time.sleep(max(0.0, min(at, following) - now))
            if following <= at:
                self._report(now)
        assert not self._crowd.failure, self._crowd.failure

    def _report(self, since: float) -> None:
        lately = [t for t in self._crowd.taken if t.at >= self._began + since]
        seconds = max(time.monotonic() - self._began - since, 0.001)
        events = sum(taken.events for taken in lately)
        memory = self._serving.memory() / MEGABYTE
        self._tell(f"{events / seconds:4.0f} events/s  {_latencies(lately)}  {memory:.0f} MB in memory")

    def _move(self) -> None:
        with self._crowd.paused():
            began = time.monotonic()
            self._troubles += self._serving.advance(HOURS)
            seconds = time.monotonic() - began
            self._moving += seconds
            self._tell(f"two hours later, worked off in {seconds:.1f} s")

    def _kill(self, act: Act) -> None:
        on_the_way, began = self._crowd.on_the_way, time.monotonic()
        how = f"{act.value}, {on_the_way} requests on the way"
        if act is Act.KILL_MOVING:
            with self._crowd.paused():
                began = time.monotonic()
                self._serving.move_in_vain(HOURS, self._chance.uniform(0.05, 1.5))
                how = f"{act.value}, {self._restarted()}"
        else:
            self._serving.kill()
            how += f", {self._restarted(self._chance.uniform(0.3, 2.0) if act is Act.KILL_TWICE else None)}"
        away = time.monotonic() - began
        self._away += away
        self._tell(f"{how}; back after {away:.1f} s")

    def _restarted(self, killed_after: float | None = None) -> str:
        """What there was to be done again."""
        self._kills += 1
        unsaved = f"{self._serving.journal_length} unsaved"
        if killed_after is not None:
            if not self._serving.start_in_vain(killed_after):
                return f"{unsaved} (ready too soon to be killed again)"
            self._kills += 1
        self._serving.start()
        return unsaved

    def _undisturbed(self) -> Trend:
        """The rest of the time: only the memory is watched, and tables are counted before and after."""
        start = time.monotonic() - self._began
        end = max(self._size.seconds, start + LEAST)
        self._wait_until(start + (end - start) * WARM_UP)
        first = self._mark()
        since = time.monotonic()
        self._wait_until(end)
        until = time.monotonic()
        return trend(self._watch.between(since, until), first, self._mark())

    def _mark(self) -> Mark:
        return Mark(self._serving.tables(), self._crowd.events)

    def _count(self, memory: Trend, served: float) -> Outcome:
        taken, crowd = self._crowd.taken, self._crowd
        began = time.monotonic()
        self._troubles += self._serving.settle()
        behind = time.monotonic() - began
        self._tell(f"no more requests; the rest was worked off in {behind:.1f} s")
        self._move()
        self._serving.stop()
        self._tell("stopped; reading what is stored")
        stored = read_stored(self._serving.run.state)
        kept = [*promises(stored, crowd.ledger)]
        kept.append(Promise("no function failed for good", "; ".join(self._troubles)))
        events = self._crowd.events
        requests = len(taken)
        process, rest = ([size / MEGABYTE for size in pair] for pair in (memory.process, memory.rest))
        sent_again = crowd.attempts - requests
        grown = "" if memory.per_event is None else f" ({memory.per_event:+.0f} bytes an event)"
        told = f"without tables {rest[0]:.0f} MB, a third of the undisturbed time later {rest[1]:.0f} MB{grown}"
        kept.append(Promise("memory is flat, the tables aside", "" if memory.flat else told))
        lines = [
            f"{events} events in {requests} requests acknowledged within {served:.0f} s of serving: "
            f"{events / served:.0f} events/s, {requests / served:.0f} requests/s ({self._size.clients} clients)",
            f"an acknowledgment takes {_latencies(taken)}",
            f"{self._kills} kills, {self._away:.0f} s away; {sent_again} requests sent again, {crowd.cut_off} of them "
            f"cut off, {crowd.turned_away} asked to come later",
            f"{len(stored.outbox)} messages to {len(stored.of('CONTACT'))} contacts; {behind:.1f} s of work were "
            "left at the end",
            f"memory {told}; with them {process[0]:.0f} MB and {process[1]:.0f} MB",
        ]
        return Outcome(kept, lines, self._kills, events, len(stored.outbox))

    def _tell(self, text: str) -> None:
        self._say(f"{time.monotonic() - self._began:5.0f} s  {text}")


def _latencies(taken: Sequence[Taken]) -> str:
    """In milliseconds."""
    if len(taken) < 2:
        return "no acknowledgments"
    cuts = statistics.quantiles((t.seconds * 1000 for t in taken), n=1000, method="inclusive")
    return f"p50 {cuts[499]:.0f} ms, p95 {cuts[949]:.0f} ms, p99 {cuts[989]:.0f} ms, p99.9 {cuts[998]:.0f} ms"
