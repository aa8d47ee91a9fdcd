"""The readers of stream and queues: a record that cannot be worked on is set aside or fails, alone.

The good ones beside it are done, and what stands in the table and makes no sense keeps nobody from what is due to them.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY, MINUTE, to_iso, to_minute
from leadwell.contacts.contact import Contact
from leadwell.due.buckets import SHARDS, bucket, due_attributes
from leadwell.store import keys
from leadwell.store.attributes import from_attributes, to_attributes
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES, image_body, to_body
from leadwell.store.table import Key
from tests.functions.loop import stream_event
from tests.functions.queue_records import queue_event
from tests.security.effort import examples
from tests.security.installation import Installation, installation
from tests.security.strange import JSON, RAW_JSON, TEXTS, Path, as_json, paths, put, without

STORABLE = [
    None,
    True,
    0,
    -1,
    1.5,
    10**37,
    "",
    " ",
    "\x00",
    "x" * 5_000,
    "🛋" * 90,
    "0000-00-00T00:00:00Z",
    [],
    [[]],
    [None],
    {},
    {"a": 1},
    {"pk": "C#other", "sk": "C"},
]
"""What can stand in an item: DynamoDB keeps the rest out."""
KEY_NAMES = (("pk",), ("sk",))


def spoiled_items(item: Mapping[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
    """Every place of an item but its key, once without, and once with each strange value."""
    found = []
    for path in paths(dict(item)):
        if path and path not in KEY_NAMES:
            found.append((path, without(dict(item), path)))
            found += [(path, put(dict(item), path, value)) for value in STORABLE]
    return found


def bisected(house: Installation, function: str, images: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Delivers a stream batch as Lambda does: what fails is cut in two, again and again. Answers what is left over and
    blocks the shard."""
    try:
        house.call(function, stream_event(*(dict(image) for image in images)))
    except Exception:
        if len(images) == 1:
            return images
        half = len(images) // 2
        return bisected(house, function, images[:half]) + bisected(house, function, images[half:])
    return []


def failed(answer: Mapping[str, Any]) -> list[str]:
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def events_of(house: Installation, contact: str) -> int:
    return Contact.from_item(house.table.get(keys.contact(contact)) or {}).events


def arrived(house: Installation, user: str = "ann") -> dict[str, Any]:
    """An event that was just stored."""
    house.world.clock.moment += MINUTE
    event = house.world.event(user, "Product Viewed", {"category": "sofas", "price": 10})
    item = event.to_item()
    house.table.put_many([item])
    return item


def test_strange_events_in_the_stream() -> None:
    house = installation()
    house.rewind()
    sound = {
        **arrived(house, "strange"),
        "traits": {"email": "s@example.com", "birthday": "1990-02-28", "timezone": "Europe/Berlin"},
        "context": {"locale": "de", "timezone": "Europe/Berlin"},
        "identities": [["user_id", "strange"], ["email", "s@example.com"]],
        "type": "identify",
    }
    for path, strange in spoiled_items(sound):
        house.rewind()
        before = events_of(house, house.ann)
        stuck = bisected(house, "score_and_segment", [arrived(house), strange, arrived(house)])
        assert not stuck, f"{path}: the shard is blocked for a day"
        assert events_of(house, house.ann) == before + 2, f"{path}: a good event is lost"
        house.world.run()


def test_strange_contacts_in_the_stream() -> None:
    """Both readers: who reacts to a contact, and what of it is set aside."""
    house = installation()
    house.rewind()
    house.world.post(house.world.event("ann", "Product Added", {"cart_id": "cart-9", "name": "Sofa"}))
    (sound,) = [item for item in house.table.items("CONTACT") if item["pk"] == f"C#{house.ann}"]
    sound = {**sound, "change": {"happened": [["event", "x", "Product Added", sound["clock"], {"cart_id": "cart-9"}]]}}
    for path, strange in spoiled_items(sound):
        house.rewind()
        other = Contact.from_item(house.table.get(keys.contact(house.visitor)) or {}).to_item()
        stuck = bisected(house, "run_journeys", [other, strange, other])
        assert not stuck, f"{path}: the shard is blocked for a day"


QUEUES = {"score_and_segment": CONTACTS, "run_journeys": ENROLLMENTS, "send_messages": MESSAGES}
BODIES = [
    "",
    "null",
    "[]",
    "1",
    '"image"',
    "{}",
    '{"pk": "C#x"}',
    '{"pk": 1, "sk": "C"}',
    '{"pk": "", "sk": "C"}',
    '{"pk": "C#x", "sk": ""}',
    '{"pk": "C#x", "sk": "C", "more": 1}',
    '{"pk": "x", "sk": "y"}',
    json.dumps({"pk": "C#" + "x" * 3_000, "sk": "C"}),
    json.dumps({"pk": "C#x", "sk": "M#" + "x" * 2_000}),
    '{"pk": "C#\\ud800", "sk": "C"}',
    '{"image": null}',
    '{"image": {}}',
    '{"image": {"pk": {"S": "C#x"}}}',
    '{"image": {"pk": {"S": "C#x"}, "sk": {"S": "C"}}}',
    '{"image": {"pk": {"X": "C#x"}, "sk": {"S": "C"}}}',
    '{"image": {"pk": {"N": "x"}, "sk": {"S": "C"}}}',
    '{"image": [1]}',
    "[" * 100_000,
    '{"image": ' * 5_000,
    "9" * 5_000,
    "\x00",
    "\ud800",
]


