"""``python -m tests.load``: minutes of load on a local run that is killed on the way; 1 when a promise was broken."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.load.play import Outcome, Size, play

ABOUT = (
    "The rate is that of one process which holds all of AWS (table, streams, queues, state machines, SES) and every "
    "function, on one core of Python, and writes each request to the disk: compare it with itself, not with AWS."
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long (default: 10)")
    parser.add_argument("--kills", type=int, help="how often it is killed (default: once in two minutes)")
    parser.add_argument("--clients", type=int, default=8, help="who post at the same time (default: 8)")
    parser.add_argument("--seed", type=int, default=1, help="decides the moments of the kills, and the people")
    given = parser.parse_args(arguments)
    if given.minutes < 0.3 or given.clients < 1:
        parser.error("needs 0.3 minutes and one client at least")
    kills = max(1, round(given.minutes / 2)) if given.kills is None else given.kills
    size = Size(given.minutes * 60, kills, given.clients, given.seed)
    folder = Path(tempfile.mkdtemp(prefix="leadwell-load-"))
    try:
        outcome = play(size, folder, lambda line: print(line, flush=True))
    except AssertionError as error:
        print(f"The load test could not be finished: {error}\nThe state is kept in {folder}.", file=sys.stderr)
        return 1
    _show(outcome)
    for sentence in outcome.broken:
        print(f"BROKEN: {sentence}", file=sys.stderr)
    if outcome.broken:
        print(f"The state is kept in {folder}; the seed was {given.seed}.", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


def _show(outcome: Outcome) -> None:
    print()
    for line in outcome.lines:
        print(line)
    print(ABOUT)
    print()
    for promise in outcome.promises:
        print(f"  {'BROKEN' if promise.broken else 'holds '}  {promise.text}")


if __name__ == "__main__":
    raise SystemExit(main())
