"""Which events are meant, and under which name it is kept what became of them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from leadwell.clock import FOREVER, Moment, from_iso, to_iso
from leadwell.conditions.filters import Occurrence, canonical, compile_filter
from leadwell.conditions.remembering import Fits, Newest
from leadwell.conditions.written import Model, OneOrMore, Where
from leadwell.ids import fingerprint


def _moment(given: Any) -> Any:
    if isinstance(given, str):
        try:
            return from_iso(given)
        except ValueError:
            example = '"2026-03-01" or "2026-03-01T09:00:00+01:00"'
            raise ValueError(f"{given!r} is no date; write for example {example}") from None
    return given


FixedMoment = Annotated[int, BeforeValidator(_moment, json_schema_input_type=str), PlainSerializer(to_iso)]


class Those(Model):
    """Which events: names and a filter."""

    event: OneOrMore
    where: Where = Field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{names(self.event)} {canonical(self.where)}"


def _those(given: Any) -> Any:
    return {"event": given} if isinstance(given, str | list) else given


AnyOfThose = Annotated[Those, BeforeValidator(_those, json_schema_input_type=str | list[str] | Those)]
"""Events by name alone or with a filter."""


Span = tuple[Moment | None, Moment | None]
AT_ANY_TIME: Span = (None, None)


def newest(events: Sequence[str], where: Where, size: int, span: Span = AT_ANY_TIME) -> Newest:
    """What is kept so that somebody can ask how often these events happened."""
    return Newest(behavior_id("newest", events, where, span), events, fits_of(where, span), size)


def behavior_id(kind: str, events: Sequence[str], where: Where, span: Span = AT_ANY_TIME, path: str = "") -> str:
    return fingerprint("behavior", kind, names(events), canonical(where), repr(span), path, length=8)


def names(events: Sequence[str]) -> str:
    return repr(sorted(set(events)))


def fits_of(where: Where, span: Span) -> Fits:
    fits, (start, end) = compile_filter(where), span
    if start is None and end is None:
        return fits
    low, high = -FOREVER if start is None else start, FOREVER if end is None else end

    def inside(event: Occurrence) -> bool:
        return low <= event.at < high and fits(event)

    return inside
