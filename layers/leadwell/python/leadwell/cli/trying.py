"""``leadwell journeys simulate`` and ``replay``: what a journey would do to many, before it is published."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from leadwell.cli import trying_words
from leadwell.clock import DAY, from_iso, to_iso
from leadwell.contacts.membership import EVERYONE, list_key
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.reading import completed
from leadwell.durations import parse_duration
from leadwell.errors import Refused
from leadwell.journeys.program import Program, compile_journey
from leadwell.journeys.scenarios import TASK
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.replaying import replay, stored_messages
from leadwell.rehearsal.script import program_of
from leadwell.rehearsal.simulating import AGREED, Behavior, Habit, simulate
from leadwell.rehearsal.tallying import SMS, WEBHOOK, Tally
from leadwell.reporting.cost import Prices
from leadwell.reporting.counts import Counts
from leadwell.reporting.sending_cost import Item, sending_cost
from leadwell.scoring.replay.histories import stored_histories
from leadwell.wiring import Services

_START = from_iso("2026-03-02T00:00:00Z")
_MOST = 100_000
_LIVE = (
    "under the policy that is live; caps count what this journey would have sent, and what other journeys really sent"
)
_OF_FOLDER = "under the policy of the folder; caps count what this journey sends, and those beside it"
_FOLDERS_REPLAYED = (
    "under the policy of the folder; caps count what this journey would have sent, and what other journeys really sent"
)
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
    tried.add_argument(
        "--broadcast",
        type=_audience,
        metavar="SEGMENT|list:NAME|everyone",
        help="call the contacts in together, at nine on the second day (UTC); a schedule of the journey's own does so "
        "by itself. Whom a segment has is decided by what you state of them; those for a list are put on it",
    )
    tried.add_argument(
        "--beside",
        action="append",
        default=[],
        metavar="JOURNEY",
        help="a journey of the folder that runs as well, and counts against caps; started by what contacts do",
    )
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
        broadcast=_known(repertoire, given.broadcast or ""),
    )
    began = time.perf_counter()
    tally = simulate(
        repertoire.with_journeys([program, *_beside(repertoire, given.beside)]),
        program,
        behavior,
        contacts=min(given.contacts, _MOST),
        start=_START,
        days=given.days,
        seed=given.seed,
    )
    words = _OF_FOLDER if repertoire.policy else _NO_POLICY
    _tell(given, program, tally, "would send", words, _cost(given, repertoire, tally))
    if not given.json:
        print(f"{time.perf_counter() - began:.1f} s, seed {given.seed}")


def run_replay(given: Namespace, services: Services) -> None:
    repertoire, program = _program(given)
    until = services.clock.now()
    since = until - given.last
    services.library.look()
    live = services.library.policy()
    shelf = repertoire.with_journeys([program], live.definition if live else None)
    tally = replay(shelf, program, stored_histories(services.table), since, until, stored_messages(services.table))
    words = _LIVE if live else _FOLDERS_REPLAYED if repertoire.policy else _NO_POLICY
    _tell(given, program, tally, "would have sent", words, _cost(given, repertoire, tally))
    if not given.json:
        print(f"\nfrom {to_iso(since)} to {to_iso(until)}; nothing was sent")


def _common(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the journey")
    parser.add_argument("--parameters", type=_object, default={}, metavar="JSON", help="instead of the defaults")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--region", default="eu-central-1", help="whose prices (default eu-central-1)")
    parser.add_argument("--to", default="DE", metavar="COUNTRY", help="whose prices of SMS (default DE)")


def _program(given: Namespace) -> tuple[Repertoire, Program]:
    path = Path(given.file)
    if not path.is_file():
        raise Refused("there is no such file", given.file)
    written = completed(read_yaml(path.read_text("utf-8")), given.parameters)
    if written.document.get("kind") != "journey":
        raise Refused("is no journey", given.file)
    return Repertoire.around(path), compile_journey(written.definition, 1, written.values)  # type: ignore[arg-type]


def _known(repertoire: Repertoire, audience: str) -> str:
    named = {one.name for one in repertoire.judgments.segments}
    if audience and audience != EVERYONE and not audience.startswith(list_key("")) and audience not in named:
        raise Refused(f"there is no segment {audience} in {repertoire.folder}", "--broadcast")
    return audience


def _beside(repertoire: Repertoire, names: Sequence[str]) -> list[Program]:
    known = repertoire.journeys if names else {}
    if missing := [name for name in names if name not in known]:
        raise Refused(f"there is no journey {missing[0]} in {repertoire.folder}", "--beside")
    return [program_of(completed(read_yaml(known[name].text), {})) for name in names]


def _cost(given: Namespace, repertoire: Repertoire, tally: Tally) -> list[Item]:
    """An SMS counts with the parts of its longest language, filled with its sample."""
    by_way = tally.by_way
    parts = Counter[int]()
    for (way, template), times in tally.sent.items():
        if way == SMS:
            parts[repertoire.sms_parts(template)] += times
    mails = sum(times for way, times in by_way.items() if way not in (SMS, WEBHOOK, TASK))
    prices = Prices.read(given.region)
    return list(sending_cost(mails, parts, given.to.upper(), by_way[WEBHOOK], prices, Counts.read()))


def _tell(given: Namespace, program: Program, tally: Tally, verb: str, policy: str, cost: list[Item]) -> None:
    if given.json:
        print(json.dumps(trying_words.plain(tally, cost), ensure_ascii=False, indent=1))
        return
    for line in [*trying_words.lines(program, tally, verb), "", *trying_words.cost_lines(cost)]:
        print(line)
    print(f"\n{policy}")


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


def _audience(given: str) -> str:
    if not given or given == list_key(""):
        raise ArgumentTypeError("must be a segment, list: and the name of a list, or everyone")
    return EVERYONE if given == "everyone" else given


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
