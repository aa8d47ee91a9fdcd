"""What cannot be sent is parked or comes again, and stands in nobody else's way."""

from dataclasses import replace

from leadwell.clock import DAY, MINUTE
from leadwell.consent.suppressions import suppression_key
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict, Throttled
from leadwell.messaging.message import Status
from leadwell.store import keys
from leadwell.store.table import Delete
from tests.fakes.world import MemoryStarter
from tests.unit.messaging.sending_house import ANN, EMAIL, NOW, REQUESTED, House, ignored


def test_a_missing_template_parks_it() -> None:
    lost = replace(REQUESTED, template="lost")
    house = House(lost)
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.due_at) == (Status.PARKED, None)
    assert "no email template lost" in message.reason


def test_a_template_that_fails_on_this_contact_parks_it() -> None:
    house = House()
    broken = {**EMAIL, "locales": {"en": {**EMAIL["locales"]["en"], "html": "{{ 1 / 0 }}"}}}  # type: ignore[index]
    Library(house.table).publish("email", "hello", broken, now=NOW, by="ann")
    assert house.send() == {}
    assert house.message().status is Status.PARKED
    assert house.provider.taken == []


def test_a_message_of_a_contact_that_is_gone_does_not_stay_due_for_ever() -> None:
    house = House()
    house.table.write(Delete(keys.contact("c1")))
    assert house.send() == {}
    assert (house.message().status, house.message().due_at) == (Status.SKIPPED, None)
    claimed = House()
    claimed.provider.silences = [TimeoutError()]
    claimed.send()
    claimed.table.write(Delete(keys.contact("c1")))
    claimed.send(now=NOW + DAY)
    assert claimed.message().status is Status.UNKNOWN


def test_a_message_that_is_gone_is_nothing() -> None:
    house = House()
    house.table.write(Delete(REQUESTED.key))
    assert house.send() == {}
    assert house.provider.taken == []


def test_one_failure_does_not_hold_up_the_others() -> None:
    second = replace(REQUESTED, id="m9")
    house = House(REQUESTED, second)
    house.provider.refusals = [ValueError("boom")]
    failed = house.send(REQUESTED, second)
    assert set(failed) == {REQUESTED.key}
    assert house.message(second).status is Status.SENT


def test_a_throttled_table_means_again_later_and_nothing_left() -> None:
    house = House()

    def throttle(operation: str) -> None:
        if operation == "before write":
            raise Throttled

    house.table.on_request = throttle
    failed = house.send()
    house.table.on_request = ignored
    assert isinstance(failed[REQUESTED.key], Throttled)
    assert house.provider.taken == []
    assert house.message().status is Status.REQUESTED
    house.send()
    assert len(house.provider.taken) == 1


def test_endless_conflicts_are_tried_again_later() -> None:
    house = House()

    def conflict(operation: str) -> None:
        if operation == "before write":
            raise Conflict(failed=(0,))

    for minute in range(30):
        Armory(house.table, MemoryStarter(ignored)).arm([NOW + minute * MINUTE], NOW)
    house.table.on_request = conflict
    failed = house.send()
    house.table.on_request = ignored
    assert isinstance(failed[REQUESTED.key], Conflict)
    assert house.provider.taken == []


def test_the_present_version_of_a_template_is_sent() -> None:
    house = House()
    newer = {**EMAIL, "locales": {"en": {**EMAIL["locales"]["en"], "subject": "Newer"}}}  # type: ignore[index]
    Library(house.table).publish("email", "hello", newer, now=NOW, by="ann")
    house.send()
    assert house.provider.taken[0].subject == "Newer"
    assert suppression_key(house.table, "email", ANN) == suppression_key(house.table, "email", ANN.upper())
