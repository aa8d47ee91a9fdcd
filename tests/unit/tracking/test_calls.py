"""From what clients send to stored events: names, properties, traits, context."""

from collections.abc import Iterator
from typing import Any

import pytest

from leadwell.clock import SECOND, to_iso
from leadwell.ids import contact_id
from leadwell.tracking.events import Identity, Standing
from tests.functions.tracking_door import NOW, SERVER, Door


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as made:
        yield made


def test_track(door: Door) -> None:
    reply = door.send(
        "/v1/track",
        {
            "anonymousId": "a1",
            "event": " Product Viewed ",
            "properties": {"price": 9.5, "category": "sofas"},
            "messageId": "m1",
            "timestamp": to_iso(NOW - SECOND),
        },
    )
    assert (reply.status, reply.body) == (200, {"success": True})
    event = door.event()
    assert event.contact == contact_id("anonymous_id", "a1")
    assert (event.id, event.at, event.type, event.name) == ("m1", NOW - SECOND, "track", "Product Viewed")
    assert event.properties == {"price": 9.5, "category": "sofas"}
    assert (event.standing, event.source) == (Standing.ANONYMOUS, "public")
    assert event.identities == (Identity("anonymous_id", "a1"),)


def test_a_page_view_says_where(door: Door) -> None:
    page = {
        "url": "https://shop.example.com/sofas",
        "path": "/sofas",
        "referrer": "",
        "title": "Sofas",
        "search": "?x=1",
    }
    door.send(
        "/v1/page",
        {
            "anonymousId": "a1",
            "name": "Sofas",
            "category": "Shop",
            "properties": {"title": "Own"},
            "context": {"page": page},
        },
    )
    event = door.event()
    assert event.name == "Page Viewed"
    assert event.properties == {
        "url": "https://shop.example.com/sofas",
        "path": "/sofas",
        "title": "Own",
        "search": "?x=1",
        "name": "Sofas",
        "category": "Shop",
    }
    assert "page" not in event.context, "said once is enough"


def test_screen_group_and_alias(door: Door) -> None:
    door.send("/v1/screen", {"userId": "u1", "name": "Cart", "category": "Shop", "messageId": "1"}, key=SERVER)
    door.send("/v1/group", {"userId": "u1", "groupId": 7, "traits": {"plan": "pro"}, "messageId": "2"}, key=SERVER)
    door.send("/v1/alias", {"userId": "u1", "previousId": "a9", "messageId": "3"}, key=SERVER)
    screen, group, alias = door.events()
    assert (screen.name, screen.properties) == ("Screen Viewed", {"name": "Cart", "category": "Shop"})
    assert (group.name, group.properties, group.traits) == ("Grouped", {"group_id": "7"}, {"plan": "pro"})
    assert (alias.name, alias.properties) == ("Aliased", {"previous_id": "a9"})
    assert alias.identities == (Identity("user_id", "u1"), Identity("previous_id", "a9"))


def test_an_alias_of_oneself_is_harmless(door: Door) -> None:
    assert door.send("/v1/alias", {"userId": "u1", "previousId": "u1"}, key=SERVER).status == 200
    assert door.event().identities == (Identity("user_id", "u1"),)


def test_identify_carries_traits_in_the_spelling_of_identities(door: Door) -> None:
    traits = {"email": " Ann@Example.com", "phone": "+1 (202) 555-0123", "name": "Ann"}
    door.send("/v1/identify", {"userId": "u1", "traits": traits}, key=SERVER)
    event = door.event()
    assert event.traits == {"email": "ann@example.com", "phone": "+12025550123", "name": "Ann"}
    assert event.identities == (
        Identity("user_id", "u1"),
        Identity("email", "ann@example.com"),
        Identity("phone", "+12025550123"),
    )


def test_what_is_no_address_stays_a_trait(door: Door) -> None:
    door.send("/v1/identify", {"userId": "u1", "traits": {"email": "n/a", "phone": "030 123"}}, key=SERVER)
    assert door.event().traits == {"email": "n/a", "phone": "030 123"}
    assert door.event().identities == (Identity("user_id", "u1"),)


