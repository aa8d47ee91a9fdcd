"""What an erased person leaves behind: nothing but the fingerprints of addresses."""

from dataclasses import replace

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.consent.suppressions import suppression_key
from leadwell.contacts.erasing import erase
from leadwell.contacts.reading import read_contact, read_permissions
from leadwell.contacts.receipts import read_receipt
from leadwell.ids import contact_id
from leadwell.messaging.message import Message, Status
from leadwell.store import keys
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

ANN = contact_id("user_id", "ann-1")
PERSONAL = ("ann-1", "ann.new@example.com", "ann.old@example.com", "+12025550142", "Lindqvist", "device-1", "Sofa Oslo")


class Stopped(Exception):
    """The process died."""


def a_life(world: World) -> None:
    """Two addresses, a device with a history of its own, journeys, messages, consent and a "no"."""
    world.post(on_device(world, "Page Viewed", {"title": "Sofa Oslo"}))
    world.clock.moment += MINUTE
    known = world.identify("ann-1", email="ann.old@example.com", phone="+12025550142", last_name="Lindqvist")
    world.post(
        replace(known, identities=(*known.identities, Identity("anonymous_id", "device-1"))), world.consent("ann-1")
    )
    world.advance(MINUTE)
    world.post(world.identify("ann-1", email="ann.new@example.com"))
    world.post(world.event("ann-1", "Product Added", {"cart_id": "1", "name": "Sofa Oslo"}))
    world.advance(4 * HOUR)
    world.post(world.event("ann-1", "Signed Up"))
    world.post(world.event("ann-1", Name.CONSENT_WITHDRAWN, {"purpose": "marketing", "channel": "sms"}))


def on_device(world: World, name: str, properties: dict[str, str]) -> Event:
    return Event(
        contact=contact_id("anonymous_id", "device-1"),
        id=f"d{world.clock.now()}",
        at=world.clock.now(),
        type="track",
        name=name,
        standing=Standing.ANONYMOUS,
        properties=properties,
        identities=(Identity("anonymous_id", "device-1"),),
        source="shop",
    )


def everything(table: MemoryTable) -> str:
    return repr(table.snapshot())


@pytest.fixture
def world() -> World:
    world = World()
    a_life(world)
    assert len(world.outbox.sent) == 2
    assert all(word in everything(world.table) for word in PERSONAL)
    return world


def gone(world: World) -> bool:
    left = everything(world.table)
    return not any(word in left for word in PERSONAL)


def test_nothing_personal_is_left(world: World) -> None:
    receipt = erase(world.table, ANN, world.clock.now())
    assert receipt is not None and receipt.complete
    assert receipt.silenced == 3
    assert receipt.removed["messages"] == 2
    assert {ANN, contact_id("anonymous_id", "device-1")} <= set(receipt.contacts)
    world.run()
    assert gone(world)
    kinds = {
        item["kind"]
        for kind in ("EVENT", "ENROLLMENT", "MESSAGE", "IDENTITY", "MEMBER", "CLAIM", "NO")
        for item in world.table.items(kind)
    }
    assert kinds == set()
    assert {item["status"] for item in world.table.items("CONTACT")} == {"erased"}


def test_nothing_is_sent_any_more_and_late_events_leave_no_trace(world: World) -> None:
    sent = len(world.outbox.sent)
    erase(world.table, ANN, world.clock.now())
    world.post(
        world.event("ann-1", "Product Viewed", {"name": "Sofa Oslo"}),
        on_device(world, "Page Viewed", {"title": "Sofa Oslo"}),
    )
    world.advance(30 * DAY)
    assert len(world.outbox.sent) == sent
    assert gone(world)


def test_the_addresses_stay_silenced(world: World) -> None:
    erase(world.table, ANN, world.clock.now())
    mails = [("email", "ann.new@example.com"), ("email", "ann.old@example.com")]
    for channel, address in (*mails, ("sms", "+12025550142")):
        assert world.table.get(suppression_key(world.table, channel, address))


def test_a_message_that_is_on_its_way_is_not_sent(world: World) -> None:
    sent = Message.from_item(world.table.items("MESSAGE")[0])
    waiting = replace(sent, id="m1", rev=0, status=Status.REQUESTED, due_at=world.clock.now())
    world.table.write(Put(waiting.to_item(), 0))
    world.queues.waiting["messages"].append(waiting.key)
    before = len(world.outbox.sent)
    erase(world.table, ANN, world.clock.now())
    world.run()
    world.advance(HOUR)
    assert len(world.outbox.sent) == before


