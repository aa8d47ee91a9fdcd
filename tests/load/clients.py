"""A client as SDKs are: posts, waits for the answer, and posts the same again until it is acknowledged."""

import base64
import http.client
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.load.people import Posting

BUSY = frozenset((429, 500, 502, 503, 504))
LONGEST_PAUSE = 2.0
"""Seconds between two attempts, unless the server asks for more."""
PATIENCE = 180.0
"""Seconds after which a client gives up, which is a failure of the test."""

Pause = Callable[[float], None]
Clock = Callable[[], int]
"""Milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Written:
    """A posting as JSON; what is sent again is this, to the letter."""

    key: str
    calls: tuple[dict[str, Any], ...]


class NotTaken(Exception):
    """A request was refused for good, or never acknowledged."""


class Client:
    """One connection that is kept alive. ``attempts`` counts requests, ``turned_away`` those answered with "later"."""

    def __init__(self, port: int, now: Clock, chance: random.Random, pause: Pause = time.sleep) -> None:
        self._port = port
        self._now = now
        self._chance = chance
        self._pause = pause
        self._connection: http.client.HTTPConnection | None = None
        self.attempts = 0
        self.turned_away = 0
        self.cut_off = 0

    def post(self, written: Written) -> float:
        """Returns when it is acknowledged, with the seconds that the acknowledged attempt took.

        The calls keep their ids and times, the time of sending is new at each attempt. Raises ``NotTaken``.
        """
        give_up, failures = time.monotonic() + PATIENCE, 0
        while True:
            path, body = _request(written.calls, self._now())
            began = time.monotonic()
            status, wait, text = self._attempt(path, body, written.key)
            if status in (200, 202):
                # A batch may be taken in part; nothing that is sent here may be refused.
                if json.loads(text).get("refused"):
                    raise NotTaken(f"a part of {path} was refused: {text[:500]}")
                return time.monotonic() - began
            if status and status not in BUSY:
                raise NotTaken(f"{path} was answered with {status}: {text[:500]}")
            if time.monotonic() > give_up:
                raise NotTaken(f"{path} was not acknowledged within {PATIENCE:.0f} seconds, last with {status}")
            failures += 1
            own = min(0.05 * 2**failures, LONGEST_PAUSE) * self._chance.uniform(0.5, 1.0)
            self._pause(max(own, wait))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _attempt(self, path: str, body: bytes, key: str) -> tuple[int, float, str]:
        """Status (0: no answer), the seconds that the server asks to wait, the answer's body."""
        self.attempts += 1
        headers = {
            "authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
            "content-type": "application/json",
        }
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=90)
        try:
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            self.cut_off += 1
            return 0, 0.0, ""
        if answer.status in BUSY:
            self.turned_away += 1
        return answer.status, _seconds(answer.getheader("retry-after")), text


def iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def written(posting: Posting, now: int) -> Written:
    """``now`` is when it happened."""
    calls = (
        {**call.content, "type": call.type, "messageId": call.id, **({"timestamp": iso(now)} if call.timed else {})}
        for call in posting.calls
    )
    return Written(posting.key, tuple(calls))


def _request(calls: Sequence[Mapping[str, Any]], now: int) -> tuple[str, bytes]:
    """One call goes to the path of its kind, several in a batch."""
    if len(calls) == 1:
        (call,) = calls
        body: Mapping[str, Any] = {**call, **({"sentAt": iso(now)} if "timestamp" in call else {})}
        return f"/v1/{call['type']}", json.dumps(body).encode()
    return "/v1/batch", json.dumps({"batch": calls, "sentAt": iso(now)}).encode()


def _seconds(header: str | None) -> float:
    """Of ``Retry-After``; a date is not what our API sends."""
    try:
        return max(0.0, float(header or 0))
    except ValueError:
        return 0.0
