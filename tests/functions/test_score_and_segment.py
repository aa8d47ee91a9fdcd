import logging

import pytest

from functions.score_and_segment.handler import handler
from leadwell.clock import DAY, HOUR
from leadwell.store import keys
from leadwell.store.queues import CONTACTS
from leadwell.store.table import Put
from tests.functions.loop import Loop, failed, stream_event, work
from tests.functions.queue_records import queue_event

VIEWS = {"when": {"event": "Viewed", "where": {"category": "sofas"}, "at_least": 2, "within": "P7D"}}


@pytest.fixture
def shop(loop: Loop) -> Loop:
    loop.define("segment", "sofas", VIEWS)
    loop.define("scoring", "shop", {"half_life": "P30D", "rules": [{"id": "v", "event": "Viewed", "points": 3}]})
    return loop


def views(loop: Loop, *numbers: int) -> list[dict]:
    items = []
    for number in numbers:
        loop.clock.moment += HOUR
        items.append(loop.event("Viewed", number, category="sofas", price=499.5).to_item())
    loop.store(*items)
    return items


def test_good_records(shop: Loop) -> None:
    assert handler(stream_event(*views(shop, 1, 2)), None) == {}
    contact = shop.read_contact()
    assert (contact.events, set(contact.segments)) == (2, {"sofas"})
    assert contact.score == pytest.approx(6, abs=0.01)
    assert shop.table.get(keys.member("sofas", "c1")) is not None
    assert contact.due_at is not None
    (execution,) = shop.executions("delay")
    assert execution.startswith("due-2026-03-09T09-")


def test_the_same_record_twice(shop: Loop) -> None:
    one, two = views(shop, 1, 2)
    handler(stream_event(one, one, two), None)
    before = shop.everything()
    assert handler(stream_event(one, two), None) == {}
    after = [
        {name: value for name, value in item.items() if name not in ("rev", "change", "news")}
        for item in shop.everything()
    ]
    assert after == [
        {name: value for name, value in item.items() if name not in ("rev", "change", "news")} for item in before
    ]


def test_a_bad_record_is_set_aside_and_fails_alone(shop: Loop) -> None:
    good, bad = views(shop, 1, 2)
    assert handler(stream_event(good, {**bad, "standing": "crowned"}), None) == {}
    assert shop.read_contact().events == 1
    (body,) = shop.bodies(CONTACTS)
    assert handler(queue_event(body), None) == failed("r0")
    assert handler(queue_event(body.replace("crowned", "proven")), None) == failed()
    assert shop.read_contact().events == 2


def test_a_due_contact(shop: Loop) -> None:
    handler(stream_event(*views(shop, 1, 2)), None)
    due = shop.read_contact().due_at
    assert due is not None
    shop.clock.moment = due
    assert handler(work(keys.contact("c1"), keys.contact("c1")), None) == failed()
    assert shop.read_contact().segments == {}
    assert shop.table.get(keys.member("sofas", "c1")) is None
    before = shop.everything()
    assert handler(work(keys.contact("c1"), keys.contact("nobody")), None) == failed()
    assert shop.everything() == before


def test_bad_work_fails_alone(shop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    handler(stream_event(*views(shop, 1, 2)), None)
    broken = {
        "pk": keys.contact("broken").pk,
        "sk": "C",
        "kind": "CONTACT",
        "rev": 1,
        "traits": {"email": "ann@example.com"},
    }
    shop.table.write(Put(broken))
    shop.clock.moment += 30 * DAY
    caplog.set_level(logging.ERROR)
    answer = handler(work("nonsense", keys.contact("broken"), '{"pk": 5, "sk": "C"}', keys.contact("c1")), None)
    assert answer == failed("r0", "r2", "r1")
    assert shop.read_contact().segments == {}
    assert "ann@example.com" not in caplog.text
