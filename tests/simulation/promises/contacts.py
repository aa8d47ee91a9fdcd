"""Durable before acknowledged; applied once; who may claim to be whom."""

from collections import Counter
from collections.abc import Iterator

from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import recount
from leadwell.definitions.library import Library
from leadwell.tracking.events import Event
from tests.simulation.engine import SETTINGS
from tests.simulation.evidence import Evidence, Plain
from tests.simulation.naive import Picture
from tests.simulation.naive_machines import first_by_people, misjudged


def acknowledged_is_stored_once(evidence: Evidence) -> Iterator[str]:
    times: Counter[str] = Counter()
    for pk in evidence.live:
        times.update(event["id"] for event in evidence.events.get(pk, ()))
    for entry in {entry.id for entry in evidence.run.callers.entries}:
        places = {pk for pk, _ in evidence.world.table.events.get(entry, ())}
        if times[entry] == 0 and places & evidence.erased:
            continue
        if times[entry] != 1:
            yield f"{entry} was acknowledged and is there {times[entry]} times"


def refused_is_not_stored(evidence: Evidence) -> Iterator[str]:
    acknowledged = {entry.id for entry in evidence.run.callers.entries}
    for refused in evidence.run.callers.refused - acknowledged:
        if refused in evidence.world.table.events:
            yield f"{refused} was refused and is stored"


def erased_is_gone(evidence: Evidence) -> Iterator[str]:
    for pk, sk in evidence.items:
        if pk in evidence.erased and sk != "C":
            yield f"{pk} was erased and has {sk}"


def contacts_equal_their_history(evidence: Evidence) -> Iterator[str]:
    for pk in evidence.events:
        if (pk, "C") not in evidence.items:
            yield f"{pk} has events and no contact"
    for pk, contact in evidence.live.items():
        picture = evidence.pictures[pk]
        consents = {topic: (one["state"], one["at"]) for topic, one in contact.get("consents", {}).items()}
        pairs = {
            "traits": (contact.get("traits", {}), picture.traits),
            "identities": ([tuple(one) for one in contact.get("identities", ())], picture.identities),
            "claims": (contact.get("claims", {}), picture.claims),
            "consents": (consents, picture.consents),
            "stage": (contact["stage"], picture.stage),
            "segments": (set(contact.get("segments", ())), picture.segments(evidence.now)),
            "events": (contact["events"], len(picture.events)),
            "score": (round(contact["score"] - picture.score(contact["clock"]), 3), 0),
            "no": (evidence.items.get((pk, "NO"), {}).get("latest", {}), picture.withdrawals()),
        }
        for what, (stored, counted) in pairs.items():
            if stored != counted:
                yield f"{what} of {pk}: stored {stored}, counted {counted}"
        yield from due_in_time(evidence, pk, contact, picture)


def machines_are_known(evidence: Evidence) -> Iterator[str]:
    """Who opened and clicked follows from what was reported, whatever the order in which it came."""
    for pk in evidence.live:
        yield from misjudged(evidence.events.get(pk, ()))


def messages_know_people(evidence: Evidence) -> Iterator[str]:
    for item in evidence.of_kind("MESSAGE"):
        if item["pk"] not in evidence.live or item["purpose"] == "internal":
            continue
        told = (item.get("first_opened_at"), item.get("first_clicked_at"))
        counted = first_by_people(evidence.events.get(item["pk"], ()), item["id"])
        if told != counted:
            yield f"message {item['id']} of {item['pk']} says {told}, counted {counted}"


def due_in_time(evidence: Evidence, pk: str, item: Plain, picture: Picture) -> Iterator[str]:
    """Looked at again at a moment at which something may flip, and not after something does."""
    due, now = item.get("due"), evidence.now
    dates = picture.next_dates(now)
    flips = [moment for moment in (picture.next_flip(now), *dates) if moment is not None]
    # Our search for a crossing is exact to the millisecond, theirs a formula rounded up.
    slack = 5
    if flips and (due is None or due > min(flips) + slack):
        yield f"{pk} is due at {due}, but something flips at {min(flips)}"
    if due is not None:
        known = [*picture.candidates(evidence.run.world.engine.start - 10**11), *dates]
        if not any(abs(due - moment) <= slack for moment in known):
            yield f"{pk} is due at {due} for no reason"


def contacts_equal_a_recount(evidence: Evidence) -> Iterator[str]:
    """The package's own recount, for what a person cannot see: memory, points, the moments of flips."""
    table = evidence.world.direct_table()
    everything = Library(table).catalog()
    for pk, item in (evidence.live | evidence.companies).items():
        stored = Contact.from_item(dict(item))
        catalog = everything.for_(stored.id)
        if stored.plan != catalog.plan:
            yield f"{pk} was not looked at since definitions changed"
            continue
        history = [Event.from_item(dict(event)) for event in evidence.events.get(pk, ())]
        counted = recount(stored.id, history, catalog, SETTINGS.default_timezone, stored.clock).settle(stored.clock)
        for name in (
            "memory",
            "points",
            "segments",
            "stages",
            "untils",
            "due_at",
            "first_seen",
            "last",
            "consents",
            "score",
        ):
            if getattr(stored, name) != getattr(counted, name):
                yield f"{name} of {pk}: stored {getattr(stored, name)}, recounted {getattr(counted, name)}"


def lists_equal_contacts(evidence: Evidence) -> Iterator[str]:
    members = {(item["pk"].split("#")[1], f"C#{item['sk']}") for item in evidence.of_kind("MEMBER")}
    inside = {("*", pk) for pk in evidence.live}
    for pk, contact in evidence.live.items():
        inside |= {(segment, pk) for segment in contact.get("segments", ())}
        inside |= {(f"list:{name}", pk) for name in contact.get("lists", ())}
    for pk, company in evidence.companies.items():
        group = evidence.group_of(pk)
        inside |= {(one, pk) for one in ("company:*", *company.get("segments", ()))}
        inside |= {(pk.removeprefix("C#"), member) for member in evidence.live if evidence.place_of(member) == group}
    for segment, pk in members ^ inside:
        yield f"{pk} in {segment}: {'listed' if (segment, pk) in members else 'not listed'}"
    claims = {(item["pk"], f"C#{item['contact']}") for item in evidence.of_kind("CLAIM")}
    claimed = {
        (f"I#{kind}#{value}", pk)
        for pk, contact in evidence.live.items()
        for kind, value in contact.get("claims", {}).items()
    }
    for what, pk in claims ^ claimed:
        yield f"{pk} claims {what}: {'listed' if (what, pk) in claims else 'not listed'}"
    for pointer in evidence.of_kind("IDENTITY"):
        owner = evidence.contact_then(f"C#{pointer['contact']}", evidence.now)
        if owner not in evidence.live and owner not in evidence.companies:
            yield f"{pointer['pk']} leads to nobody"


def a_stranger_changes_nothing(evidence: Evidence) -> Iterator[str]:
    """Unless somebody pressed the button in the mail: then it was no stranger."""
    confirmed = any(part.arguments.get("link") == "confirm" for part in evidence.run.story.parts)
    for pk, contact in evidence.live.items():
        is_known = any(kind != "anonymous_id" for kind, _ in contact.get("identities", ()))
        if not confirmed and is_known and contact.get("traits", {}).get("plan") == "hacked":
            yield f"{pk} has a stranger's traits"
