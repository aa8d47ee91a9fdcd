"""A moment of the calendar: everybody who is then in a segment, on a list, or known at all.

trigger: {schedule: {at: "2026-12-01T09:00"}, segment: newsletter}
trigger: {schedule: {at: "2026-12-01T09:00", every: week, weekdays: [tue]}, list: customers}
trigger: {schedule: {at: "2026-12-01T09:00", every: month}, everyone: true}
"""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from leadwell.calendar import at_local_time, local_date
from leadwell.clock import FOREVER, Moment
from leadwell.conditions.facts import Facts
from leadwell.conditions.models import Model
from leadwell.conditions.needs import Needs
from leadwell.journeys.times import WEEKDAYS, Weekday
from leadwell.journeys.triggers.base import HappeningName, TriggerModel
from leadwell.tracking.events import Name

EVERYONE = "*"
_LONGEST = 800
"""Days to look ahead for the next one; a month without a 31st is passed over."""


def _known_zone(zone: str) -> str:
    if zone:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(f"there is no time zone {zone!r}; write for example Europe/Berlin") from error
    return zone


class Schedule(Model):
    """``at`` is the first time, on the wall of ``zone`` (the installation's own without it); ``every`` day, week (on
    the ``weekdays``, without them on that of the first), month or year it comes again."""

    at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]
    every: Literal["once", "day", "week", "month", "year"] = "once"
    weekdays: tuple[Weekday, ...] = ()
    zone: Annotated[str, AfterValidator(_known_zone)] = ""

    @model_validator(mode="after")
    def _sound(self) -> "Schedule":
        datetime.fromisoformat(self.at)
        if self.weekdays and self.every != "week":
            raise ValueError("weekdays need every: week")
        return self

    def next(self, after: Moment, default_zone: str) -> Moment:
        """The first time at or after ``after``; ``FOREVER`` when there is none any more."""
        zone, clock_time = self.zone or default_zone, self.at[11:]
        first = datetime.fromisoformat(self.at).date()
        day = max(first, local_date(after, zone) - timedelta(days=1)) if self.every != "once" else first
        for _ in range(_LONGEST if self.every != "once" else 1):
            moment = at_local_time(day, clock_time, zone)
            if moment >= after and self._is_on(day.weekday(), day.day, day.month):
                return moment
            day += timedelta(days=1)
        return FOREVER

    def _is_on(self, weekday: int, day: int, month: int) -> bool:
        begins = datetime.fromisoformat(self.at)
        match self.every:
            case "week":
                return WEEKDAYS[weekday] in (self.weekdays or (WEEKDAYS[begins.weekday()],))
            case "month":
                return day == begins.day
            case "year":
                return (day, month) == (begins.day, begins.month)
        return True


class ScheduleTrigger(TriggerModel):
    """Starts for all of a ``segment``, of a ``list``, or ``everyone``; each time is an entry of its own."""

    schedule: Schedule
    segment: str = ""
    list: str = ""
    everyone: bool = False

    has_its_day: ClassVar[bool] = True

    @model_validator(mode="after")
    def _somebody(self) -> "ScheduleTrigger":
        if sum(map(bool, (self.segment, self.list, self.everyone))) != 1:
            raise ValueError("for whom? give one of segment, list, everyone: true")
        return self

    @property
    def members_of(self) -> str:
        """The member list that is called."""
        return self.segment or (f"list:{self.list}" if self.list else EVERYONE)

    def needs(self, needs: Needs) -> None:
        if self.segment:
            needs.segments.add(self.segment)
        if self.list:
            needs.lists.add(self.list)

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        if self.segment:
            return self.segment in facts.segments, facts.segments.get(self.segment)
        return self.everyone or self.list in facts.lists, None

    def started_by(self) -> HappeningName:
        return "event", Name.JOURNEY_REQUESTED
