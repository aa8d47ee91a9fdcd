"""What must hold after the load, checked on what was stored and what was sent."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.store import keys
from leadwell.store.table import Item
from tests.load.crowd import Ledger
from tests.load.people import STEPS
from tests.load.stored import Stored

JOURNEY = "load-round"
REPORTERS = ("Local run, servers", "Local run, browsers")
"""Names of the write keys, which stand in the events that came by them."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Promise:
    """``broken`` is empty when it holds, otherwise a sentence."""

    text: str
    broken: str = ""


def promises(stored: Stored, ledger: Ledger) -> Iterator[Promise]:
    merged = {keys.contact_of(c["pk"]) for c in stored.of("CONTACT") if c.get("merged_into")}
    events = [event for event in stored.of("EVENT") if keys.contact_of(event["pk"]) not in merged]
    posted = Counter(event["id"] for event in events if event.get("source") in REPORTERS)
    lost = ledger.acknowledged - posted.keys()
    doubled = [event for event, times in posted.items() if times > 1]
    strange = posted.keys() - ledger.posted.keys()
    waiting = ledger.posted.keys() - ledger.acknowledged
    yield Promise("every posted event was acknowledged in the end", _found("was not acknowledged", waiting))
    yield Promise("every acknowledged event is stored", _found("is not stored", lost))
    yield Promise("no event is stored twice", _found("is stored more than once", doubled))
    yield Promise("nothing is stored that was not posted", _found("was never posted", strange))
    yield Promise(
        "everybody's events are in one history", _found("has several histories", _torn(stored, ledger, events))
    )
    yield Promise("every stored event counts in its contact", _found("counts wrongly", _miscounted(stored, events)))
    yield from _about_messages(stored, ledger)
    yield Promise("nothing is left to do", _found("was left over", stored.left_over))


def _about_messages(stored: Stored, ledger: Ledger) -> Iterator[Promise]:
    messages = {message["id"]: message for message in stored.of("MESSAGE")}
    left = Counter(mail["id"] for mail in stored.outbox)
    yield Promise("no message left twice", _found("left more than once", [m for m, times in left.items() if times > 1]))
    unknown = left.keys() - messages.keys()
    yield Promise("every message that left is known", _found("is not in the table", unknown))
    causes = Counter(_cause(messages[message]) for message in left if message in messages)
    repeated = [" ".join(cause) for cause, times in causes.items() if times > 1]
    yield Promise(
        "at most one message for each contact, journey, step and cause", _found("was answered twice", repeated)
    )
    contacts = _contacts(stored)
    wanted = {
        (contacts.get(("user_id", posted.person), posted.person), JOURNEY, posted.call.round, step)
        for event, posted in ledger.posted.items()
        if posted.call.round and event in ledger.acknowledged
        for step in STEPS
    }
    got = {(keys.contact_of(m["pk"]), m["journey"], _round(m), m["step"]) for i, m in messages.items() if i in left}
    yield Promise("every opened round was answered", _found("is missing", [" ".join(m) for m in wanted - got]))
    odd = [" ".join(m) for m in got - wanted]
    yield Promise("nobody was written to without a cause", _found("had no cause", odd))
    unsent = [f"{m['id']} ({m['status']})" for i, m in messages.items() if i not in left]
    yield Promise("every message left", _found("did not leave", unsent))


def _torn(stored: Stored, ledger: Ledger, events: list[Item]) -> list[str]:
    """People whose events are not all where their identities point to."""
    contacts = _contacts(stored)
    homes: Mapping[str, set[str]] = defaultdict(set)
    for event in events:
        if posted := ledger.posted.get(event["id"]):
            homes[posted.person].add(keys.contact_of(event["pk"]))
    visitors = {posted.person: posted.visitor for posted in ledger.posted.values()}
    torn = []
    for person, found in homes.items():
        owner = contacts.get(("user_id", person)) or contacts.get(("anonymous_id", visitors[person]))
        # A visitor who never said who they are has no proven identity; their contact follows from the device.
        if len(found) > 1 or (owner and found != {owner}):
            torn.append(person)
    return torn


def _miscounted(stored: Stored, events: list[Item]) -> list[str]:
    held = Counter(event["pk"] for event in events)
    contacts = {contact["pk"]: contact for contact in stored.of("CONTACT") if not contact.get("merged_into")}
    wrong = [pk for pk, number in held.items() if pk not in contacts or contacts[pk]["events"] != number]
    return wrong + [pk for pk in contacts.keys() - held.keys() if contacts[pk]["events"]]


def _contacts(stored: Stored) -> dict[tuple[str, str], str]:
    """Who is known by which (kind, value) of identity."""
    found = {}
    for identity in stored.of("IDENTITY"):
        _, kind, value = identity["pk"].split("#", 2)
        found[kind, value] = identity["contact"]
    return found


def _cause(message: Mapping[str, Any]) -> tuple[str, ...]:
    return (message["pk"], message["journey"], message["enrollment"], message["step"])


def _round(message: Mapping[str, Any]) -> str:
    return str(message.get("data", {}).get("key", ""))


def _found(what: str, things: Collection[str]) -> str:
    if not things:
        return ""
    some = ", ".join(sorted(things)[:_SHOWN])
    more = f" and {len(things) - _SHOWN} more" if len(things) > _SHOWN else ""
    return f"{some}{more} {what}"
