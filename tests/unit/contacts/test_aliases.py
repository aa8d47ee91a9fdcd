"""Who is said to be somebody else, by however many steps, and late events that follow."""

import pytest

from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.tracking.events import Standing
from tests.unit.contacts.identities import ANN, House, anonymous, user


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
