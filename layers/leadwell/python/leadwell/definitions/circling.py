"""Journeys that start themselves: by a step ``start``, or by an event that their own steps make happen.

Refused is:

- what starts itself again on a way on which nobody waits, whatever its re-entry rule: by its own steps, or by ``start``
  over several journeys;
- what starts itself again on any way, alone or over several journeys, where everybody on it re-enters without a bound:
  ``reentry: always``, or a key that is another one each time.

Conditions lead on, too: an update brings a contact into a segment, to a stage or a score that starts another journey.
That goes round without end only where each of these conditions is also ended again by some journey on the way, for what
stays true does not come true again. Whether the rest of a condition holds cannot be told beforehand, so such a circle
is refused where nobody's re-entry bounds it: when a journey is published, and when a segment, model or lifecycle is
published that closes it. What is not seen here is bounded when it happens (``journeys.admission.MOST_A_DAY``).

A circle in which time passes, and in which some journey re-enters never or only after a time, is bounded. What a person
does in between (reads a mail, is done with a task) is no part of a circle here.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadwell.definitions.catalog import Judgments
from leadwell.definitions.swaying import sway
from leadwell.errors import Refused
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Caused
from leadwell.journeys.triggers.event import EventTrigger
from leadwell.tracking.events import Name

_FIELD = "steps"


def check_circles(program: Program, others: Mapping[str, Program], judgments: Judgments | None = None) -> None:
    """Raises ``Refused`` for a journey that leads back to its own start without end. ``others`` are all that are
    published about the same, by name; ``judgments`` what their conditions rest on."""
    if program.name in program.starts():
        raise Refused("a journey cannot start itself; use repeat, or let another event start it", _FIELD)
    _check_itself(program)
    _check_starts(program, others)
    _check_round_trips(program, others)
    _check_conditions(program, others, judgments or Judgments())


def check_closes_no_circle(programs: Mapping[str, Program], before: Judgments, after: Judgments) -> None:
    """Raises ``Refused`` for a change of what conditions rest on that lets journeys bring each other about without end;
    one that they did before is no reproach to it."""
    for name in _circling(programs, after):
        if name not in _circling(programs, before):
            try:
                _check_conditions(programs[name], programs, after)
            except Refused as refused:
                told = refused.message.replace("this journey", repr(name))
                raise Refused(f"lets the journey {name!r} go round without end: {told}; publish that first") from None


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


@dataclass(frozen=True, slots=True)
class _Lead:
    """By what one journey leads to another: an event of a step, as it stands or by the condition that it makes true."""

    step: str
    caused: Caused
    to: str
    by_condition: bool


def _check_conditions(program: Program, others: Mapping[str, Program], judgments: Judgments) -> None:
    leads = _endless({**others, program.name: program}, judgments)
    way = _way_round(program.name, leads)
    if not way:
        return
    first, last = way[0], way[-1]
    if len(way) == 1:
        raise Refused(
            f"{_what(first.step, first.caused)} makes the condition true that starts this journey again, and the "
            f"journey ends it, too, so it never stops: {_BOUND}",
            _FIELD,
        )
    raise Refused(
        f"{_what(first.step, first.caused)} starts {first.to!r}{_how(first)}, and so on until "
        f"{_what(last.step, last.caused)} of {way[-2].to!r} starts this journey again{_how(last)}, without end, by "
        f"way of {' and '.join(one.to for one in way[:-1])}: {_BOUND} in one of them",
        _FIELD,
    )


def _circling(everyone: Mapping[str, Program], judgments: Judgments) -> list[str]:
    leads = _endless(everyone, judgments)
    return [name for name in sorted(leads) if _way_round(name, leads)]


def _endless(everyone: Mapping[str, Program], judgments: Judgments) -> Mapping[str, Sequence[_Lead]]:
    """What leads from journey to journey in circles without a bound."""
    leads = {name: list(_leads(one, everyone, judgments)) for name, one in everyone.items()}
    while True:
        circling = {name for name in leads if _way_round(name, leads)}
        kept = {
            name: [
                one
                for one in found
                if one.to in circling
                and (not one.by_condition or _is_ended_by_some(everyone[one.to], circling, everyone, judgments))
            ]
            for name, found in leads.items()
            if name in circling
        }
        if kept == leads:
            return leads
        leads = kept


def _how(lead: _Lead) -> str:
    return " by its condition" if lead.by_condition else ""


def _leads(program: Program, everyone: Mapping[str, Program], judgments: Judgments) -> Iterator[_Lead]:
    for step, caused in program.causes():
        for one in everyone.values():
            if one.may_start_by(caused) and _reenters(one, caused):
                yield _Lead(step, caused, one.name, by_condition=False)
            if one.definition.reentry.allow != "always" or one.definition.reentry.after is not None:
                continue
            condition = one.trigger.comes_true()
            if condition is not None and sway(condition, caused, judgments).begins:
                yield _Lead(step, caused, one.name, by_condition=True)


def _is_ended_by_some(
    program: Program, among: Collection[str], everyone: Mapping[str, Program], judgments: Judgments
) -> bool:
    condition = program.trigger.comes_true()
    causes = (caused for name in among for _, caused in everyone[name].causes())
    return condition is not None and any(sway(condition, caused, judgments).ends for caused in causes)


def _way_round(start: str, leads: Mapping[str, Sequence[_Lead]]) -> tuple[_Lead, ...]:
    """The shortest way from a journey back to itself; empty if there is none."""
    ways: deque[tuple[_Lead, ...]] = deque([()])
    seen = set[str]()
    while ways:
        way = ways.popleft()
        for lead in leads.get(way[-1].to if way else start, ()):
            if lead.to == start:
                return (*way, lead)
            if lead.to not in seen:
                seen.add(lead.to)
                ways.append((*way, lead))
    return ()


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
