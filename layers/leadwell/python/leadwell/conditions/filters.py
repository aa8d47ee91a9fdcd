"""Which events a condition, a scoring rule or a trigger means: compiled ``where`` clauses."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from leadwell.clock import Moment
from leadwell.conditions.dates import TIMED
from leadwell.conditions.matchers import MATCHERS, Check
from leadwell.conditions.paths import lookup, lookup_all
from leadwell.conditions.written import Matcher, Where

Matches = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
"""(event properties, trigger properties) → does the event match?"""

CONTEXT = "context."
ANY = "*"
"""Any event by which a person shows activity."""


class Occurrence(Protocol):
    """An event as far as conditions look at it."""

    @property
    def name(self) -> str: ...

    @property
    def at(self) -> Moment: ...

    @property
    def properties(self) -> Mapping[str, Any]: ...

    @property
    def context(self) -> Mapping[str, Any]: ...

    @property
    def is_activity(self) -> bool: ...

    @property
    def is_proven(self) -> bool: ...


def compile_where(where: Where) -> Matches:
    """All comparisons of a ``where`` must hold; an empty one matches every event."""
    if not where:
        return lambda properties, trigger: True
    checks = [(path, compile_check(comparison)) for path, comparison in where.items()]
    if len(checks) == 1:
        ((path, check),) = checks
        return lambda properties, trigger: check(lookup(properties, path), trigger)

    def matches(properties: Mapping[str, Any], trigger: Mapping[str, Any]) -> bool:
        return all(check(lookup(properties, path), trigger) for path, check in checks)

    return matches


def compile_filter(where: Where) -> Callable[[Occurrence], bool]:
    """Like ``compile_where``, also for paths into the event's context."""
    said = {path: words for path, words in where.items() if not path.startswith(CONTEXT)}
    around = {path.removeprefix(CONTEXT): words for path, words in where.items() if path.startswith(CONTEXT)}
    matches, fits = compile_where(said), compile_where(around)
    if not around:
        return lambda event: matches(event.properties, _NO_TRIGGER)
    return lambda event: matches(event.properties, _NO_TRIGGER) and fits(event.context, _NO_TRIGGER)


_NO_TRIGGER: Mapping[str, Any] = {}


def value_at(event: Occurrence, path: str) -> Any:
    """What an event brought under a path of a ``where``."""
    if path.startswith(CONTEXT):
        return lookup(event.context, path.removeprefix(CONTEXT))
    return lookup(event.properties, path)


def values_at(event: Occurrence, path: str) -> Iterator[Any]:
    """The same where there may be several, as in ``products.category``."""
    if path.startswith(CONTEXT):
        return lookup_all(event.context, path.removeprefix(CONTEXT))
    return lookup_all(event.properties, path)


def compile_check(comparison: Matcher) -> Check:
    """A comparison that does not depend on the present moment."""
    checks = [_check(word, expected) for word, expected in comparison.items()]
    if len(checks) == 1:
        return checks[0]
    return lambda value, trigger: all(check(value, trigger) for check in checks)


def _check(word: str, expected: Any) -> Check:
    if word in MATCHERS:
        return MATCHERS[word].check(expected)
    holds = TIMED[word](expected)
    return lambda value, trigger: holds(value, "UTC", 0)[0]


def canonical(where: Where) -> str:
    """The same text for the same filter, whatever the order in which it is written."""
    return repr(sorted((path, sorted(words.items())) for path, words in where.items()))
