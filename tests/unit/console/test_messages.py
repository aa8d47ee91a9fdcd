import pytest

from leadwell.clock import MINUTE
from leadwell.messaging.message import Message, Status, parked
from leadwell.store.queues import MESSAGES
from leadwell.store.table import Put
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user


@pytest.fixture
def api() -> SignedIn:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    world.table.write(Put(message(world, "m1").to_item(), 0))
    return SignedIn(world, "marketer")


def message(world: World, name: str) -> Message:
    wanted = Message(
        id=name,
        contact=user("ann"),
        channel="email",
        template="welcome-hello",
        template_version=1,
        purpose="marketing",
        requested_at=world.clock.now(),
        due_at=world.clock.now(),
    )
    return parked(wanted, "the template was missing")


def test_a_parked_message_is_tried_again(api: SignedIn) -> None:
    path = f"/api/contacts/{user('ann')}/messages/m1"
    assert api.get(path).body["status"] == "parked"
    reply = api.post(f"{path}/release")
    assert (reply.status, reply.body["status"], reply.body["reason"]) == (202, "requested", "")
    assert len(api.world.queues.waiting[MESSAGES]) == 1
    api.world.run()
    assert api.get(path).body["status"] == "sent"
    assert len(api.world.outbox.sent) == 1
    api.world.advance(20 * MINUTE)
    assert len(api.world.outbox.sent) == 1


def test_it_is_tried_again_even_if_the_queue_forgets(api: SignedIn) -> None:
    api.post(f"/api/contacts/{user('ann')}/messages/m1/release")
    api.world.queues.waiting[MESSAGES].clear()
    api.world.advance(20 * MINUTE)
    assert len(api.world.outbox.sent) == 1


@pytest.mark.parametrize("status", sorted(one.value for one in set(Status) - {Status.PARKED}))
def test_any_other_message_may_have_left_and_stays(api: SignedIn, status: str) -> None:
    item = api.world.table.get(message(api.world, "m1").key)
    assert item
    api.world.table.write(Put({**item, "status": status}))
    reply = api.post(f"/api/contacts/{user('ann')}/messages/m1/release")
    assert reply.status == 409
    assert status in reply.body["detail"]
    assert api.world.queues.waiting[MESSAGES] == []


def test_the_newest_message_comes_first(api: SignedIn) -> None:
    for number in (2, 3):
        api.world.clock.moment += MINUTE
        api.world.table.write(Put(message(api.world, f"m{number}").to_item(), 0))
    listed = api.get(f"/api/contacts/{user('ann')}/messages", limit=2).body
    assert [one["id"] for one in listed["messages"]] == ["m3", "m2"]
    assert listed["more"] is True
    assert api.get(f"/api/contacts/{user('ann')}/messages").body["more"] is False
