"""The HTTP side: paths, keys, bodies, limits, batches, retries, and answers that never break."""

import gzip
import io
import json
import logging
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from functions.track_events.handler import logger
from leadwell.clock import HOUR, MINUTE, SECOND, to_iso
from leadwell.errors import Conflict, Throttled
from leadwell.tracking.keys import KeyKind, add_key
from tests.functions.tracking_door import NOW, PUBLIC, SERVER, Door, packed

TRACK = {"event": "Product Viewed", "anonymousId": "a1"}


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as made:
        yield made


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    (output,) = [kept for kept in logger.handlers if isinstance(kept, logging.StreamHandler)]
    before = output.setStream(stream)
    yield stream
    output.setStream(before)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *((f"/v1/{name}", name) for name in ("identify", "track", "page", "screen", "group", "alias")),
        ("/v1/i", "identify"),
        ("/v1/t", "track"),
        ("/v1/p", "page"),
        ("/v1/s", "screen"),
        ("/v1/g", "group"),
        ("/v1/a", "alias"),
        ("/v1/track/", "track"),
    ],
)
def test_single_calls(door: Door, path: str, kind: str) -> None:
    reply = door.send(path, {"userId": "u1", "event": "E", "groupId": "g1", "previousId": "p1"})
    assert reply.status == 200
    assert door.event().type == kind


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import"])
def test_batches(door: Door, path: str) -> None:
    entries = [
        {"type": kind, **TRACK, "groupId": "g", "previousId": "p", "userId": "u"} for kind in ("track", "alias", "page")
    ]
    assert door.send(path, {"batch": entries}).status == 200
    assert {event.type for event in door.events()} == {"track", "alias", "page"}


def test_a_batch_shares_its_context(door: Door) -> None:
    entry = {"type": "track", **TRACK, "context": {"locale": "de-DE"}}
    door.send("/v1/batch", {"batch": [entry], "context": {"locale": "en", "timezone": "Europe/Berlin"}})
    assert door.event().context == {"locale": "de-DE", "timezone": "Europe/Berlin"}


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/x", "/v2/track", "/v1/track/x", "/v1/projects/wk-public"])
def test_other_paths_are_not_found(door: Door, path: str) -> None:
    reply = door.send(path, TRACK)
    assert (reply.status, reply.body["title"]) == (404, "Not Found")


def test_wrong_methods(door: Door) -> None:
    assert door.send("/v1/track", method="GET").headers["allow"] == "POST"
    assert door.send("/v1/projects/wk-public/settings").headers["allow"] == "GET"


def test_metrics_of_the_browser_sdk_are_taken_and_forgotten(door: Door) -> None:
    assert door.send("/v1/m", {"series": []}, key=None).status == 200
    assert door.events() == []


def test_the_key_may_stand_in_the_body(door: Door) -> None:
    assert door.send("/v1/track", {**TRACK, "writeKey": PUBLIC}, key=None).status == 200


def test_the_header_wins_over_the_body(door: Door) -> None:
    assert door.send("/v1/track", {**TRACK, "writeKey": "nonsense"}, key=SERVER).status == 200
    assert door.event().source == "server"
    assert door.send("/v1/track", {**TRACK, "writeKey": PUBLIC}, key="nonsense").status == 401


def test_a_bearer_token(door: Door) -> None:
    assert door.send("/v1/track", TRACK, key=None, headers={"Authorization": f"Bearer {SERVER}"}).status == 200


@pytest.mark.parametrize(
    "body", [TRACK, {**TRACK, "writeKey": "unknown"}, {**TRACK, "writeKey": 7}, {**TRACK, "writeKey": "\ud800"}]
)
def test_without_a_known_key_the_remedy_is_named(door: Door, body: dict[str, Any]) -> None:
    reply = door.send("/v1/track", body, key=None)
    assert reply.status == 401
    assert "write key" in reply.body["detail"]
    assert "HTTP Basic" in reply.body["detail"]
    assert not reply.headers["www-authenticate"].startswith("Basic"), "browsers would ask visitors for a password"


def test_a_public_key_may_be_limited_to_websites(door: Door) -> None:
    add_key(door.memory, "wk-shop", KeyKind.PUBLIC, "shop", ("https://shop.example.com",))
    assert door.send("/v1/track", TRACK, key="wk-shop", headers={"Origin": "https://shop.example.com"}).status == 200
    assert door.send("/v1/track", TRACK, key="wk-shop", headers={"Origin": "https://evil.example.com"}).status == 403
    assert door.send("/v1/track", TRACK, key="wk-shop").status == 403
    assert door.send("/v1/projects/wk-shop/settings", method="GET", key=None).status == 200


def test_settings_for_the_browser_sdk(door: Door) -> None:
    headers = {"Host": "127.0.0.1:8080", "X-Forwarded-Proto": "http"}
    reply = door.send("/v1/projects/wk-public/settings", method="GET", key=None, headers=headers)
    assert reply.status == 200
    target = reply.body["integrations"]["Segment.io"]
    assert (target["apiKey"], target["apiHost"], target["protocol"]) == (PUBLIC, "127.0.0.1:8080/v1", "http")
    assert reply.body["metrics"] == {"sampleRate": 0}, "nothing is sent to Segment"
    assert reply.headers["cache-control"] == "public, max-age=300"


