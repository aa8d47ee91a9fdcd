"""Runs a story to its end: as it is written, then without any further mishap until everything is quiet."""

from dataclasses import dataclass
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, Moment, from_iso
from leadwell.journeys.turnovers import InFlight
from tests.simulation.callers import Callers
from tests.simulation.faults import fault_from
from tests.simulation.plots import Part, Story
from tests.simulation.world import World, installed

SOON = 26 * HOUR + 7 * MINUTE
"""Not at a full hour: what flips there, as days begin, is seen to a minute later."""
CALM = 40 * DAY
"""Longer than any journey waits."""


@dataclass(eq=False)
class Run:
    story: Story
    world: World
    callers: Callers
    healed_at: Moment = 0
    soon_after: Any = None
    failures: list[str] = None  # type: ignore[assignment]

    def play(self, part: Part) -> None:
        self.world.engine.note(f"· {part}")
        _PLAY[part.kind](self, **part.arguments)


def run(story: Story, check_soon: Any, check_end: Any, tracing: bool = False) -> Run:
    """``check_soon`` looks some hours after the last mishap, ``check_end`` when everything that waits has ended."""
    world = World(story.start)
    engine = world.engine
    if tracing:
        engine.trace = []
    this = Run(story, world, Callers(world))
    with installed(world):
        world.sweep.on = story.sweep
        for part in story.parts:
            engine.at(engine.start + part.at, this.play, part)
        engine.run_until(engine.start + story.length)
        _heal(this)
        engine.run_until(this.healed_at + 2 * HOUR)
        for queue in world.queues.values():
            queue.redrive()
        world.machines.restart_failed()
        engine.run_until(this.healed_at + SOON)
        _until_nothing_is_due(world)
        this.failures = list(check_soon(this))
        engine.run_until(this.healed_at + CALM)
        _until_nothing_is_due(world)
        this.failures += check_end(this)
    this.failures += engine.problems
    return this


def _until_nothing_is_due(world: World) -> None:
    """What flips is seen when its minute is over. Waits a little for it, and not for what is stuck."""
    for _ in range(3):
        now = world.engine.now
        if not any("due_at" in item and from_iso(item["due_at"]["S"]) <= now for item in world.table.items.values()):
            return
        world.engine.run_until(now + 2 * MINUTE)


def _heal(run: Run) -> None:
    engine = run.world.engine
    engine.note("— from here on nothing goes wrong")
    run.healed_at = engine.now
    engine.calm_since = engine.now
    for one in run.world.holds:
        run.world.resume(one.journey)
    engine.faults.clear()
    engine.skews.clear()
    engine.down_until = 0
    run.world.sweep.on = True
    _clear_weather(run)


def _clear_weather(run: Run) -> None:
    run.world.table.index_lag = 0
    run.world.table.hot_shard = ""
    for function in run.world.stream.readers:
        run.world.stream.set_lag(function, 0)


def _post(run: Run, **arguments: Any) -> None:
    run.callers.post(**arguments)


def _link(run: Run, to: str, link: str) -> None:
    run.callers.open_link(to, link)


def _sms(run: Run, number: str, text: str, stops: bool) -> None:
    run.callers.sms(number, text, stops)


def _report(run: Run, to: str, kind: str, delay: int) -> None:
    run.callers.report(to, kind, delay)


def _erase(run: Run, user: str) -> None:
    run.callers.erase(user)


def _fault(run: Run, **arguments: Any) -> None:
    run.world.engine.faults.requests.append(fault_from(arguments))


def _odd(run: Run, place: str, kind: str, amount: int) -> None:
    run.world.engine.faults.arm(place, kind, amount)


def _lag(run: Run, function: str, amount: int, lasts: int) -> None:
    run.world.stream.set_lag(function, amount)
    run.world.engine.after(lasts, run.world.stream.set_lag, function, 0)


def _index_lag(run: Run, amount: int, lasts: int) -> None:
    table = run.world.table
    table.index_lag = amount
    run.world.engine.after(lasts, setattr, table, "index_lag", 0)


def _hot_shard(run: Run, shard: int, lasts: int) -> None:
    table = run.world.table
    table.hot_shard = f"#{shard}"
    run.world.engine.after(lasts, setattr, table, "hot_shard", "")


def _skew(run: Run, function: str, amount: int, lasts: int) -> None:
    skews = run.world.engine.skews
    skews[function] = amount
    run.world.engine.after(lasts, skews.pop, function, None)


def _outage(run: Run, lasts: int) -> None:
    engine = run.world.engine
    engine.down_until = max(engine.down_until, engine.now + lasts)


def _deploy(run: Run) -> None:
    run.world.engine.deploy()


def _publish(run: Run, path: str, in_flight: InFlight | None = None) -> None:
    run.world.publish(path, in_flight)


def _hold(run: Run, journey: str, lasts: int) -> None:
    run.world.hold(journey)
    run.world.engine.after(lasts, run.world.resume, journey)


def _poison(run: Run, queue: str) -> None:
    run.world.queues[queue].send("this is not ours", poison=True, about="poison")


_PLAY = {
    "post": _post,
    "link": _link,
    "sms": _sms,
    "report": _report,
    "erase": _erase,
    "fault": _fault,
    "odd": _odd,
    "lag": _lag,
    "index lag": _index_lag,
    "hot shard": _hot_shard,
    "skew": _skew,
    "outage": _outage,
    "deploy": _deploy,
    "publish": _publish,
    "hold": _hold,
    "poison": _poison,
}

__all__ = ["CALM", "MINUTE", "Run", "run"]
