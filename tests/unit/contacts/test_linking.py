"""Who turns out to be one person, who does not, and that nothing is lost on the way, wherever a process dies."""

from collections.abc import Callable
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import ERASED, LIVE, MERGED, Contact
from leadwell.contacts.folding import recount
from leadwell.contacts.linking import PREVIOUS
from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.store.table import Delete, Put
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.conditions.naive import Definitions
from tests.unit.conditions.strategies import catalog_of
from tests.unit.contacts.feed import ZONE, Crash, Feed

NOW = from_iso("2026-03-02T08:00:00Z")
CATALOG = catalog_of(
    Definitions(
        segments={"base": {"event": "Viewed", "at_least": 3, "within": 7 * DAY}},
        rules=[{"id": "v", "event": "Viewed", "points": 2}],
        half_life=30 * DAY,
        stages=[("lead", {"trait": "email", "exists": True})],
    )
)
ANN, BOB = "ann@example.com", "bob@example.com"


def anonymous(value: str) -> str:
    return contact_id("anonymous_id", value)


def user(value: str) -> str:
    return contact_id("user_id", value)


class House(Feed):
    """Events as ``track_events`` writes them: for the contact that owns the identity at that moment."""

    def __init__(self) -> None:
        super().__init__(CATALOG, NOW)
        self.number = 0

    def happens(self, name: str, kind: str, value: str, **more: Any) -> Event:
        self.now += MINUTE
        self.number += 1
        pointer = self.table.get(keys.identity(kind, value))
        return Event(
            contact=more.pop("contact", None) or (pointer["contact"] if pointer else contact_id(kind, value)),
            id=f"e{self.number:03d}",
            at=more.pop("at", self.now),
            type="identify" if name == Name.IDENTIFIED else "track",
            name=name,
            standing=more.pop("standing", Standing.PROVEN),
            identities=tuple(Identity(*one) for one in ((kind, value), *more.pop("identities", ()))),
            **more,
        )

    def views(self, device: str, **more: Any) -> Event:
        return self.happens("Viewed", "anonymous_id", device, standing=Standing.ANONYMOUS, **more)

    def signs_in(self, who: str, device: str = "", email: str = "", **more: Any) -> Event:
        identities = [("anonymous_id", device)] if device else []
        identities += [("email", email)] if email else []
        return self.happens(Name.IDENTIFIED, "user_id", who, identities=identities, **more)

    def says(self, device: str, email: str = "", who: str = "", **more: Any) -> Event:
        """An identify that nobody signed."""
        identities = [("user_id", who)] if who else []
        identities += [("email", email)] if email else []
        return self.happens(
            Name.IDENTIFIED, "anonymous_id", device, standing=Standing.CLAIMED, identities=identities, **more
        )

    def clicks(self, device: str, email: str) -> Event:
        """A link from our own mail, opened by a visitor: proof of the address."""
        return self.happens("Link Clicked", "anonymous_id", device, identities=[("email", email)])

    def alias(self, who: str, previous: str) -> Event:
        return self.happens(Name.ALIASED, "user_id", who, identities=[(PREVIOUS, previous)])

    def withdraws(self, contact: str) -> Event:
        self.now += MINUTE
        self.number += 1
        return Event(
            contact=contact,
            id=f"e{self.number:03d}",
            at=self.now,
            type="track",
            name=Name.CONSENT_WITHDRAWN,
            standing=Standing.PROVEN,
            properties={"purpose": "marketing", "channel": "email"},
        )

    def owner(self, kind: str, value: str) -> str:
        """Who an identity leads to, through all signposts."""
        pointer = self.table.get(keys.identity(kind, value))
        here = pointer["contact"] if pointer else contact_id(kind, value)
        for _ in range(50):
            contact = self.contact(here)
            if contact.status != MERGED:
                return here
            here = contact.merged_into
        raise AssertionError("signposts in a circle")

    def whole(self, contact: str) -> Contact:
        """The contact, after a look that nothing is missing in it and nothing is left to be done."""
        found = self.contact(contact)
        expected = recount(contact, self.history(contact), self.catalog, ZONE, self.now).settle(self.now)
        expected.rev = found.rev
        assert found == expected
        for item in self.table.items("CONTACT"):
            one = Contact.from_item(item)
            assert one.status != MERGED or one.due_at is None, "a history was not moved"
        return found


