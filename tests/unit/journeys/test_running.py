"""Enrollments in the table: what comes twice, in conflict, late, or for a journey that changed meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import MERGED, Contact
from leadwell.definitions.library import PAUSED, Library
from leadwell.due.buckets import Armory, bucket_minute, minute_start
from leadwell.errors import Conflict
from leadwell.ids import message_id
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, PARKED, Enrollment
from leadwell.journeys.running import Runner
from leadwell.messaging.message import Message, Status
from leadwell.store import keys
from leadwell.store.queues import MESSAGES
from leadwell.store.table import Item, Key, Put
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryQueues, MemoryStarter
from tests.unit.journeys.house import NOW, ZONE, document, happening

CART = document(
    {"id": "patience", "wait": "PT3H"},
    {"id": "mail", "email": "cart"},
    {"wait": "P1D"},
    {"sms": "cart"},
    trigger={"event": "Added", "key": "cart"},
    goal={"event": "Ordered", "where": {"cart": {"same_as_or_missing": "cart"}}},
)


def ignored(operation: str) -> None:
    pass


class Crash(BaseException):
    pass


class House:
    def __init__(self, *journeys: dict[str, Any]) -> None:
        self.table = MemoryTable()
        self.queues = MemoryQueues(ignored)
        self.starter = MemoryStarter(ignored)
        self.now = NOW
        self.library = Library(self.table)
        for kind in ("email", "sms"):
            self.library.publish(kind, "cart", {}, now=NOW, by="ann")
        for one in journeys or (CART,):
            self.publish(one)
        self.table.write(Put(Contact(id="c1", last=(NOW, "e")).to_item(), 0))

    def publish(self, journey: dict[str, Any]) -> None:
        self.library.publish("journey", journey["name"], journey, now=NOW, by="ann")

    def runner(self) -> Runner:
        """As a process that knows nothing."""
        armory = Armory(self.table, self.starter)
        return Runner(self.table, self.queues, armory, Library(self.table), ZONE)

    def image(self, *happened: Happening, **changes: Any) -> Item:
        contact = replace(Contact(id="c1", rev=1, last=(NOW, "e")), **changes)
        return contact.to_item({"happened": [one.to_map() for one in happened]} if happened else None)

    def told(self, *happened: Happening, **changes: Any) -> Item:
        image = self.image(*happened, **changes)
        self.runner().react_to([image], self.now)
        return image

    def wake(self, *enrollments: Enrollment, now: Moment | None = None) -> dict[Key, Exception]:
        self.now = now if now is not None else max(one.wake_at or 0 for one in enrollments)
        return self.runner().wake([one.item_key for one in enrollments], self.now)

    def enrollments(self) -> list[Enrollment]:
        return [Enrollment.from_item(item) for item in self.table.items("ENROLLMENT")]

    def one(self) -> Enrollment:
        (enrollment,) = self.enrollments()
        return enrollment

    def messages(self) -> list[Message]:
        return [Message.from_item(item) for item in self.table.items("MESSAGE")]

    def dying_at(self, number: int, work: Callable[[], Any]) -> int:
        """Does the work, dies at that request, and does it again; answers how many requests the first try made."""
        count = 0

        def on_request(operation: str) -> None:
            nonlocal count
            count += 1
            if count == number:
                raise Crash

        self.table.on_request = on_request
        try:
            work()
        except Crash:
            self.table.on_request = ignored
            work()
        self.table.on_request = ignored
        return count


def added(cart: Any = "k1", at: Moment = NOW) -> Happening:
    return happening("Added", at, cart=cart) if cart is not None else happening("Added", at)


def ordered(cart: Any = "k1", at: Moment = NOW + HOUR) -> Happening:
    return happening("Ordered", at, cart=cart) if cart is not None else happening("Ordered", at)


def test_the_whole_way() -> None:
    house = House()
    house.told(added())
    assert (house.one().wake_at, house.messages()) == (NOW + 3 * HOUR, [])
    assert not house.wake(house.one())
    (mail,) = house.messages()
    enrollment = house.one()
    assert mail.id == message_id(enrollment.id, "mail", 1)
    assert (mail.channel, mail.template, mail.template_version, mail.purpose) == ("email", "cart", 1, "marketing")
    assert mail.data == {"event": {"cart": "k1"}, "journey": {}, "key": "k1"}
    assert (mail.journey, mail.journey_version, mail.step) == ("j", 1, "mail")
    assert mail.enrollment == enrollment.item_key.sk
    assert mail.status is Status.REQUESTED
    assert mail.due_at is not None
    assert house.now < mail.due_at <= house.now + 7 * MINUTE, "the safety net, should the queue lose it"
    assert house.queues.waiting[MESSAGES] == [mail.key]
    assert not house.wake(house.one())
    assert {message.channel for message in house.messages()} == {"email", "sms"}
    assert (house.one().status, house.one().wake_at) == (FINISHED, None)


def test_the_same_image_again_changes_nothing() -> None:
    house = House()
    image = house.told(added())
    before = house.table.items("ENROLLMENT")
    for _ in range(3):
        house.runner().react_to([image, image], NOW + MINUTE)
    assert house.table.items("ENROLLMENT") == before
    house.wake(house.one())
    after = house.table.items("ENROLLMENT"), house.table.items("MESSAGE")
    house.runner().react_to([image], house.now)
    assert (house.table.items("ENROLLMENT"), house.table.items("MESSAGE")) == after


def test_waking_again_or_too_early_changes_nothing() -> None:
    house = House()
    house.told(added())
    asleep = house.one()
    house.wake(asleep, now=NOW + 3 * HOUR - 1)
    assert house.one() == asleep
    house.wake(asleep)
    before = house.table.items("ENROLLMENT"), house.table.items("MESSAGE")
    house.wake(asleep)
    assert (house.table.items("ENROLLMENT"), house.table.items("MESSAGE")) == before
    assert house.runner().wake([Key("C#nobody", "J#j##000001")], NOW) == {}


def test_one_enrollment_per_key() -> None:
    house = House()
    house.told(added("k1"), added("k2", NOW + 1), added("k1", NOW + 2))
    assert [(one.key, one.number) for one in house.enrollments()] == [("k1", 1), ("k2", 1)]
    house.told(ordered("k2"))
    assert {one.key: one.status for one in house.enrollments()} == {"k1": ACTIVE, "k2": FINISHED}
    house.told(added("k2", NOW + 2 * HOUR))
    assert len(house.enrollments()) == 2, "this cart has been through"


def test_carts_without_an_id_are_one_at_a_time() -> None:
    house = House()
    house.told(added(None), added(None, NOW + 1))
    assert [(one.key, one.number) for one in house.enrollments()] == [("", 1)]
    house.told(ordered(None))
    assert house.one().status == FINISHED
    house.now = NOW + DAY
    house.told(added(None, NOW + DAY))
    assert [(one.number, one.status) for one in house.enrollments()] == [(1, FINISHED), (2, ACTIVE)]


def test_a_goal_that_is_stored_counts_although_its_news_has_not_come() -> None:
    house = House()
    house.told(added())
    _store(house, "Ordered", NOW + 2 * HOUR, {"cart": "k1"})
    house.wake(house.one())
    assert (house.one().status, house.one().reason, house.messages()) == (FINISHED, "goal", [])
    assert house.one().ended_at == NOW + 2 * HOUR


def test_a_goal_among_very_many_events_is_found() -> None:
    house = House()
    house.told(added())
    record(house.table, [_event("Viewed", NOW + n, {}) for n in range(1, 650)])
    _store(house, "Ordered", NOW + 700, {"cart": "k1"})
    house.wake(house.one())
    assert house.one().reason == "goal"


def test_another_order_is_no_goal() -> None:
    house = House()
    house.told(added())
    _store(house, "Ordered", NOW + HOUR, {"cart": "other"})
    _store(house, "Ordered", NOW - HOUR, {"cart": "k1"})
    house.wake(house.one())
    assert len(house.messages()) == 1


def test_late_news_of_cart_and_order_sends_nothing() -> None:
    house = House()
    house.now = NOW + 10 * HOUR
    house.told(added(), ordered())
    assert (house.one().reason, house.messages()) == ("goal", [])
    other = House()
    other.now = NOW + 10 * HOUR
    other.told(added())
    _store(other, "Ordered", NOW + HOUR, {"cart": "k1"})
    other.wake(other.one())
    assert (other.one().reason, other.messages()) == ("goal", [])


def test_what_is_due_is_never_due_in_the_past() -> None:
    """Nobody looks into a minute that is closed."""
    house = House()
    house.now = NOW + 10 * HOUR
    house.told(added())
    minute = bucket_minute(house.one().wake_at or 0)
    assert minute_start(minute) > house.now
    assert house.table.get(keys.due_minute(minute))
    assert not house.wake(house.one(), now=minute_start(minute))
    assert len(house.messages()) == 1


def test_an_event_that_is_too_old_starts_nothing() -> None:
    house = House()
    house.now = NOW + DAY + 1
    house.told(added())
    assert house.enrollments() == []


def test_those_inside_stay_on_the_version_they_entered() -> None:
    house = House()
    house.told(added("old"))
    changed = document({"wait": "PT1H"}, {"exit": "nothing to say"}, trigger={"event": "Added", "key": "cart"})
    house.publish(changed)
    house.told(added("new", NOW + MINUTE))
    old, new = sorted(house.enrollments(), key=lambda one: one.version)
    assert (old.version, new.version) == (1, 2)
    assert new.wake_at == NOW + MINUTE + HOUR
    house.told(ordered("old"))
    assert house.enrollments()[1].reason == "goal", "the new version has no goal, the old one has"
    house.wake(new)
    assert house.enrollments()[0].reason == "nothing to say"
    assert house.messages() == []


def test_a_paused_journey_lets_nobody_in_but_those_inside_go_on() -> None:
    house = House()
    house.told(added("k1"))
    house.library.set_status("journey", "j", PAUSED)
    house.told(added("k2", NOW + 1))
    assert [one.key for one in house.enrollments()] == ["k1"]
    house.wake(house.one())
    assert len(house.messages()) == 1
    house.told(ordered("k1", NOW + 4 * HOUR))
    assert house.one().status == FINISHED


def test_a_version_that_is_missing_parks_visibly() -> None:
    house = House()
    house.told(added())
    stored = house.one()
    house.table.write(Put(replace(stored, version=9).to_item(), stored.rev))
    assert not house.wake(house.one(), now=NOW + 3 * HOUR)
    assert (house.one().status, house.one().wake_at) == (PARKED, None)
    assert "version 9" in house.one().reason


def test_who_became_part_of_another_goes_on_there() -> None:
    house = House()
    house.told(added("k1"), added("k2"))
    before = {(one.key, one.step, one.wake_at, one.cause.id) for one in house.enrollments()}
    image = Contact.merged("c1", "c2", rev=1, now=NOW).to_item()
    for _ in range(2):
        house.runner().react_to([image], NOW + 1)
    left = [one for one in house.enrollments() if one.contact == "c1"]
    moved = [one for one in house.enrollments() if one.contact == "c2"]
    assert {(one.status, one.wake_at) for one in left} == {(EXITED, None)}
    assert {(one.key, one.step, one.wake_at, one.cause.id) for one in moved} == before
    assert {one.status for one in moved} == {ACTIVE}


def test_who_is_in_the_same_journey_already_takes_nothing_over() -> None:
    house = House()
    image = house.told(added())
    house.runner().react_to([{**image, "pk": keys.contact("c2").pk}], NOW)
    house.runner().react_to([Contact.merged("c1", "c2", rev=1, now=NOW).to_item()], NOW + 1)
    assert [(one.contact, one.status) for one in house.enrollments()] == [("c1", EXITED), ("c2", ACTIVE)]


def test_a_wake_up_that_comes_first_hands_over_too() -> None:
    house = House()
    house.told(added())
    item = house.table.get(keys.contact("c1"))
    assert item is not None
    house.table.write(Put({**item, "status": MERGED, "merged_into": "c2"}))
    (asleep,) = house.enrollments()
    house.wake(asleep)
    assert [(one.contact, one.status) for one in house.enrollments()] == [("c1", EXITED), ("c2", ACTIVE)]
    assert house.messages() == []


def test_what_started_a_journey_before_the_merge_does_not_start_it_again() -> None:
    """The visitor's event is news once more, under the contact that the visitor became."""
    house = House()
    image = house.told(added())
    again = {**image, "pk": keys.contact("c2").pk, "change": {**image["change"], "origins": ["c1"]}}
    house.runner().react_to([again], NOW + 1)
    assert [one.contact for one in house.enrollments()] == ["c1"]


