"""A whole installation in memory: the real handlers' code, driven the way AWS drives it, under a virtual clock."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leadwell.clock import MINUTE, Moment, from_iso, to_iso, to_minute
from leadwell.contacts.contact import Contact
from leadwell.definitions.starters import publish_folder
from leadwell.due.buckets import minute_start
from leadwell.due.waking import Progress, drain, sweep
from leadwell.ids import contact_id, fingerprint
from leadwell.messaging.outgoing import Channel, Outgoing
from leadwell.settings import Settings
from leadwell.store import keys
from leadwell.store.attributes import from_attributes
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES
from leadwell.store.table import Item, Key
from leadwell.tracking.events import Event, Identity, Name, Standing
from leadwell.tracking.recording import record
from leadwell.wiring import Services
from tests.fakes.memory_table import MemoryTable

TEMPLATES = Path(__file__).parents[2] / "templates"


class VirtualClock:
    def __init__(self, start: str) -> None:
        self.moment = from_iso(start)

    def now(self) -> Moment:
        return self.moment


class MemoryQueues:
    def __init__(self) -> None:
        self.waiting: dict[str, list[Key]] = {CONTACTS: [], ENROLLMENTS: [], MESSAGES: []}

    def send(self, queue: str, work: Any) -> None:
        self.waiting[queue] += list(work)

    def backlog(self, queue: str) -> int:
        return len(self.waiting[queue])


class MemoryStarter:
    def __init__(self) -> None:
        self.minutes: set[str] = set()
        self.rebuilds: list[str] = []

    def start_delay(self, minute: str, name: str) -> None:
        self.minutes.add(minute)

    def start_rebuild(self, name: str, reason: str) -> None:
        self.rebuilds.append(reason)


class Outbox:
    """A channel that keeps what it is given."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.sent: list[tuple[Moment, Outgoing]] = []

    def send(self, message: Outgoing) -> str:
        self.sent.append((self._clock.now(), message))
        return f"provider-{len(self.sent)}"


class _Secrets:
    signing_key = b"0123456789abcdef0123456789abcdef"


SETTINGS = Settings(
    table="leadwell",
    public_url="https://go.example.com",
    from_address="hello@example.com",
    from_name="Example Shop",
    imprint="Example Shop, Example Street 1, 12345 Exampletown",
    default_timezone="Europe/Berlin",
)


class World:
    """``advance`` lets time pass through every due moment in order; nothing sleeps."""

    def __init__(self, start: str = "2026-03-02T08:00:00Z", templates: Path | None = TEMPLATES) -> None:
        self.clock = VirtualClock(start)
        self.table = MemoryTable()
        self.queues = MemoryQueues()
        self.starter = MemoryStarter()
        self.outbox = Outbox(self.clock)
        self.sms = Outbox(self.clock)
        self.services = self.new_services()
        self._read = 0
        if templates:
            publish_folder(self.services.library, templates, self.clock.now(), "test")

    def new_services(self) -> Services:
        """As a fresh Lambda sandbox would build them."""
        services = Services(SETTINGS, self.clock)
        channels: Mapping[str, Channel] = {"email": self.outbox, "sms": self.sms}
        for name, part in {
            "table": self.table,
            "queues": self.queues,
            "starter": self.starter,
            "channels": channels,
            "secrets": _Secrets(),
        }.items():
            setattr(services, name, part)
        return services

    def event(self, user: str, name: str, properties: Mapping[str, Any] | None = None, **more: Any) -> Event:
        """An event that a server reports about a user."""
        at = more.pop("at", self.clock.now())
        event_id = more.pop("id", None) or fingerprint(
            user, name, repr(properties), str(at), str(len(self.table.stream))
        )
        return Event(
            contact=contact_id("user_id", user),
            id=event_id,
            at=at,
            type=more.pop("type", "track"),
            name=name,
            standing=Standing.PROVEN,
            properties=properties or {},
            identities=(Identity("user_id", user), *more.pop("identities", ())),
            source="test",
            **more,
        )

    def identify(self, user: str, **traits: Any) -> Event:
        addresses = tuple(Identity(kind, traits[kind]) for kind in ("email", "phone") if traits.get(kind))
        return self.event(user, Name.IDENTIFIED, type="identify", traits=traits, identities=addresses)

    def consent(self, user: str, channel: str = "email") -> Event:
        return self.event(user, Name.CONSENT_GRANTED, {"purpose": "marketing", "channel": channel})

    def post(self, *events: Event) -> None:
        record(self.table, events)
        self.run()

    def run(self) -> None:
        """Until nothing is left to do at this moment."""
        while self._read < len(self.table.stream) or any(self.queues.waiting.values()):
            self._read_stream()
            self._work_queues()

    def advance(self, milliseconds: int) -> None:
        target = self.clock.moment + milliseconds
        while True:
            markers = self.table.query(
                keys.DUE, after=to_minute(self.clock.moment), until=to_minute(target), limit=1
            ).items
            if not markers:
                break
            minute = markers[0]["sk"]
            self.clock.moment = max(self.clock.moment, minute_start(minute))
            self.wake(minute)
            self.table.write(*[_delete(minute)])
        self.clock.moment = target
        self.sweep()

    def wake(self, minute: str) -> None:
        progress = Progress(minute)
        while progress.more:
            progress = drain(self.table, self.queues, progress, self.clock.now())
        self.run()

    def sweep(self) -> None:
        sweep(self.table, self.queues, self.starter, self.clock.now())
        self.run()

    def contact(self, user: str) -> Contact:
        item = self.table.get(keys.contact(contact_id("user_id", user)))
        assert item is not None, f"there is no contact {user}"
        return Contact.from_item(item)

    def mails(self) -> list[tuple[str, str, str]]:
        """(when, to, journey/step) of every mail that left."""
        return [
            (to_iso(at), mail.to, f"{mail.tags['leadwell_journey']}/{mail.tags['leadwell_step']}")
            for at, mail in self.outbox.sent
        ]

    def _read_stream(self) -> None:
        records = self.table.stream[self._read : self._read + 100]
        self._read += len(records)
        now, given = self.clock.now(), self.services
        images = [
            (record["eventName"], from_attributes(record["dynamodb"]["NewImage"]))
            for record in records
            if "NewImage" in record["dynamodb"]
        ]
        events = [Event.from_item(image) for name, image in images if name == "INSERT" and image["kind"] == "EVENT"]
        if events:
            given.updater.apply(events, given.library.catalog(), now)
        for _, image in images:
            if image["kind"] == "CONTACT" and image.get("news"):
                given.runner.react_to(image, now)

    def _work_queues(self) -> None:
        now, given = self.clock.now(), self.services
        for queue in self.queues.waiting:
            work, self.queues.waiting[queue] = self.queues.waiting[queue], []
            failed = self._workers()[queue](work, given, now) if work else {}
            for error in failed.values():
                raise error

    def _workers(self) -> Mapping[str, Any]:
        return {
            CONTACTS: lambda work, given, now: given.updater.touch(work, given.library.catalog(), now),
            ENROLLMENTS: lambda work, given, now: given.runner.wake(work, now),
            MESSAGES: lambda work, given, now: given.post.send_all(work, now),
        }


def _delete(minute: str) -> Any:
    from leadwell.store.table import Delete

    return Delete(keys.due_minute(minute))


def items_of(world: World, kind: str) -> Sequence[Item]:
    return world.table.items(kind)


__all__ = ["MINUTE", "World"]
