"""Of all that a browser reports, consent alone keeps from where it came: it has to be proven one day."""

import json
from typing import Any

import pytest

from tests.fakes.world import World
from tests.loop.doors import PUBLIC, SERVER, track, with_keys


def contexts(key: str, **call: Any) -> list[dict[str, Any]]:
    world = with_keys(World(templates=None))
    track(world, key, {"type": "track", "anonymousId": "v1", **call})
    return [item.get("context", {}) for item in world.table.items("EVENT")]


@pytest.mark.parametrize("event", ["Consent Granted", "Consent Withdrawn"])
def test_consent_keeps_device_and_address(event: str) -> None:
    (context,) = contexts(PUBLIC, event=event, properties={"purpose": "marketing", "channel": "email"})
    assert (context["ip"], context["userAgent"]) == ("203.0.113.9", "Test/1.0")


def test_nobody_can_claim_another_address() -> None:
    said = {"purpose": "marketing", "channel": "email"}
    (context,) = contexts(PUBLIC, event="Consent Granted", properties=said, context={"ip": "198.51.100.1"})
    assert context["ip"] == "203.0.113.9"


@pytest.mark.parametrize(("key", "event"), [(PUBLIC, "Product Viewed"), (SERVER, "Consent Granted")])
def test_nothing_else_keeps_an_address(key: str, event: str) -> None:
    found = contexts(key, event=event, properties={"purpose": "marketing", "channel": "email"})
    assert found and "203.0.113.9" not in json.dumps(found)
