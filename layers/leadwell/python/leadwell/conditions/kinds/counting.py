"""How often, how much and when last: what is kept of events, judged at a moment, and until when that holds."""

import operator
from collections.abc import Callable, Sequence

from leadwell.clock import FOREVER, Moment, to_iso
from leadwell.conditions.answer import ALWAYS, NEVER, Answer, Evaluate, all_of, negated, steady
from leadwell.conditions.dates import TIMED
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import compile_check
from leadwell.conditions.written import Matcher


def happened(behavior: str, times: int, within: int | None, since: str, expected: bool) -> Evaluate:
    yes, no = steady(expected), steady(not expected)

    def evaluate(facts: Facts, now: Moment) -> Answer:
        moments = facts.memory.get(behavior)
        if moments is None or len(moments) < times:
            return no
        if since and moments[times - 1] <= newest_moment(facts, since):
            return no
        if within is None:
            return yes
        ends = moments[times - 1] + within
        return (expected, ends) if now < ends else no

    return evaluate


def as_expected(expected: bool, happened: Evaluate) -> Evaluate:
    return happened if expected else lambda facts, now: negated(happened(facts, now))


def for_some_value(behavior: str, times: int, within: int | None, since: str) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        after = newest_moment(facts, since) if since else -FOREVER
        reached = [moments[times - 1] for _, moments in facts.memory.get(behavior) or () if len(moments) >= times]
        return _until_it_leaves(max(reached, default=None), within, after, now)

    return evaluate


def different(behavior: str, times: int, within: int | None, since: str) -> Evaluate:
    def evaluate(facts: Facts, now: Moment) -> Answer:
        after = newest_moment(facts, since) if since else -FOREVER
        kept = facts.memory.get(behavior) or ()
        reached = kept[times - 1][1][0] if len(kept) >= times else None
        return _until_it_leaves(reached, within, after, now)

    return evaluate


def _until_it_leaves(reached: Moment | None, within: int | None, after: Moment, now: Moment) -> Answer:
    if reached is None or reached <= after:
        return NEVER
    if within is None:
        return ALWAYS
    return (True, reached + within) if now < reached + within else NEVER


def newest_moment(facts: Facts, behavior: str) -> Moment:
    moments: list[Moment] | None = facts.memory.get(behavior)
    return moments[0] if moments else -FOREVER


def compares(behavior: str, path: str, words: Matcher) -> Evaluate:
    steadily = {word: given for word, given in words.items() if word not in TIMED}
    check = compile_check(steadily) if steadily else None
    timed = [TIMED[word](given) for word, given in words.items() if word in TIMED]

    def evaluate(facts: Facts, now: Moment) -> Answer:
        kept = facts.memory.get(behavior)
        if kept is None:
            return NEVER
        value = to_iso(kept["at"]) if path == "at" else kept["brought"].get(path)
        answers = [holds(value, facts.zone, now) for holds in timed]
        if check is not None:
            answers.append(steady(check(value, facts.trigger)))
        return all_of([lambda facts, now, one=one: one for one in answers])(facts, now)  # type: ignore[misc]

    return evaluate


def _sum(entries: Sequence[Sequence[float]]) -> float | None:
    return sum(entry[2] for entry in entries)


def _average(entries: Sequence[Sequence[float]]) -> float | None:
    count = sum(entry[1] for entry in entries)
    return sum(entry[2] for entry in entries) / count if count else None


def _minimum(entries: Sequence[Sequence[float]]) -> float | None:
    return min((entry[3] for entry in entries), default=None)


def _maximum(entries: Sequence[Sequence[float]]) -> float | None:
    return max((entry[4] for entry in entries), default=None)


AGGREGATES: dict[str, Callable[[Sequence[Sequence[float]]], float | None]] = {
    "sum": _sum,
    "average": _average,
    "minimum": _minimum,
    "maximum": _maximum,
}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "exactly": operator.eq,
}
