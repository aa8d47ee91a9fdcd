"""What holds for all marketing messages of an installation, whatever journey sends them.

kind: policy
name: policy
title: {en: How we write, de: Wie wir schreiben}
quiet_hours:
  - {from: "21:00", to: "08:00", channels: [sms]}
closed_days: {country: DE, region: BY, weekdays: [sun], channels: [sms]}
caps:
  - {channel: email, at_most: 3, within: P7D}
holdout: 2
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from leadwell.conditions.models import Duration, Model
from leadwell.definitions.text import Text
from leadwell.journeys.times import LocalTime, Weekday

Channel = Literal["email", "sms"]
CHANNELS: tuple[Channel, ...] = ("email", "sms")
Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]

IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class QuietHours(Model):
    """Local time of the contact; ``to`` may be on the next day. Messages wait until it is over."""

    from_: Annotated[LocalTime, Field(alias="from")]
    to: LocalTime
    channels: Channels = CHANNELS
    weekdays: tuple[Weekday, ...] = ()

    @model_validator(mode="after")
    def _some_time(self) -> "QuietHours":
        if self.from_ == self.to:
            raise ValueError("from and to are the same: that is no time at all, or always")
        return self


class ClosedDays(Model):
    """Days on which nothing is sent: ``weekdays``, single ``dates``, and the public holidays of a ``country`` (ISO
    3166, ``contact`` for that of each contact's trait ``country``) and its ``region`` (ISO 3166-2 without the
    country)."""

    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|contact)$")] = ""
    region: Annotated[str, Field(max_length=6)] = ""
    weekdays: tuple[Weekday, ...] = ()
    dates: tuple[IsoDate, ...] = ()
    channels: Channels = CHANNELS


class Cap(Model):
    """At most so many marketing messages of a channel (``any``: of all together) within a time that ends now, over all
    journeys. What is too much is left out (``skip``), or waits until there is room (``later``)."""

    channel: Literal["email", "sms", "any"]
    at_most: Annotated[int, Field(ge=1, le=100)]
    within: Duration
    then: Literal["skip", "later"] = "skip"


class PolicyDefinition(Model):
    """``holdout`` is the share of contacts (in percent) whom no campaign reaches, so that the others can be compared
    with them."""

    kind: Literal["policy"] = "policy"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)] = "policy"
    title: Text
    description: Text | None = None
    quiet_hours: tuple[QuietHours, ...] = ()
    closed_days: tuple[ClosedDays, ...] = ()
    caps: tuple[Cap, ...] = ()
    holdout: Annotated[float, Field(ge=0, le=50)] = 0

    @model_validator(mode="after")
    def _holidays_are_known(self) -> "PolicyDefinition":
        for closed in self.closed_days:
            if closed.country and closed.country != "contact":
                from leadwell.messaging.holidays import check_region

                check_region(closed.country, closed.region)
        return self