def test_settings_refuse_unknown_and_secret_keys(door: Door) -> None:
    assert door.send("/v1/projects/unknown/settings", method="GET", key=None).status == 401
    assert door.send(f"/v1/projects/{SERVER}/settings", method="GET", key=None).status == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_whatever_the_content_type_says(door: Door, kind: str) -> None:
    assert door.send("/v1/track", TRACK, headers={"Content-Type": kind}).status == 200
    assert door.send("/v1/track", json.dumps(TRACK).encode("utf-8-sig"), headers={"Content-Type": kind}).status == 200


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Encoding": "GZIP "}, {}])
def test_gzip_with_and_without_saying_so(door: Door, headers: dict[str, str]) -> None:
    assert door.send("/v1/track", packed(TRACK), headers=headers).status == 200
    assert door.event().name == "Product Viewed"


def test_a_body_that_a_proxy_unpacked_already(door: Door) -> None:
    assert door.send("/v1/track", TRACK, headers={"Content-Encoding": "gzip"}).status == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (packed(TRACK)[:-9], {}, 400),
        (b"\x1f\x8bnonsense", {}, 400),
        (zlib.compress(b"{}"), {"Content-Encoding": "deflate"}, 415),
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"[]", {}, 400),
        (b"null", {}, 400),
        (b'{"event":"\xff"}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"a":' * 50_000, {}, 400),
        (b'{"event":"E","anonymousId":"a","properties":{"n":' + b"9" * 5_000 + b"}}", {}, 400),
        (b'{"event":"E","anonymousId":"a","properties":{"n":NaN}}', {}, 400),
        (b" " * (500 * 1024 + 1), {}, 413),
        (gzip.compress(b" " * (500 * 1024 + 1), mtime=0), {}, 413),
    ],
)
def test_unreadable_bodies(door: Door, body: bytes, headers: dict[str, str], status: int) -> None:
    reply = door.send("/v1/track", body, headers=headers)
    assert (reply.status, door.events()) == (status, [])
    assert reply.body["detail"]


def test_a_bomb_is_not_unpacked(door: Door) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)
    tracemalloc.start()
    try:
        assert door.send("/v1/track", bomb).status == 413
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_request_of_exactly_the_limit_is_read(door: Door) -> None:
    body = json.dumps(TRACK).encode()
    assert door.send("/v1/track", body + b" " * (500 * 1024 - len(body))).status == 200


