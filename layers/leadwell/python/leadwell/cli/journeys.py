"""``leadwell journeys test``: plays the scenarios of journeys, without a table."""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leadwell.cli.commands import Failed
from leadwell.errors import LeadwellError, Refused
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Result, Script, journey_files
from leadwell.rehearsal.telling import NO_SCENARIOS, differences_told

_DESCRIPTION = (
    "Plays the scenarios that stand in journeys under a clock of their own, with the segments, scores and messages of "
    "the same folder, and says what differs. Exits with 1 when something does, or when a journey has no scenario."
)


@dataclass(slots=True)
class _Tried:
    """One journey: what came of its scenarios with the seconds each took, or what is wrong with the file."""

    name: str
    results: list[tuple[Result, float]] = field(default_factory=list)
    wrong: str = ""
    script: Script | None = None

    @property
    def passed(self) -> bool:
        return not self.wrong and all(result.passed for result, _ in self.results)


def add_to(actions: Any) -> None:
    """Adds the command to those of ``journeys``."""
    tried: ArgumentParser = actions.add_parser("test", help="play the scenarios of journeys", description=_DESCRIPTION)
    tried.add_argument("path", nargs="?", default="templates", metavar="FOLDER|FILE", help="default: templates")
    tried.add_argument("--journey", metavar="NAME", help="only this journey")
    tried.add_argument("--only", metavar="SCENARIO", help="only scenarios with this in their names")
    tried.add_argument("--json", action="store_true", help="for machines")
    tried.set_defaults(run=test, without_table=True)


def test(given: Namespace) -> None:
    path = Path(given.path)
    if not path.exists():
        raise Refused("there is no such file or folder", given.path)
    began = time.perf_counter()
    tried: list[_Tried] = []
    for one in _try_all(path, given.journey, given.only or ""):
        tried.append(one)
        if not given.json:
            print("\n".join(_told(one)), flush=True)
    results = [result for one in tried for result, _ in one.results]
    if not tried:
        raise Refused("nothing is called so", "--only" if given.only else "--journey")
    if given.json:
        print(json.dumps([_document(one) for one in tried], ensure_ascii=False, indent=2))
    else:
        failed = sum(not result.passed for result in results)
        seconds = time.perf_counter() - began
        print(f"{len(results)} scenarios of {len(tried)} journeys in {seconds:.1f} s: {failed or 'none'} failed")
    wrong = [one.name for one in tried if not one.passed]
    if wrong:
        raise Failed(f"Look at {', '.join(wrong)}.")


def _try_all(path: Path, journey: str | None, only: str) -> Iterator[_Tried]:
    repertoire = Repertoire.around(path)
    for file in journey_files(path):
        if journey and journey != file.stem:
            continue
        try:
            script = Script.of(repertoire, file)
        except Refused as refused:
            yield _Tried(file.stem, wrong=str(refused))
        else:
            if not only or any(only in scenario.name for scenario in script.scenarios):
                yield _try(script, only)


def _try(script: Script, only: str) -> _Tried:
    tried = _Tried(script.name, wrong="" if script.scenarios else NO_SCENARIOS, script=script)
    for scenario in script.scenarios:
        if only in scenario.name:
            began = time.perf_counter()
            try:
                tried.results.append((script.run(scenario), time.perf_counter() - began))
            except LeadwellError as error:
                tried.wrong = f"{scenario.name}: {error}"
    return tried


def _told(tried: _Tried) -> Iterator[str]:
    yield f"{tried.name}: {'ok' if tried.passed else 'FAILED'}"
    if tried.wrong:
        yield f"  {tried.wrong}"
    for result, seconds in tried.results:
        yield f"  {'ok' if result.passed else 'FAILED':<6}  {result.scenario.name} ({seconds * 1000:.0f} ms)"
        if tried.script and not result.passed:
            yield f"          {tried.script.place(result.scenario)}"
            yield from (f"          {line}" for line in differences_told(result))


def _document(tried: _Tried) -> dict[str, Any]:
    return {
        "journey": tried.name,
        "passed": tried.passed,
        "problem": tried.wrong,
        "scenarios": [
            {"name": result.scenario.name, "passed": result.passed, "differences": differences_told(result)}
            for result, _ in tried.results
        ],
    }
