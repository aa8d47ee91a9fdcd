"""What somebody withdrew before it was known who they are counts for whoever they turn out to be."""

import pytest

from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import MERGED
from leadwell.store import keys
from tests.unit.contacts.feed import Crash
from tests.unit.contacts.identities import ANN, CATALOG, House, anonymous, user


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
