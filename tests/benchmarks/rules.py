"""Our conditions in the words of other rule languages: a writer for each part, put together by one walk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.conditions.kinds.person import STAGES
from leadwell.conditions.models import parse_duration
from tests.benchmarks.conditions import remembered

Written = Any
"""An expression: text, or whatever the language is made of."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a language says things. ``compares`` gets a trait's path, our word for the comparison, and the value."""

    both: Callable[[Sequence[Written]], Written]
    either: Callable[[Sequence[Written]], Written]
    negated: Callable[[Written], Written]
    compares: Callable[[str, str, Any], Written]
    happened: Callable[[str, int, int | None], Written]
    """So many times within so many milliseconds (None: ever)."""
    score: Callable[[float, bool], Written]
    """At least so many points (False: fewer)."""
    stage: Callable[[Sequence[str]], Written]
    consents: Callable[[str], Written]


def written(condition: Mapping[str, Any], language: Language) -> Written:
    head = next(iter(condition))
    return _HEADS[head](condition, language)


def _trait(condition: Mapping[str, Any], language: Language) -> Written:
    return language.both(
        [language.compares(condition["trait"], word, value) for word, value in condition.items() if word != "trait"]
    )


def _event(condition: Mapping[str, Any], language: Language) -> Written:
    name = remembered(condition["event"], condition.get("where", {}))
    within = parse_duration(condition["within"]) if "within" in condition else None
    if "at_most" in condition:
        return language.negated(language.happened(name, condition["at_most"] + 1, within))
    return language.happened(name, condition.get("at_least", 1), within)


def _score(condition: Mapping[str, Any], language: Language) -> Written:
    bounds = condition["score"]
    return language.both([language.score(limit, word == "at_least") for word, limit in bounds.items()])


def _stage(condition: Mapping[str, Any], language: Language) -> Written:
    lowest = STAGES.index(condition["stage"]["at_least"])
    return language.stage(STAGES[lowest:])


_HEADS: Mapping[str, Callable[[Mapping[str, Any], Language], Written]] = {
    "all": lambda condition, language: language.both([written(one, language) for one in condition["all"]]),
    "any": lambda condition, language: language.either([written(one, language) for one in condition["any"]]),
    "not": lambda condition, language: language.negated(written(condition["not"], language)),
    "trait": _trait,
    "event": _event,
    "score": _score,
    "stage": _stage,
    "consent": lambda condition, language: language.consents(condition["consent"]),
}
