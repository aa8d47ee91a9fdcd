"""When a marketing message may leave, by the installation's policy. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leadwell.calendar import at_local_time, local_date
from leadwell.clock import Moment
from leadwell.contacts.contact import Contact
from leadwell.durations import duration_text
from leadwell.journeys.times import WEEKDAYS
from leadwell.messaging.holidays import holidays_of
from leadwell.messaging.ledger import Entry
from leadwell.messaging.policy import Cap, ClosedDays, PolicyDefinition, QuietHours

CAPPED = "capped"
"""So begins the reason of whatever a cap leaves out or keeps waiting."""

_LONGEST = 60
"""Days; a policy that closes for longer is not waited for."""


@dataclass(frozen=True, slots=True)
class Paced:
    """``at`` is when it may leave (None: never), ``reason`` what stands against it now."""

    at: Moment | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    definition: PolicyDefinition

    @property
    def holdout(self) -> float:
        return self.definition.holdout

    def opens(self, channel: str, contact: Contact, zone: str, now: Moment) -> tuple[Moment, str]:
        """(the first moment at or after ``now`` at which the channel is open, why it is closed until then)."""
        moment, why = now, ""
        country = str(contact.traits.get("country") or "").upper()
        for _ in range(2 * _LONGEST):
            until, reason = self._closed_until(channel, country, zone, moment)
            if until <= moment:
                break
            moment, why = until, why or reason
        return moment, why

    def _closed_until(self, channel: str, country: str, zone: str, now: Moment) -> tuple[Moment, str]:
        for quiet in self.definition.quiet_hours:
            if channel in quiet.channels:
                until = _quiet_until(quiet, zone, now)
                if until > now:
                    return until, f"quiet hours until {quiet.to}"
        today = local_date(now, zone)
        for closed in self.definition.closed_days:
            if channel in closed.channels and _is_closed(closed, today, country):
                return at_local_time(today + timedelta(days=1), "00:00", zone), "closed today"
        return now, ""

    def room(self, channel: str, sent: Sequence[Entry], now: Moment) -> tuple[Moment, Cap | None]:
        """(when there is room for one more message, and the cap that says so); ``sent`` are the messages so far.
        ``now`` where there is room at once. Of several full caps one that leaves out counts before those that wait."""
        latest, cause = now, None
        for cap in self.definition.caps:
            if cap.channel not in (channel, "any"):
                continue
            counted = sorted(
                (at for at, one, _ in sent if cap.channel in (one, "any") and at > now - cap.within), reverse=True
            )
            if len(counted) >= cap.at_most:
                free = counted[cap.at_most - 1] + cap.within
                if cap.then == "skip":
                    return free, cap
                if free > latest:
                    latest, cause = free, cap
        return latest, cause

    def verdict(self, contact: Contact, channel: str, zone: str, sent: Sequence[Entry], now: Moment) -> "Paced":
        """What becomes of a marketing message that could leave now."""
        moment, why = self.opens(channel, contact, zone, now)
        if moment > now:
            return Paced(moment, why)  # whether there is room is asked again then
        free, cap = self.room(channel, sent, now)
        if cap is None:
            return Paced(now)
        reason = f"{CAPPED}: {cap.at_most} by {cap.channel} within {duration_text(cap.within)}"
        if cap.then == "skip":
            return Paced(None, reason)
        later, _ = self.opens(channel, contact, zone, free)
        return Paced(later, reason)


def _quiet_until(quiet: QuietHours, zone: str, now: Moment) -> Moment:
    """The end of the quiet hours that are now; ``now`` where there are none."""
    today = local_date(now, zone)
    for day in (today - timedelta(days=1), today):
        if quiet.weekdays and WEEKDAYS[day.weekday()] not in quiet.weekdays:
            continue
        begins = at_local_time(day, quiet.from_, zone)
        ends = at_local_time(day + timedelta(days=quiet.to <= quiet.from_), quiet.to, zone)
        if begins <= now < ends:
            return ends
    return now


def _is_closed(closed: ClosedDays, day: date, country: str) -> bool:
    if WEEKDAYS[day.weekday()] in closed.weekdays or day.isoformat() in closed.dates:
        return True
    where = country if closed.country == "contact" else closed.country
    return bool(where) and day in holidays_of(where, "" if closed.country == "contact" else closed.region, day.year)
