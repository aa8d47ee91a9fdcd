"""Clients side by side: each posts, waits for its answer, and posts on. What they posted is kept in a ledger."""

import itertools
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.load.clients import Client, Clock, NotTaken, written
from tests.load.people import Call, Person, Posting

AGAIN = 0.02
"""Share of acknowledged postings that a client sends once more, as one does whose answer got lost."""


@dataclass(frozen=True, slots=True)
class Posted:
    """``person`` and ``visitor`` are the names that the calls went by."""

    person: str
    visitor: str
    call: Call


@dataclass(slots=True)
class Ledger:
    """What was posted, by message id, and what of it was acknowledged; written by many threads."""

    posted: dict[str, Posted] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)

    def note(self, person: Person, posting: Posting) -> None:
        for call in posting.calls:
            self.posted[call.id] = Posted(person.user, person.visitor, call)

    def acknowledge(self, posting: Posting) -> None:
        self.acknowledged.update(call.id for call in posting.calls)


@dataclass(frozen=True, slots=True)
class Taken:
    """An acknowledged request: when (monotonic seconds), after how many seconds, with how many events."""

    at: float
    seconds: float
    events: int


class Crowd:
    """``clients`` people at a time, one after the other until ``stop``."""

    def __init__(self, port: int, *, run: str, seed: int, clients: int, now: Clock) -> None:
        self.ledger = Ledger()
        self.taken: list[Taken] = []
        self.failure = ""
        self._run, self._seed, self._now = run, seed, now
        self._numbers = itertools.count(1)
        self._clients = [Client(port, now, random.Random(f"{seed}/client/{n}")) for n in range(clients)]
        self._threads = [threading.Thread(target=self._live, args=(c,), daemon=True) for c in self._clients]
        self._changed = threading.Condition()
        self._paused = self._stopping = False
        self._busy = 0
        self.events = 0
        """Acknowledged so far."""

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when every client has had its last answer."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        for client in self._clients:
            client.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nobody has a request on the way."""
        with self._changed:
            self._paused = True
            while self._busy:
                self._changed.wait()
        try:
            yield
        finally:
            with self._changed:
                self._paused = False
                self._changed.notify_all()

    @property
    def on_the_way(self) -> int:
        return self._busy

    @property
    def attempts(self) -> int:
        return sum(client.attempts for client in self._clients)

    @property
    def cut_off(self) -> int:
        return sum(client.cut_off for client in self._clients)

    @property
    def turned_away(self) -> int:
        return sum(client.turned_away for client in self._clients)

    def _live(self, client: Client) -> None:
        chance = random.Random(f"{self._seed}/{next(self._numbers)}")
        while not self._stopping and not self.failure:
            person = Person(self._run, next(self._numbers), self._seed)
            for posting in person.story():
                if not self._may_go():
                    return
                try:
                    self._post(client, person, posting, again=chance.random() < AGAIN)
                except Exception as error:
                    self.failure = str(error) if isinstance(error, NotTaken) else repr(error)
                    return
                finally:
                    self._gone()

    def _post(self, client: Client, person: Person, posting: Posting, *, again: bool) -> None:
        self.ledger.note(person, posting)
        sent = written(posting, self._now())
        seconds = client.post(sent)
        self.ledger.acknowledge(posting)
        with self._changed:
            self.taken.append(Taken(time.monotonic(), seconds, len(posting.calls)))
            self.events += len(posting.calls)
        if again:
            client.post(sent)

    def _may_go(self) -> bool:
        with self._changed:
            while self._paused and not self._stopping:
                self._changed.wait()
            if self._stopping:
                return False
            self._busy += 1
            return True

    def _gone(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()
