"""Who turns out to be one person, and who does not."""

import pytest

from leadwell.clock import MINUTE
from leadwell.contacts.contact import LIVE, MERGED
from leadwell.ids import contact_id
from leadwell.store import keys
from tests.unit.contacts.identities import ANN, BOB, NOW, House, anonymous, user


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
