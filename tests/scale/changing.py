"""A definition changes over many contacts while events keep coming; afterwards everything is counted again.

The real handlers on AWS in memory, called in batches as AWS calls them. The recount is the simulator's: it goes through
raw events and YAML and shares no code with the package.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from leadwell.clock import DAY, SECOND, Moment
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.store.attributes import to_attributes
from leadwell.tracking.events import Event, Identity, Standing
from leadwell.tracking.keys import KeyKind, add_key
from tests.benchmarks.installation import SERVER_KEY, Installation
from tests.benchmarks.memory_partitions import Stored
from tests.fakes.memory_table import MemoryTable
from tests.simulation.naive import Definitions, Picture, plain_item

ZONE = "Europe/Berlin"
_BATCH = 100
_STAGES = """\
kind: lifecycle
name: lifecycle
title: {en: L, de: L}
stages:
  - {stage: lead, when: {trait: email, exists: true}}
  - {stage: customer, when: {event: Order Completed}}
"""
_BEFORE = """\
kind: scoring
name: shop
title: {en: S, de: S}
half_life: P30D
rules:
  - {id: viewed, event: Product Viewed, points: 3}
  - {id: ordered, event: Order Completed, points: 25, decays: false}
---
kind: segment
name: interested
title: {en: I, de: I}
when: {event: Product Viewed, at_least: 2, within: P7D}
---
kind: segment
name: hot
title: {en: H, de: H}
when: {all: [{score: {at_least: 20}}, {stage: {at_least: lead}}]}
"""
_AFTER = """\
kind: scoring
name: shop
title: {en: S, de: S}
half_life: P10D
rules:
  - {id: viewed, event: Product Viewed, points: 2, max_times: 3}
  - {id: ordered, event: Order Completed, points: 15}