def test_a_visitor_who_signs_up_brings_the_history_along() -> None:
    house = House()
    house.post(house.views("a1"))
    house.post(house.views("a1"))
    house.post(house.signs_in("u1", "a1", ANN, traits={"name": "Ann"}))
    ann = house.whole(user("u1"))
    assert ann.traits == {"name": "Ann", "email": ANN}
    assert (ann.events, ann.stage, ann.first_seen) == (3, "lead", NOW + MINUTE)
    assert ann.score == pytest.approx(4, abs=0.01)
    signpost = house.contact(anonymous("a1"))
    assert (signpost.status, signpost.merged_into, signpost.traits) == (MERGED, user("u1"), {})
    house.post(house.views("a1"))
    assert set(house.whole(user("u1")).segments) == {"base"}
    assert house.members("base") == {user("u1")}


def test_a_member_that_becomes_part_of_another_leaves_its_segments() -> None:
    house = House()
    house.post(*[house.views("a1") for _ in range(3)])
    assert house.members("base") == {anonymous("a1")}
    house.post(house.signs_in("u1", "a1"))
    assert house.members("base") == {user("u1")}
    house.whole(user("u1"))


def test_two_devices() -> None:
    house = House()
    house.post(house.views("phone"), house.views("desk"))
    house.post(house.signs_in("u1", "phone"))
    house.post(house.signs_in("u1", "desk"))
    assert house.whole(user("u1")).events == 4
    assert house.owner("anonymous_id", "phone") == house.owner("anonymous_id", "desk") == user("u1")


def test_two_addresses_of_one_person() -> None:
    house = House()
    house.post(house.signs_in("u1", email=ANN))
    house.post(house.signs_in("u1", email=BOB))
    ann = house.whole(user("u1"))
    assert ann.traits["email"] == BOB, "the newest is written to"
    assert house.owner("email", ANN) == house.owner("email", BOB) == user("u1")


def test_a_newsletter_reader_who_becomes_a_user() -> None:
    house = House()
    house.post(house.happens("Signed Up", "email", ANN))
    house.post(house.views("a1"))
    house.post(house.signs_in("u1", "a1", ANN))
    assert house.whole(user("u1")).events == 3
    assert house.contact(contact_id("email", ANN)).merged_into == user("u1")


def test_a_visitor_who_turns_out_to_be_an_existing_contact() -> None:
    """The click in the mail proves it; the one with a user id stays."""
    house = House()
    house.post(house.signs_in("u1", email=ANN))
    house.post(house.views("new-device"))
    house.post(house.clicks("new-device", ANN))
    assert house.contact(anonymous("new-device")).merged_into == user("u1")
    assert house.whole(user("u1")).events == 3
    house.post(house.views("new-device"))
    assert house.whole(user("u1")).events == 4


def test_a_visitor_and_a_reader_without_user_id_become_one() -> None:
    house = House()
    house.post(house.happens("Signed Up", "email", ANN), house.views("a1"))
    house.post(house.clicks("a1", ANN))
    assert house.owner("anonymous_id", "a1") == house.owner("email", ANN)
    assert house.whole(house.owner("email", ANN)).events == 3


def test_a_shared_device_changes_hands_and_histories_stay() -> None:
    house = House()
    house.post(house.signs_in("ann", "a1"))
    house.post(house.views("a1"))
    house.post(house.signs_in("bob", "a1"))
    house.post(house.views("a1"))
    assert house.owner("anonymous_id", "a1") == user("bob")
    assert (house.whole(user("ann")).events, house.whole(user("bob")).events) == (2, 2)
    house.post(house.signs_in("ann", "a1"))
    house.post(house.views("a1"))
    assert house.owner("anonymous_id", "a1") == user("ann")
    assert (house.whole(user("ann")).events, house.whole(user("bob")).events) == (4, 2)


