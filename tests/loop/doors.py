"""The HTTP doors, called as API Gateway calls them (payload version 2.0)."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from leadwell.clock import to_iso
from leadwell.ids import fingerprint
from leadwell.tracking.keys import KeyKind, add_key
from tests.fakes.world import World

PUBLIC, SERVER = "public-key", "server-key"


def with_keys(world: World) -> World:
    add_key(world.table, PUBLIC, KeyKind.PUBLIC, "browsers")
    add_key(world.table, SERVER, KeyKind.SERVER, "servers")
    return world


def request(
    world: World, function: str, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One HTTP request; answers API Gateway's response, after everything that follows from it has happened."""
    number = fingerprint("request", path, body, str(world.clock.now()), str(len(world.table.stream)))
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "go.example.com", "user-agent": "Test/1.0", **(headers or {})},
        "requestContext": {
            "requestId": number,
            "http": {"method": method, "path": path, "sourceIp": "203.0.113.9", "userAgent": "Test/1.0"},
            "timeEpoch": world.clock.now(),
        },
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    }
    answer: dict[str, Any] = world.call(function, event)
    world.run()
    return answer


def track(world: World, key: str, *calls: Mapping[str, Any]) -> dict[str, Any]:
    """Posts a batch; each call gets a message id and the time."""
    now = to_iso(world.clock.now())
    batch = [
        {"messageId": fingerprint("call", str(number), now, json.dumps(call)), "timestamp": now, **call}
        for number, call in enumerate(calls)
    ]
    body = json.dumps({"writeKey": key, "sentAt": now, "batch": batch})
    return request(world, "track_events", "POST", "/v1/batch", body)
