import pytest

from functions.run_journeys.handler import handler
from leadwell.clock import HOUR
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.journeys.enrollment import FINISHED, Enrollment
from leadwell.store import keys
from leadwell.store.queues import ENROLLMENTS, MESSAGES
from leadwell.store.table import Item, Key, Put, query_all
from tests.functions.loop import TITLE, Loop, failed, stream_event, work
from tests.functions.queue_records import queue_event

JOURNEY = {
    "description": TITLE,
    "trigger": {"event": "Added", "key": "cart"},
    "goal": {"event": "Ordered"},
    "steps": [{"email": "hello"}, {"wait": "PT3H"}, {"id": "later", "sms": "hello"}],
}


@pytest.fixture
def shop(loop: Loop) -> Loop:
    loop.define("email", "hello", {})
    loop.define("journey", "cart", JOURNEY)
    return loop


def told(loop: Loop, *carts: str) -> Item:
    """The image of a contact to whom this happened."""
    happened = [
        Happening("event", f"e-{cart}", "Added", loop.clock.now(), {"cart": cart, "price": 4.5}).to_map()
        for cart in carts
    ]
    return loop.contact().to_item({"happened": happened})


def enrollments(loop: Loop) -> list[Enrollment]:
    return [Enrollment.from_item(item) for item in query_all(loop.table, "C#c1", begins=keys.ENROLLMENTS)]


def messages(loop: Loop) -> list[Item]:
    return list(query_all(loop.table, "C#c1", begins=keys.MESSAGES))


def test_a_good_record(shop: Loop) -> None:
    assert handler(stream_event(told(shop, "k1"), name="MODIFY"), None) == {}
    (enrollment,) = enrollments(shop)
    (message,) = messages(shop)
    assert (enrollment.key, enrollment.wake_at) == ("k1", shop.clock.now() + 3 * HOUR)
    assert message["data"]["event"] == {"cart": "k1", "price": 4.5}
    assert shop.queued(MESSAGES) == [Key(message["pk"], message["sk"])]
    assert "due-2026-03-02T11-01Z" in shop.executions("delay")


def test_the_same_record_twice(shop: Loop) -> None:
    event = stream_event(told(shop, "k1", "k2"))
    handler(event, None)
    before = shop.everything()
    assert handler(event, None) == {}
    assert shop.everything() == before
    assert len(messages(shop)) == 2


def test_a_record_without_news(shop: Loop) -> None:
    before = shop.everything()
    assert handler(stream_event(Contact(id="c1", last=(1, "e")).to_item()), None) == {}
    assert shop.everything() == before


def test_a_bad_record_is_set_aside_and_fails_alone(shop: Loop) -> None:
    broken = {**told(shop, "k2"), "rev": 99, "change": {"happened": [{"kind": "event"}]}}
    assert handler(stream_event(told(shop, "k1"), broken), None) == {}
    assert [one.key for one in enrollments(shop)] == ["k1"]
    (body,) = shop.bodies(ENROLLMENTS)
    assert handler(queue_event(body), None) == failed("r0")


def test_a_due_enrollment_twice(shop: Loop) -> None:
    handler(stream_event(told(shop, "k1")), None)
    (enrollment,) = enrollments(shop)
    shop.clock.moment += 3 * HOUR
    key = enrollment.item_key
    assert handler(work(key, key), None) == failed()
    assert handler(work(key), None) == failed()
    assert enrollments(shop)[0].status == FINISHED
    assert sorted(message["channel"] for message in messages(shop)) == ["email", "sms"]


def test_bad_work_fails_alone(shop: Loop) -> None:
    handler(stream_event(told(shop, "k1", "k2")), None)
    first, second = enrollments(shop)
    item = shop.table.get(first.item_key)
    assert item is not None
    shop.table.write(Put({**item, "path": 5}))
    shop.clock.moment += 3 * HOUR
    answer = handler(work("nonsense", first.item_key, second.item_key, Key("C#nobody", "J#x##000001")), None)
    assert answer == failed("r0", "r1")
    assert [item["status"] for item in query_all(shop.table, "C#c1", begins=keys.ENROLLMENTS)] == ["active", FINISHED]