def work_for(house: Installation, function: str) -> tuple[str, Any]:
    """A good record for a queue, and what tells that it was worked on."""
    if function == "score_and_segment":
        image = arrived(house)
        before = events_of(house, house.ann)
        return image_body(image), lambda: events_of(house, house.ann) == before + 1
    if function == "run_journeys":
        (due,) = [
            item for item in house.table.items("ENROLLMENT") if "due_at" in item and item["pk"] == f"C#{house.ann}"
        ][:1]
        house.world.clock.moment += 30 * DAY
        return to_body(Key(due["pk"], due["sk"])), lambda: house.table.get(Key(due["pk"], due["sk"])) != due
    message = house.request_message()
    return to_body(message), lambda: len(house.world.outbox.sent) == 1


@pytest.mark.parametrize("body", range(len(BODIES)))
@pytest.mark.parametrize("function", QUEUES)
def test_strange_records_in_a_queue(function: str, body: int) -> None:
    beside(function, BODIES[body])


def beside(function: str, body: str) -> None:
    """A record between good ones: it may fail, they may not."""
    house = installation()
    house.rewind()
    sound, is_done = work_for(house, function)
    answer = house.call(function, queue_event(body, sound, body))
    assert set(failed(answer)) <= {"r0", "r2"}
    assert is_done(), "the good record was not worked on"


@pytest.mark.parametrize("function", QUEUES)
def test_anything_in_a_queue(function: str) -> None:
    @examples(100)
    @given(RAW_JSON | TEXTS | JSON.map(as_json) | st.fixed_dictionaries({"pk": TEXTS, "sk": TEXTS}).map(as_json))
    def attempt(body: str) -> None:
        beside(function, body)

    attempt()


def test_strange_messages_in_the_table_are_not_sent_and_hold_nobody_up() -> None:
    house = installation()
    house.rewind()
    sound = house.table.get(house.request_message("mspoiled"))
    assert sound is not None
    for path, strange in spoiled_items(sound):
        house.rewind()
        other = house.request_message()
        house.table.plant(to_attributes(strange))
        answer = house.call("send_messages", queue_event(to_body(Key(sound["pk"], sound["sk"])), to_body(other)))
        assert set(failed(answer)) <= {"r0"}, path
        sent = [one.tags["leadwell_message"] for _, one in house.world.outbox.sent]
        assert sent.count("mwanted") == 1, f"{path}: the good message was not sent"
        assert len(sent) <= 2


def test_strange_contacts_in_the_table_hold_nobody_up() -> None:
    house = installation()
    house.rewind()
    sound = house.table.get(keys.contact(house.visitor))
    assert sound is not None
    for path, strange in spoiled_items(sound):
        if path == ("rev",):
            continue  # another revision means that somebody else is writing: repeated, and rightly
        house.rewind()
        before = events_of(house, house.ann)
        house.table.plant(to_attributes(strange))
        images = [arrived(house), arrived_for(house, house.visitor), arrived(house)]
        stuck = bisected(house, "score_and_segment", images)
        assert not stuck, f"{path}: the shard is blocked for a day"
        assert events_of(house, house.ann) == before + 2, f"{path}: a good event is lost"
        due = queue_event(to_body(keys.contact(house.visitor)), to_body(keys.contact(house.ann)))
        assert set(failed(house.call("score_and_segment", due))) <= {"r0"}


def arrived_for(house: Installation, contact: str) -> dict[str, Any]:
    item = arrived(house, "somebody")
    return {**item, "pk": f"C#{contact}"}


def test_what_nobody_knows_in_the_due_index_holds_nobody_up() -> None:
    house = installation()
    house.rewind()
    now = house.world.clock.now()
    minute = to_minute(now - now % MINUTE + MINUTE)
    for number, sk in enumerate(("X", "X#1", "c", "E#1", "\x00", "NO")):
        for shard in range(SHARDS):
            item = {"pk": f"C#z{number}{shard}", "sk": sk, "due_at": to_iso(now), "due_bucket": bucket(minute, shard)}
            house.table.plant(to_attributes(item))
    sound = {"pk": "C#zz", "sk": "C", **due_attributes("C#zz", now)}
    house.table.plant(to_attributes(sound))
    house.table.plant(to_attributes({"pk": keys.DUE, "sk": minute, "kind": "MINUTE", "rev": 1}))
    house.world.clock.moment += 2 * MINUTE
    house.call("wake_due", {"minute": minute})
    assert Key("C#zz", "C") in house.world.queues.waiting[CONTACTS]
    for queue in house.world.queues.waiting.values():
        queue.clear()
    house.call("wake_due", {"sweep": True})
    assert Key("C#zz", "C") in house.world.queues.waiting[CONTACTS]


@pytest.mark.parametrize("kind", [value for value in STORABLE if value != ""])
def test_a_rebuild_meets_everybody_whatever_else_is_in_the_table(kind: Any) -> None:
    house = installation()
    house.rewind()
    for number in range(3):
        house.table.plant(to_attributes({"pk": f"C#a{number}", "sk": "C", "kind": kind}))
    house.call("rebuild_audience", {"cursor": None, "reason": "test"})
    assert {keys.contact(house.ann), keys.contact(house.visitor)} <= set(house.world.queues.waiting[CONTACTS])


def test_items_read_back_are_what_was_planted() -> None:
    """Otherwise the tests above would prove nothing."""
    house = installation()
    house.rewind()
    item = {"pk": "C#x", "sk": "C", "kind": "CONTACT", "odd": [None, {"a": ""}]}
    house.table.plant(to_attributes(item))
    assert house.table.get(Key("C#x", "C")) == from_attributes(to_attributes(item)) == item