def test_an_update_becomes_an_event_of_the_contact() -> None:
    house = House(document({"id": "mark", "update": {"traits": {"onboarded": True}}}))
    image = house.told(happening())
    house.runner().react_to([image], NOW + HOUR)
    told = [Event.from_item(item) for item in house.table.items("EVENT")]
    (event,) = [one for one in told if one.type == "identify"]
    assert sorted({one.name for one in told}) == ["Identified", "Journey Ended", "Journey Entered"]
    assert (event.type, event.name, event.standing) == ("identify", Name.IDENTIFIED, Standing.PROVEN)
    assert (event.traits, event.at, event.source, event.identities) == ({"onboarded": True}, NOW, "journey:j", ())


def test_waking_while_the_order_comes_ends_one_way_only() -> None:
    """The other process commits between our read and our write."""
    house = House()
    house.told(added())
    asleep = house.one()

    def meddle(operation: str) -> None:
        if operation == "before write":
            house.table.on_request = ignored
            house.runner().react_to([house.image(ordered(at=NOW + 3 * HOUR))], NOW + 3 * HOUR)

    # The minute of the next wait is armed first, in a write of its own: let that pass.
    Armory(house.table, house.starter).arm([NOW + 3 * HOUR + DAY, NOW + 3 * HOUR + 6 * MINUTE], NOW)
    house.table.on_request = meddle
    failed = house.wake(asleep)
    house.table.on_request = ignored
    assert house.one().reason == "goal"
    assert house.messages() == []
    assert all(isinstance(error, Conflict) for error in failed.values())
    assert not house.wake(house.one(), now=house.now), "the queue delivers it again, and there is nothing to do"