---
kind: segment
name: interested
title: {en: I, de: I}
when: {event: Product Viewed, where: {category: sofas}, at_least: 2, within: P20D}
---
kind: segment
name: sleeping
title: {en: Z, de: Z}
when: {all: [{event: Product Viewed}, {event: Product Viewed, at_most: 0, within: P3D}]}
"""


@dataclass(slots=True)
class Outcome:
    contacts: int = 0
    events: int = 0
    arrived_meanwhile: int = 0
    recounted: int = 0
    members: int = 0
    wrong: int = 0
    first: str = ""

    def note(self, problem: str) -> None:
        self.wrong += 1
        self.first = self.first or problem


class Change:
    """``run`` plays all of it and answers how it ended."""

    def __init__(self, contacts: int, seed: int = 1) -> None:
        self.contacts, self.chance = contacts, random.Random(seed)
        self.installation = Installation()
        self.outcome = Outcome(contacts=contacts)
        self._number = 0
        for item in _published(_STAGES, *_BEFORE.split("---\n")):
            self.installation.aws.put(item)
        self.installation.switch_on()
        self.start = self.installation.clock.moment

    def run(self) -> Outcome:
        self._live_through()
        for item in _published(_STAGES, *_BEFORE.split("---\n"), *_AFTER.split("---\n")):
            self.installation.aws.put(item)
        self._rebuild()
        self._compare()
        return self.outcome

    def _live_through(self) -> None:
        """Five days: everybody is known, looks around, some order."""
        for first in range(0, self.contacts, 25):
            people = range(first, min(first + 25, self.contacts))
            self._arrive([event for number in people for event in self._days_of(number)])
        self.installation.clock.moment = self.start + 5 * DAY
        self.installation.run_stream()

    def _rebuild(self) -> None:
        """Page after page, each worked off after more has come in."""
        installation, state = self.installation, {"cursor": None, "reason": "changed", "more": True}
        while state["more"]:
            state = installation.call("rebuild_audience", json.dumps(state))
            waiting = installation.aws.queued.pop("contacts", [])
            self.chance.shuffle(waiting)
            for start in range(0, len(waiting), 100):
                self._more_comes()
                installation.work("score_and_segment", waiting[start : start + 100])
                installation.clock.moment += SECOND
            self.outcome.recounted += len(waiting)
        installation.run_stream()

    def _more_comes(self) -> None:
        now = self.installation.clock.moment
        people = self.chance.sample(range(self.contacts), min(10, self.contacts))
        events = [self._viewed(number, now) for number in people]
        self.outcome.arrived_meanwhile += len(events)
        self._arrive(events)

    def _arrive(self, events: list[Event]) -> None:
        """Stored, and brought by the stream."""
        aws, records = self.installation.aws, list[str]()
        for event in events:
            stored = Stored.of(to_attributes(event.to_item()))
            aws.table.put(stored)
            image = f'{{"NewImage":{stored.text}}}'
            records.append(f'{{"eventSource":"aws:dynamodb","eventName":"INSERT","dynamodb":{image}}}')
        self.outcome.events += len(events)
        for start in range(0, len(records), _BATCH):
            batch = ",".join(records[start : start + _BATCH])
            self.installation.call("score_and_segment", f'{{"Records":[{batch}]}}')
        aws.stream.clear()

    def _days_of(self, number: int) -> Iterator[Event]:
        at = self.start + self.chance.randrange(DAY)
        yield self._event(number, at, "Identified", {}, {"plan": self.chance.choice(["free", "pro"])})
        for _ in range(self.chance.randrange(1, 5)):
            at += self.chance.randrange(DAY)
            yield self._viewed(number, at)
        if self.chance.random() < 0.2:
            yield self._event(number, at + 1, "Order Completed", {"order_id": f"o{number}", "total": 40}, {})

    def _viewed(self, number: int, at: Moment) -> Event:
        category = self.chance.choice(["sofas", "lamps"])
        return self._event(number, at, "Product Viewed", {"category": category}, {})

    def _event(
        self, number: int, at: Moment, name: str, properties: dict[str, object], traits: dict[str, object]
    ) -> Event:
        self._number += 1
        return Event(
            contact=contact_id("user_id", f"u{number}"),
            id=f"e{self._number}",
            at=at,
            type="identify" if traits else "track",
            name=name,
            standing=Standing.PROVEN,
            properties=properties,
            traits=traits,
            identities=(Identity("user_id", f"u{number}"),),
            source="test",
        )

    def _compare(self) -> None:
        aws, now = self.installation.aws, self.installation.clock.moment
        definitions = Definitions.of([_STAGES, *_BEFORE.split("---\n"), *_AFTER.split("---\n")])
        inside: set[tuple[str, str, int]] = set()
        for number in range(self.contacts):
            contact = contact_id("user_id", f"u{number}")
            items = [plain_item(json.loads(one.text)) for one in aws.table.partition(keys.contact(contact).pk)]
            (stored,) = [one for one in items if one["kind"] == "CONTACT"]
            picture = Picture([one for one in items if one["kind"] == "EVENT"], definitions, ZONE)
            clock = stored["clock"]
            inside |= {(segment, contact, since) for segment, since in stored.get("segments", {}).items()}
            for what, kept, counted in (
                ("events", stored["events"], len(picture.events)),
                ("stage", stored["stage"], picture.stage),
                ("segments", set(stored.get("segments", ())), picture.segments(clock)),
                ("score", round(stored["score"] - picture.score(clock), 4), 0),
            ):
                if kept != counted:
                    self.outcome.note(f"{what} of {contact}: stored {kept}, counted {counted}")
            if stored.get("due") is not None and stored["due"] <= clock:
                self.outcome.note(f"{contact} was due at {stored['due']}, and it is {now}")
        listed = [plain_item(json.loads(one.text)) for one in aws.table if one.kind == "MEMBER"]
        members = {(one["pk"].split("#")[1], one["sk"], one["since"]) for one in listed}
        members = {one for one in members if one[0] != "*"}
        self.outcome.members = len(members)
        for segment, contact, _ in members ^ inside:
            self.outcome.note(f"{contact} and the list of {segment} do not agree")


def _published(*texts: str) -> list[dict[str, object]]:
    table = MemoryTable()
    publisher = Publisher(Library(table), now=0, by="test")
    for text in texts:
        publisher.publish(text)
    add_key(table, SERVER_KEY, KeyKind.SERVER, "shop")
    return list(table.snapshot().values())
