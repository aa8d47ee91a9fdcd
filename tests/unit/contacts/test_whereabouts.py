import pytest

from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.whereabouts import find
from leadwell.errors import Broken
from leadwell.messaging.message import Message
from leadwell.store import keys
from leadwell.store.table import Item, Put
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record_withdrawal
from tests.fakes.memory_table import MemoryTable

NOW = 1_795_338_000_000


def contact(contact_id: str, **more: str) -> Item:
    key = keys.contact(contact_id)
    return {"pk": key.pk, "sk": key.sk, "kind": "CONTACT", "rev": 1, "status": "live", **more}


def merged(contact_id: str, into: str) -> Item:
    return contact(contact_id) | {"status": "merged", "merged_into": into}


def message(contact_id: str) -> Message:
    return Message(
        id="m1",
        contact=contact_id,
        channel="email",
        template="t",
        template_version=1,
        purpose="marketing",
        requested_at=NOW,
    )


def test_a_contact_that_is_not_stored_yet_is_itself() -> None:
    found = find(MemoryTable(), "c1", "m1")
    assert (found.contact, found.erased, found.message) == ("c1", False, None)


def test_the_trail_of_merges_is_followed_and_the_message_found_where_it_lies() -> None:
    for place in ("c1", "c2", "c3"):
        table = MemoryTable()
        table.put_many([merged("c1", "c2"), merged("c2", "c3"), contact("c3"), message(place).to_item()])
        found = find(table, "c1", "m1")
        assert found.contact == "c3"
        assert found.message is not None and found.message.contact == place


def test_an_erased_contact_is_known_as_such() -> None:
    table = MemoryTable()
    table.put_many([merged("c1", "c2"), contact("c2", status="erased")])
    assert find(table, "c1").erased


def test_a_circle_does_not_hold_us_forever() -> None:
    table = MemoryTable()
    table.put_many([merged("c1", "c2"), merged("c2", "c1")])
    with pytest.raises(Broken):
        find(table, "c1")


def test_a_no_is_not_lost_when_its_contact_is_merged_at_that_moment() -> None:
    table = MemoryTable()
    table.put_many([contact("c1"), contact("c2")])

    def merge(operation: str) -> None:
        if operation == "after write":
            table.on_request = lambda _: None
            table.write(Put(merged("c1", "c2")))

    table.on_request = merge
    record_withdrawal(
        table,
        Event(
            contact="c1",
            id="e1",
            at=NOW,
            type="track",
            name=Name.CONSENT_WITHDRAWN,
            standing=Standing.PROVEN,
            properties={"purpose": "marketing", "channel": "email"},
        ),
    )
    assert Withdrawals.from_item(table.get(keys.withdrawals("c2"))).last("marketing", "email") == NOW