def test_a_shared_mailbox_joins_nobody() -> None:
    house = House()
    house.post(house.signs_in("ann", email="family@example.com"))
    house.post(house.signs_in("bob", email="family@example.com"))
    ann, bob = house.whole(user("ann")), house.whole(user("bob"))
    assert (ann.status, bob.status) == (LIVE, LIVE)
    assert ann.traits["email"] == bob.traits["email"] == "family@example.com"
    assert house.owner("email", "family@example.com") == user("ann"), "the first keeps it"


def test_what_nobody_signed_changes_nothing_of_a_known_contact() -> None:
    house = House()
    house.post(house.signs_in("u1", "a1", ANN, traits={"name": "Ann"}))
    before = house.whole(user("u1"))
    house.post(house.says("a1", BOB, who="u2", traits={"name": "Mallory", "email": BOB, "plan": "pro"}))
    after = house.whole(user("u1"))
    assert (after.traits, after.identities, after.claims, after.consents) == (
        before.traits,
        before.identities,
        {},
        {},
    )
    house.post(house.says("stranger", ANN, who="u1", traits={"email": ANN}))
    stranger = house.whole(anonymous("stranger"))
    assert stranger.claims == {"user_id": "u1", "email": ANN}
    assert stranger.traits == {}
    assert not stranger.is_known
    assert house.whole(user("u1")).traits == before.traits
    assert house.owner("email", ANN) == user("u1")


def test_claims_can_be_found_until_they_are_proven() -> None:
    house = House()
    house.post(house.says("a1", ANN, traits={"name": "Ann"}))
    assert house.contact(anonymous("a1")).traits == {"name": "Ann"}, "a visitor nobody knows may describe themselves"
    claim = keys.claim("email", ANN, anonymous("a1"))
    assert house.table.get(claim)
    house.post(house.says("a1", BOB))
    assert house.table.get(claim) is None
    assert house.table.get(keys.claim("email", BOB, anonymous("a1")))
    house.post(house.clicks("a1", BOB))
    ann = house.whole(house.owner("email", BOB))
    assert (ann.claims, ann.traits) == ({}, {"name": "Ann", "email": BOB})
    assert house.table.items("CLAIM") == []


def test_claims_of_a_contact_that_is_joined_go_with_it() -> None:
    house = House()
    house.post(house.says("a1", ANN))
    house.post(house.signs_in("u1", "a1"))
    assert house.table.get(keys.claim("email", ANN, anonymous("a1"))) is None
    house.whole(user("u1"))


@pytest.mark.parametrize("previous_kind", ["user_id", "anonymous_id"])
def test_alias(previous_kind: str) -> None:
    house = House()
    house.post(house.happens("Viewed", previous_kind, "old", standing=Standing.PROVEN))
    house.post(house.alias("new", "old"))
    assert house.whole(user("new")).events == 2
    assert house.contact(contact_id(previous_kind, "old")).merged_into == user("new")
    house.post(house.happens("Viewed", previous_kind, "old"))
    assert house.whole(user("new")).events == 3


def test_an_alias_of_oneself_or_of_nobody_is_nothing() -> None:
    house = House()
    house.post(house.alias("u1", "u1"), house.alias("u1", "nobody"))
    assert house.whole(user("u1")).events == 2
    assert {item["pk"] for item in house.table.items("CONTACT")} == {keys.contact(user("u1")).pk}


def test_aliases_in_a_circle_come_to_rest() -> None:
    house = House()
    house.post(house.signs_in("u1"), house.signs_in("u2"))
    house.post(house.alias("u1", "u2"))
    house.post(house.alias("u2", "u1"))
    house.post(house.alias("u1", "u2"))
    assert house.owner("user_id", "u1") == house.owner("user_id", "u2")
    assert house.whole(house.owner("user_id", "u1")).events == 5


def test_two_aliases_at_once_that_lead_to_each_other() -> None:
    house = House()
    house.post(house.signs_in("u1"), house.signs_in("u2"))
    house.store(house.alias("u1", "u2"), house.alias("u2", "u1"))
    house.run()
    assert house.owner("user_id", "u1") == house.owner("user_id", "u2")
    assert house.whole(house.owner("user_id", "u1")).events == 4


