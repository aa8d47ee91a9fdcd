"""Runs the loop in memory: events in, messages out, and time passes as fast as there is something to do.

    stage = Stage(Repertoire(Path("templates")).with_journeys(programs), start)
    stage.say({"type": "track", "userId": "ann", "event": "Signed Up"})
    stage.advance(start + 3 * DAY)
    stage.left  # what was sent

Everything but the table, the queues and the way out is the code that runs in AWS. Nothing fails and nothing is late:
what is due is done at its very moment, what is sent is delivered at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from leadwell.clock import Moment, to_iso
from leadwell.contacts.contact import KIND as CONTACT
from leadwell.contacts.contact import Contact
from leadwell.contacts.updating import Updater
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.due.waking import queue_of
from leadwell.errors import Broken, Refused
from leadwell.feedback.kinds import Bounced, Clicked, Complained, Delivered, Feedback, Opened, Replied, Sent
from leadwell.feedback.mail_text import asks_by_mail, first_line, own_words
from leadwell.feedback.recording import record_feedback
from leadwell.ids import contact_id, fingerprint
from leadwell.journeys.calling import Call, Caller
from leadwell.journeys.enrollment import KIND as ENROLLMENT
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.running import Runner
from leadwell.journeys.steps.running import Asker
from leadwell.journeys.stock import TableStock
from leadwell.messaging.ledger import Ledger
from leadwell.messaging.message import KIND as MESSAGE
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Channel, Outgoing
from leadwell.messaging.sending import Post
from leadwell.messaging.tags import tags_of
from leadwell.messaging.writing import Sender
from leadwell.pages.exchange import Request
from leadwell.products.catalog import store_products
from leadwell.products.product import Product
from leadwell.rehearsal.table import MemoryTable
from leadwell.settings import Settings
from leadwell.store import keys
from leadwell.store.files import Files, S3Files
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES, TRANSACTIONAL, WEBHOOKS
from leadwell.store.table import Item, Key, Put
from leadwell.tracking.calls import parse_call
from leadwell.tracking.deliveries import store
from leadwell.tracking.events import KIND as EVENT
from leadwell.tracking.events import Event
from leadwell.tracking.keys import KeyKind, WriteKey
from leadwell.tracking.recording import record
from leadwell.tracking.standing import judge
from leadwell.tracking.times import Envelope
from leadwell.vouchers.codes import free_item
from leadwell.vouchers.pools import fill

SETTINGS = Settings(
    table="rehearsal",
    public_url="https://news.example.com",
    from_address="hello@example.com",
    from_name="Example Shop",
    imprint="Example Shop, Example Street 1, 12345 Exampletown",
)
"""The house in which a rehearsal plays where it is given no other."""

_SECRET = b"nothing that is signed in a rehearsal leaves it"
_SENDING = (TRANSACTIONAL, MESSAGES, WEBHOOKS)
_ORDER = (CONTACTS, ENROLLMENTS, *_SENDING)
_MOST_WAKES = 20
"""Of one item at one moment."""
_MOST_ROUNDS = 1000
"""At one moment."""

KEYS = {kind.value: WriteKey(name=kind.value, kind=kind) for kind in KeyKind}


@dataclass(frozen=True, slots=True)
class Left:
    """A message that left, and how it reads. ``message`` is as it was when it left."""

    at: Moment
    message: Message
    outgoing: Outgoing


@dataclass(slots=True)
class _Queues:
    waiting: dict[Key, str] = field(default_factory=dict)

    def send(self, queue: str, work: Iterable[Key]) -> None:
        self.waiting |= dict.fromkeys(work, queue)

    def set_aside(self, queue: str, images: Iterable[Item]) -> None:
        raise AssertionError("what fails in a rehearsal is raised")

    def backlog(self, queue: str) -> int:
        return 0


class _Unarmed(Armory):
    """Nobody needs to be woken: the stage looks for itself at what is due."""

    def __init__(self) -> None:
        pass

    def arm(self, moments: Iterable[Moment | None], now: Moment) -> None:
        pass


@dataclass(slots=True)
class _Clock:
    moment: Moment

    def now(self) -> Moment:
        return self.moment


class _Secrets:
    signing_key = _SECRET


class _Outbox:
    def __init__(self) -> None:
        self.handed_over: list[Outgoing] = []

    def send(self, message: Outgoing) -> str:
        self.handed_over.append(message)
        return f"rehearsed-{message.tags['leadwell_message']}"


class _Wordless(Post):
    """Decides and sends as ever, but writes nothing out, which takes longer than all the rest."""

    def _write(self, message: Message, contact: Contact, to: str, now: Moment) -> Outgoing:
        return Outgoing(to=to, text="", tags=tags_of(message))


@dataclass(frozen=True, slots=True)
class _Stock(TableStock):
    """Pools never run dry, but for those of which it was said what is in them (``limited``)."""

    limited: set[str] = field(default_factory=set)

    def _free(self, pool: str, asker: Asker, attempt: int) -> Item | None:
        found = TableStock._free(self, pool, asker, attempt)
        if found is None and pool not in self.limited:
            handed_out = self.table.count(keys.used_codes(pool), most=1_000_000)
            found = free_item(pool, f"{pool.upper()}-{handed_out + 1}")
            self.table.write(Put(found))
        return found


class Stage:
    """One installation at one moment; any number of contacts. Whatever goes wrong is raised.

    It begins with what is in the ``table``. Without ``words`` messages leave as ever, but blank: for many contacts,
    where only who gets what and when counts.
    """

    def __init__(
        self,
        library: Library,
        start: Moment,
        settings: Settings = SETTINGS,
        *,
        words: bool = True,
        table: MemoryTable | None = None,
    ) -> None:
        self.settings = settings
        self.library = library
        self.table = MemoryTable() if table is None else table
        self.clock = _Clock(start)
        self.secrets = _Secrets()
        self.left: list[Left] = []
        self._queues = _Queues()
        self._outbox = _Outbox()
        self._calls = 0
        self._woken: dict[Key, int] = {}
        armory, zone = _Unarmed(), settings.default_timezone
        self._updater = Updater(self.table, armory, zone)
        self._caller = Caller(self.table, armory, zone)
        self._stock = _Stock(self.table, lambda: _SECRET)
        self._runner = Runner(self.table, self._queues, armory, library, zone, self._stock)
        channels: defaultdict[str, Channel] = defaultdict(lambda: self._outbox)
        post = Post if words else _Wordless
        self._post = post(self.table, armory, library, channels, lambda: self._sender, zone)

    @property
    def now(self) -> Moment:
        return self.clock.moment

    def record(self, *events: Event) -> None:
        """Stores events and lets everything follow that follows at once."""
        record(self.table, events)
        self.settle()

    def say(self, *calls: Mapping[str, Any], key: str = KeyKind.SERVER.value) -> None:
        """Tracking calls as a client sends them (``{"type": "track", "userId": …, "event": …}``), made now.

        Raises ``Refused`` as the tracking API does.
        """
        statements = []
        for call in calls:
            self._calls += 1
            named = {"messageId": f"call-{self._calls:06d}", "timestamp": to_iso(self.now), **call}
            parsed = parse_call(named, call["type"], Envelope(self.now), ("rehearsal", str(self._calls)))
            statements.append(judge(parsed, KEYS[key], lambda: _SECRET))
        store(self.table, statements, key, self.now)
        self.settle()

    def fill_pool(self, pool: str, codes: Sequence[str]) -> None:
        """There are no other codes in the voucher pool than these."""
        self._stock.limited.add(pool)
        fill(self.table, pool, codes, self.now)

    def fill_catalog(self, products: Sequence[Product]) -> None:
        store_products(self.table, products)

    def call(self, call: Call) -> None:
        """Calls many into a journey, at the call's time."""
        self._caller.place(call, self.now)
        self.step(self.now)

    def keep_schedules(self) -> None:
        """From now on journeys with a schedule of their own call people when it is time."""
        self._caller.keep_schedules(self.library.catalog(), self.now)
        self.settle()

    def count_sent(self, contact: str, at: Moment, channel: str, name: str = "") -> None:
        """Somebody else sent the contact a marketing message, which counts against caps."""
        key = keys.ledger(contact)
        ledger = Ledger.from_item(contact, self.table.get(key))
        self.table.write(Put(ledger.noted(at, channel, name or f"elsewhere-{at}").to_item(), ledger.rev))

    def advance(self, to: Moment) -> None:
        """Lets time pass through every moment at which something is due."""
        while (due := self.table.next_due()) is not None and due <= to:
            self.step(due)
        self.clock.moment = max(self.now, to)

    def next_due(self) -> Moment | None:
        """When something happens by itself next."""
        return self.table.next_due()

    def step(self, due: Moment) -> None:
        """Does what is due at a moment."""
        if due > self.now:
            self.clock.moment = due
            self._woken.clear()
        for key in self.table.due_by(to_iso(self.now)):
            self._woken[key] = self._woken.get(key, 0) + 1
            if self._woken[key] > _MOST_WAKES:
                raise Broken(f"{key.pk} {key.sk} is due at {to_iso(due)} and stays so")
            queue = queue_of(key)
            assert queue is not None
            self._queues.send(queue, [key])
        self.settle()

    def settle(self) -> None:
        """Until nothing is left to do at this moment."""
        for _ in range(_MOST_ROUNDS):
            written = self.table.take_written()
            if not written and not self._queues.waiting:
                return
            catalog = self.library.catalog()
            arrived = [one.new for one in written if one.new and one.old is None and one.new.get("kind") == EVENT]
            if arrived:
                self._updater.apply([Event.from_item(item) for item in arrived], catalog, self.now)
            news = [one.new for one in written if one.new and one.new.get("kind") == CONTACT and "news" in one.new]
            if news:
                self._runner.react_to(news, self.now)
            self._work()
        raise Broken("it never comes to rest")

    def look_again(self, contacts: Iterable[str]) -> None:
        """As a rebuild does after definitions changed."""
        failed = self._updater.touch([keys.contact(one) for one in contacts], self.library.catalog(), self.now)
        for error in failed.values():
            raise error
        self.settle()

    def report(self, *reports: Feedback) -> None:
        """What a provider says about messages."""
        for one in reports:
            record_feedback(self.table, one)
        self.settle()

    def opened(self, left: Left) -> None:
        """Raises ``Refused`` where SES would report nothing, as ``clicked`` does."""
        _must_be_counted(left)
        self.report(Opened(**self._about(left)))

    def clicked(self, left: Left, link: str) -> None:
        _must_be_counted(left)
        self.report(Clicked(**self._about(left), link=link))

    def replied(self, left: Left, text: str) -> None:
        """What comes in by mail has no headers here: a person wrote it."""
        stop = asks_by_mail(first_line(own_words(text)))
        about = {**self._about(left), "provider_id": ""}
        reply_id = fingerprint("reply", left.message.id, text, str(self.now))
        self.report(Replied(**about, reply_id=reply_id, text=text, stop=stop))

    def bounced(self, left: Left) -> None:
        self.report(Bounced(**self._about(left), permanent=True, subtype="General"))

    def complained(self, left: Left) -> None:
        self.report(Complained(**self._about(left)))

    @property
    def files(self) -> Files:
        return S3Files(None)  # journeys hand out no files

    def press(self, left: Left) -> None:
        """The button behind the message's own link: it confirms, or unsubscribes. Raises ``Refused`` without one."""
        from leadwell.pages.site import answer

        link = next(iter(left.outgoing.untracked), "")
        if not link:
            raise Refused(f"{left.message.template} has no link of its own")
        answered = answer(Request(method="POST", path=link.removeprefix(self.settings.public_url)), self)
        if answered.status != 200:
            raise Refused(f"the link in {left.message.template} is not valid any more")
        self.settle()

    def contact(self, user: str, kind: str = "user_id") -> Contact | None:
        """Who is known by an identity today."""
        pointer = self.table.get(keys.identity(kind, user))
        contact = pointer["contact"] if pointer else contact_id(kind, user)
        while True:
            item = self.table.get(keys.contact(contact))
            if item is None:
                return None
            found = Contact.from_item(item)
            if not found.merged_into:
                return found
            contact = found.merged_into

    def enrollments(self) -> list[Enrollment]:
        """Of everybody, in the order in which they were entered."""
        found = [Enrollment.from_item(item) for item in self.table.items(ENROLLMENT)]
        return sorted(found, key=lambda one: (one.entered_at, one.id))

    def messages(self) -> list[Message]:
        """All that journeys asked for, whatever became of them."""
        found = [Message.from_item(item) for item in self.table.items(MESSAGE)]
        return sorted(found, key=lambda one: (one.requested_at, one.id))

    @cached_property
    def _sender(self) -> Sender:
        settings = self.settings
        return Sender(
            name=settings.from_name or settings.from_address,
            imprint=settings.imprint,
            public_url=settings.public_url,
            secret=_SECRET,
            default_locale=settings.default_locale,
        )

    def _work(self) -> None:
        waiting, self._queues.waiting = self._queues.waiting, {}
        work = {queue: [key for key, wanted in waiting.items() if wanted == queue] for queue in _ORDER}
        catalog = self.library.catalog()
        failed: dict[Key, Exception] = {}
        if work[CONTACTS]:
            failed |= self._updater.touch(work[CONTACTS], catalog, self.now)
        if work[ENROLLMENTS]:
            failed |= self._runner.wake(work[ENROLLMENTS], self.now)
        if messages := [key for queue in _SENDING for key in work[queue]]:
            failed |= self._post.send_all(messages, self.now)
            self._deliver()
        for error in failed.values():
            raise error

    def _deliver(self) -> None:
        """What was handed over has left, and SES says so."""
        handed_over, self._outbox.handed_over = self._outbox.handed_over, []
        for outgoing in handed_over:
            key = keys.message(outgoing.tags["leadwell_contact"], outgoing.tags["leadwell_message"])
            item = self.table.get(key)
            assert item is not None
            left = Left(self.now, Message.from_item(item), outgoing)
            self.left.append(left)
            if left.message.channel == "email":
                for report in (Sent, Delivered):
                    record_feedback(self.table, report(**self._about(left)))

    def _about(self, left: Left) -> dict[str, Any]:
        return {
            "message": left.message.id,
            "contact": left.message.contact,
            "provider_id": f"rehearsed-{left.message.id}",
            "recipient": left.outgoing.to,
            "at": self.now,
        }


def _must_be_counted(left: Left) -> None:
    if not left.outgoing.is_counted:
        raise Refused(
            f"nobody counts openings and clicks of {left.message.template}: "
            "the contact did not consent to tracking/email"
        )
