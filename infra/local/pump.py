"""Keeps the loop turning: in the background while people click, and on demand until nothing is left to do."""

import logging
import threading
import time

from infra.local.activity import Activity
from infra.local.clock import VirtualClock
from infra.local.event_sources import EventSources
from infra.local.timers import Timers

log = logging.getLogger("leadwell.local")

_ATTEMPTS = 4
"""Failures of one stream batch after which a caller is told instead of kept waiting."""
_PATIENCE = 60.0
"""Seconds a caller waits for functions and executions that run without an end."""


class Pump:
    def __init__(self, clock: VirtualClock, sources: EventSources, timers: Timers, activity: Activity) -> None:
        self._clock = clock
        self._sources = sources
        self._timers = timers
        self._activity = activity
        self.turn = threading.RLock()
        """Held while functions are fed. Who holds it may move the clock: no function is caught in the middle."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._sources.work.set()
        self._thread.join(timeout=10)

    def settle(self) -> list[str]:
        """Returns when all is quiet: streams read, no visible message in a mapped queue, no function or execution
        running. Answers what could not be done because a function keeps failing.
        """
        deadline = time.monotonic() + _PATIENCE
        with self.turn:
            while True:
                if self._sources.pass_once():
                    continue
                if self._activity.count or self._timers.waking:
                    if time.monotonic() > deadline:
                        return ["something is still running; gave up waiting", *self._sources.troubles()]
                    self._activity.wait_for_change(0.002)
                    continue
                retry = self._sources.next_attempt()
                if retry is not None and self._sources.attempts() < _ATTEMPTS:
                    time.sleep(max(0.0, retry - time.monotonic()))
                    continue
                if not self._sources.work.is_set():
                    return self._sources.troubles()

    def _run(self) -> None:
        while not self._stopping:
            try:
                with self.turn:
                    taken = not self._stopping and self._sources.pass_once()
            except Exception:
                log.exception("the pump stumbled; it goes on in a second")
                time.sleep(1)
                continue
            if not taken:
                self._sources.work.wait(self._pause())

    def _pause(self) -> float:
        """Seconds until something is due by itself."""
        pause = 5.0
        retry = self._sources.next_attempt()
        if retry is not None:
            pause = min(pause, retry - time.monotonic())
        message = self._sources.next_message()
        if message is not None:
            pause = min(pause, (message - self._clock.now()) / 1000)
        return max(0.001, pause)
