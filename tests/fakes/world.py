"""A whole installation in memory: the real handlers, called the way AWS calls them, under a virtual clock."""

import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from leadwell import wiring
from leadwell.clock import MINUTE, Moment, from_iso, to_iso, to_minute
from leadwell.contacts.contact import Contact
from leadwell.definitions.library import Library
from leadwell.definitions.starters import publish_folder
from leadwell.due.buckets import minute_start
from leadwell.errors import Broken
from leadwell.ids import contact_id, fingerprint
from leadwell.messaging.outgoing import Channel, Outgoing
from leadwell.settings import Settings
from leadwell.store import keys
from leadwell.store.mails import Stored
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES, TRANSACTIONAL, WEBHOOKS, to_body
from leadwell.store.table import Item, Key
from leadwell.tracking.events import Event, Identity, Name, Standing
from leadwell.tracking.recording import record
from leadwell.wiring import Services
from tests.fakes.memory_ses_list import MemorySesList
from tests.fakes.memory_table import MemoryTable
from tests.infra.needs import NEEDS

TEMPLATES = Path(__file__).parents[2] / "templates"

SETTINGS = Settings(
    table="leadwell",
    public_url="https://go.example.com",
    from_address="hello@example.com",
    from_name="Example Shop",
    imprint="Example Shop, Example Street 1, 12345 Exampletown",
    default_timezone="Europe/Berlin",
    reply_domain="reply.example.com",
    reply_to="office@example.com",
    reply_bucket="replies",
)

_ATTEMPTS = 10
_WORKERS = {
    CONTACTS: "score_and_segment",
    ENROLLMENTS: "run_journeys",
    TRANSACTIONAL: "send_messages",
    MESSAGES: "send_messages",
    WEBHOOKS: "send_messages",
}


class Crash(BaseException):
    """The process dies. No handler can catch it as an error."""


class VirtualClock:
    def __init__(self, start: str) -> None:
        self.moment = from_iso(start)

    def now(self) -> Moment:
        return self.moment


class MemoryQueues:
    def __init__(self, on_request: Callable[[str], None]) -> None:
        self.waiting: dict[str, list[Key]] = {queue: [] for queue in _WORKERS}
        self.aside: dict[str, list[Item]] = {CONTACTS: [], ENROLLMENTS: []}
        self._on_request = on_request

    def send(self, queue: str, work: Iterable[Key]) -> None:
        entries = list(work)
        for start in range(0, len(entries), 10):
            self._on_request("before send")
            self.waiting[queue] += entries[start : start + 10]
            self._on_request("after send")

    def set_aside(self, queue: str, images: Iterable[Item]) -> None:
        for image in images:
            self._on_request("before set aside")
            self.aside[queue].append(image)
            self._on_request("after set aside")

    def backlog(self, queue: str) -> int:
        self._on_request("before backlog")
        return len(self.waiting[queue])


class MemoryStarter:
    def __init__(self, on_request: Callable[[str], None]) -> None:
        self.minutes: set[str] = set()
        self.rebuilds: list[str] = []
        self._on_request = on_request

    def start_delay(self, minute: str, name: str) -> None:
        self._on_request("before start")
        self.minutes.add(minute)
        self._on_request("after start")

    def start_rebuild(self, name: str, reason: str) -> None:
        self.rebuilds.append(reason)


class Outbox:
    """A channel that keeps what it is given."""

    def __init__(self, clock: VirtualClock, on_request: Callable[[str], None]) -> None:
        self._clock = clock
        self._on_request = on_request
        self.sent: list[tuple[Moment, Outgoing]] = []

    def send(self, message: Outgoing) -> str:
        self._on_request("before provider")
        self.sent.append((self._clock.now(), message))
        self._on_request("after provider")
        return f"provider-{message.tags['leadwell_message']}"


