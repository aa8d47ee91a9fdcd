"""``leadwell plan`` and ``leadwell apply``: what files would change, and doing exactly that."""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadwell.cli import sources
from leadwell.cli.commands import BY, Failed, recount
from leadwell.cli.pausing import add_policy_to
from leadwell.console.planned import doing, put_live
from leadwell.definitions.files import is_templates
from leadwell.errors import Conflict, Refused
from leadwell.planning.draft import Draft
from leadwell.planning.moving import TOLERANCE
from leadwell.planning.moving import moved as moved_since
from leadwell.planning.plan import (
    CHANGED,
    LEFT,
    NEW,
    PRUNED,
    SAME,
    SAMPLE,
    STATED,
    Affected,
    Asked,
    Coming,
    Plan,
)
from leadwell.planning.planner import Planner
from leadwell.reporting.cost import Prices
from leadwell.wiring import Services

_NAMED = 5
"""Of a kind with more, only how many there are is said."""
_SIGNS = {NEW: "+", CHANGED: "~", STATED: "~", PRUNED: "-"}


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    planned = kinds.add_parser("plan", help="what publishing files would change, for how many, with which messages")
    _add_paths(planned)
    planned.add_argument("--out", metavar="FILE", help="writes the plan, for `leadwell apply --plan FILE`")
    planned.add_argument("--json", action="store_true", help="for machines")
    planned.set_defaults(run=plan)
    applied = kinds.add_parser("apply", help="publish exactly what a plan says, or refuse if the world moved")
    _add_paths(applied)
    applied.add_argument("--plan", metavar="FILE", help="a plan that was made with --out; else one is made and shown")
    applied.add_argument("--yes", action="store_true", help="without asking")
    applied.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        metavar="PERCENT",
        help=f"by how much numbers may have moved since the plan was made (default: {TOLERANCE:g})",
    )
    applied.set_defaults(run=apply)


def plan(given: Namespace, services: Services) -> None:
    made, _ = _planner(given, services).make(_asked(given))
    if given.out:
        Path(given.out).write_text(made.to_json(), "utf-8")
    print(made.to_json() if given.json else "\n".join(_told(made)))
    if given.out and not given.json:
        print(f"Written to {given.out}: `leadwell apply --plan {given.out}` does exactly this.")


def apply(given: Namespace, services: Services) -> None:
    if given.plan:
        if given.paths:
            raise Refused("a plan names its files itself: give either a plan or files", "--plan")
        path = Path(given.plan)
        if not path.is_file():
            raise Refused("there is no such file", given.plan)
        planned = Plan.from_json(path.read_text("utf-8"))
        now, draft = _planner(given, services).make(planned.asked)
        reasons = moved_since(planned, now, given.tolerance)
        if reasons:
            raise Failed("Nothing was published: " + "; ".join(one.text for one in reasons) + ". Make a new plan.")
    else:
        now, draft = _planner(given, services).make(_asked(given))
        print("\n".join(_told(now)))
        if not now.is_empty and not given.yes and not _agrees():
            raise Failed("Nothing was published.")
    _put_live(now, draft, services)


def _put_live(made: Plan, draft: Draft, services: Services) -> None:
    if made.is_empty:
        print("Nothing to do.")
        return
    before = services.library.catalog().plans
    try:
        put_live(services, made, draft, BY, f"{BY} plan {made.fingerprint}")
    except Conflict as conflict:
        raise Failed("Something else was published at the same time. Make a new plan.") from conflict
    for one in doing(made):
        words = "is paused" if one.what == PRUNED else f"version {one.after} is live"
        print(f"{one.kind} {one.name}: {words}")
    if recounts := recount(services, before, repeated=False):
        print(recounts)


def _add_paths(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="FOLDER|FILE", help="default: templates")
    add_policy_to(parser)
    parser.add_argument("--announce", action="store_true", help="as with `publish`")
    parser.add_argument(
        "--prune",
        action="store_true",
        help="pauses journeys that are live and not in the files; without it, they are only named",
    )
    parser.add_argument("--region", default="eu-central-1", help="of AWS, for prices (default: eu-central-1)")
    parser.add_argument(
        "--sample",
        type=int,
        default=SAMPLE,
        metavar="N",
        help=f"how many are looked at of each (default: {SAMPLE:,})",
    )


def _asked(given: Namespace) -> Asked:
    paths = [Path(path) for path in given.paths or ["templates"]]
    Prices.read(given.region)
    return Asked(
        files=tuple(str(file) for path in paths for file in sources.definition_files(path)),
        folders=tuple(str(path) for path in paths if path.is_dir() and is_templates(path)),
        in_flight=given.in_flight,
        announce=given.announce,
        prune=given.prune,
        region=given.region,
    )


