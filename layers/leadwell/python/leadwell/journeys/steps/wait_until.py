"""Wait until a moment that a calendar or a clock names.

wait_until: "09:00"                                        the next one, in the contact's zone
wait_until: {time: "09:00", weekdays: [tue, wed, thu]}
wait_until: {from: "09:00", to: "17:00", weekdays: [mon, tue, wed, thu, fri]}      at once, if it is within
wait_until: {date: contract_end, offset: -P30D, time: "09:00", without: exit}
wait_until: {date: event.date, offset: -P1D, time: "09:00"}                        of the event that started it
wait_until: {date: "2027-04-15", offset: -P7D, time: "09:00", then: [{email: event-week-before}]}
wait_until: {best_time: true, from: "07:00", to: "21:00", time: "09:00"}
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from leadwell.calendar import (
    DayRule,
    at_local_time,
    local_date,
    moment_in_window,
    next_local_time,
    once_moment,
    parse_date,
)
from leadwell.clock import DAY, FOREVER, HOUR, Moment
from leadwell.conditions.models import Model
from leadwell.conditions.needs import Needs
from leadwell.conditions.paths import lookup
from leadwell.journeys.best_time import ENGAGEMENT, best_hour, is_within
from leadwell.journeys.steps.running import Go, Leave, Next, Node, Sleep, StepModel, StepRun, Way
from leadwell.journeys.times import WEEKDAYS, LocalTime, LocalTimeOrOwn, Offset, Weekday

if TYPE_CHECKING:
    from leadwell.journeys.steps import Step

_USUAL = "09:00"
_OF_EVENT = "event."
_MOVED = "goes on waiting: the moment has moved"
_FARTHEST = 26 * HOUR
"""So much earlier a journey may make a local time: who has travelled is not past a date for that."""


class Awaited(Model):
    """``time``: at this local time. ``from`` and ``to``: within this window, at once if it is open. ``date``: on the
    day of a date trait, of a property of the event that started the journey (``event.date``), or of the date itself,
    ``offset`` before or after it; ``time: own`` at its own time of day. ``best_time``: when this contact usually opens,
    clicks and visits; as long as too little is known, at ``time``.

    ``then`` is what is done when the date comes; ``without`` says what becomes of contacts who have no such date, or
    for whom it is over: they leave ``then`` out, in any case.
    """

    time: LocalTimeOrOwn | None = None
    from_: Annotated[LocalTime | None, Field(alias="from")] = None
    to: LocalTime | None = None
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEKDAYS
    date: str = ""
    offset: Offset = 0
    best_time: bool = False
    without: Literal["continue", "exit"] = "continue"
    then: "tuple[Step, ...]" = ()

    @model_validator(mode="after")
    def _clear(self) -> "Awaited":
        if (self.from_ is None) != (self.to is None):
            raise ValueError("a window needs both, from and to")
        if self.best_time and self.date:
            raise ValueError("give either a date or best_time")
        if not self.date and (self.offset or self.time == "own"):
            raise ValueError("offset and `time: own` need a date: {date: contract_end, offset: -P30D}")
        if not self.date and not self.best_time and self.time is None and self.from_ is None:
            raise ValueError("says no time: give time, from and to, date, or best_time")
        if self.from_ is not None and self.time is not None and not self.best_time:
            raise ValueError("give either time, or from and to")
        if self.from_ is not None and self.from_ == self.to:
            raise ValueError("the window from and to is empty")
        if self.time == "own" and len(self.weekdays) < len(WEEKDAYS):
            raise ValueError("a date's own time has a day of its own: leave weekdays out")
        if self.date and self.time != "own" and self.offset % DAY:
            raise ValueError("an offset of hours needs `time: own`; else give whole days")
        if self.then and not self.date:
            raise ValueError("then needs a date that may be over: put what follows behind the step")
        return self

    @property
    def days(self) -> frozenset[int]:
        return frozenset(WEEKDAYS.index(day) for day in self.weekdays)


def _short(given: object) -> object:
    return {"time": given} if isinstance(given, str) else given


class WaitUntil(StepModel):
    wait_until: Annotated[Awaited, BeforeValidator(_short, json_schema_input_type=str | Awaited)]

    waits: ClassVar[bool] = True

    @property
    def keeps_the_hour(self) -> bool:
        return not self.wait_until.date

    def ways(self) -> Sequence[Way]:
        """What is done when the date comes, and nothing where it is over."""
        return [Way("wait_until.then", self.wait_until.then), Way("", ())] if self.wait_until.then else ()

    def needs(self, needs: Needs) -> None:
        if self.wait_until.best_time:
            needs.remember(ENGAGEMENT)
        needs.traits |= self.dates()

    def dates(self) -> frozenset[str]:
        named = self.wait_until.date
        of_contact = named and not named.startswith(_OF_EVENT) and parse_date(named) is None
        return frozenset({named.partition(".")[0]} if of_contact else ())

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        if self.wait_until.date:
            return self._to_the_date(run, run.at)
        return Sleep(_in_the_day(self.wait_until, run, run.at), zone=run.zone)

    def woken(self, run: StepRun) -> Next | None:
        """Works the moment out anew: since somebody came here the date, or the contact's zone, may have changed."""
        awaited, planned = self.wait_until, run.enrollment.wake_at or run.now
        until = planned
        if awaited.date:
            outcome = self._to_the_date(run, run.at - _FARTHEST, waits=True)
            if not isinstance(outcome, Sleep):
                return outcome
            until = outcome.until
        travelled = run.enrollment.zone not in ("", run.zone)
        if travelled and awaited.time != "own" and (until < planned or not awaited.date):
            until = _in_the_day(awaited, run, planned)  # never at another hour than was meant, rather later
        if until > run.now:
            return Sleep(until, _MOVED, zone=run.zone)
        run.at = max(until, run.at)
        return None

    def rescheduled(self, run: StepRun) -> Next | None:
        """A date that is moved nearer does not wait for the moment that was planned. Where it is taken away, another
        may come until then."""
        if not self.dates() or _date(self.wait_until.date, run) in (None, ""):
            return None
        outcome = self._to_the_date(run, run.at - _FARTHEST, waits=True)
        if not isinstance(outcome, Sleep):
            return outcome
        if outcome.until <= run.now:
            return self.waited(run.node)
        return replace(outcome, note=_MOVED) if outcome.until != run.enrollment.wake_at else None

    def _to_the_date(self, run: StepRun, since: Moment, *, waits: bool = False) -> Next:
        """A moment before ``since`` is over; for who ``waits`` only together with the date itself."""
        awaited = self.wait_until
        rule = DayRule(awaited.time or "00:00", awaited.offset, yearly=False)
        moment = once_moment(_date(awaited.date, run), rule, run.zone)
        if awaited.time is None and local_date(run.at, run.zone) == local_date(moment, run.zone):
            moment = max(moment, run.at)  # the day is not over
        is_over = moment < since
        if is_over and waits and moment != FOREVER:
            is_over = once_moment(_date(awaited.date, run), replace(rule, offset=0, at="00:00"), run.zone) < _midnight(
                run
            )
        if moment == FOREVER or is_over:
            what = f"no {awaited.date}" if moment == FOREVER else f"{awaited.date} is over"
            return Leave(what) if awaited.without == "exit" else Go(run.node.next, what)
        return Sleep(moment if awaited.time == "own" else _in_the_day(awaited, run, moment), zone=run.zone)

    def waited(self, node: Node) -> Go | Leave:
        return Go(node.arms[0].first if node.arms else node.next, "waited")


def _midnight(run: StepRun) -> Moment:
    return at_local_time(local_date(run.now, run.zone), "00:00", run.zone)


def _date(named: str, run: StepRun) -> Any:
    if named.startswith(_OF_EVENT):
        return lookup(run.enrollment.cause.properties, named.removeprefix(_OF_EVENT))
    return named if parse_date(named) is not None else lookup(run.facts.traits, named)


def _in_the_day(awaited: Awaited, run: StepRun, after: Moment) -> Moment:
    if awaited.best_time:
        hour = best_hour(run.facts.memory.get(ENGAGEMENT.id, ()), run.zone, awaited.from_, awaited.to)
        time = f"{hour:02}:00" if hour is not None else (awaited.time or _usual_time(awaited))
        return next_local_time(time, run.zone, after, awaited.days)
    if awaited.from_ is not None and awaited.to is not None:
        return moment_in_window(awaited.from_, awaited.to, run.zone, after, awaited.days)
    return next_local_time(awaited.time, run.zone, after, awaited.days) if awaited.time else after


def _usual_time(awaited: Awaited) -> str:
    """For those of whom too little is known."""
    return _USUAL if is_within(_USUAL, awaited.from_, awaited.to) or awaited.from_ is None else awaited.from_
