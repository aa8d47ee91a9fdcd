"""What holds for all marketing messages of an installation, whatever journey sends them.

kind: policy
name: policy
title: {en: How we write, de: Wie wir schreiben}
quiet_hours:
  - {from: "21:00", to: "08:00", channels: [sms]}
closed_days: {country: DE, region: BY, weekdays: [sun], channels: [sms]}
caps:
  - {channel: email, at_most: 3, within: P7D}
soft_bounces: {at_most: 3, within: P30D, rest: P90D}
holdout: 2
consent:
  - {purpose: marketing, channel: email, opt_in: double}
topics:
  - {name: events, title: {en: Invitations to our events, de: Einladungen zu unseren Veranstaltungen}}
tracking: with_consent
utm: {source: newsletter, hosts: [shop.example.com]}
warm_up: {starts: "2026-12-01"}
machines: {networks: [203.0.113.0/24], agents: [ExampleGateway], people: [198.51.100.7/32]}
"""

from datetime import date
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from leadwell.clock import DAY
from leadwell.conditions.models import Duration, Model
from leadwell.consent.opt_in import ALWAYS, DOUBLE, OptIn
from leadwell.consent.withdrawals import ANY
from leadwell.definitions.text import Text
from leadwell.journeys.times import WEEKDAYS, LocalTime, Weekday
from leadwell.messaging.topics import TopicDefinition

Channel = Literal["email", "sms"]
CHANNELS: tuple[Channel, ...] = ("email", "sms")
Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]


WARM_UP = (50, 100, 200, 400, 800, 1_500, 3_000, 6_000, 10_000, 15_000, 25_000, 40_000, 60_000, 80_000, 100_000)
"""Doubling at first, and more slowly from some thousand on, as mailbox providers advise."""


def _a_real_day(text: str) -> str:
    date.fromisoformat(text)
    return text


IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_a_real_day)]


TestAddress = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


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

    def covers(self, day: Weekday, minute: int) -> bool:
        """Whether it is quiet in this minute of the day."""
        clock_time = f"{minute // 60:02}:{minute % 60:02}"
        days = self.weekdays or WEEKDAYS
        if self.from_ < self.to:
            return day in days and self.from_ <= clock_time < self.to
        the_day_before = WEEKDAYS[WEEKDAYS.index(day) - 1]
        return (day in days and clock_time >= self.from_) or (the_day_before in days and clock_time < self.to)


class ClosedDays(Model):
    """Days on which nothing is sent: ``weekdays``, single ``dates``, and the public holidays of a ``country`` (ISO
    3166, ``contact`` for that of each contact's trait ``country``) and its ``region`` (ISO 3166-2 without the
    country)."""

    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|contact)$")] = ""
    region: Annotated[str, Field(max_length=6)] = ""
    weekdays: tuple[Weekday, ...] = ()
    dates: tuple[IsoDate, ...] = ()
    channels: Channels = CHANNELS

    @model_validator(mode="after")
    def _some_day(self) -> "ClosedDays":
        if not (self.country or self.weekdays or self.dates):
            raise ValueError("says no day: give country, weekdays or dates")
        if self.region and self.country in ("", "contact"):
            raise ValueError("a region needs its country: {country: DE, region: BY}")
        return self


class Cap(Model):
    """At most so many marketing messages of a channel (``any``: of all together) within a time that ends now, over all
    journeys. What is too much is left out (``skip``), or waits until there is room (``later``)."""

    channel: Literal["email", "sms", "any"]
    at_most: Annotated[int, Field(ge=1, le=100)]
    within: Duration
    then: Literal["skip", "later"] = "skip"


class ConsentRule(Model):
    """How consent is taken for a ``purpose`` by a ``channel``; the first rule that names both decides (``*`` and
    ``any`` name all), and where none does it is ``double``, as in Germany.

    ``double``: whatever a visitor wishes is confirmed by the owner of the address; what a server key or a colleague
    states is proven elsewhere. ``always``: nothing counts but our own confirmation. ``single``: visitors are not asked,
    the website's server says who agreed. In no case does a visitor's own claim grant anything.
    """

    purpose: Annotated[str, Field(min_length=1, max_length=100)] = ANY
    channel: Literal["email", "sms", "any"] = "any"
    opt_in: OptIn

    def names(self, purpose: str, channel: str) -> bool:
        return self.purpose in (ANY, purpose) and self.channel in ("any", channel)


class WarmUp(Model):
    """A domain that never sent before has to be met slowly, or its mail lands among spam: at most so many marketing
    mails on each day (UTC) from ``starts`` on; afterwards as many as there are. What is too much waits for its turn, in
    the order in which it came; receipts and confirmations never wait."""

    starts: IsoDate
    per_day: Annotated[tuple[Annotated[int, Field(ge=1, le=10_000_000)], ...], Field(min_length=1, max_length=120)] = (
        WARM_UP
    )


