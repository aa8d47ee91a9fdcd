"""At most one accepted send; never after no; reports in whatever order."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from leadwell.clock import Moment
from tests.simulation.engine import SETTINGS
from tests.simulation.evidence import Evidence, Plain
from tests.simulation.naive_words import milliseconds
from tests.simulation.providers import PROVES, Accepted

_ORDER = [
    "requested",
    "claimed",
    "skipped",
    "parked",
    "unknown",
    "sent",
    "failed",
    "rejected",
    "undelivered",
    "delivered",
    "bounced",
    "complained",
]


def at_most_one_accepted_send(evidence: Evidence) -> Iterator[str]:
    times = Counter(one.message for one in evidence.world.providers.accepted)
    for message, count in times.items():
        if count > 1:
            yield f"message {message} was accepted {count} times"


def nobody_gets_the_same_twice(evidence: Evidence) -> Iterator[str]:
    """Whatever enrollments it came from, and whoever they were taken for then: one person, one step of a journey, one
    cause."""
    times: Counter[tuple[str, ...]] = Counter()
    for one in evidence.world.providers.accepted:
        enrollment = _enrollment(evidence, one)
        if enrollment:
            times[
                evidence.contact_then(f"C#{one.tags['leadwell_contact']}", evidence.now),
                one.tags["leadwell_journey"],
                one.tags["leadwell_step"],
                enrollment["cause"]["id"],
            ] += 1
    for what, count in times.items():
        if count > 1:
            yield f"{' '.join(what)}: accepted {count} times"


def _message(evidence: Evidence, accepted: Accepted) -> Plain | None:
    return evidence.items.get((f"C#{accepted.tags['leadwell_contact']}", f"M#{accepted.message}"))


def _enrollment(evidence: Evidence, accepted: Accepted) -> Plain | None:
    message = _message(evidence, accepted)
    return evidence.items.get((message["pk"], message["enrollment"])) if message else None


def status_and_provider_agree(evidence: Evidence) -> Iterator[str]:
    """What may have left is never said to be unsent, and what certainly did not leave is never said to be sent."""
    accepted = {one.message for one in evidence.world.providers.accepted}
    for message in evidence.of_kind("MESSAGE"):
        status = message["status"]
        if message["id"] in accepted and status in ("requested", "skipped", "parked", "failed"):
            yield f"message {message['id']} was accepted and is {status}"
        if message["id"] not in accepted and _ORDER.index(status) >= _ORDER.index("sent"):
            yield f"message {message['id']} was never accepted and is {status}"
    for one in evidence.world.providers.accepted:
        if _message(evidence, one) is None and f"C#{one.tags['leadwell_contact']}" not in evidence.erased:
            yield f"message {one.message} was accepted and is not in the table"


def _claimed_at(evidence: Evidence, accepted: Accepted) -> Moment:
    """From the claim on, the call counts as in progress; without one, from when it began."""
    claims = [moment for moment in evidence.claims.get(accepted.message, ()) if moment <= accepted.at]
    return claims[-1] if claims else accepted.begun


def never_after_no(evidence: Evidence) -> Iterator[str]:
    for one in evidence.world.providers.accepted:
        begun, message = _claimed_at(evidence, one), _message(evidence, one)
        for silence in evidence.run.callers.silences:
            if silence.acknowledged < begun and (silence.channel, silence.address) == (one.channel, one.to):
                yield f"{one.channel} to {one.to} {begun - silence.acknowledged} ms after it was silenced"
        if message is None:
            continue
        purpose = "marketing" if message["purpose"] == "confirmation" else message["purpose"]
        for no in evidence.run.callers.nos:
            covers = no.purpose in ("*", purpose) and no.channel in ("*", one.channel)
            if not covers or no.acknowledged >= begun:
                continue
            if evidence.contact_then(no.contact, begun) != message["pk"]:
                continue
            if not _agreed_since(evidence, message, no.said_at, purpose, one.channel):
                yield f"{message['purpose']} {one.channel} to {one.to} {begun - no.acknowledged} ms after a no"


def _agreed_since(evidence: Evidence, message: Plain, moment: Moment, purpose: str, channel: str) -> bool:
    wanted = ("Consent Requested", "Consent Granted") if message["purpose"] == "confirmation" else ("Consent Granted",)
    return any(
        event["name"] in wanted
        and event["at"] > moment
        and event["properties"]["purpose"] == purpose
        and event["properties"]["channel"] in ("*", channel)
        for event in evidence.events.get(message["pk"], ())
    )


def reports_only_move_forward(evidence: Evidence) -> Iterator[str]:
    statuses = {message["id"]: message["status"] for message in evidence.of_kind("MESSAGE")}
    for message, kind in evidence.world.providers.reported:
        if message in statuses and _ORDER.index(statuses[message]) < _ORDER.index(PROVES[kind]):
            yield f"message {message} is {statuses[message]} although {kind} was reported"


def one_confirmation_a_day(evidence: Evidence) -> Iterator[str]:
    days: Counter[tuple[str, str]] = Counter()
    for one in evidence.world.providers.accepted:
        message = _message(evidence, one)
        if message and message["purpose"] == "confirmation":
            local = datetime.fromtimestamp(message["claimed_at"] / 1000, ZoneInfo(SETTINGS.default_timezone))
            days[one.to, local.date().isoformat()] += 1
    for (to, day), count in days.items():
        if count > 1:
            yield f"{to} was asked for confirmation {count} times on {day}"


def caps_hold(evidence: Evidence) -> Iterator[str]:
    """Never more marketing of a channel within a time than the policy allows, over all journeys."""
    times: dict[str, list[tuple[Moment, str]]] = {}
    for one in evidence.world.providers.accepted:
        message = _message(evidence, one)
        if message and message["purpose"] == "marketing":
            person = evidence.contact_then(message["pk"], evidence.now)
            times.setdefault(person, []).append((message["claimed_at"], one.channel))
    for person, sent in times.items():
        for cap in evidence.definitions.caps:
            counted = sorted(at for at, channel in sent if cap["channel"] in (channel, "any"))
            for first, last in zip(counted, counted[cap["at_most"] :], strict=False):
                if last - first < milliseconds(cap["within"]):
                    yield f"{person} got more than {cap['at_most']} by {cap['channel']} within {last - first} ms"
