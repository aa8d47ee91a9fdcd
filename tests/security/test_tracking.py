"""``track_events`` in front of strangers: an answer in every case, and stored is what was accepted, nothing else."""

import base64
import gzip
import json
import random
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.store.table import Key
from tests.security.effort import examples
from tests.security.installation import LIMITED, PUBLIC, SERVER, WEBSITE, Answer, Installation, installation, request
from tests.security.strange import HEADERS, JSON, RAW_JSON, TEXTS, VALUES, as_json, spoiled, spoiled_everywhere

KEYS = (PUBLIC, SERVER)
WHEN = "2026-03-02T08:00:00Z"
CONTEXT = {
    "ip": "203.0.113.9",
    "locale": "de-DE",
    "timezone": "Europe/Berlin",
    "userAgent": "Test/1.0",
    "userHash": "0" * 64,
    "page": {"url": "https://shop.example.com/sofas", "path": "/sofas", "referrer": "", "title": "Sofas", "search": ""},
    "campaign": {"source": "news", "name": "spring"},
    "library": {"name": "analytics.js", "version": "5"},
    "device": {"type": "phone"},
    "traits": {"email": "vera@example.com"},
}
COMMON = {"anonymousId": "visitor-1", "userId": "ann", "messageId": "x1", "timestamp": WHEN, "sentAt": WHEN}
CALLS: dict[str, dict[str, Any]] = {
    "track": {"event": "Product Added", "properties": {"cart_id": "c2", "price": 9.5, "products": [{"name": "Sofa"}]}},
    "identify": {"traits": {"email": "ann@example.com", "phone": "+12025550143", "birthday": "1990-02-28", "age": 36}},
    "page": {"name": "Home", "category": "Start", "properties": {"url": "https://shop.example.com/"}},
    "screen": {"name": "Home", "properties": {}},
    "group": {"groupId": "g1", "traits": {"plan": "pro"}},
    "alias": {"previousId": "visitor-1"},
}
CONSENT = {"event": "Consent Granted", "properties": {"purpose": "marketing", "channel": "email", "wording": "Yes"}}
WITHDRAWAL = {"event": "Consent Withdrawn", "properties": {"purpose": "marketing", "channel": "email"}}
ENTRIES = {
    **{kind: {"type": kind, **COMMON, **call} for kind, call in CALLS.items()},
    "context": {"type": "identify", **COMMON, "context": CONTEXT},
    "consent": {"type": "track", **COMMON, **CONSENT},
    "withdrawal": {"type": "track", **COMMON, **WITHDRAWAL},
}


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def events(answer: Answer) -> set[Key]:
    return {key for key in answer.written if key.sk.startswith("E#")}


def check(answer: Answer) -> None:
    """What holds for every answer."""
    if answer.status >= 400:
        assert answer.written == (), "refused, and yet something was stored"
        assert answer.body["detail"]
        assert answer.headers["content-type"] == "application/problem+json"


def post(house: Installation, kind: str, entry: Any, key: str) -> Answer:
    house.rewind()
    answer = house.track(f"/v1/{kind}", as_json(entry), headers=basic(key))
    check(answer)
    return answer


def follow(house: Installation) -> None:
    """What was accepted must not stop what comes after it."""
    house.world.run()
    assert not any(house.world.queues.aside.values()), "an accepted event had to be set aside"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", ENTRIES)
def test_anything_at_any_place_of_a_call(name: str, key: str) -> None:
    house = installation()
    entry = ENTRIES[name]
    kind = entry["type"]
    stored = post(house, kind, entry, key)
    assert (stored.status, len(events(stored))) == (200, 1), stored.text
    for path, strange in spoiled_everywhere(entry):
        answer = post(house, kind, strange, key)
        assert answer.status in (200, 400, 413), (path, answer.text)
        assert len(events(answer)) == (answer.status == 200), path
        if answer.written:
            follow(house)


