"""What outlives the process: saving it, loading it, and making good what a crash or a pause has left undone."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from infra.local.clock import VirtualClock
from infra.local.deploy import Client, Deployed, deploy, digest_of, read_deployed
from infra.local.driver import Driver
from infra.local.embedded_aws import EmbeddedAws
from infra.local.event_sources import EventSources
from infra.local.journal import Journal
from infra.local.payload import Request, Response
from infra.local.pump import Pump
from infra.local.timers import Timers

log = logging.getLogger("leadwell.local")

_MANY = 200
"""Requests in the journal that are worth a save when it is quiet: replaying takes about 10 ms each."""
_TOO_MANY = 1000
"""Requests in the journal that force a save."""
_WALK = 1000
_TOGETHER = 20
"""Milliseconds between two requests: beyond the first something may have been due, beyond the second the earlier
request had been worked off before the later one came."""


class State:
    def __init__(
        self,
        *,
        journal: Journal,
        aws: EmbeddedAws,
        clock: VirtualClock,
        sources: EventSources,
        timers: Timers,
        pump: Pump,
    ) -> None:
        self._journal = journal
        self._aws = aws
        self._clock = clock
        self._sources = sources
        self._timers = timers
        self._pump = pump
        self._own: dict[str, Any] = {}
        self._stack: dict[str, Any] = {}
        self._stopping = threading.Event()

    def load(self) -> bool:
        """Reads the last saved state, before anything else uses the emulator. False on the first start."""
        saved = self._journal.saved
        if saved is None:
            return False
        # Importing CloudFormation takes a second, and only a changed stack needs it.
        self._aws.load(saved, without="cloudformation")
        self._own = json.loads((saved / "local.json").read_text())
        return True

    def stack(self, client: Client, assembly: Path, functions: Path) -> tuple[Deployed, str]:
        """Sees to it that the stack is the synthesized one. The second value says what happened."""
        digest = digest_of(assembly)
        remembered = self._own.get("stack")
        if remembered and remembered["digest"] == digest:
            deployed, result = Deployed.from_json(remembered), "unchanged"
        else:
            if self._journal.saved is not None:
                self._aws.load(self._journal.saved, only="cloudformation")
            result = deploy(client, assembly)
            deployed = read_deployed(client, assembly, functions)
        self._stack = {"digest": digest, **asdict(deployed)}
        return deployed, result

    def save(self) -> list[str]:
        """Nothing may be accepted meanwhile. Answers what could not be finished before, and is saved as it is."""
        # Saving takes seconds when there is much to save, and clients' clocks go on: ours must not fall behind them.
        with self._clock.hold(made_up=True):
            troubles = self._pump.settle()
            self._journal.save(self._write)
        return troubles

    def catch_up(
        self, answer: Callable[[Request], Response], driver: Driver, stepfunctions: Any
    ) -> tuple[int, list[str]]:
        """Replays the requests since the last save at their moments, then lets the clock arrive at the present.

        Answers how many there were, and what could not be done.
        """
        if not self._own:
            return 0, []
        replayed = 0
        offset = int(self._own["offset"])
        with self._clock.hold():
            self._clock.set(int(self._own["at"]))
            self._sources.restore_unread(self._own["unread"])
            self._timers.start_again(stepfunctions)
            for request, then in self._journal.replay():
                gap = request.at - self._clock.now()
                if gap > _WALK or request.path.startswith("/_local"):
                    driver.advance_to(request.at)
                elif gap > _TOGETHER:
                    self._pump.settle()
                    self._clock.set(request.at)
                answer(request)
                offset = then + self._clock.now() - request.at
                replayed += 1
            journey = driver.advance_to(time.time_ns() // 1_000_000 + offset)
        return replayed, journey.troubles

    def keep_short(self, shut: Callable[[], Any]) -> None:
        """Saves in the background whenever the journal has grown and it is quiet. ``shut`` keeps requests out."""
        threading.Thread(target=self._keep_short, args=(shut,), name="saver", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _write(self, folder: Path) -> None:
        self._aws.save(folder, self._journal.saved)
        own = {
            "at": self._clock.now(),
            "offset": self._clock.offset,
            "unread": self._sources.unread(),
            "stack": self._stack,
        }
        (folder / "local.json").write_text(json.dumps(own))

    def _keep_short(self, shut: Callable[[], Any]) -> None:
        seen = 0
        while not self._stopping.wait(2):
            entries = self._journal.entries
            quiet = entries == seen
            seen = entries
            if entries > _TOO_MANY or (entries > _MANY and quiet):
                try:
                    with shut():
                        self.save()
                except Exception:
                    log.exception("the state could not be saved; the journal goes on")
