"""The tracking function with its services replaced, for tests: requests in, stored events out."""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from functions.track_events.handler import handler
from leadwell import wiring
from leadwell.clock import from_iso
from leadwell.settings import Settings
from leadwell.store.table import Table
from leadwell.tracking.events import Event
from leadwell.tracking.keys import KeyKind, add_key
from tests.fakes.memory_table import MemoryTable

NOW = from_iso("2026-11-22T03:41:00.000Z")
PUBLIC = "wk-public"
SERVER = "wk-server"
SECRET = b"0123456789abcdef0123456789abcdef"


class SetClock:
    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


class FixedSecrets:
    signing_key = SECRET


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]
    headers: dict[str, str]


class Door:
    """``public`` and ``server`` are the sources of events sent with ``PUBLIC`` and ``SERVER``."""

    def __init__(self, table: Table | None = None, clock: Any = None) -> None:
        self.memory = MemoryTable()
        self.clock = clock or SetClock(NOW)
        self.services = wiring.Services(Settings(table="leadwell"), self.clock)
        self.services.table = table if table is not None else self.memory
        self.services.secrets = FixedSecrets()
        self.requests = 0

    def __enter__(self) -> Self:
        add_key(self.services.table, PUBLIC, KeyKind.PUBLIC, "public")
        add_key(self.services.table, SERVER, KeyKind.SERVER, "server")
        wiring.use(self.services)
        return self

    def __exit__(self, *_: object) -> None:
        wiring.use(None)

    def send(
        self,
        path: str,
        body: object = None,
        *,
        key: str | None = PUBLIC,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        request_id: str = "",
    ) -> Reply:
        """``body``: bytes travel as they are (base64 to the handler), everything else as JSON text."""
        self.requests += 1
        given = {name.lower(): value for name, value in (headers or {}).items()}
        if key is not None:
            given.setdefault("authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "headers": given,
            "requestContext": {
                "requestId": request_id or f"request-{self.requests}",
                "http": {"method": method, "path": path},
                "timeEpoch": self.clock.now(),
            },
            "isBase64Encoded": isinstance(body, bytes),
        }
        if body is not None:
            event["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else json.dumps(body)
        answer = handler(event, None)
        return Reply(answer["statusCode"], json.loads(answer["body"]), answer["headers"])

    def track(self, **fields: Any) -> Reply:
        return self.send("/v1/track", {"event": "Product Viewed", "anonymousId": "a1", **fields})

    def events(self) -> list[Event]:
        """What is stored, in order of time."""
        return sorted((Event.from_item(item) for item in self.memory.items("EVENT")), key=lambda event: event.order)

    def event(self) -> Event:
        (event,) = self.events()
        return event


def packed(body: object) -> bytes:
    return gzip.compress(json.dumps(body).encode(), mtime=0)