def test_other_people_stay(world: World) -> None:
    world.post(world.identify("bob", email="bob@example.com"))
    before = world.table.get(keys.contact(contact_id("user_id", "bob")))
    erase(world.table, ANN, world.clock.now())
    world.run()
    assert world.table.get(keys.contact(contact_id("user_id", "bob"))) == before
    assert world.table.get(keys.identity("email", "bob@example.com"))


def test_a_pointer_that_leads_to_somebody_else_by_now_stays(world: World) -> None:
    """Two people share a device: it was Ann's once, and is Bob's today."""
    world.clock.moment += MINUTE
    bob = world.identify("bob", email="bob@example.com")
    world.post(replace(bob, identities=(*bob.identities, Identity("anonymous_id", "device-1"))))
    erase(world.table, ANN, world.clock.now())
    pointer = world.table.get(keys.identity("anonymous_id", "device-1"))
    assert pointer is not None and pointer["contact"] == contact_id("user_id", "bob")


def test_who_claims_the_address_is_named(world: World) -> None:
    claiming = replace(
        on_device(world, Name.IDENTIFIED, {}),
        contact=contact_id("anonymous_id", "device-2"),
        type="identify",
        standing=Standing.CLAIMED,
        identities=(Identity("anonymous_id", "device-2"), Identity("email", "ann.new@example.com")),
    )
    world.post(claiming)
    receipt = erase(world.table, ANN, world.clock.now())
    assert receipt is not None
    assert receipt.claimants == [contact_id("anonymous_id", "device-2")]


def test_a_long_history_is_erased_in_several_calls(world: World) -> None:
    for n in range(250):
        world.clock.moment += MINUTE
        world.post(world.event("ann-1", "Product Viewed", {"n": n}))
    receipts = []
    while not receipts or not receipts[-1].complete:
        receipt = erase(world.table, ANN, world.clock.now(), pages=1)
        assert receipt is not None
        receipts.append(receipt)
        world.clock.moment += MINUTE
    assert len(receipts) >= 3
    assert len({receipt.erased_at for receipt in receipts}) == 1
    world.run()
    assert gone(world)


def test_it_may_die_at_any_request_and_be_repeated() -> None:
    reference = World()
    a_life(reference)
    before = reference.table.requests
    erase(reference.table, ANN, reference.clock.now())
    requests = reference.table.requests - before
    assert requests > 10
    expected = without_signs_of_work(reference.table)
    for number in range(1, requests + 1):
        world = World()
        a_life(world)
        last = world.table.requests + number

        def stop(request: str, table: MemoryTable = world.table, last: int = last) -> None:
            if table.requests >= last and request.startswith("before"):
                raise Stopped

        world.table.on_request = stop
        with pytest.raises(Stopped):
            erase(world.table, ANN, world.clock.now())
        world.table.on_request = lambda request: None
        receipt = erase(world.table, ANN, world.clock.now())
        assert receipt is not None and receipt.complete
        assert without_signs_of_work(world.table) == expected


def without_signs_of_work(table: MemoryTable) -> dict[object, object]:
    """Without the revision, which counts attempts, and the pointers in the receipt, which are counted once removed."""
    return {
        key: {name: value for name, value in item.items() if name not in ("rev", "removed")}
        for key, item in table.snapshot().items()
    }


def test_a_contact_that_never_was(world: World) -> None:
    assert erase(world.table, "c0", world.clock.now()) is None


@pytest.mark.parametrize("again", ["replay", "import", "confirm"])
def test_nothing_brings_an_erased_person_back(world: World, again: str) -> None:
    """A late event under another of the names, a list that is imported, and the history sent once more."""
    erase(world.table, ANN, world.clock.now())
    world.run()
    if again == "replay":
        a_life(world)
    elif again == "import":
        api = SignedIn(world)
        for identities in ({"email": "ann.new@example.com"}, {"phone": "+12025550142"}, {"user_id": "ann-1"}):
            body = {"identities": identities, "traits": {"last_name": "Lindqvist"}}
            assert api.put("/api/contacts", body).status == 202
    else:
        late = Event(
            contact=contact_id("email", "ann.old@example.com"),
            id="late",
            at=world.clock.now() - DAY,
            type="track",
            name="Order Completed",
            standing=Standing.PROVEN,
            properties={"name": "Sofa Oslo"},
            identities=(Identity("email", "ann.old@example.com"),),
            source="till",
        )
        world.post(late)
    world.run()
    world.advance(30 * DAY)
    assert len(world.outbox.sent) == 2
    assert not any(world.table.items(kind) for kind in ("EVENT", "IDENTITY", "MESSAGE", "MEMBER"))
    left = everything(world.table)
    assert not any(word in left for word in PERSONAL if again != "import" or word != "ann-1")


