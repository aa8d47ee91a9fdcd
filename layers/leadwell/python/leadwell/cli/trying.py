"""``leadwell journeys simulate`` and ``replay``: what a journey would do to many, before it is published."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leadwell.clock import DAY, from_iso, to_iso
from leadwell.conditions.models import parse_duration
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.reading import completed
from leadwell.errors import Refused
from leadwell.journeys.program import Program, compile_journey
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.replaying import replay
from leadwell.rehearsal.simulating import AGREED, Behavior, Habit, Tally, simulate
from leadwell.reporting.cost import PLANS, Prices
from leadwell.scoring.replay.histories import stored_histories
from leadwell.wiring import Services

_START = from_iso("2026-03-02T00:00:00Z")
_MOST = 100_000
_LIVE = "under the policy that is live; caps count what this journey would have sent"
_OF_FOLDER = "under the policy of the folder; caps count what this journey sends"
_NO_POLICY = "there is no policy in the folder: no cap, holdout or quiet hours keep anything back"


def add_to(actions: Any) -> None:
    """Adds both commands to those of ``journeys``."""
    tried: ArgumentParser = actions.add_parser(
        "simulate",
        help="send invented contacts through a journey",
        description="Sends invented contacts through a journey in virtual time, with the segments and messages of the "
        "folder around it. What they do is decided by chance at the rates you state; the same seed, the same answer.",
    )
    _common(tried)
    tried.add_argument("--contacts", type=_number, default=1000, metavar="N")
    tried.add_argument("--days", type=_number, default=60, metavar="N", help="how long to look (default 60)")
    tried.add_argument("--seed", type=int, default=1)
    tried.add_argument("--opens", type=_share, default=0.4, metavar="PERCENT", help="of mails (default 40)")
    tried.add_argument("--clicks", type=_share, default=0.1, metavar="PERCENT", help="of mails (default 10)")
    tried.add_argument("--unsubscribes", type=_share, default=0.0, metavar="PERCENT", help="of mails (default 0)")
    tried.add_argument(
        "--agree",
        action="append",
        type=_agreement,
        default=[],
        metavar="TOPIC=PERCENT",
        help="who has consented, such as marketing/sms=20 (default marketing/email=100 and "
        "tracking/email=100, without which nobody counts openings and clicks)",
    )
    tried.add_argument(
        "--does",
        action="append",
        type=_habit,
        default=[],
        metavar="EVENT=PERCENT/DURATION",
        help='what contacts do, such as "Order Completed=5/P7D": five percent within a week after they entered',
    )
    tried.add_argument("--traits", type=_object, default={}, metavar="JSON", help="of every contact")
    tried.add_argument("--properties", type=_object, default={}, metavar="JSON", help="of the events they make happen")
    tried.add_argument("--region", default="eu-central-1", help="whose prices (default eu-central-1)")
    tried.set_defaults(run=run_simulate, without_table=True)

    again: ArgumentParser = actions.add_parser(
        "replay",
        help="run a journey over what really happened",
        description="Runs a journey over the stored history, in memory, and says what it would have sent.",
    )
    _common(again)
    again.add_argument("--last", type=_duration, default=30 * DAY, metavar="DURATION", help="how far back (P30D)")
    again.set_defaults(run=run_replay)


def run_simulate(given: Namespace) -> None:
    repertoire, program = _program(given)
    behavior = Behavior(
        agree=dict(given.agree) or dict(AGREED),
        opens=given.opens,
        clicks=given.clicks,
        unsubscribes=given.unsubscribes,
        habits=given.does,
        traits=given.traits,
        properties=given.properties,
    )
    began = time.perf_counter()
    tally = simulate(
        repertoire.with_journeys([program]),
        program,
        behavior,
        contacts=min(given.contacts, _MOST),
        start=_START,
        days=given.days,
        seed=given.seed,
    )
    _tell(given, program, tally, "would send", _OF_FOLDER if repertoire.policy else _NO_POLICY)
    if not given.json:
        mails = sum(times for (channel, _), times in tally.sent.items() if channel == "email")
        price = Prices.read(given.region).amount(f"ses message, {PLANS[0]}") if mails else 0.0
        print(f"\ne-mails at SES's list price: {mails * price:,.2f} USD; `leadwell cost` knows the rest")
        print(f"{time.perf_counter() - began:.1f} s, seed {given.seed}")


def run_replay(given: Namespace, services: Services) -> None:
    repertoire, program = _program(given)
    until = services.clock.now()
    since = until - given.last
    services.library.look()
    live = services.library.policy()
    shelf = repertoire.with_journeys([program], live.definition if live else None)
    tally = replay(shelf, program, stored_histories(services.table), since, until)
    words = _LIVE if live else _OF_FOLDER if repertoire.policy else _NO_POLICY
    _tell(given, program, tally, "would have sent", words)
    if not given.json:
        print(f"\nfrom {to_iso(since)} to {to_iso(until)}; nothing was sent")


def _common(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the journey")
    parser.add_argument("--parameters", type=_object, default={}, metavar="JSON", help="instead of the defaults")
    parser.add_argument("--json", action="store_true", help="for machines")


def _program(given: Namespace) -> tuple[Repertoire, Program]:
    path = Path(given.file)
    if not path.is_file():
        raise Refused("there is no such file", given.file)
    written = completed(read_yaml(path.read_text("utf-8")), given.parameters)
    if written.document.get("kind") != "journey":
        raise Refused("is no journey", given.file)
    return Repertoire.around(path), compile_journey(written.definition, 1, written.values)  # type: ignore[arg-type]


def _tell(given: Namespace, program: Program, tally: Tally, verb: str, policy: str) -> None:
    if given.json:
        print(json.dumps(_plain(tally), ensure_ascii=False, indent=1))
        return
    for line in _lines(program, tally, verb):
        print(line)
    print(f"\n{policy}")


def _plain(tally: Tally) -> dict[str, Any]:
    """With names instead of pairs, as JSON has them."""
    found: dict[str, Any] = {"contacts": tally.contacts, "entered": tally.entered}
    found |= {"kept_back_by_caps": tally.capped, "held_out": tally.held_out, "waiting": dict(tally.waiting)}
    found |= {"reached": dict(tally.reached), "outcomes": dict(tally.outcomes)}
    for name in ("sent", "days", "skipped"):
        found[name] = [{"of": list(pair), "times": times} for pair, times in sorted(getattr(tally, name).items())]
    return found


def _summary(tally: Tally, verb: str) -> str:
    """``would have sent 412, 37 kept back by caps, 12 held out``: messages, messages, contacts."""
    kept = sum(tally.skipped.values()) + sum(tally.waiting.values())
    more = {
        "kept back by caps": tally.capped,
        "held out": tally.held_out,
        "kept back for other reasons": kept - tally.capped,
    }
    said = [f"{times:,} {words}" for words, times in more.items() if times]
    return ", ".join([f"{verb} {sum(tally.sent.values()):,}", *said])


def _lines(program: Program, tally: Tally, verb: str) -> Iterator[str]:
    yield f"{tally.entered:,} of {tally.contacts:,} contacts entered {program.name}"
    yield _summary(tally, verb)
    yield ""
    yield "step                            reached"
    for name in program.nodes:
        times = tally.reached[name]
        share = times / tally.entered if tally.entered else 0
        yield f"  {name:28} {times:>8,}  {share:>5.0%}  {'█' * round(share * 30)}"
    yield ""
    yield "ended"
    for outcome, times in tally.outcomes.most_common():
        yield f"  {outcome:28} {times:>8,}"
    yield ""
    yield "sent"
    for (channel, template), times in sorted(tally.sent.items()):
        yield f"  {channel + ' ' + template:28} {times:>8,}"
    for (template, reason), times in sorted(tally.skipped.items()):
        yield f"  {'not ' + template + ': ' + reason:28} {times:>8,}"
    for reason, times in sorted(tally.waiting.items()):
        yield f"  {'waits in the end: ' + (reason or 'was just asked for'):28} {times:>8,}"
    yield ""
    yield "day      e-mail      sms"
    for day in sorted({day for day, _ in tally.days}):
        yield f"{day:>3} {tally.days[day, 'email']:>11,} {tally.days[day, 'sms']:>8,}"


def _number(given: str) -> int:
    if not given.isdigit() or int(given) < 1:
        raise ArgumentTypeError("must be a number from 1")
    return int(given)


def _share(given: str) -> float:
    try:
        share = float(given.removesuffix("%")) / 100
    except ValueError as error:
        raise ArgumentTypeError("must be a number of percent, such as 40") from error
    if not 0 <= share <= 1:
        raise ArgumentTypeError("must be a number of percent, such as 40")
    return share


def _agreement(given: str) -> tuple[str, float]:
    topic, _, share = given.partition("=")
    if "/" not in topic:
        raise ArgumentTypeError("must look like marketing/sms=20")
    return topic, _share(share)


def _habit(given: str) -> Habit:
    event, _, rest = given.rpartition("=")
    share, _, within = rest.partition("/")
    if not event or not within:
        raise ArgumentTypeError('must look like "Order Completed=5/P7D"')
    return Habit(event, _share(share), _duration(within))


def _duration(given: str) -> int:
    try:
        return parse_duration(given)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def _object(given: str) -> dict[str, Any]:
    try:
        found = json.loads(given)
    except ValueError as error:
        raise ArgumentTypeError('must be JSON, such as \'{"country": "DE"}\'') from error
    if not isinstance(found, dict):
        raise ArgumentTypeError('must be a JSON object, such as \'{"country": "DE"}\'')
    return found