def test_the_order_that_loses_against_waking_still_ends_it() -> None:
    house = House()
    house.told(added())
    asleep = house.one()

    def meddle(operation: str) -> None:
        if operation == "before write":
            house.table.on_request = ignored
            house.wake(asleep)

    house.table.on_request = meddle
    house.told(ordered(at=NOW + 3 * HOUR))
    assert (house.one().status, house.one().reason) == (FINISHED, "goal")
    assert len(house.messages()) == 1, "it had been asked for before the order was heard of"


def test_what_one_failing_enrollment_does_not_hold_up() -> None:
    house = House()
    house.told(added("k1"), added("k2"))
    first, second = house.enrollments()
    item = house.table.get(first.item_key)
    assert item is not None
    house.table.write(Put({**item, "step": ["broken"]}))
    failed = house.wake(first, second, now=NOW + 3 * HOUR)
    assert set(failed) == {first.item_key}
    assert len(house.messages()) == 1


def _lived(crash_at: int) -> tuple[list[list[Item]], int]:
    """A house after two carts, an order and a wake-up, with a death at that request; and how many requests it took."""
    house = House()
    image = house.image(added("k1"), added("k2", NOW + 1), ordered("k1", NOW + 2))
    reacting = house.dying_at(crash_at, lambda: house.runner().react_to([image], NOW + 3))
    waiting = [one.item_key for one in house.enrollments() if one.is_active]
    house.now = NOW + 3 * HOUR + 1
    waking = house.dying_at(max(0, crash_at - reacting), lambda: house.runner().wake(waiting, house.now))
    for message in house.messages():
        assert message.due_at is not None, "what did not reach its queue is remembered"
        assert house.table.get(keys.due_minute(bucket_minute(message.due_at)))
    return [house.table.items(kind) for kind in ("ENROLLMENT", "MESSAGE")], reacting + waking