@pytest.mark.parametrize("length", [3, 9, 14])
def test_a_long_chain_of_merges_leads_to_one_contact(length: int) -> None:
    house = House()
    house.post(house.signs_in("u0", "a0", ANN))
    for number in range(1, length):
        house.post(house.alias(f"u{number}", f"u{number - 1}"))
    last = user(f"u{length - 1}")
    late = house.views("a0", contact=anonymous("a0"))
    house.post(late)
    assert house.whole(last).events == length + 1
    house.post(house.happens("Signed Up", "email", ANN, contact=contact_id("email", ANN)))
    house.post(house.views("b1"))
    house.post(house.clicks("b1", ANN))
    assert house.owner("anonymous_id", "b1") == last
    assert house.whole(last).events == length + 4


def test_late_events_of_a_visitor_follow_the_signpost() -> None:
    house = House()
    late = house.views("a1")
    house.post(house.signs_in("u1", "a1"))
    house.post(late)
    assert house.whole(user("u1")).events == 2
    assert house.contact(user("u1")).first_seen == late.at
    house.post(late)
    assert house.whole(user("u1")).events == 2


def test_a_withdrawal_said_before_counts_after() -> None:
    house = House()
    house.post(house.views("a1"))
    no = house.withdraws(anonymous("a1"))
    house.post(no)
    house.post(house.signs_in("u1", "a1"))
    stored = Withdrawals.from_item(house.table.get(keys.withdrawals(user("u1"))))
    assert stored.last("marketing", "email") == no.at
    assert house.whole(user("u1")).consents["marketing/email"].state == "withdrawn"


@pytest.mark.parametrize("joining", ["absorbed", "becomes part"])
def test_a_withdrawal_is_carried_over_in_the_write_that_joins(joining: str) -> None:
    """Not when the history arrives: in between a mail could leave."""
    house = House()
    house.post(house.views("a1"), house.signs_in("u1", email=ANN))
    house.post(house.withdraws(anonymous("a1")))
    proof = house.signs_in("u1", "a1") if joining == "absorbed" else house.clicks("a1", ANN)
    house.store(proof)

    def stop(operation: str) -> None:
        if house.table._items[keys.contact(anonymous("a1"))]["status"] == {"S": MERGED}:
            raise Crash

    house.table.on_request = stop
    with pytest.raises(Crash):
        house.updater().apply([proof], CATALOG, house.now)
    house.table.on_request = lambda operation: None
    assert Withdrawals.from_item(house.table.get(keys.withdrawals(user("u1")))).latest


def test_a_withdrawal_that_comes_late_to_a_signpost_follows_it() -> None:
    house = House()
    house.post(house.views("a1"))
    house.post(house.signs_in("u1", "a1"))
    no = house.withdraws(anonymous("a1"))
    house.post(no)
    assert Withdrawals.from_item(house.table.get(keys.withdrawals(user("u1")))).last("marketing", "email") == no.at


def test_the_later_no_of_two_counts() -> None:
    house = House()
    house.post(house.signs_in("u1"))
    house.post(house.views("a1"))
    house.post(house.withdraws(anonymous("a1")))
    later = house.withdraws(user("u1"))
    house.post(later)
    house.post(house.signs_in("u1", "a1"))
    assert Withdrawals.from_item(house.table.get(keys.withdrawals(user("u1")))).last("marketing", "email") == later.at


def test_a_device_named_beside_a_proven_user_is_linked_although_a_recount_met_the_event_before() -> None:
    house = House()
    house.post(house.views("a1"))
    house.post(house.happens("Viewed", "user_id", "u1"))
    late = house.happens("Viewed", "user_id", "u1", at=NOW)
    beside = house.happens("Ordered", "user_id", "u1", identities=[("anonymous_id", "a1")])
    house.store(beside, late)
    house.deliver([late])
    house.deliver([beside])
    house.run()
    assert house.owner("anonymous_id", "a1") == user("u1")
    assert house.whole(user("u1")).events == 4