@examples(300)
@given(st.sampled_from(sorted(ENTRIES)).flatmap(lambda name: spoiled(ENTRIES[name])), st.sampled_from(KEYS))
def test_several_strange_things_in_a_call(entry: Any, key: str) -> None:
    house = installation()
    kind = entry.get("type") if isinstance(entry, dict) else None
    answer = post(house, kind if isinstance(kind, str) and kind in CALLS else "track", entry, key)
    assert len(events(answer)) == (answer.status == 200)
    follow(house)


@st.composite
def batches(draw: st.DrawFn) -> list[Any]:
    entries = []
    for number in range(draw(st.integers(0, 5))):
        entry = ENTRIES[draw(st.sampled_from(sorted(ENTRIES)))]
        entry = draw(spoiled(entry)) if draw(st.booleans()) else entry
        entries.append({**entry, "messageId": f"m{number}"} if isinstance(entry, dict) else entry)
    return entries


@examples(150)
@given(batches(), st.sampled_from(KEYS))
def test_a_batch_stores_exactly_what_it_does_not_refuse(entries: list[Any], key: str) -> None:
    """And each entry fares as it does alone."""
    house = installation()
    alone: set[Key] = set()
    refused = []
    for number, entry in enumerate(entries):
        house.rewind()
        answer = house.track("/v1/batch", as_json({"batch": [entry]}), headers=basic(key))
        check(answer)
        alone |= events(answer)
        if answer.status == 400:
            refused.append(number)
    house.rewind()
    together = house.track("/v1/batch", as_json({"batch": entries}), headers=basic(key))
    check(together)
    if refused:
        assert [one["index"] for one in together.body["refused"]] == refused
        assert together.body["stored"] == len(entries) - len(refused)
    else:
        assert together.body == {"success": True}
    assert events(together) == alone
    follow(house)


ROUTES = [
    "/v1/batch",
    "/v1/b",
    "/v1/import",
    "/v1/track",
    "/v1/t",
    "/v1/identify",
    "/v1/m",
    "/v1",
    "/v1/",
    "/v1/nothing",
    "/v1/track/x",
    f"/v1/projects/{PUBLIC}/settings",
    f"/v1/projects/{SERVER}/settings",
    "/v1/projects//settings",
    "/v1/projects/%00/settings",
    "/v1/projects/" + "x" * 5_000 + "/settings",
    "/v1/projects/%ff%fe/settings",
    "//",
    "",
]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW", ""]
BODIES = (
    st.none()
    | RAW_JSON
    | RAW_JSON.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.binary(max_size=200)
    | st.binary(max_size=200).map(gzip.compress)
    | st.text(max_size=50)
    | JSON.map(as_json)
    | st.sampled_from([as_json({"batch": [entry]}) for entry in ENTRIES.values()])
)


@examples(400)
@given(
    st.sampled_from(METHODS),
    st.sampled_from(ROUTES) | TEXTS.map("/v1/{}".format),
    BODIES,
    HEADERS,
    st.sampled_from([None, *KEYS]),
    st.sampled_from([None, None, True, False]),
)
def test_any_request_at_any_route(
    method: str, path: str, body: str | bytes | None, headers: dict[str, str], key: str | None, is_base64: bool | None
) -> None:
    house = installation()
    house.rewind()
    given_headers = {**headers, **(basic(key) if key else {})}
    answer = house.answer("track_events", request(method, path, body, headers=given_headers, is_base64=is_base64))
    check(answer)
    if method != "POST":
        assert answer.written == ()


GOOD = as_json(ENTRIES["track"]).encode()


def damaged() -> list[tuple[str, bytes]]:
    packed = gzip.compress(GOOD, mtime=0)
    chance = random.Random(3)
    flipped = []
    for _ in range(200):
        torn = bytearray(packed)
        torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
        flipped.append(("flipped", bytes(torn)))
    bomb = gzip.compress(b"0" * 50_000_000, 9, mtime=0)
    return [
        *(("cut", packed[:length]) for length in range(len(packed))),
        *flipped,
        ("a bomb", bomb),
        ("a bomb in a bomb", gzip.compress(bomb, mtime=0)),
        ("two members", packed + packed),
        ("something behind it", packed + b"{}"),
        ("zlib", zlib.compress(GOOD)),
        ("nothing", gzip.compress(b"")),
        ("too large", b'"' + b"x" * 600_000 + b'"'),
        ("too large as JSON", json.dumps({"event": "x" * 600_000}).encode()),
    ]


