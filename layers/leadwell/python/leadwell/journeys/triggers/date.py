"""A date of the contact comes, or comes near.

trigger: {date: birthday}
trigger: {date: contract_end, offset: -P30D, every: once, at: "08:30"}
trigger: {date: contract_end, offset: -P30D, every: once, late_join: P27D}
trigger: {date: appointment, offset: -PT24H, every: once, at: own}
"""

from typing import ClassVar, Literal

from pydantic import model_validator

from leadwell.calendar import DayRule, next_moment_of
from leadwell.clock import DAY, Moment
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import Matches
from leadwell.conditions.models import Duration
from leadwell.conditions.paths import lookup
from leadwell.contacts.change import TOLD_BY, Happening
from leadwell.durations import duration_text
from leadwell.journeys.times import LocalTimeOrOwn, Offset
from leadwell.journeys.triggers.base import HappeningName, TriggerModel, text_of


class DateTrigger(TriggerModel):
    """Starts on the day of a date trait, ``offset`` before (-P30D) or after (P7D), at a local time in the contact's
    zone; ``at: own`` at the time of day that the date has itself.

    ``every: year`` on every anniversary but the day itself, ``once`` on the date alone: another date is another entry.
    ``leap_day`` says when a 29 February is celebrated in the years that have none.

    Who becomes known, whose date is set or moved, or for whom the journey is published after that moment is too late,
    unless ``late_join`` says otherwise: those start at once whose moment passed no longer ago than that.
    """

    date: str
    has_its_day: ClassVar[bool] = True
    at: LocalTimeOrOwn = "09:00"
    offset: Offset = 0
    every: Literal["year", "once"] = "year"
    leap_day: Literal["feb-28", "mar-1"] = "feb-28"
    late_join: Duration | None = None

    @model_validator(mode="after")
    def _whole_days(self) -> "DateTrigger":
        if self.at != "own" and self.offset % DAY:
            raise ValueError("an offset of hours needs `at: own`: the date's own time of day; else give whole days")
        return self

    @property
    def id(self) -> str:
        more = f"/{self.every}" if self.every != "year" else ""
        apart = f"{'-' if self.offset < 0 else '+'}{duration_text(abs(self.offset))}" if self.offset else ""
        late = f"/late-{duration_text(self.late_join)}" if self.late_join is not None else ""
        return f"{self.date}{apart}@{self.at}/{self.leap_day}{more}{late}"

    def next(self, value: object, zone: str, after: Moment) -> tuple[Moment, str]:
        """When it comes next, and what tells this time from others; ``FOREVER`` when never again."""
        return next_moment_of(value, DayRule(self.at, self.offset, self.every == "year", self.leap_day), zone, after)

    def missed(self, value: object, zone: str, now: Moment) -> str | None:
        """What tells the time apart whose moment has passed so lately that one may still join; None if none has."""
        if self.late_join is None:
            return None
        moment, which = self.next(value, zone, now - self.late_join - 1)
        return which if moment <= now else None

    def oldest(self, happening: Happening) -> Moment | None:
        # A date that was stated long ago, and is imported now, was late for a moment of its own time.
        return DAY if TOLD_BY in happening.properties else None

    def started_by(self) -> HappeningName:
        return "date", self.id

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        return lookup(facts.traits, self.date) not in (None, ""), None

    def key_for(self, happening: Happening, matches: Matches) -> str | None:
        if super().key_for(happening, matches) is None:
            return None
        return text_of(happening.properties["year"])
