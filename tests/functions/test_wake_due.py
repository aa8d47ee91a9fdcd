import json

from functions.wake_due.handler import handler
from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.due import waking
from leadwell.due.buckets import bucket_minute, due_attributes
from leadwell.store import keys
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES
from leadwell.store.table import Key
from tests.functions.loop import Loop


def due(loop: Loop, *keys_of_items: Key) -> str:
    """Items that are due in the minute that begins next; answers that minute."""
    at = loop.clock.now()
    loop.services.armory.arm([at], at)
    loop.store(*({"pk": key.pk, "sk": key.sk, "rev": 1, **due_attributes(key.pk, at)} for key in keys_of_items))
    return bucket_minute(at)


def test_a_minute_is_drained_as_the_state_machine_calls(loop: Loop) -> None:
    message, enrollment = keys.message("c1", "m1"), keys.enrollment("c1", "welcome", "", 1)
    contacts = [keys.contact(f"c{n}") for n in range(25)]
    minute = due(loop, message, enrollment, *contacts)
    loop.clock.moment += MINUTE
    answer = handler({"minute": minute}, None)
    assert json.loads(json.dumps(answer)) == answer
    assert (answer["minute"], answer["more"], answer["woken"]) == (minute, False, 27)
    assert sorted(loop.queued(CONTACTS)) == sorted(contacts)
    assert (loop.queued(ENROLLMENTS), loop.queued(MESSAGES)) == ([enrollment], [message])


def test_it_goes_on_while_there_is_more(loop: Loop, monkeypatch) -> None:
    monkeypatch.setattr(waking, "PAGE", 2)
    minute = due(loop, *(keys.contact(f"c{n}") for n in range(9)))
    loop.clock.moment += MINUTE
    answer, calls = {"minute": minute, "more": True}, 0
    monkeypatch.setattr(waking.drain, "__defaults__", (2,))
    while answer["more"]:
        answer, calls = json.loads(json.dumps(handler(answer, None))), calls + 1
    assert calls > 1
    assert sorted(key.pk for key in loop.queued(CONTACTS)) == [f"C#c{n}" for n in range(9)]


def test_the_same_minute_twice_is_harmless(loop: Loop) -> None:
    minute = due(loop, keys.contact("c1"))
    loop.clock.moment += MINUTE
    before = loop.everything()
    handler({"minute": minute}, None)
    handler({"minute": minute}, None)
    assert loop.everything() == before
    assert loop.queued(CONTACTS) == [keys.contact("c1")] * 2


def test_an_empty_minute(loop: Loop) -> None:
    assert handler({"minute": "2026-03-02T08:01Z"}, None)["more"] is False


def test_the_sweep(loop: Loop) -> None:
    due(loop, keys.contact("c1"))
    far = loop.clock.now() + 30 * DAY + HOUR
    loop.services.armory.arm([far], loop.clock.now())
    started = loop.executions("delay")
    loop.clock.moment += 5 * MINUTE
    answer = handler({"sweep": True}, None)
    assert json.loads(json.dumps(answer)) == {"minutes": 1, "woken": 1, "closed": 0, "started": 0}
    assert loop.queued(CONTACTS) == [keys.contact("c1")]
    loop.clock.moment += HOUR
    assert handler({"sweep": True}, None)["started"] == 1
    assert len(loop.executions("delay")) == len(started) + 1
    assert handler({"sweep": True}, None)["started"] == 1, "again and again, and an execution that exists is enough"
