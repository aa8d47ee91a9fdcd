"""``python -m tests.simulation``: plays stories; shortens and shows the first one that breaks a promise."""

import argparse
import itertools
import os
import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext
from multiprocessing import Pool

from tests.simulation.planted import BUGS, planted
from tests.simulation.shrinking import played, shortest
from tests.simulation.stories import story_of


def main() -> int:
    given = _arguments()
    if given.seed is not None:
        return _show(given.seed, _numbers(given.only), given.plant)
    seeds: Iterable[int] = itertools.count(given.start) if given.soak else range(given.start, given.start + given.seeds)
    begun, count = time.monotonic(), 0
    for count, (seed, failures) in enumerate(_played(seeds, given.plant, given.jobs), 1):
        if failures:
            print(f"\nseed {seed}: {failures[0]}")
            _shorten(seed, failures[0].partition(":")[0], given.plant)
            if not given.go_on:
                return 1
        if count % 200 == 0:
            print(f"{count} stories, {count / (time.monotonic() - begun):.0f} per second", flush=True)
    print(f"{count} stories kept every promise" if not given.go_on else f"{count} stories")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many stories")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--soak", action="store_true", help="go on until stopped or a promise is broken")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first broken promise")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seed", type=int, help="replay one story and show what happens")
    parser.add_argument("--only", help="parts of that story, as numbers: 3,7,9")
    parser.add_argument("--plant", choices=sorted(BUGS), help="with this bug in the package")
    return parser.parse_args()


def _numbers(text: str | None) -> list[int] | None:
    return [int(number) for number in text.split(",")] if text else None


def _one(work: tuple[int, str | None]) -> tuple[int, list[str]]:
    seed, plant = work
    with planted(plant) if plant else nullcontext():
        return seed, played(story_of(seed)).failures


def _played(seeds: Iterable[int], plant: str | None, jobs: int) -> Iterable[tuple[int, list[str]]]:
    work = ((seed, plant) for seed in seeds)
    if jobs == 1:
        yield from map(_one, work)
        return
    with Pool(jobs) as pool:
        # In portions: imap reads as far ahead as it can, and a soak has no end.
        while portion := list(itertools.islice(work, 50 * jobs)):
            yield from pool.imap(_one, portion, chunksize=5)


def _shorten(seed: int, promise: str, plant: str | None) -> None:
    story = story_of(seed)
    with planted(plant) if plant else nullcontext():
        kept = shortest(story, promise)
    print(f"{len(kept)} of its {len(story.parts)} parts are enough:")
    for number in kept:
        print(f"  {number}: {story.parts[number]}")
    more = f" --plant '{plant}'" if plant else ""
    print(f"replay: python -m tests.simulation --seed {seed} --only {','.join(map(str, kept)) or '-1'}{more}")


def _show(seed: int, only: list[int] | None, plant: str | None) -> int:
    story = story_of(seed)
    if only is not None:
        story = story.only([number for number in only if 0 <= number < len(story.parts)])
    with planted(plant) if plant else nullcontext():
        run = played(story, tracing=True)
    print("\n".join(run.world.engine.trace or ()))
    print("\n".join(run.failures) or "every promise was kept")
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
