"""Conditions, triggers, goals and exits in words. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from leadwell.conditions.base import ConditionModel, as_written
from leadwell.definitions.text import in_words
from leadwell.durations import parse_duration
from leadwell.journeys.models import ExitRule, Goal
from leadwell.journeys.telling.words import WEEKDAY_NAMES, Words, compared, plain
from leadwell.journeys.times import WEEKDAYS
from leadwell.journeys.triggers import TriggerModel

Written = Mapping[str, Any]


def told_trigger(trigger: TriggerModel, words: Words) -> str:
    written = as_written(trigger)
    who = f"; {words('only who', what=told_condition(trigger.who, words))}" if trigger.who is not None else ""
    written.pop("who", None)
    return _trigger(written, words) + who


def told_goal(goal: Goal, words: Words) -> str:
    return told_condition(goal.when, words) if goal.when is not None else told_event(as_written(goal), words)


def told_exit(rule: ExitRule, words: Words) -> str:
    what = told_condition(rule.when, words) if rule.when is not None else told_event(as_written(rule), words)
    reason = in_words(rule.reason, words.language)
    return f"{reason} ({what})" if reason else what


def told_condition(condition: ConditionModel, words: Words) -> str:
    return _condition(as_written(condition), words)


def _condition(written: Written, words: Words) -> str:
    for head, tell in _CONDITIONS.items():
        if head in written and (said := tell(written, words)):
            return said
    return plain(written, words)


def _joined(word: str, head: str) -> Callable[[Written, Words], str]:
    def tell(written: Written, words: Words) -> str:
        parts = [_condition(part, words) for part in written[head]]
        return f" {words(word)} ".join(f"({part})" if f" {words('or')} " in part else part for part in parts)

    return tell


def _trait(written: Written, words: Words) -> str:
    return f"{written['trait']} {compared(written['matcher'], words)}"


def _named(word: str, head: str) -> Callable[[Written, Words], str]:
    def tell(written: Written, words: Words) -> str:
        return words(word, what=words.named(head, written[head])) if len(written) == 1 else ""

    return tell


def told_event(written: Written, words: Words) -> str:
    event = written["event"]
    said = words.listed([event] if isinstance(event, str) else list(event), "or")
    if where := written.get("where"):
        said = words("with", what=said, more=plain(where, words))
    more = {name: value for name, value in written.items() if name not in ("event", "where", "within", "reason", "key")}
    if isinstance(written.get("within"), str):
        said = words("within", what=said, time=words.in_time(parse_duration(written["within"])))
    return f"{said}, {plain(more, words)}" if more else said


def _no_consent(written: Written, words: Words) -> str:
    return words("no consent", what=words.topic(written["consent"])) if written.keys() == {"consent"} else ""


def _score(written: Written, words: Words) -> str:
    """A jump; bounds are told as they are written."""
    rule = written["score"]
    if not isinstance(rule, dict) or not {"gained", "within"} <= rule.keys() or not isinstance(rule["within"], str):
        return ""
    said = words("jump", points=words.number(rule["gained"]), time=words.in_time(parse_duration(rule["within"])))
    rest = {name: value for name, value in rule.items() if name not in ("gained", "within")}
    return f"{said}, {plain({'score': rest}, words)}" if rest else said


_CONDITIONS: dict[str, Callable[[Written, Words], str]] = {
    "all": _joined("and", "all"),
    "any": _joined("or", "any"),
    "not": lambda written, words: (
        _no_consent(written["not"], words) or words("not", what=_condition(written["not"], words))
    ),
    "everyone": lambda written, words: words("everyone"),
    "trait": _trait,
    "event": told_event,
    "score": _score,
    "segment": _named("in segment", "segment"),
    "list": _named("on list", "list"),
    "consent": lambda written, words: (
        words("has consent", what=words.topic(written["consent"])) if len(written) == 1 else ""
    ),
}


_TRIGGERS = {
    "segment": "enters segment",
    "left_segment": "leaves segment",
    "stage": "comes to stage",
    "form": "form sent",
    "link": "link followed",
    "voucher": "voucher used",
    "company_segment": "company enters",
    "company_stage": "company stage",
}
"""Heads of triggers whose one value says all."""
_KINDS = {"segment": "segment", "left_segment": "segment", "company_segment": "segment", "form": "form"}
"""What that value is the name of, where it is one."""


def _schedule(written: Written, words: Words) -> str:
    """``every week, Tue, 9 o'clock, from 1 December 2026 on; for the segment newsletter``."""
    rule = written["schedule"]
    day, _, time = rule["at"].partition("T")
    every, days = rule.get("every", "once"), rule.get("weekdays", ())
    days = [days] if isinstance(days, str) else days  # a single one is written without brackets
    parts = [words("on date", date=words.date(day))] if every == "once" else [words(f"every {every}")]
    parts += [", ".join(WEEKDAY_NAMES[words.language][WEEKDAYS.index(one)] for one in days)] if days else []
    parts.append(words.clock(time))
    parts += [rule["zone"]] if rule.get("zone") else []
    parts += [words("from date", date=words.date(day))] if every != "once" else []
    whom = next(
        (
            words(f"for {head}", what=words.named(head, written[head]))
            for head in ("segment", "list")
            if written.get(head)
        ),
        "",
    )
    return f"{', '.join(parts)}; {whom or words('for all')}"


def _trigger(written: Written, words: Words) -> str:
    if "schedule" in written:
        return _schedule(written, words)
    for head, word in _TRIGGERS.items():
        if head in written:
            return words(word, what=words.named(_KINDS.get(head, ""), written[head]))
    if "event" in written:
        return told_event({name: value for name, value in written.items() if name != "max_age"}, words)
    if "becomes" in written:
        return words("becomes", what=_condition(written["becomes"], words))
    if "last" in written and "ago" in written:
        last = written["last"]
        what = words.listed([last] if isinstance(last, str) else list(last), "or")
        return words("last ago", what=what, time=words.duration(parse_duration(written["ago"])))
    if "date" in written:
        at = str(written.get("at", "09:00"))
        time = words("own time") if at == "own" else words.clock(at)
        said = told_day(written["date"], written.get("offset"), words)
        return f"{said}, {time}" if at == "own" else words("at time", what=said, time=time)
    if "manual" in written:
        return words("by hand")
    return _condition(written, words)


def told_day(date: str, offset: str | None, words: Words) -> str:
    date = words.date(date)
    if not offset:
        return date
    time = words.duration(parse_duration(offset.lstrip("+-")))
    return words("before" if offset.startswith("-") else "after", time=time, date=date)
