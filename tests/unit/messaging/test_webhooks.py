"""Webhooks are sent until they arrived, wherever the sender dies; but never of somebody who was erased."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import ERASED, Contact
from leadwell.messaging.message import Status
from leadwell.messaging.outgoing import CannotSend, NotTaken
from leadwell.store.queues import WEBHOOKS
from leadwell.store.table import Delete, Put
from leadwell.tracking.events import Identity, Name
from tests.unit.messaging.sending_house import ANN, NOW, PHONE, REQUESTED, Crash, House

URL = "https://crm.example.com/leads"
TELL = replace(
    REQUESTED,
    id="w1",
    channel="webhook",
    template="tell",
    purpose="internal",
    recipient=URL,
    step="tell",
    data={
        "event": {"form": "demo"},
        "journey": {"pause": "PT1H"},
        "key": "k",
        "about": {
            "event": {"id": "e1", "name": "Form Submitted", "timestamp": "2026-03-02T07:59:00.000Z"},
            "traits": ["email", "nothing"],
            "values": {"list": "demo"},
        },
    },
)


def house(**changes: Any) -> House:
    made = House(TELL)
    made.become(traits={"email": ANN, "phone": PHONE}, **changes)
    return made


def test_it_waits_in_a_queue_of_its_own() -> None:
    assert TELL.queue == WEBHOOKS


def test_what_is_told_and_nothing_else() -> None:
    told = house(stage="mql", identities=(Identity("user_id", "ann"), Identity("anonymous_id", "b1")))
    assert told.send(TELL) == {}
    (webhook,) = told.provider.taken
    assert webhook.to == URL
    assert json.loads(webhook.text) == {
        "type": "journey.webhook",
        "timestamp": "2026-03-02T08:00:00.000Z",
        "data": {
            "message": "w1",
            "contact": {"id": "c1", "user_ids": ["ann"], "stage": "mql", "traits": {"email": ANN}},
            "event": {
                "id": "e1",
                "name": "Form Submitted",
                "timestamp": "2026-03-02T07:59:00.000Z",
                "properties": {"form": "demo"},
            },
            "journey": {"name": "welcome", "version": 0, "step": "tell", "visit": 1, "key": "k"},
            "found": {},
            "values": {"list": "demo"},
        },
    }
    message = told.message(TELL)
    assert (message.status, message.sent_at, message.due_at) == (Status.SENT, NOW, None)
    (event,) = told.events()
    assert (event.name, event.properties["step"], event.source) == (Name.WEBHOOK_SENT, "tell", "webhook")


def test_it_needs_no_consent_and_a_no_to_advertising_is_none_to_it() -> None:
    told = house()
    told.withdraw("*")
    told.send(TELL)
    assert told.message(TELL).status is Status.SENT


@pytest.mark.parametrize("error", [NotTaken("the receiver answered 503"), TimeoutError(), ConnectionResetError()])
def test_what_did_not_arrive_or_may_not_have_is_sent_again_under_the_same_id(error: Exception) -> None:
    told = house()
    told.provider.silences = [error]
    assert told.send(TELL) == {}
    message = told.message(TELL)
    assert message.status is Status.REQUESTED
    assert message.due_at is not None
    assert told.send(TELL, now=message.due_at) == {}
    assert told.message(TELL).status is Status.SENT
    assert [one.tags["leadwell_message"] for one in told.provider.taken] == ["w1", "w1"]


def test_it_is_given_up_after_three_days_and_visibly_parked() -> None:
    told = house()
    pauses: list[int] = []
    now = NOW
    while (message := told.message(TELL)).status is Status.REQUESTED:
        told.provider.silences = [NotTaken("the receiver answered 500")]
        told.send(TELL, now=now)
        after = told.message(TELL)
        if after.due_at is not None:
            pauses.append(after.due_at - now)
            now = after.due_at
    assert message.status is Status.PARKED
    assert message.reason == "given up after 9 attempts: the receiver answered 500"
    assert len(told.provider.taken) == 9
    assert pauses == sorted(pauses)
    assert 2.5 * DAY < now - NOW < 3.5 * DAY
    (event,) = told.events()
    assert (event.name, event.properties["reason"]) == (Name.WEBHOOK_FAILED, message.reason)


def test_a_person_may_have_it_tried_again() -> None:
    told = house()
    told.provider.refusals = [CannotSend("the receiver wants no more of it (410)")]
    told.send(TELL)
    parked = told.message(TELL)
    assert parked.status is Status.PARKED
    released = replace(parked, status=Status.REQUESTED, due_at=NOW + HOUR)
    told.table.write(Put(released.to_item(), parked.rev))
    told.send(TELL, now=NOW + HOUR)
    assert told.message(TELL).status is Status.SENT
    assert [event.name for event in told.events()].count(Name.WEBHOOK_SENT) == 1


def test_a_receiver_says_how_long_to_wait() -> None:
    told = house()
    told.provider.refusals = [NotTaken("the receiver answered 429", wait=3 * HOUR)]
    told.send(TELL)
    due = told.message(TELL).due_at
    assert due is not None and NOW + 3 * HOUR <= due <= NOW + 3 * HOUR + 5 * MINUTE


def test_but_not_for_a_year() -> None:
    told = house()
    told.provider.refusals = [NotTaken("the receiver answered 429", wait=365 * DAY)]
    told.send(TELL)
    due = told.message(TELL).due_at
    assert due is not None and due <= NOW + DAY + 5 * MINUTE


def test_wherever_the_sender_dies_it_arrives() -> None:
    """A mail would be unknown, and never sent again."""
    for number in range(1, 12):
        told = house()
        told.dying_at(number, lambda told=told: told.send(TELL))  # type: ignore[misc]
        _later(told)
        assert told.message(TELL).status is Status.SENT, f"died at request {number}"
        assert {one.tags["leadwell_message"] for one in told.provider.taken} == {"w1"}


def test_who_died_while_it_was_on_its_way_has_it_sent_again() -> None:
    told = house()
    told.provider.silences = [Crash()]
    with pytest.raises(Crash):
        told.send(TELL)
    assert told.message(TELL).status is Status.CLAIMED
    told.send(TELL, now=NOW + MINUTE)
    assert len(told.provider.taken) == 1, "somebody may be about to send it"
    _later(told)
    assert told.message(TELL).status is Status.SENT
    assert len(told.provider.taken) == 2


def _later(told: House) -> None:
    for _ in range(4):
        message = told.message(TELL)
        if message.due_at is not None:
            told.send(TELL, now=message.due_at)


def test_of_who_was_erased_nothing_is_told() -> None:
    told = House(TELL)
    told.become(status=ERASED)
    told.send(TELL)
    assert (told.provider.taken, told.message(TELL).reason) == ([], "the contact is erased")


def test_who_was_erased_while_it_waited_leaves_nothing_behind() -> None:
    told = house()
    told.provider.meanwhile = lambda: told.table.write(Delete(TELL.key))
    told.send(TELL)
    assert told.table.get(TELL.key) is None
    assert told.events() == []


def test_of_who_turned_out_to_be_somebody_it_is_told_under_the_new_name() -> None:
    told = House(TELL)
    told.table.write(Put(Contact.merged("c1", "c2", rev=0, now=NOW).to_item()))
    told.table.write(Put(Contact(id="c2", last=(NOW, "e"), traits={"email": "bob@example.com"}).to_item()))
    told.send(TELL)
    contact = json.loads(told.provider.taken[0].text)["data"]["contact"]
    assert (contact["id"], contact["traits"]) == ("c2", {"email": "bob@example.com"})


def test_who_turned_out_to_be_somebody_who_was_erased_is_not_told_of() -> None:
    told = House(TELL)
    told.table.write(Put(Contact.merged("c1", "c2", rev=0, now=NOW).to_item()))
    told.table.write(Put(Contact(id="c2", last=(NOW, "e"), status=ERASED).to_item()))
    told.send(TELL)
    assert told.provider.taken == []


def _twice(told: House) -> Callable[[], None]:
    return lambda: _nothing(told.send(TELL))


def _nothing(failed: Any) -> None:
    assert failed == {}


def test_two_who_read_it_at_once_do_not_both_send_it() -> None:
    told = house()
    told.provider.meanwhile = _twice(told)
    told.send(TELL)
    assert len(told.provider.taken) == 1
