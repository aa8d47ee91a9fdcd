"""A local run in a process of its own, as people start it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.log_capture import ADDRESSES

ROOT = Path(__file__).parents[2]
DUMMIES = Path(__file__).parent / "dummies"


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


@dataclass
class LocalRun:
    """`functions`: folder with the handlers. `said`: what the last process has printed, once it has ended."""

    state: Path
    functions: Path = DUMMIES
    port: int = field(default_factory=lambda: free_port())
    said: str = ""
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Returns when it answers."""
        self._output = (self.state.parent / f"{self.state.name}.log").open("w+")
        command = [sys.executable, "-m", "infra.local", "--functions", str(self.functions), "--state", str(self.state)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**clean_environment(), "PORT": str(self.port)},
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 90
        while True:
            try:
                assert self.get("/_local/clock").status == 200
                return
            except OSError as error:
                if not self.running() or time.monotonic() > deadline:
                    self._ended()
                    raise AssertionError(self.said) from error
                time.sleep(0.05)

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        return self._end(signal.SIGINT)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Reply:
        return self.send(method, path, None, headers)

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, data, {"content-type": "application/json", **(headers or {})})

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def advance(self, duration: str) -> Any:
        reply = self.post("/_local/clock", {"advance": duration})
        assert reply.status == 200, reply.body
        return reply.json()

    def settle(self) -> list[str]:
        troubles: list[str] = self.post("/_local/settle", {}).json()["troubles"]
        return troubles

    def outbox(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get("/_local/outbox").json()
        return messages

    def items(self, pk: str) -> list[dict[str, Any]]:
        """With the dummy of `manage` only."""
        reply = self.get(f"/api/items?pk={pk.replace('#', '%23')}", {"authorization": "Bearer local-secret"})
        found: list[dict[str, Any]] = reply.json()["items"]
        return found

    def event(self, name: str, wait: int, contact: str = "anna", **more: int) -> None:
        """With the dummy of `track_events` only: a message that is due after `wait` seconds."""
        reply = self.post("/v1/track", {"contact": contact, "id": name, "wait": wait, **more})
        assert reply.status == 202, reply.body

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(timeout=30)
        self._ended()
        return code

    def _ended(self) -> None:
        self._output.seek(0)
        self.said = self._output.read()
        self._output.close()
        leaking = [line for line in self.said.splitlines() if ADDRESSES.search(line)]
        assert not leaking, f"the local run has written an address of somebody: {leaking[:5]}"


def clean_environment() -> dict[str, str]:
    left_out = ("AWS_", "LEADWELL_", "MINISTACK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "leadwell" / "python")])}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
