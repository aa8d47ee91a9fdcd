"""Wait until a moment that a calendar or a clock names.

wait_until: "09:00"                                        the next one, in the contact's zone
wait_until: {time: "09:00", weekdays: [tue, wed, thu]}
wait_until: {from: "09:00", to: "17:00", weekdays: [mon, tue, wed, thu, fri]}      at once, if it is within
wait_until: {date: contract_end, offset: -P30D, time: "09:00", without: exit}
wait_until: {best_time: true, from: "07:00", to: "21:00", time: "09:00"}
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from leadwell.calendar import DayRule, moment_in_window, next_local_time, once_moment
from leadwell.clock import DAY, FOREVER, Moment
from leadwell.conditions.matchers import lookup
from leadwell.conditions.models import Model
from leadwell.conditions.needs import Needs
from leadwell.journeys.best_time import ENGAGEMENT, best_hour
from leadwell.journeys.steps.running import Go, Leave, Next, Sleep, StepModel, StepRun
from leadwell.journeys.times import WEEKDAYS, LocalTime, LocalTimeOrOwn, Offset, Weekday


class Awaited(Model):
    """``time``: at this local time. ``from`` and ``to``: within this window, at once if it is open. ``date``: on the
    day of a date trait, ``offset`` before or after it; ``time: own`` at its own time of day. ``best_time``: when this
    contact usually opens, clicks and visits; as long as too little is known, at ``time``.

    ``without`` says what becomes of contacts who have no such date, or for whom it is over.
    """

    time: LocalTimeOrOwn | None = None
    from_: Annotated[LocalTime | None, Field(alias="from")] = None
    to: LocalTime | None = None
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEKDAYS
    date: str = ""
    offset: Offset = 0
    best_time: bool = False
    without: Literal["continue", "exit"] = "continue"

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
        if self.date and self.time != "own" and self.offset % DAY:
            raise ValueError("an offset of hours needs `time: own`; else give whole days")
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

    def needs(self, needs: Needs) -> None:
        if self.wait_until.best_time:
            needs.remember(ENGAGEMENT)
        if self.wait_until.date:
            needs.traits.add(self.wait_until.date.partition(".")[0])

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        awaited = self.wait_until
        if not awaited.date:
            return Sleep(_in_the_day(awaited, run, run.at))
        rule = DayRule(awaited.time or "00:00", awaited.offset, yearly=False)
        moment = once_moment(lookup(run.facts.traits, awaited.date), rule, run.zone)
        if moment == FOREVER or moment < run.at:
            what = f"no {awaited.date}" if moment == FOREVER else f"{awaited.date} is over"
            return Leave(what) if awaited.without == "exit" else Go(run.node.next, what)
        return Sleep(_in_the_day(awaited, run, moment) if awaited.time is None else moment)


def _in_the_day(awaited: Awaited, run: StepRun, after: Moment) -> Moment:
    if awaited.best_time:
        hour = best_hour(run.facts.memory.get(ENGAGEMENT.id, ()), run.zone, awaited.from_, awaited.to)
        time = f"{hour:02}:00" if hour is not None else (awaited.time or "09:00")
        return next_local_time(time, run.zone, after, awaited.days)
    if awaited.from_ is not None and awaited.to is not None:
        return moment_in_window(awaited.from_, awaited.to, run.zone, after, awaited.days)
    return next_local_time(awaited.time, run.zone, after, awaited.days) if awaited.time else after
