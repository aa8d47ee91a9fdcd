"""The process under load: started, killed, started again, its clock and its memory."""

import http.client
import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tests.load.people import SERVER
from tests.local.running import ROOT, LocalRun

JOURNEY = Path(__file__).with_name("journey.yaml")
PATIENCE = 900
"""Seconds for all that is due to be worked off."""
_SIGNED_IN = {"authorization": f"Bearer {SERVER}"}


class Serving:
    """A local run with the real functions, and the clock that its clients go by."""

    def __init__(self, folder: Path) -> None:
        self.run = LocalRun(folder / "state", ROOT / "functions")
        self._ahead = 0

    def begin(self) -> None:
        """Starts it for the first time, with the journey of the test."""
        self.start()
        reply = self.run.post("/api/definitions", {"text": JOURNEY.read_text("utf-8")}, _SIGNED_IN)
        assert reply.status == 201, reply.body

    def start(self) -> float:
        """Answers after how many seconds it was ready."""
        began = time.monotonic()
        self.run.start()
        seconds = time.monotonic() - began
        self._learn_clock()
        return seconds

    def start_in_vain(self, seconds: float) -> bool:
        """Starts it and kills it so many seconds later; False when it was ready before that, and serves."""
        with self._killed_after(seconds):
            try:
                self.run.start()
            except AssertionError:
                if self.run.running() or self._process.returncode != -signal.SIGKILL:
                    raise
                return True
        if self.run.running():
            self._learn_clock()
            return False
        self.run.kill()
        return True

    def move_in_vain(self, duration: str, seconds: float) -> None:
        """Kills it while it moves the clock, or right after."""
        with self._killed_after(seconds), suppress(OSError, http.client.HTTPException):
            self.run.post("/_local/clock", {"advance": duration})
        self.run.kill()

    def kill(self) -> None:
        self.run.kill()

    def advance(self, duration: str) -> list[str]:
        """Moves the clock; nobody may be posting meanwhile. Answers the troubles on the way."""
        troubles = self._worked_off("/_local/clock", {"advance": duration})
        self._learn_clock()
        return troubles

    def settle(self) -> list[str]:
        """Waits until nothing is left to do now, and answers the troubles."""
        return self._worked_off("/_local/settle", {})

    def stop(self) -> None:
        """As Ctrl-C does; the state is saved."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=PATIENCE)
        self.run.stop()

    def now(self) -> int:
        """The clients' clock: right, and moved together with the server's."""
        return time.time_ns() // 1_000_000 + self._ahead

    def memory(self) -> int:
        """Bytes of the process that are in memory (RSS); 0 while there is none."""
        status = Path(f"/proc/{self._process.pid}/status")
        try:
            if status.exists():
                line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS:"))
                return int(line.split()[1]) * 1024
            shown = subprocess.run(
                ["/bin/ps", "-o", "rss=", "-p", str(self._process.pid)], capture_output=True, check=True
            )
            return int(shown.stdout) * 1024
        except (OSError, StopIteration, ValueError, subprocess.SubprocessError):
            return 0

    def tables(self) -> int:
        """Bytes of its memory that the tables of the embedded AWS are, counted in the process."""
        size: int = self.run.get("/_local/memory").json()["table_bytes"]
        return size

    @property
    def journal_length(self) -> int:
        """Requests written down since the last saved state: what a start after a kill handles again."""
        journals = (self.run.state / "state").glob("journal-*")
        return max((journal.read_bytes().count(b"\n") for journal in journals), default=0)

    @property
    def _process(self) -> "subprocess.Popen[bytes]":
        assert self.run._process is not None
        return self.run._process

    def _worked_off(self, path: str, body: dict[str, str]) -> list[str]:
        """Thousands of messages may be due at once, and the answer comes when they have left."""
        connection = http.client.HTTPConnection("127.0.0.1", self.run.port, timeout=PATIENCE)
        with closing(connection):
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
        assert answer.status == 200, text
        troubles: list[str] = json.loads(text)["troubles"]
        return troubles

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        """Unless what happens meanwhile is quicker."""
        killer = threading.Timer(seconds, lambda: self._process.kill())
        killer.start()
        try:
            yield
        finally:
            killer.cancel()
            killer.join()

    def _learn_clock(self) -> None:
        shown = self.run.get("/_local/clock").json()["now"]
        self._ahead = int(datetime.fromisoformat(shown).timestamp() * 1000) - time.time_ns() // 1_000_000