def test_wherever_a_process_dies_the_end_is_the_same() -> None:
    expected, requests = _lived(0)
    assert len(expected[1]) == 1
    assert requests > 15
    for crash_at in range(1, requests + 1):
        assert _lived(crash_at)[0] == expected, f"request {crash_at} of {requests}"


def _batch(house: House, size: int) -> list[Item]:
    for number in range(2, size + 1):
        house.table.write(Put(Contact(id=f"c{number}", last=(NOW, "e")).to_item(), 0))
    return [house.image(added(), id=f"c{number}") for number in range(1, size + 1)]


def test_contacts_of_a_batch_share_a_transaction() -> None:
    house = House(document({"id": "mail", "email": "cart"}, {"wait": "P1D"}, trigger={"event": "Added"}))
    images, requests = _batch(house, 10), house.table.requests
    house.runner().react_to(images, NOW)
    assert (len(house.enrollments()), len(house.messages())) == (10, 10)
    assert sorted(house.queues.waiting[MESSAGES]) == sorted(one.key for one in house.messages())
    asked_for_each = 1
    assert house.table.requests - requests < 10 * (asked_for_each + 1)


def test_when_one_of_a_batch_is_out_of_date_the_others_are_written_all_the_same() -> None:
    """And each message is handed in once."""
    house = House(document({"id": "mail", "email": "cart"}, {"wait": "P1D"}, trigger={"event": "Added"}))
    images = _batch(house, 12)

    def meddle(operation: str) -> None:
        if operation == "before write" and house.table.items("MESSAGE"):
            house.table.on_request = ignored
            house.runner().react_to([images[11]], NOW)

    house.table.on_request = meddle
    house.runner().react_to(images, NOW)
    assert house.table.on_request is ignored, "somebody was faster"
    assert (len(house.enrollments()), len(house.messages())) == (12, 12)
    assert sorted(house.queues.waiting[MESSAGES]) == sorted(one.key for one in house.messages())


def test_segment_and_date_triggers() -> None:
    house = House(
        document({"wait": "P1D"}, name="sofas", trigger={"segment": "sofas"}),
        document({"wait": "P1D"}, name="birthday", trigger={"date": "birthday"}),
    )
    house.told(
        Happening("entered", f"entered:sofas@{NOW}", "sofas", NOW, {}),
        Happening("date", "date:birthday@09:00/feb-28/2026", "birthday@09:00/feb-28", NOW, {"year": 2026}),
        Happening("stage", "stage:lead", "lead", NOW, {"from": "visitor"}),
    )
    assert {(one.journey, one.key) for one in house.enrollments()} == {("sofas", ""), ("birthday", "2026")}


def _event(name: str, at: Moment, properties: dict[str, Any]) -> Event:
    return Event(
        contact="c1",
        id=f"{name}{at}",
        at=at,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
    )


def _store(house: House, name: str, at: Moment, properties: dict[str, Any]) -> None:
    record(house.table, [_event(name, at, properties)])