def test_one_call_has_at_most_32_kb(door: Door) -> None:
    def entry(size: int) -> dict[str, Any]:
        fixed = {"type": "track", **TRACK, "properties": {"text": ""}}
        rest = size - len(json.dumps(fixed, separators=(",", ":")))
        return {**fixed, "properties": {"text": "ü" * (rest // 2) + "x" * (rest % 2)}}

    reply = door.send("/v1/batch", {"batch": [entry(32 * 1024), entry(32 * 1024 + 1)]})
    assert reply.status == 200
    assert [(r["index"], r["field"]) for r in reply.body["refused"]] == [(1, "batch[1]")]
    assert door.send("/v1/track", entry(33 * 1024)).status == 400


def test_a_batch_has_at_most_2500_entries(door: Door) -> None:
    entry = {"type": "track", **TRACK}
    assert door.send("/v1/batch", {"batch": [entry] * 2_500}).status == 200
    reply = door.send("/v1/batch", {"batch": [entry] * 2_501})
    assert (reply.status, reply.body["field"]) == (400, "batch")


@pytest.mark.parametrize("batch", [None, {}, "x"])
def test_a_batch_is_a_list(door: Door, batch: object) -> None:
    reply = door.send("/v1/batch", {"batch": batch})
    assert (reply.status, reply.body["field"]) == (400, "batch")


def test_an_empty_batch_is_fine(door: Door) -> None:
    assert door.send("/v1/batch", {"batch": []}).body == {"success": True}


def test_the_good_part_of_a_batch_is_stored_and_the_rest_named(door: Door) -> None:
    entries: list[object] = [
        {"type": "track", **TRACK, "messageId": "good"},
        {"type": "track", "anonymousId": "a1", "event": "", "messageId": "bad"},
        "nonsense",
        {"type": "charge", "anonymousId": "a1"},
        {"type": "track", **TRACK, "properties": {"x": [1, float("inf")]}},
    ]
    reply = door.send("/v1/batch", json.dumps({"batch": entries}).encode())
    assert reply.status == 200
    assert (reply.body["success"], reply.body["stored"]) == (False, 1)
    assert reply.body["refused"][0] == {
        "index": 1,
        "messageId": "bad",
        "field": "batch[1].event",
        "message": "must be a non-empty string",
    }
    assert [r["field"] for r in reply.body["refused"][1:]] == ["batch[2]", "batch[3].type", "batch[4].properties.x[1]"]
    assert door.event().id == "good"


def test_a_wholly_bad_batch_is_a_400(door: Door) -> None:
    reply = door.send("/v1/batch", {"batch": [{"type": "track", "anonymousId": "a1"}] * 2})
    assert (reply.status, reply.body["field"], len(reply.body["refused"])) == (400, "batch[0].event", 2)


def test_the_same_message_twice_is_one_event(door: Door) -> None:
    for _ in range(2):
        door.track(messageId="m1", timestamp=to_iso(NOW - SECOND), sentAt=to_iso(NOW))
        door.clock.at += 30 * SECOND
    assert len(door.events()) == 1


@pytest.mark.parametrize(
    "times",
    [
        {},
        {"timestamp": to_iso(NOW + 3 * HOUR), "sentAt": to_iso(NOW + 3 * HOUR)},
        {"timestamp": to_iso(NOW + 3 * HOUR)},
        {"timestamp": to_iso(NOW - 6 * MINUTE), "sentAt": to_iso(NOW - 5 * MINUTE)},
    ],
)
def test_a_retry_is_recognized_although_its_time_was_made_up(door: Door, times: dict[str, str]) -> None:
    for _ in range(2):
        assert door.track(messageId="m1", **times).status == 200
        door.clock.at += 7 * SECOND
    assert len(door.events()) == 1


def test_the_same_request_taken_in_again_is_the_same_events(door: Door) -> None:
    entries = [{"type": "track", **TRACK}] * 2
    for _ in range(2):
        door.send("/v1/batch", {"batch": entries}, request_id="request-7")
    assert len(door.events()) == 2
    assert door.memory.items("GUARD") == [], "their keys are enough to recognize them"
    door.send("/v1/batch", {"batch": entries}, request_id="request-8")
    assert len(door.events()) == 4


def test_dying_at_any_call_and_being_sent_again_ends_the_same() -> None:
    withdrawal = {"type": "track", "event": "Consent Withdrawn", "anonymousId": "a1"}
    entries = [
        {"type": "track", **TRACK, "messageId": "m1", "timestamp": to_iso(NOW)},
        {"type": "track", **TRACK, "messageId": "m2"},
        {**withdrawal, "messageId": "m3", "timestamp": to_iso(NOW - SECOND), "properties": {"channel": "sms"}},
        {**withdrawal, "messageId": "m4"},
    ]

    def end_state(dies_at: int) -> tuple[list[tuple[str, str]], set[str], int]:
        calls = 0

        def count(called: str) -> None:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise SystemExit

        with Door() as door:
            door.memory.on_request = count
            try:
                door.send("/v1/batch", {"batch": entries})
            except SystemExit:
                door.clock.at += 2 * SECOND
                assert door.send("/v1/batch", {"batch": entries}).status == 200
            (no,) = door.memory.items("NO")
            return sorted((event.id, event.name) for event in door.events()), set(no["latest"]), calls

    whole = end_state(0)
    assert len(whole[0]) == 4
    for dies_at in range(1, whole[2] + 1):
        assert end_state(dies_at)[:2] == whole[:2], f"died at call {dies_at}"


@pytest.mark.parametrize("operation", ["get", "get_many", "put_many", "write"])
def test_a_throttling_store_is_told_to_the_client(door: Door, operation: str) -> None:
    def throttle(called: str) -> None:
        if called == f"before {operation}":
            raise Throttled("slow", retry_after=3)

    door.memory.on_request = throttle
    entries = [
        {"type": "track", **TRACK, "messageId": "now"},
        {"type": "track", **TRACK, "messageId": "then", "timestamp": to_iso(NOW)},
    ]
    reply = door.send("/v1/batch", {"batch": entries})
    assert (reply.status, reply.headers["retry-after"]) == (503, "3")
    door.memory.on_request = lambda called: None
    assert door.send("/v1/batch", {"batch": entries}).status == 200
    assert len(door.events()) == 2


def test_a_busy_item_is_told_to_the_client(door: Door) -> None:
    def conflict(called: str) -> None:
        if called == "before write":
            raise Conflict

    door.memory.on_request = conflict
    reply = door.track(event="Consent Withdrawn", messageId="m1", timestamp=to_iso(NOW))
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")


def test_a_fault_of_ours_says_nothing_about_itself(door: Door, log: io.StringIO) -> None:
    def fail(called: str) -> None:
        if called == "before put_many":
            raise RuntimeError("cannot store ann@example.com")

    door.memory.on_request = fail
    reply = door.track(messageId="m1", timestamp=to_iso(NOW))
    assert reply.status == 500
    assert "ann@example.com" not in json.dumps(reply.body)
    logged = log.getvalue()
    assert "RuntimeError" in logged
    assert "ann@example.com" not in logged


def test_the_log_names_nobody(door: Door, log: io.StringIO) -> None:
    traits = {"email": "ann@example.com", "name": "Ann"}
    door.send("/v1/identify", {"userId": "user-1", "anonymousId": "visitor-1", "traits": traits})
    door.send("/v1/identify", {"userId": "user-1", "traits": {"ann@example.com": 1e300}})
    logged = log.getvalue()
    assert '"stored":1' in logged
    assert not any(word in logged for word in ("ann@example.com", "Ann", "user-1", "visitor-1", PUBLIC))
