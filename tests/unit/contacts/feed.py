"""The stream's way to ``score_and_segment``: in batches, again after a crash, to a process that knows nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import Moment
from leadwell.contacts.contact import Contact
from leadwell.contacts.updating import Updater
from leadwell.definitions.catalog import Catalog
from leadwell.due.buckets import Armory, bucket_minute
from leadwell.store import keys
from leadwell.store.attributes import from_attributes
from leadwell.store.table import Item, Key
from leadwell.tracking.events import Event
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryStarter

ZONE = "Europe/Berlin"
_ROUNDS = 30


class Crash(BaseException):
    """The process dies: nothing catches it."""


@dataclass
class Feed:
    catalog: Catalog
    now: Moment
    table: MemoryTable = field(default_factory=MemoryTable)
    read: int = 0

    def updater(self) -> Updater:
        armory = Armory(self.table, MemoryStarter(lambda operation: None))
        return Updater(self.table, armory, ZONE)

    def store(self, *events: Event) -> None:
        record(self.table, events)

    def arrivals(self) -> list[Event]:
        """Every event that was stored, in the order of the stream."""
        return [Event.from_item(image) for image in self.images("EVENT", "INSERT")]

    def images(self, kind: str, *names: str) -> list[Item]:
        records = [one for one in self.table.stream if "NewImage" in one["dynamodb"]]
        found = [(one["eventName"], from_attributes(one["dynamodb"]["NewImage"])) for one in records]
        return [image for name, image in found if image["kind"] == kind and (not names or name in names)]

    def deliver(self, events: Iterable[Event], crash_at: int = 0) -> int:
        """One batch, again if its first delivery dies at that request. Answers how many requests it took."""
        batch = list(events)
        return self._survive(lambda: self.updater().apply(batch, self.catalog, self.now), crash_at)

    def touch(self, *contacts: Key, crash_at: int = 0) -> None:
        def work() -> None:
            failed = self.updater().touch(contacts, self.catalog, self.now)
            assert not failed, failed

        self._survive(work, crash_at)

    def run(self, crash_at: int = 0) -> int:
        """Delivers and wakes until nothing is left to do; answers how many requests it took."""
        taken = 0
        for _ in range(_ROUNDS):
            arrived = self.arrivals()
            fresh, self.read = arrived[self.read :], len(arrived)
            due = [
                keys.contact(keys.contact_of(item["pk"]))
                for item in self.table.items("CONTACT")
                if item.get("due", self.now + 1) <= self.now
            ]
            if not fresh and not due:
                return taken
            for event in fresh:
                taken += self.deliver([event], max(0, crash_at - taken))
            if due:
                self.touch(*due)
        raise AssertionError("it never comes to rest")

    def post(self, *events: Event) -> None:
        self.store(*events)
        self.run()

    def contact(self, contact_id: str) -> Contact:
        item = self.table.get(keys.contact(contact_id))
        assert item is not None, f"there is no contact {contact_id}"
        return Contact.from_item(item)

    def history(self, contact_id: str) -> list[Event]:
        return [
            Event.from_item(item) for item in self.table.items("EVENT") if keys.contact_of(item["pk"]) == contact_id
        ]

    def news(self, contact_id: str) -> list[dict[str, Any]]:
        """What journeys were told, in order."""
        return [
            one
            for image in self.images("CONTACT")
            if keys.contact_of(image["pk"]) == contact_id
            for one in image.get("change", {}).get("happened", ())
        ]

    def members(self, segment: str) -> set[str]:
        return {item["sk"] for item in self.table.items("MEMBER") if item["pk"].startswith(f"S#{segment}#")}

    def listed(self, contact_id: str) -> dict[str, Moment]:
        """What the member lists say of a contact: on which it is, and since when."""
        found = [item for item in self.table.items("MEMBER") if item["sk"] == contact_id]
        return {item["pk"].split("#")[1]: item["since"] for item in found}

    def is_armed(self, due_at: Moment) -> bool:
        return self.table.get(keys.due_minute(bucket_minute(due_at))) is not None

    def state(self) -> dict[Key, Item]:
        """Everything that is stored, but for how often it was written and what minutes were armed in vain."""
        kinds = {image["kind"] for image in self.images_of_all()}
        found = {}
        for kind in sorted(kinds - {"MINUTE"}):
            for item in self.table.items(kind):
                for name in ("rev", "change", "news", "expires_at"):
                    item.pop(name, None)
                found[Key(item["pk"], item["sk"])] = item
        return found

    def images_of_all(self) -> list[Item]:
        return [
            from_attributes(one["dynamodb"]["NewImage"]) for one in self.table.stream if "NewImage" in one["dynamodb"]
        ]

    def _survive(self, work: Callable[[], None], crash_at: int) -> int:
        """Does the work; dies once at the given request (before or after it, counted from 1) and does it again."""
        count = 0

        def on_request(operation: str) -> None:
            nonlocal count
            count += 1
            if count == crash_at:
                raise Crash(operation)

        self.table.on_request = on_request
        try:
            work()
        except Crash:
            self.table.on_request = lambda operation: None
            work()
        finally:
            self.table.on_request = lambda operation: None
        return count
