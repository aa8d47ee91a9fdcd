"""``leadwell scoring``: tries models out on what has happened so far, on the machine of whoever asks."""

import gzip
import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadwell.cli import scoring_words as words
from leadwell.cli.commands import Failed
from leadwell.clock import Moment, from_iso
from leadwell.conditions.kinds.person import STAGES
from leadwell.definitions.about import CONTACTS
from leadwell.definitions.catalog import Judgments
from leadwell.definitions.files import named
from leadwell.definitions.places import line_of
from leadwell.definitions.reading import read_definition
from leadwell.definitions.resting import check_judgment, with_this
from leadwell.durations import parse_duration
from leadwell.errors import Refused
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.replay.comparing import Side, compare, play
from leadwell.scoring.replay.enough import NotEnoughHistory
from leadwell.scoring.replay.histories import exported_histories, last_moment, stored_histories
from leadwell.scoring.replay.moments import History, Question
from leadwell.scoring.replay.picture import picture
from leadwell.scoring.replay.replaying import HandOver, in_place_of, replay
from leadwell.scoring.replay.rewriting import with_points
from leadwell.scoring.replay.suggesting import rule_counts, suggest
from leadwell.wiring import Services

LIVE = "live"

_JUDGED = (
    "Each contact is judged once, at a moment drawn by chance right after something it did; it converted if that "
    "happened within the horizon afterwards. Nothing that came with or after the first conversion counts, and who "
    "cannot be judged yet is left out and counted. Exits with 3 while there is not enough history."
)
_BACKTEST = f"Says how well the score of a changed model, and of the live one, tells who will convert. {_JUDGED}"
_SUGGEST = f"Estimates from history what each rule of a model is worth, and how sure that is. {_JUDGED}"


def add_to(kinds: Any) -> None:
    """Adds the commands to a parser's commands."""
    actions = kinds.add_parser("scoring", help="try scoring models out on history").add_subparsers(
        required=True, metavar="ACTION"
    )
    tried: ArgumentParser = actions.add_parser(
        "backtest", help="compare a changed model with the live one", description=_BACKTEST
    )
    tried.add_argument("file", metavar="FILE.yaml", help="the changed model")
    tried.add_argument("--against", default=LIVE, metavar="live|FILE.yaml", help="default: the live model of that name")
    tried.add_argument("--picture", metavar="OUT.svg", help="also draw it")
    tried.set_defaults(run=run_backtest)
    asked: ArgumentParser = actions.add_parser(
        "suggest", help="propose points that history speaks for", description=_SUGGEST
    )
    asked.add_argument("--model", default="", metavar="NAME|FILE.yaml", help="default: the main model")
    asked.add_argument("--write", metavar="FILE.yaml", help="write the model with the proposed points")
    asked.set_defaults(run=run_suggest)
    for command in (tried, asked):
        command.add_argument("--converted", default="Order Completed", metavar="EVENT", help="default: Order Completed")
        command.add_argument("--horizon", type=_duration, default="P90D", metavar="P90D", help="time to convert in")
        command.add_argument("--since", type=_moment, default=0, metavar="DATE", help="judge contacts from here on")
        moment = command.add_mutually_exclusive_group()
        moment.add_argument("--handover-stage", choices=STAGES[1:], help="when sales gets a contact; default: mql")
        moment.add_argument("--handover-score", type=float, metavar="POINTS", help="the same by a score")
        command.add_argument(
            "--events", nargs="+", metavar="FILE.jsonl", help="read history from files (also .gz) instead of the table"
        )
        command.add_argument("--json", action="store_true", help="for machines")


def run_backtest(given: Namespace, services: Services) -> None:
    _need_insight()
    judgments = services.library.judgments()
    other = _model(_text(given.file), given.file)
    target = _target(other.name, judgments)
    present = target if given.against == LIVE else _model(_text(given.against), given.against)
    if present is None:
        raise Refused("no scoring model is live; name the file of another one", field="--against")
    target = target or present
    hand_over = _hand_over(given, judgments)
    if hand_over is None:
        raise Refused("no lifecycle says when somebody is mql; give --handover-score", field="--handover-stage")
    sides = [_side(judgments, target, one, hand_over, services) for one in (present, other)]
    histories, question = _history(given, services)
    against = given.against if given.against != LIVE else f"live {present.name}"
    title = f"Scoring model {Path(given.file).name} against {Path(against).name}"
    asked = words.Asked(title, other.name, against, question, hand_over)
    with _told_as_json(given):
        comparison = compare(play(histories, question, sides), question, sides)
    if given.picture:
        drawn = picture(comparison, title, words.subtitles(asked, comparison), words.OLD, words.NEW)
        Path(given.picture).write_text(drawn, "utf-8")
    if given.json:
        _print_json(words.comparison_document(asked, comparison))
    else:
        print("\n".join(words.comparison(asked, comparison)))


