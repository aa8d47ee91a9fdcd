"""``leadwell journeys``: plays scenarios, draws pictures, tells what splits and holdouts show."""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leadwell.cli import words
from leadwell.cli.commands import BY, Failed
from leadwell.clock import from_iso, to_iso
from leadwell.console.api.shapes.journeys import results_shape
from leadwell.console.publishing import find_entry, live_program
from leadwell.contacts.membership import EVERYONE, list_key
from leadwell.definitions.files import read_files
from leadwell.definitions.library import LIVE
from leadwell.definitions.titles import published_titles
from leadwell.definitions.titles_in_files import titles_in
from leadwell.errors import LeadwellError, Refused
from leadwell.journeys.calling import Call
from leadwell.journeys.drawing import draw
from leadwell.journeys.inside import read_standing
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.overall import effect, everybody
from leadwell.journeys.program import compile_journey
from leadwell.journeys.results import read_results
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Result, Script, journey_files
from leadwell.rehearsal.telling import NO_SCENARIOS, differences_told
from leadwell.wiring import Services, services

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
    """Adds the commands to those of ``journeys``."""
    tried: ArgumentParser = actions.add_parser("test", help="play the scenarios of journeys", description=_DESCRIPTION)
    tried.add_argument("path", nargs="?", default="templates", metavar="FOLDER|FILE", help="default: templates")
    tried.add_argument("--journey", metavar="NAME", help="only this journey")
    tried.add_argument("--only", metavar="SCENARIO", help="only scenarios with this in their names")
    tried.add_argument("--json", action="store_true", help="for machines")
    tried.set_defaults(run=test, without_table=True)
    split: ArgumentParser = actions.add_parser("splits", help="how the arms of a journey's splits and its holdout do")
    split.add_argument("journey", metavar="NAME")
    split.add_argument("--json", action="store_true", help="for machines")
    split.set_defaults(run=splits)

    held: ArgumentParser = actions.add_parser(
        "holdout",
        help="what all campaigns together bring",
        description="Compares those whom no campaign reaches (the policy's holdout) with the others: how many of each "
        "are in a segment, such as those who bought lately. Reads every contact.",
    )
    held.add_argument("segment", metavar="SEGMENT")
    held.set_defaults(run=holdout)

    drawn: ArgumentParser = actions.add_parser("draw", help="a picture of a journey, as SVG")
    drawn.add_argument("journey", metavar="NAME|FILE", help="a file is drawn as it is, without how many stand where")
    drawn.add_argument("--locale", default="en", help="de for German; default: en")
    drawn.set_defaults(run=picture, without_table=True)


def picture(given: Namespace) -> None:
    path = Path(given.journey)
    print(_of_file(path, given.locale) if path.is_file() else _of_table(given.journey, given.locale), end="")


def _of_file(path: Path, locale: str) -> str:
    (file,) = read_files([path])
    if not isinstance(file.definition, JourneyDefinition):
        raise Refused("is no journey", str(path))
    return draw(compile_journey(file.definition), locale, titles=titles_in(Repertoire.around(path).folder))


def _of_table(name: str, locale: str) -> str:
    try:
        found = services()
    except RuntimeError:
        raise Failed(f"There is no file {name}. To draw a journey that is live, set LEADWELL_TABLE.") from None
    program, status = live_program(found, name), find_entry(found, "journey", name).status
    return draw(
        program,
        locale,
        standing=read_standing(found.table, name),
        status=status,
        titles=published_titles(found.library),
    )


def splits(given: Namespace, services: Services) -> None:
    program = live_program(services, given.journey)
    shape = results_shape(program, read_results(services.table, program, services.clock.now()))
    if given.json:
        print(json.dumps(shape.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        print("\n".join(words.results(shape)))


def holdout(given: Namespace, services: Services) -> None:
    find_entry(services, "segment", given.segment)
    services.library.look()
    policy = services.library.policy()
    if policy is None or not policy.holdout:
        raise Failed("Nobody is held out of all campaigns: the policy has no holdout.")
    found = effect(everybody(services.table), policy.holdout, given.segment)
    print("\n".join(words.effect(found, given.segment)))


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


def add_call_to(actions: Any) -> None:
    """Adds ``leadwell journeys call``."""
    called: ArgumentParser = actions.add_parser(
        "call",
        help="call people into a journey",
        description="Calls a segment, a list or everybody into a journey, which decides itself whether they enter.",
    )
    called.add_argument("journey", metavar="NAME")
    whom = called.add_mutually_exclusive_group(required=True)
    whom.add_argument("--segment", default="", metavar="NAME")
    whom.add_argument("--list", default="", metavar="NAME")
    whom.add_argument("--everyone", action="store_true")
    called.add_argument("--at", metavar="MOMENT", help="ISO 8601, such as 2026-12-01T09:00:00Z; now without it")
    called.add_argument("--key", default="", help="tells this time from others, where people may enter again")
    called.set_defaults(run=call)


def call(given: Namespace, services: Services) -> None:
    now = services.clock.now()
    entry = find_entry(services, "journey", given.journey)
    if entry.status != LIVE:
        raise Failed(f"The journey {given.journey} is paused and lets nobody in. Resume it first.")
    if given.segment or given.list:
        find_entry(services, "segment" if given.segment else "list", given.segment or given.list)
    try:
        at = max(from_iso(given.at), now) if given.at else now
    except ValueError as error:
        raise Refused("must be a moment such as 2026-12-01T09:00:00Z", "--at") from error
    of = given.segment or (list_key(given.list) if given.list else EVERYONE)
    wanted = Call(journey=given.journey, id=f"{to_iso(at)}-{BY}", members_of=of, at=at, by=BY, key=given.key)
    placed = services.caller.place(wanted, now)
    print(f"{wanted.id}: {of} is called into {given.journey} at {to_iso(at)}" + ("" if placed else " already"))