class MemoryMails:
    """The bucket of mails that arrived."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def read(self, key: str, most: int) -> Stored:
        if key not in self.kept:
            raise Broken("the mail is no longer in the bucket")
        return Stored(self.kept[key][:most], len(self.kept[key]))


class _Secrets:
    """``on_read`` may refuse."""

    def __init__(self, on_read: Callable[[], None]) -> None:
        self._on_read = on_read

    @property
    def signing_key(self) -> bytes:
        self._on_read()
        return b"0123456789abcdef0123456789abcdef"


class World:
    """``post`` stores events and lets everything follow that follows at once; ``advance`` lets time pass through every
    due moment in order. Nothing sleeps.

    Handlers may do what the stack allows them, and nothing else.

    ``crash_at`` kills whichever handler makes the request of that number (counted from 1, a before and an after for
    each); AWS then delivers its batch again, to a new process.
    """

    def __init__(
        self, start: str = "2026-03-02T08:00:00Z", templates: Path | None = TEMPLATES, crash_at: int = 0
    ) -> None:
        self.clock = VirtualClock(start)
        self.table = MemoryTable()
        self.table.on_pepper = self._may_read_the_secret
        self.queues = MemoryQueues(self._request)
        self.starter = MemoryStarter(self._request)
        self.outbox = Outbox(self.clock, self._request)
        self.sms = Outbox(self.clock, self._request)
        self.webhooks = Outbox(self.clock, self._request)
        self.arrived = MemoryMails()
        self.ses_list = MemorySesList()
        self.services = self.new_services()
        self.requests: list[str] = []
        self._crash_at = crash_at
        self._read = {"score_and_segment": 0, "run_journeys": 0}
        if templates:
            self.table.restore(_published(templates))
        self._calling = ""
        self.table.on_request = self._request
        self.table.on_action = self._permitted

    def new_services(self) -> Services:
        """As a fresh Lambda sandbox would build them."""
        services = Services(SETTINGS, self.clock)
        channels: Mapping[str, Channel] = {"email": self.outbox, "sms": self.sms, "webhook": self.webhooks}
        for name, part in {
            "table": self.table,
            "queues": self.queues,
            "starter": self.starter,
            "channels": channels,
            "secrets": _Secrets(self._may_read_the_secret),
            "mails": self.arrived,
            "provider_suppressions": self.ses_list,
        }.items():
            setattr(services, name, part)
        return services

    def event(self, user: str, name: str, properties: Mapping[str, Any] | None = None, **more: Any) -> Event:
        """An event that a server reports about a user."""
        at = more.pop("at", self.clock.now())
        made_up = fingerprint(user, name, repr(properties), str(at), str(len(self.table.stream)))
        return Event(
            contact=contact_id("user_id", user),
            id=more.pop("id", None) or made_up,
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
        end = len(self.table.stream)
        while any(position < end for position in self._read.values()) or any(self.queues.waiting.values()):
            for function in self._read:
                self._read_stream(function)
            for queue in self.queues.waiting:
                self._work_queue(queue)
            end = len(self.table.stream)

    def advance(self, milliseconds: int) -> None:
        target = self.clock.moment + milliseconds
        while True:
            after, until = to_minute(self.clock.moment + MINUTE), to_minute(target)
            markers = self.table.query(keys.DUE, after=after, until=until, limit=1).items if after <= until else []
            if not markers:
                break
            minute = markers[0]["sk"]
            self.clock.moment = minute_start(minute)
            self.wake(minute)
        self.clock.moment = max(target, self.clock.moment)
        self.sweep()

    def wake(self, minute: str) -> None:
        """What the state machine does when a minute has come."""
        state: dict[str, Any] = {"minute": minute, "more": True}
        while state["more"]:
            state = self.call("wake_due", state)
        self.run()

    def sweep(self) -> None:
        self.call("wake_due", {"sweep": True})
        self.run()

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """Calls a function as AWS does: through JSON, and again when it dies or fails."""
        handler = importlib.import_module(f"functions.{function}.handler").handler
        for attempt in range(_ATTEMPTS):
            wiring.use(self.services)
            self._calling = function
            try:
                return json.loads(json.dumps(handler(json.loads(json.dumps(event)), None)))
            except Crash:
                self.services = self.new_services()
            except PermissionError:
                raise
            except Exception:
                if attempt == _ATTEMPTS - 1:
                    raise
            finally:
                self._calling = ""
                wiring.use(None)
        raise AssertionError(f"{function} does not come to an end")

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

    def _read_stream(self, function: str) -> None:
        start = self._read[function]
        records = self.table.stream[start : start + 100]
        wanted = [record for record in records if _FILTERS[function](record)]
        if wanted:
            self.call(function, {"Records": wanted})
        self._read[function] = start + len(records)

    def _work_queue(self, queue: str) -> None:
        work, self.queues.waiting[queue] = self.queues.waiting[queue][:10], self.queues.waiting[queue][10:]
        if not work:
            return
        records = [
            {"messageId": str(number), "body": to_body(key), "eventSource": "aws:sqs"}
            for number, key in enumerate(work)
        ]
        answer = self.call(_WORKERS[queue], {"Records": records})
        failed = [work[int(failure["itemIdentifier"])] for failure in answer["batchItemFailures"]]
        assert not failed, f"{_WORKERS[queue]} failed for {failed}"

    def _permitted(self, action: str) -> None:
        """What the stack does not allow a function fails here as it would in AWS."""
        if self._calling:
            needs = NEEDS[self._calling]
            allowed = {*needs.table.split(), *(["Query on due"] if needs.due_index else [])}
            if action not in allowed:
                raise PermissionError(f"{self._calling} may not {action}")

    def _may_read_the_secret(self) -> None:
        """Of which the names of silenced addresses follow, too."""
        calling = getattr(self, "_calling", "")
        if calling and not NEEDS[calling].secret:
            raise PermissionError(f"{calling} may not read the secret")

    def _request(self, what: str) -> None:
        if getattr(self, "_calling", ""):
            self.requests.append(what)
            if len(self.requests) == self._crash_at:
                raise Crash(what)


@cache
def _published(templates: Path) -> Mapping[Key, dict[str, Any]]:
    """The starters, compiled once for all worlds."""
    table = MemoryTable()
    publish_folder(Library(table), templates, 0, "test")
    return table.snapshot()


_FILTERS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "score_and_segment": lambda record: (
        record["eventName"] == "INSERT" and record["dynamodb"]["NewImage"].get("kind") == {"S": "EVENT"}
    ),
    "run_journeys": lambda record: (
        record["eventName"] in ("INSERT", "MODIFY")
        and record["dynamodb"]["NewImage"].get("kind") == {"S": "CONTACT"}
        and record["dynamodb"]["NewImage"].get("news") == {"S": "yes"}
    ),
}