def test_nobody_can_have_an_address_buried_that_they_merely_claim(world: World) -> None:
    claiming = replace(
        on_device(world, Name.IDENTIFIED, {}),
        contact=contact_id("anonymous_id", "device-2"),
        type="identify",
        standing=Standing.CLAIMED,
        identities=(Identity("anonymous_id", "device-2"), Identity("email", "bob@example.com")),
    )
    world.post(claiming)
    erase(world.table, contact_id("anonymous_id", "device-2"), world.clock.now())
    assert SignedIn(world).put("/api/contacts", {"identities": {"email": "bob@example.com"}}).status == 202
    world.run()
    assert read_contact(world.table, contact_id("email", "bob@example.com"))
    assert world.table.get(suppression_key(world.table, "email", "bob@example.com")) is None


def test_the_receipt_stays_and_says_nothing_of_whom(world: World) -> None:
    api = SignedIn(world)
    answered = api.delete(f"/api/contacts/{ANN}").body
    world.clock.moment += DAY
    assert api.delete(f"/api/contacts/{ANN}").body["removed"] == {}
    kept = api.get(f"/api/erasures/{ANN}").body
    assert kept["complete"] and kept["erased_at"] == answered["erased_at"]
    assert kept["removed"] == answered["removed"]
    receipt = read_receipt(world.table, ANN)
    assert receipt and receipt.is_about("email", "ann.old@example.com") and not receipt.is_about("email", "bob@x.com")
    assert not any(word in repr(kept) for word in PERSONAL)
    assert api.get("/api/erasures/c0").status == 404


def test_who_was_erased_may_ask_to_be_known_again(world: World) -> None:
    erase(world.table, ANN, world.clock.now())
    api = SignedIn(world)
    body = {"address": "ann.new@example.com", "reason": "letter of 3 March: wants the newsletter again"}
    assert api.post("/api/suppressions/lift", body).status == 200
    api.put("/api/contacts", {"identities": {"email": "ann.new@example.com"}})
    world.run()
    found = read_contact(world.table, contact_id("email", "ann.new@example.com"))
    assert found is not None and found.events == 1, "nothing of what was erased comes back"


def test_a_new_user_id_with_the_old_address_brings_nothing_back_and_is_not_written_to(world: World) -> None:
    """Until somebody who can say why lifts what the erasure left: then a consent given since then counts."""
    erase(world.table, ANN, world.clock.now())
    world.run()
    sent = len(world.outbox.sent)
    world.clock.moment += DAY
    again = (
        world.identify("ann-2", email="ann.new@example.com", locale="en"),
        world.consent("ann-2"),
        world.event("ann-2", "Signed Up"),
    )
    world.post(*again)
    world.advance(30 * DAY)
    newcomer = world.contact("ann-2")
    assert newcomer.id not in (ANN, contact_id("email", "ann.new@example.com"))
    assert newcomer.traits == {"email": "ann.new@example.com", "locale": "en"} and newcomer.first_seen == again[0].at
    assert {event["id"] for event in world.table.items("EVENT") if event["source"] == "test"} == {
        one.id for one in again
    }
    assert len(world.outbox.sent) == sent, "a server's word does not undo an erasure"
    assert "suppressed: stop" in repr([item.get("reason") for item in world.table.items("MESSAGE")])
    body = {"address": "ann.new@example.com", "reason": "letter of 3 March: wants the newsletter again"}
    assert SignedIn(world).post("/api/suppressions/lift", body).status == 200
    world.post(world.event("ann-2", "Consent Withdrawn", {"purpose": "marketing", "channel": "email"}))
    world.clock.moment += DAY
    assert not read_permissions(world.table, world.contact("ann-2"), world.clock.now())["email"].allowed
    world.post(world.consent("ann-2"))
    assert read_permissions(world.table, world.contact("ann-2"), world.clock.now())["email"].allowed
