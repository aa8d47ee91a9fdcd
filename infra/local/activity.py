"""Counts what is running, so that "nothing is running" can be waited for instead of guessed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Activity:
    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def begin(self) -> None:
        with self._changed:
            self._count += 1

    def end(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        finally:
            self.end()

    @property
    def count(self) -> int:
        return self._count

    def wait_for_change(self, seconds: float) -> None:
        """Returns when something ended, or after ``seconds``."""
        with self._changed:
            self._changed.wait(seconds)