class Utm(Model):
    """Links in marketing mails to these ``hosts`` (and what is below them) say where the click came from: utm_source,
    utm_medium (the channel), utm_campaign (the journey) and utm_content (the step). What a link says already stays."""

    source: Annotated[str, Field(min_length=1, max_length=60)]
    hosts: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")], ...], Field(min_length=1, max_length=20)]


class SoftBouncePolicy(Model):
    """After ``at_most`` mails that came back for now (mailbox full, server not answering) within a time, the next one
    that does has the address left alone for ``rest``. Mailboxes that stay full for weeks are mostly abandoned, and
    providers turn some of those into spam traps."""

    at_most: Annotated[int, Field(ge=1, le=20)] = 3
    within: Duration = 30 * DAY
    rest: Duration = 90 * DAY


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no network such as 203.0.113.0/24: {error}") from None


NetworkText = Annotated[str, AfterValidator(_network)]
Networks = Annotated[tuple[NetworkText, ...], Field(max_length=100)]


class MachinePolicy(Model):
    """Who opens mails and follows links without being a person, beside those that Leadwell knows
    (``feedback/machine_networks.json``): whole ``networks``, and programs whose agent contains one of ``agents``. From
    the networks of ``people`` people call, whatever else is said of them: an office behind a gateway, for example."""

    networks: Networks = ()
    people: Networks = ()
    agents: Annotated[tuple[Annotated[str, Field(min_length=3, max_length=80)], ...], Field(max_length=50)] = ()


class PolicyDefinition(Model):
    """``tracking`` says whether opens and clicks of marketing messages are counted: only of contacts with consent to
    the topic tracking/email or, for SMS, tracking/sms (as where there is no policy), always, or never; whoever
    withdrew it is never counted.
    ``country_rules``: what the law of a
    recipient's country says about the hour of marketing SMS holds, too (``messaging.country_rules``).

    ``during_pause``: what becomes of marketing messages to a contact who asked for a pause: they are left out
    (``skip``), or wait until it is over (``later``).

    ``holdout`` is the share of contacts (in percent) whom no campaign reaches, so that the others can be compared
    with them. ``topics`` are what people subscribe to beside marketing as a whole (``messaging.topics``).
    ``test_addresses`` are those to which mails may be sent to look at them."""

    kind: Literal["policy"] = "policy"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)] = "policy"
    title: Text
    description: Text | None = None
    quiet_hours: tuple[QuietHours, ...] = ()
    closed_days: tuple[ClosedDays, ...] = ()
    caps: tuple[Cap, ...] = ()
    soft_bounces: SoftBouncePolicy = SoftBouncePolicy()
    test_addresses: Annotated[tuple[TestAddress, ...], Field(max_length=50)] = ()
    holdout: Annotated[float, Field(ge=0, le=50)] = 0
    consent: tuple[ConsentRule, ...] = ()
    topics: Annotated[tuple[TopicDefinition, ...], Field(max_length=20)] = ()
    tracking: Literal["always", "with_consent", "never"] = "with_consent"
    utm: Utm | None = None
    warm_up: WarmUp | None = None
    during_pause: Literal["skip", "later"] = "skip"
    machines: MachinePolicy | None = None
    country_rules: bool = True

    def opt_in(self, purpose: str, channel: str) -> OptIn:
        return next((rule.opt_in for rule in self.consent if rule.names(purpose, channel)), DOUBLE)

    def confirms_all(self, purpose: str, channel: str) -> bool:
        """Whether every consent of this topic needs our own confirmation; of ``*``, if that of some channel does."""
        channels = CHANNELS if channel == ANY else (channel,)
        return any(self.opt_in(purpose, one) == ALWAYS for one in channels)

    @model_validator(mode="after")
    def _distinct_topics(self) -> "PolicyDefinition":
        names = [one.name for one in self.topics]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"there is more than one topic {name}")
        return self

    @model_validator(mode="after")
    def _opens_sometimes(self) -> "PolicyDefinition":
        for channel in CHANNELS:
            if all(self._closes(channel, day, minute) for day in WEEKDAYS for minute in range(24 * 60)):
                raise ValueError(f"leaves no minute of the week in which a message by {channel} may go out")
        return self

    def _closes(self, channel: Channel, day: Weekday, minute: int) -> bool:
        if any(channel in closed.channels and day in closed.weekdays for closed in self.closed_days):
            return True
        return any(channel in quiet.channels and quiet.covers(day, minute) for quiet in self.quiet_hours)

    @model_validator(mode="after")
    def _holidays_are_known(self) -> "PolicyDefinition":
        for closed in self.closed_days:
            if closed.country and closed.country != "contact":
                from leadwell.messaging.holidays import check_region

                check_region(closed.country, closed.region)
        return self