def test_an_alias_is_followed_although_a_recount_met_it_before() -> None:
    house = House()
    house.post(house.happens("Viewed", "user_id", "old"), house.happens("Viewed", "user_id", "u1"))
    late = house.happens("Viewed", "user_id", "u1", at=NOW)
    alias = house.alias("u1", "old")
    house.store(alias, late)
    house.deliver([late])
    house.deliver([alias])
    house.run()
    assert house.owner("user_id", "old") == user("u1")
    assert house.whole(user("u1")).events == 4


def _erased(house: House, contact: str) -> None:
    """As an erasure leaves it: a tombstone without a history."""
    found = house.contact(contact)
    for event in house.history(contact):
        house.table.write(Delete(keys.event(contact, event.at, event.id)))
    house.table.write(Put(Contact(id=contact, rev=found.rev, status=ERASED, clock=house.now).to_item(), found.rev))


def test_an_erased_person_who_comes_back_is_somebody_new() -> None:
    house = House()
    house.post(house.happens("Signed Up", "email", ANN))
    erased = contact_id("email", ANN)
    _erased(house, erased)
    house.post(house.signs_in("u1", "a1", ANN))
    assert house.whole(user("u1")).traits == {"email": ANN}
    assert house.contact(erased).status == ERASED
    assert house.owner("email", ANN) == user("u1")


def test_an_erased_visitor_s_device_starts_anew() -> None:
    house = House()
    house.post(house.views("a1"))
    _erased(house, anonymous("a1"))
    house.post(house.signs_in("u1", "a1"))
    assert house.owner("anonymous_id", "a1") == user("u1")
    house.post(house.alias("u2", "a1"))
    house.post(house.views("a1", contact=anonymous("a1")))
    assert house.history(anonymous("a1")) == [], "an erased person leaves no trace, however late the event comes"


def _sign_up(house: House) -> list[Event]:
    house.post(*[house.views("a1") for _ in range(3)], house.says("a1", ANN))
    house.post(house.withdraws(anonymous("a1")))
    house.post(house.happens("Signed Up", "email", ANN))
    return [house.signs_in("u1", "a1", ANN), house.views("a1", contact=anonymous("a1"))]


def _recognized(house: House) -> list[Event]:
    house.post(house.signs_in("u1", "old-device", ANN))
    house.post(*[house.views("a1") for _ in range(3)])
    house.post(house.withdraws(anonymous("a1")))
    return [house.clicks("a1", ANN), house.views("a1")]


def _aliased(house: House) -> list[Event]:
    house.post(house.signs_in("u1", "a1", ANN), house.views("a1"), house.signs_in("u2", "a2", BOB))
    return [house.alias("u2", "u1"), house.alias("u1", "u2"), house.views("a1", contact=user("u1"))]


@pytest.mark.parametrize("scene", [_sign_up, _recognized, _aliased])
def test_wherever_a_process_dies_the_end_is_the_same(scene: Callable[[House], list[Event]]) -> None:
    """Before and after every single request of a merge; the stream then delivers again."""
    house = House()
    house.store(*scene(house))
    requests = house.run()
    house.now += HOUR
    house.run()
    expected = house.state()
    assert requests > 15
    for crash_at in range(1, requests + 1):
        house = House()
        house.store(*scene(house))
        house.run(crash_at)
        house.now += HOUR
        house.run()
        assert house.state() == expected, f"request {crash_at} of {requests}"


@pytest.mark.parametrize("scene", [_sign_up, _recognized, _aliased])
def test_the_order_of_delivery_does_not_matter(scene: Callable[[House], list[Event]]) -> None:
    ends = []
    for backwards in (False, True):
        house = House()
        events = scene(house)
        house.store(*(reversed(events) if backwards else events))
        house.run()
        house.now += HOUR
        house.run()
        survivors = [
            (contact.traits, contact.score, contact.segments, contact.consents, contact.events)
            for contact in map(Contact.from_item, house.table.items("CONTACT"))
            if contact.status == LIVE
        ]
        assert len(survivors) == 1
        ends.append(survivors)
    assert ends[0] == ends[1]
