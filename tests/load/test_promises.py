"""The load test can fail: every promise is broken once, in what is stored."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.load.crowd import Ledger
from tests.load.people import SERVER, Person, Posting
from tests.load.promises import REPORTERS, promises
from tests.load.stored import Stored


def ledger() -> Ledger:
    """Ann has opened one round and looked at something, and was acknowledged."""
    noted = Ledger()
    person = Person("run", 1, 1)
    for posting in (Posting(SERVER, (person._identify(True), person._open("1"))), Posting(SERVER, (person._view(),))):
        noted.note(person, posting)
        noted.acknowledge(posting)
    return noted


def message(step: str, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "MESSAGE",
        "pk": "C#ann",
        "id": f"m-{step}",
        "status": "delivered",
        "journey": "load-round",
        "enrollment": "J#load-round#1#000001",
        "step": step,
        "data": {"key": "1"},
        **changed,
    }


def event(number: int, pk: str = "C#ann") -> dict[str, Any]:
    return {"kind": "EVENT", "pk": pk, "id": f"run-1-{number}", "source": REPORTERS[0]}


def stored() -> Stored:
    return Stored(
        items={
            "EVENT": [
                *(event(number) for number in (1, 2, 3)),
                # What the visitor did before is in their old history as well, which leads to Ann.
                event(1, "C#visitor"),
                {"kind": "EVENT", "pk": "C#ann", "id": "report", "source": "ses"},
            ],
            "CONTACT": [
                {"kind": "CONTACT", "pk": "C#ann", "events": 4},
                {"kind": "CONTACT", "pk": "C#visitor", "events": 0, "merged_into": "ann"},
            ],
            "IDENTITY": [{"kind": "IDENTITY", "pk": "I#user_id#run-1", "contact": "ann"}],
            "MESSAGE": [message("hello"), message("guide")],
        },
        outbox=[{"id": "m-hello"}, {"id": "m-guide"}],
        left_over=[],
    )


def also_sent(found: Stored, sent: dict[str, Any]) -> None:
    found.items["MESSAGE"].append(sent)
    found.outbox.append({"id": sent["id"]})


def broken(found: Stored, noted: Ledger) -> dict[str, str]:
    return {promise.text: promise.broken for promise in promises(found, noted) if promise.broken}


def test_all_promises_hold() -> None:
    assert broken(stored(), ledger()) == {}


Fault = Callable[[Stored, Ledger], object]

FAULTS: dict[str, tuple[Fault, str]] = {
    "not acknowledged": (lambda s, n: n.acknowledged.remove("run-1-3"), "every posted event was acknowledged"),
    "event lost": (lambda s, n: s.items["EVENT"].pop(2), "every acknowledged event is stored"),
    "event doubled": (lambda s, n: s.items["EVENT"].append(event(2)), "no event is stored twice"),
    "event out of nowhere": (lambda s, n: s.items["EVENT"].append(event(99)), "nothing is stored that was not posted"),
    "history torn": (lambda s, n: s.items["EVENT"][2].update(pk="C#bob"), "everybody's events are in one history"),
    "history of somebody else": (
        lambda s, n: s.items["IDENTITY"][0].update(contact="bob"),
        "everybody's events are in one history",
    ),
    "not counted": (lambda s, n: s.items["CONTACT"][0].update(events=3), "every stored event counts in its contact"),
    "contact missing": (lambda s, n: s.items["CONTACT"].pop(0), "every stored event counts in its contact"),
    "message left twice": (lambda s, n: s.outbox.append({"id": "m-hello"}), "no message left twice"),
    "message unknown": (lambda s, n: s.outbox.append({"id": "m-x"}), "every message that left is known"),
    "two for one cause": (
        lambda s, n: also_sent(s, message("hello", id="m-x")),
        "at most one message for each contact, journey, step and cause",
    ),
    "message lost": (
        lambda s, n: (s.items["MESSAGE"].pop(), s.outbox.pop()),
        "every opened round was answered",
    ),
    "message stuck": (lambda s, n: s.outbox.pop(), "every message left"),
    "message without a cause": (
        lambda s, n: also_sent(s, message("hello", id="m-x", data={"key": "2"}, enrollment="J#2")),
        "nobody was written to without a cause",
    ),
    "work left over": (lambda s, n: s.left_over.append("1 message"), "nothing is left to do"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_found(fault: str) -> None:
    found, noted = stored(), ledger()
    plant, promise = FAULTS[fault]
    plant(found, noted)
    assert any(text.startswith(promise) for text in broken(found, noted)), broken(found, noted)