def run_suggest(given: Namespace, services: Services) -> None:
    _need_insight()
    judgments = services.library.judgments()
    text, definition = _wanted(given.model, services, judgments)
    check_judgment(definition, judgments)
    judgments = with_this(judgments, definition)
    hand_over = _hand_over(given, judgments)
    histories, question = _history(given, services)
    title = f"Points for the scoring model {definition.name}"
    asked = words.Asked(title, definition.name, "", question, hand_over)
    with _told_as_json(given):
        counted = rule_counts(histories, question, definition, judgments, services.settings.default_timezone)
        threshold = hand_over.threshold(judgments, definition.name) if hand_over else None
        suggestion = suggest(counted, definition, threshold)
    kept = None
    if given.write:
        rewritten, kept = with_points(text, {one.rule: one.points for one in suggestion.proposals})
        Path(given.write).write_text(rewritten, "utf-8")
    if given.json:
        _print_json(words.suggestion_document(asked, suggestion))
    else:
        print("\n".join(words.suggestion(asked, suggestion)))
        if kept is not None:
            print(f"Written to {given.write}" + ("." if kept else "; its comments could not be kept."))


def _side(
    judgments: Judgments, target: ScoringDefinition, model: ScoringDefinition, hand_over: HandOver, services: Services
) -> Side:
    """The model in the place of the live one that it is compared with."""
    taken = in_place_of(target, model)
    check_judgment(taken, judgments)
    changed = with_this(judgments, taken)
    player = replay(changed, [taken.name], services.settings.default_timezone, hand_over.condition(taken.name))
    return Side(player, taken.name, hand_over.threshold(changed, taken.name))


def _target(name: str, judgments: Judgments) -> ScoringDefinition | None:
    """The live model of this name, else the main one."""
    by_name = {one.name: one for one in judgments.scoring}
    return by_name.get(name) or by_name.get(judgments.main)


def _wanted(name: str, services: Services, judgments: Judgments) -> tuple[str, ScoringDefinition]:
    """The model that points are proposed for, as it was written and as it is meant."""
    if Path(name).suffix in (".yaml", ".yml"):
        text = _text(name)
        return text, _model(text, name)
    live = {one.name: one for one in judgments.scoring}
    wanted = name or judgments.main
    if wanted not in live:
        known = ", ".join(live) or "none"
        raise Refused(f"there is no scoring model {wanted or 'yet'}; live are: {known}", field="--model")
    version = next(one.version for one in services.library.entries() if (one.kind, one.name) == ("scoring", wanted))
    published = services.library.version("scoring", wanted, version)
    return published.source, live[wanted]


def _hand_over(given: Namespace, judgments: Judgments) -> HandOver | None:
    """None where nothing was said and the lifecycle does not say it either."""
    if given.handover_score is not None:
        return HandOver(score=given.handover_score)
    stages = [rule.stage for rule in judgments.lifecycle.stages] if judgments.lifecycle else []
    if given.handover_stage and given.handover_stage not in stages:
        raise Refused(f"no lifecycle says when somebody is {given.handover_stage}", field="--handover-stage")
    return HandOver(stage=given.handover_stage or "mql") if given.handover_stage or "mql" in stages else None


def _history(given: Namespace, services: Services) -> tuple[Iterable[History], Question]:
    """What happened, and what is asked about it. An export is known up to its last event, the table up to now."""
    histories: Iterable[History]
    if given.events:
        found = exported_histories(line for file in given.events for line in _lines(file))
        histories, until = found, last_moment(found)
    else:
        histories, until = stored_histories(services.table), services.clock.now()
    question = Question(converted=given.converted, horizon=given.horizon, since=given.since, until=until)
    return _counted(histories), question


def _lines(file: str) -> Iterator[tuple[str, str]]:
    path = Path(file)
    if not path.is_file():
        raise Refused("there is no such file", field=file)
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                yield f"{file}, line {number}", text
    except (UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise Refused("must be text in UTF-8, or that in gzip", field=file) from error


def _counted(histories: Iterable[History]) -> Iterator[History]:
    """Tells somebody who waits at a terminal how far it is."""
    waits = sys.stderr.isatty()
    for number, history in enumerate(histories, 1):
        if waits and number % 1000 == 0:
            print(f"\r{number:,} contacts", end="", file=sys.stderr, flush=True)
        yield history
    if waits:
        print("\r\033[K", end="", file=sys.stderr)


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except FileNotFoundError as error:
        raise Refused("there is no such file", field=file) from error
    except UnicodeDecodeError as error:
        raise Refused("must be text in UTF-8", field=file) from error


def _model(text: str, file: str) -> ScoringDefinition:
    with named(Path(file)):
        found = read_definition(text, {}).definition
        if not isinstance(found, ScoringDefinition):
            raise Refused("must be a scoring model", "kind", line_of(text, "kind"))
        if found.about != CONTACTS:
            raise Refused("only models about contacts can be tried out", "about", line_of(text, "about"))
    return found


def _need_insight() -> None:
    try:
        import numpy  # noqa: F401
        import scipy  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError as error:
        raise Failed('This needs numpy, scipy and scikit-learn: pip install "leadwell[insight]".') from error


@contextmanager
def _told_as_json(given: Namespace) -> Iterator[None]:
    """Also where there is not enough history, machines get a document."""
    try:
        yield
    except NotEnoughHistory as error:
        if given.json:
            _print_json({"not_enough": words.not_enough_document(error)})
        raise


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _duration(given: str) -> int:
    try:
        found = parse_duration(given)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if found <= 0:
        raise ArgumentTypeError("must be longer than nothing")
    return found


def _moment(given: str) -> Moment:
    try:
        return from_iso(given)
    except ValueError as error:
        raise ArgumentTypeError(f"{given!r} is no date; write for example 2026-01-01") from error
