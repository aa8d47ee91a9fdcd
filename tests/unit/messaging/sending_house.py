"""A sender with a provider that answers as a test wants, and a contact who may be written to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from leadwell.clock import DAY, MINUTE, Moment, from_iso
from leadwell.contacts.contact import Consent, Contact
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.sending import Post
from leadwell.messaging.writing import Sender
from leadwell.store.table import Key, Put
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryStarter

NOW = from_iso("2026-03-02T08:00:00Z")
ANN = "ann@example.com"
PHONE = "+493023125143"
HELLO = {
    "subject": "Hello {{ contact.firstName | default('you') }}",
    "preheader": "",
    "html": "<p>{{ contact.email }} <a href='{{ links.unsubscribe }}'>no</a></p>",
    "text": "Hello",
}
EMAIL = {"name": "hello", "purpose": "marketing", "requires": [], "locales": {"en": HELLO}}
CONFIRM = {
    **EMAIL,
    "name": "confirm",
    "purpose": "confirmation",
    "locales": {"en": {**HELLO, "html": "<p><a href='{{ links.confirm }}'>yes</a></p>"}},
}
SMS = {"name": "hello", "purpose": "marketing", "requires": [], "locales": {"en": "Hello {{ contact.phone }}"}}
SENDER = Sender("Example Shop", "Example Street 1", "https://go.example.com", b"s" * 32, "en")
REQUESTED = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="hello",
    template_version=1,
    purpose="marketing",
    requested_at=NOW,
    due_at=NOW + 5 * MINUTE,
    journey="welcome",
    step="hello",
    visit=1,
)
TEXT = replace(REQUESTED, id="m2", channel="sms")
ASKING = replace(REQUESTED, id="m3", template="confirm", purpose="confirmation")


def ignored(operation: str) -> None:
    pass


class Crash(BaseException):
    """The process dies: nothing catches it."""


class Provider:
    """Takes messages; ``answers`` are raised, one per call, before or after it took the message."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.refusals: list[BaseException] = []
        self.silences: list[BaseException] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, message: Outgoing) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(message)
        self.meanwhile()
        if self.silences:
            raise self.silences.pop(0)
        return f"provider-{len(self.taken)}"


class House:
    def __init__(self, *messages: Message) -> None:
        self.table = MemoryTable()
        self.requests = 0
        self.provider = Provider()
        library = Library(self.table)
        library.publish("email", "hello", EMAIL, now=NOW, by="ann")
        library.publish("email", "confirm", CONFIRM, now=NOW, by="ann")
        library.publish("sms", "hello", SMS, now=NOW, by="ann")
        self.become(
            traits={"email": ANN, "phone": PHONE},
            consents={"marketing/email": Consent("granted", NOW - DAY), "marketing/sms": Consent("granted", NOW - DAY)},
        )
        for message in messages or (REQUESTED,):
            self.table.write(Put(message.to_item(), 0))

    def become(self, **changes: Any) -> None:
        self.table.write(Put(Contact(id="c1", last=(NOW, "e"), **changes).to_item()))

    def post(self) -> Post:
        """As a process that knows nothing."""
        armory = Armory(self.table, MemoryStarter(ignored))
        channels = dict.fromkeys(("email", "sms", "webhook"), self.provider)
        return Post(self.table, armory, Library(self.table), channels, lambda: SENDER, "Europe/Berlin")

    def send(self, *messages: Message, now: Moment = NOW) -> dict[Key, Exception]:
        return self.post().send_all([one.key for one in messages or (REQUESTED,)], now)

    def message(self, wanted: Message = REQUESTED) -> Message:
        item = self.table.get(wanted.key)
        assert item is not None
        return Message.from_item(item)

    def withdraw(self, channel: str = "email", at: Moment = NOW) -> None:
        record(self.table, [event_of(Name.CONSENT_WITHDRAWN, at, purpose="marketing", channel=channel)])

    def events(self) -> list[Event]:
        return [Event.from_item(item) for item in self.table.items("EVENT")]

    def dying_at(self, number: int, work: Callable[[], Any]) -> int:
        """Lets the process die at that request; answers how many it made."""
        count = 0

        def on_request(operation: str) -> None:
            nonlocal count
            count += 1
            if count == number:
                raise Crash

        self.table.on_request = on_request
        try:
            work()
        except Crash:
            pass
        finally:
            self.table.on_request = ignored
        return count


def event_of(name: str, at: Moment, **properties: Any) -> Event:
    return Event(
        contact="c1",
        id=f"{name}{at}",
        at=at,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
    )


def asking_house(*messages: Message) -> House:
    house = House(*(messages or (ASKING,)))
    house.become(claims={"email": ANN}, consents={"marketing/email": Consent("requested", NOW)})
    return house
