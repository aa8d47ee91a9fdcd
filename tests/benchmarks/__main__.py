"""``python -m tests.benchmarks``: one table of ratios; fails when one is a fifth worse than the committed baseline."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from textwrap import wrap

from leadwell.reporting import counts
from tests.benchmarks.cold_start import cold_start
from tests.benchmarks.conditions import conditions
from tests.benchmarks.counting import count
from tests.benchmarks.event import event, growth
from tests.benchmarks.harness import FULL, Row, Size
from tests.benchmarks.misses import explanations
from tests.benchmarks.peers import peers
from tests.benchmarks.sending import broadcast, render
from tests.benchmarks.waits import waits

BASELINE = Path(__file__).with_name("baseline.json")
WORSE = 1.2

GROUPS: dict[str, Callable[[Size], Iterable[Row]]] = {
    "event": event,
    "growth": growth,
    "conditions": lambda size: [conditions(size)],
    "peers": peers,
    "cold": cold_start,
    "render": lambda size: [render(size)],
    "waits": waits,
    "broadcast": lambda size: [broadcast(size)],
}


def main(arguments: Sequence[str] | None = None, size: Size = FULL, baseline: Path = BASELINE) -> int:
    """Answers 1 when a ratio is worse than it was; a missed target is shown, and is no reason to fail."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"only these: {', '.join(GROUPS)}")
    parser.add_argument("--update", action="store_true", help="make these ratios the baseline")
    parser.add_argument("--count", action="store_true", help="count anew what `leadwell cost` reckons with")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    if given.count:
        print(count(Path(counts.__file__).with_name("counts.json")))
        return 0
    known: dict[str, float] = json.loads(baseline.read_text()) if baseline.exists() else {}
    rows: list[Row] = []
    print(_line("row", "ratio", "target", "", "baseline", ""))
    for name in given.groups or GROUPS:
        for row in GROUPS[name](size):
            rows.append(row)
            print(_described(row, known.get(row.name)), flush=True)
    for name, text in explanations(row.name for row in rows if not row.holds):
        print(*wrap(f"{name}: {text}", 118, subsequent_indent="  "), sep="\n")
    if given.update:
        measured = {row.name: round(row.ratio, 4) for row in rows if row.ratio is not None}
        baseline.write_text(json.dumps({**known, **measured}, indent=1) + "\n")
        return 0
    worse = [row for row in rows if is_worse(row, known.get(row.name))]
    for row in worse:
        print(f"WORSE: {row.name} is {row.ratio:.3f} and was {known[row.name]:.3f}", file=sys.stderr)
    return 1 if worse else 0


def is_worse(row: Row, before: float | None) -> bool:
    return row.ratio is not None and before is not None and row.ratio > before * WORSE


def _described(row: Row, before: float | None) -> str:
    ratio = "-" if row.ratio is None else _number(row.ratio)
    verdict = "" if row.ratio is None else "ok" if row.holds else "missed"
    return _line(row.name, ratio, f"≤ {row.target:g}", verdict, "" if before is None else _number(before), row.note)


def _number(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.4f}"


def _line(*cells: str) -> str:
    widths = (30, 8, 8, 7, 9, 0)
    return " ".join(
        f"{cell:{'<' if place in (0, 3, 5) else '>'}{width}}"
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ).rstrip()


if __name__ == "__main__":
    raise SystemExit(main())
