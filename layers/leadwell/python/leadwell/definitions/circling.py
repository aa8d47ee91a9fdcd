"""Journeys that start themselves: by a step ``start``, or by an event that their own steps make happen.

Refused is:

- what starts itself again on a way on which nobody waits, whatever its re-entry rule: by its own steps, or by ``start``
  over several journeys;
- what starts itself again on any way, alone or over several journeys, where everybody on it re-enters without a bound:
  ``reentry: always``, or a key that is another one each time.

A circle in which time passes, and in which some journey re-enters never or only after a time, is bounded. What a person
does in between (reads a mail, is done with a task) and conditions that come true are no part of a circle here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from leadwell.errors import Refused
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Caused
from leadwell.journeys.triggers.event import EventTrigger
from leadwell.tracking.events import Name

_FIELD = "steps"


def check_circles(program: Program, others: Mapping[str, Program]) -> None:
    """Raises ``Refused`` for a journey that leads back to its own start without end. ``others`` are all that are
    published about the same, by name."""
    if program.name in program.starts():
        raise Refused("a journey cannot start itself; use repeat, or let another event start it", _FIELD)
    _check_itself(program)
    _check_starts(program, others)
    _check_round_trips(program, others)


def _check_itself(program: Program) -> None:
    for step, caused in program.causes_at_once():
        if program.may_start_by(caused):
            raise Refused(f"{_what(step, caused)} starts this journey again at once: {_NARROW}, or wait first", _FIELD)
    for step, caused in program.causes():
        if program.may_start_by(caused) and _reenters(program, caused):
            raise Refused(
                f"{_what(step, caused)} starts this journey again, without end: {_NARROW}, or {_BOUND}", _FIELD
            )


def _check_starts(program: Program, others: Mapping[str, Program]) -> None:
    ways: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in sorted(program.starts_at_once())]
    seen = set[str]()
    while ways:
        name, way = ways.pop()
        if name == program.name:
            raise Refused(f"starts itself at once, by way of {' and '.join(way)}: wait somewhere", _FIELD)
        if name in others and name not in seen:
            seen.add(name)
            ways += [(one, (*way, name)) for one in others[name].starts_at_once()]


def _check_round_trips(program: Program, others: Mapping[str, Program]) -> None:
    """Over several journeys, all of which let everybody in again."""
    everyone = [*others.values(), program]
    ways: list[tuple[Program, tuple[str, Caused], tuple[str, ...]]] = [
        (one, (step, caused), (one.name,)) for step, caused, one in _led_to(program, everyone) if one is not program
    ]
    seen = set[str]()
    while ways:
        one, first, way = ways.pop()
        if one.name in seen:
            continue
        seen.add(one.name)
        for step, caused, following in _led_to(one, everyone):
            if following is program:
                raise Refused(
                    f"{_what(*first)} starts {way[0]!r}, and so on until {_what(step, caused)} of {one.name!r} starts "
                    f"this journey again, without end, by way of {' and '.join(way)}: {_NARROW}, or {_BOUND} in one "
                    "of them",
                    _FIELD,
                )
            ways.append((following, first, (*way, following.name)))


def _led_to(program: Program, everyone: Sequence[Program]) -> Iterator[tuple[str, Caused, Program]]:
    """The journeys that it starts each time it is gone through, and by what."""
    for step, caused in program.causes():
        yield from ((step, caused, one) for one in _started(caused, everyone))


def _started(caused: Caused, everyone: Iterable[Program]) -> Iterator[Program]:
    return (one for one in everyone if one.may_start_by(caused) and _reenters(one, caused))


def _reenters(program: Program, caused: Caused) -> bool:
    """Whether such an event lets somebody in again and again."""
    rule, trigger = program.definition.reentry, program.trigger
    if rule.after is not None:
        return False
    key = trigger.key if isinstance(trigger, EventTrigger) and caused.name != Name.JOURNEY_REQUESTED else ""
    changing = bool(key) and caused.properties.get(key) is None
    return rule.allow == "always" or changing


_NARROW = "narrow the trigger by `where`"
_BOUND = "say `reentry: never` or `{after: P30D}`, without a key that is another one each time"


def _what(step: str, caused: Caused) -> str:
    return f"{caused.name!r}, which {f'the step {step!r}' if step else 'the journey itself'} makes happen,"