def _planner(given: Namespace, services: Services) -> Planner:
    return Planner(services.table, services.settings, services.clock.now(), BY, max(given.sample, 1))


def _agrees() -> bool:
    if not sys.stdin.isatty():
        raise Refused("nobody is there to ask: give --yes, or a plan with --plan")
    return input("Publish this? [y/N] ").strip().lower() in ("y", "yes")


def _few(named: Sequence[tuple[str, str]]) -> str:
    """By kind, and by name where a kind has few: ``journey birthday, journey welcome, 71 email``."""
    counts = Counter(kind for kind, _ in named)
    few = [f"{kind} {name}" for kind, name in named if counts[kind] <= _NAMED]
    return ", ".join([*few, *(f"{count} {kind}" for kind, count in sorted(counts.items()) if count > _NAMED)])


def _told(made: Plan) -> Iterator[str]:
    for one in made.changes:
        if one.what in _SIGNS:
            version = f", version {one.after}" if one.what in (NEW, CHANGED) else ""
            yield f"{_SIGNS[one.what]} {one.kind} {one.name}: {one.what}{version}"
            yield from (f"    {line.text}" for line in one.lines)
            yield from (f"    but {doubt}" for doubt in one.doubts)
    counts = Counter(one.what for one in made.changes)
    if made.is_empty:
        yield "Nothing changes."
    missing = _few([(one.kind, one.name) for one in made.changes if one.what == LEFT])
    for journey in made.journeys:
        yield ""
        yield from _journey(journey)
    for audience in made.audiences:
        yield ""
        some = "" if audience.looked_at >= audience.of else f" of {audience.of:,}"
        yield f"{audience.looked_at:,}{some} {audience.about} looked at"
        for segment, (entering, leaving) in audience.segments.items():
            yield f"  {segment}: {entering:,} would enter, {leaving:,} would leave"
        for stages, count in audience.stages.items():
            yield f"  stage {stages}: {count:,}"
        if not audience.segments and not audience.stages:
            yield "  nobody would enter or leave anything"
    for coming in made.coming:
        yield ""
        yield from _coming(coming)
    yield ""
    yield f"{counts[NEW]} new, {counts[CHANGED]} changed, {counts[SAME]} unchanged" + (
        f", {counts[STATED]} with another policy" if counts[STATED] else ""
    )
    if missing:
        yield f"Live and not in the files, and left as they are: {missing}"
    if made.journeys or made.coming:
        whom = "those inside and those whom the change brings" if made.coming else "those inside"
        yield (
            f"E-mails within 24 hours to {whom}: {made.usd[1]:,.2f} USD, and {made.usd[0]:,.2f} USD without the "
            "change. SMS cost something else in every country. Who comes in meanwhile by themselves is not in it."
        )


def _journey(one: Affected) -> Iterator[str]:
    about = "about " if one.is_estimate else ""
    yield f"journey {one.journey}: {about}{one.inside:,} inside; in flight: {one.policy}"
    if one.is_estimate:
        yield f"  estimated: {one.looked_at:,} of them were looked at"
    for step in one.steps:
        fates = [(step.moves, "go on in the new version"), (step.stays, "go on in theirs"), (step.ends, "end")]
        said = ", ".join(f"{count:,} {words}" for count, words in fates if count)
        yield f"  at {step.step} (version {step.version}): {about}{step.contacts:,}; {said}"
    yield f"  messages within 24 hours: {about}{_messages(one.after)}; without the change {_messages(one.before)}"
    if one.kept_back:
        yield f"  held back by missing permission, caps or addresses: {about}{_messages(one.kept_back)}"


def _coming(one: Coming) -> Iterator[str]:
    about = "about " if one.is_estimate else ""
    whys = [f"{', '.join(one.segments)} is announced"] if one.segments else []
    whys += [f"it takes those who are late for {', '.join(one.dates)}"] if one.dates else []
    yield f"journey {one.journey}: {about}{one.contacts:,} would come in, because {' and '.join(whys)}"
    if one.held_out:
        yield f"  {about}{one.held_out:,} more are held out"
    yield f"  messages within 24 hours: {about}{_messages(one.after)}"
    if one.kept_back:
        yield f"  held back by missing permission, caps or addresses: {about}{_messages(one.kept_back)}"


def _messages(found: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {channel}" for channel, count in found.items()) or "none"