def test_traits_may_stand_in_the_context_of_an_identify(door: Door) -> None:
    body = {
        "userId": "u1",
        "traits": {"name": "Ann"},
        "context": {"traits": {"name": "old", "email": "ann@example.com"}},
    }
    door.send("/v1/identify", body, key=SERVER)
    assert door.event().traits == {"name": "Ann", "email": "ann@example.com"}


def test_traits_in_the_context_of_other_calls_only_say_who(door: Door) -> None:
    body = {"event": "Order Completed", "context": {"traits": {"email": "ann@example.com", "vip": True}}}
    assert door.send("/v1/track", body, key=SERVER).status == 200
    event = door.event()
    assert event.contact == contact_id("email", "ann@example.com")
    assert event.identities == (Identity("email", "ann@example.com"),)
    assert event.traits == {}


def test_context_is_kept_small(door: Door) -> None:
    context = {
        "ip": "203.0.113.9",
        "page": {"url": "https://shop.example.com/", "path": "/", "search": "", "title": 7, "extra": "x"},
        "campaign": {"source": "news", "name": "fall", "bad": 1},
        "locale": "de-DE",
        "timezone": "Europe/Berlin",
        "userAgent": "x" * 1000,
        "userAgentData": {"mobile": False},
        "library": {"name": "analytics.js", "version": "next-1.84.3"},
        "device": {"type": "ios", "token": "secret", "advertisingId": "id"},
        "os": "iOS",
        "app": {"name": "Shop \ud83d"},
    }
    door.track(context=context)
    assert door.event().context == {
        "page": {"url": "https://shop.example.com/", "path": "/"},
        "campaign": {"source": "news", "name": "fall"},
        "locale": "de-DE",
        "timezone": "Europe/Berlin",
        "userAgent": "x" * 256,
        "library": "analytics.js",
        "device": {"type": "ios"},
        "app": {"name": "Shop \ufffd"},
    }


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("track", {"anonymousId": "a1"}, "event"),
        ("track", {"anonymousId": "a1", "event": "  "}, "event"),
        ("track", {"anonymousId": "a1", "event": "x" * 201}, "event"),
        ("track", {"anonymousId": "a1", "event": ["x"]}, "event"),
        ("track", {"event": "Product Viewed"}, "userId"),
        ("track", {"event": "Product Viewed", "anonymousId": "undefined"}, "userId"),
        ("track", {"event": "Product Viewed", "anonymousId": {}}, "anonymousId"),
        ("track", {"event": "Product Viewed", "anonymousId": "a1", "properties": []}, "properties"),
        (
            "track",
            {"event": "Product Viewed", "anonymousId": "a1", "properties": {"a": {"b": 1e300}}},
            "properties.a.b",
        ),
        ("track", {"event": "Product Viewed", "anonymousId": "a1", "context": "x"}, "context"),
        ("track", {"event": "Product Viewed", "anonymousId": "a1", "timestamp": "soon"}, "timestamp"),
        ("track", {"event": "Product Viewed", "anonymousId": "a1", "sentAt": "soon"}, "sentAt"),
        ("track", {"event": "Product Viewed", "anonymousId": "a1", "messageId": {}}, "messageId"),
        ("page", {"anonymousId": "a1", "name": 1.5}, "name"),
        ("identify", {"anonymousId": "a1", "traits": "x"}, "traits"),
        ("identify", {"traits": {"email": "ann@example.com"}}, "userId"),
        ("group", {"anonymousId": "a1"}, "groupId"),
        ("alias", {"userId": "u1"}, "previousId"),
        ("alias", {"anonymousId": "a1", "previousId": "a0"}, "userId"),
    ],
)
def test_bad_input_is_refused_with_the_field(door: Door, path: str, body: dict[str, Any], field: str) -> None:
    reply = door.send(f"/v1/{path}", body)
    assert (reply.status, reply.body["field"]) == (400, field)
    assert reply.body["detail"].startswith(f"{field}: ")
    assert reply.headers["content-type"] == "application/problem+json"
    assert door.events() == []


def test_long_message_ids_fit_the_key(door: Door) -> None:
    for _ in range(2):
        door.track(messageId="ü" * 500, timestamp=to_iso(NOW))
    assert len(door.event().id) <= 200