def test_broken_and_exploding_bodies() -> None:
    house = installation()
    seen = {}
    for name, body in damaged():
        for headers in (basic(SERVER), {**basic(SERVER), "content-encoding": "gzip"}):
            house.rewind()
            answer = house.track("/v1/track", body, headers=headers)
            check(answer)
            assert len(events(answer)) == (answer.status == 200), name
            seen[name] = answer.status
    assert seen["a bomb"] == seen["too large"] == 413
    assert seen["cut"] == seen["nothing"] == 400


def test_a_bomb_is_put_out_before_it_grows() -> None:
    house = installation()
    house.rewind()
    bomb = gzip.compress(b"0" * 50_000_000, 9, mtime=0)
    tracemalloc.start()
    try:
        assert house.track("/v1/track", bomb, headers=basic(SERVER)).status == 413
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("is_base64", [True, False])
def test_a_wrong_word_about_base64(is_base64: bool) -> None:
    house = installation()
    for body in ("", "=", "a", "====", "ä", "\ud800", "e30=", base64.b64encode(GOOD).decode()[:-3], GOOD.decode()):
        house.rewind()
        check(house.track("/v1/track", body, headers=basic(SERVER), is_base64=is_base64))


CREDENTIALS = [
    "",
    "Basic",
    "Basic ",
    "Basic =",
    "Basic " + base64.b64encode(b"\xff\xfe:").decode(),
    "Basic " + base64.b64encode(f"x{PUBLIC}:".encode()).decode(),
    "Basic " + base64.b64encode(f":{PUBLIC}".encode()).decode(),
    f"Bearer {PUBLIC}x",
    f"Bearer {PUBLIC[:-1]}",
    f"bearer {PUBLIC.upper()}",
    f"Bearer {PUBLIC} {PUBLIC}",
    "Bearer " + "x" * 8_000,
    "Bearer ä",
    f"Digest {PUBLIC}",
    PUBLIC,
    f"K#{PUBLIC}",
]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_without_a_key_nothing_is_taken(credential: str) -> None:
    house = installation()
    for body in (GOOD, as_json({**ENTRIES["track"], "writeKey": PUBLIC + "x"}), b"\xff", "[" * 100_000):
        house.rewind()
        answer = house.track("/v1/track", body, headers={"authorization": credential})
        check(answer)
        assert answer.status in (400, 401)


@examples(150)
@given(TEXTS | st.sampled_from([value for value in VALUES if not isinstance(value, str)]))
def test_no_strange_key_is_one(key: Any) -> None:
    house = installation()
    house.rewind()
    answer = house.track("/v1/track", as_json({**ENTRIES["track"], "writeKey": key}))
    check(answer)
    assert answer.status == 401


@pytest.mark.parametrize(
    "origin", ["", "null", WEBSITE + "/", WEBSITE + ".example.org", "http://shop.example.com", "*"]
)
def test_a_key_for_one_website_is_for_that_website(origin: str) -> None:
    house = installation()
    house.rewind()
    answer = house.track("/v1/track", GOOD, headers={**basic(LIMITED), "origin": origin})
    check(answer)
    assert answer.status == 403
    assert house.track("/v1/track", GOOD, headers={**basic(LIMITED), "origin": WEBSITE}).status == 200


@examples(150)
@given(TEXTS, TEXTS)
def test_no_strange_hash_proves_anything(user_hash: str, user: str) -> None:
    house = installation()
    house.rewind()
    entry = {**ENTRIES["identify"], "userId": user, "context": {**CONTEXT, "userHash": user_hash}}
    answer = house.track("/v1/identify", as_json(entry), headers=basic(PUBLIC))
    check(answer)
    if answer.status == 200:
        (event,) = (house.table.get(key) for key in events(answer))
        assert event is not None
        assert event["standing"] != "proven"
