"""Who is in a journey and where: the list equals the enrollments, whatever happens."""

from collections import Counter
from dataclasses import replace
from typing import Any

from leadwell.clock import HOUR
from leadwell.contacts.contact import ERASED, MERGED
from leadwell.journeys.inside import MOST_LOOKED_AT, Standing, listed, read_standing
from leadwell.store.table import Put
from tests.unit.journeys.house import document, happening
from tests.unit.journeys.test_running import House, added, ordered

LONG = document({"id": "first", "wait": "P1D"}, {"id": "mail", "email": "cart"}, {"id": "second", "wait": "P2D"})


def rows(house: House) -> set[str]:
    return {item["sk"] for item in house.table.items("INSIDE")}


def active(house: House) -> set[str]:
    return {f"{one.contact}#{one.key}#{one.number}" for one in house.enrollments() if one.is_active}


def test_on_the_way() -> None:
    house = House(LONG)
    house.told(happening())
    assert rows(house) == active(house) != set()
    assert read_standing(house.table, "j") == Standing({"first": 1}, 1, 1)
    house.wake(house.one())
    assert read_standing(house.table, "j") == Standing({"second": 1}, 1, 1)
    house.wake(house.one())
    assert rows(house) == set()
    assert read_standing(house.table, "j") == Standing({}, 0, 0)


def test_who_goes_through_without_a_wait_is_never_listed() -> None:
    house = House(document({"email": "cart"}))
    house.told(happening())
    assert rows(house) == set()


def test_several_runs_of_one_contact() -> None:
    house = House()
    house.told(added("k1"), added("k2"), added("k#3"))
    assert rows(house) == active(house)
    assert read_standing(house.table, "j").at == {"patience": 3}
    house.now += HOUR
    house.told(ordered("k2", house.now))
    assert rows(house) == active(house)
    assert read_standing(house.table, "j").all == 2


def test_after_every_crash_the_list_is_right() -> None:
    def attempt(number: int) -> int:
        house = House()
        made = house.dying_at(number, lambda: house.told(added()))
        assert rows(house) == active(house)
        house.now += HOUR
        made = max(made, house.dying_at(number, lambda: house.told(ordered(at=house.now))))
        assert rows(house) == active(house) == set()
        return made

    for number in range(attempt(0) + 1):
        attempt(number)


def test_who_is_erased_or_joined_is_not_listed() -> None:
    house = House()
    house.told(added())
    house.told(status=MERGED, merged_into="c2")
    assert rows(house) == active(house)
    assert {one.split("#")[0] for one in rows(house)} == {"c2"}
    house = House()
    house.told(added())
    house.told(status=ERASED)
    assert rows(house) == set()


def test_many_are_a_sample() -> None:
    house = House(LONG)
    house.told(happening())
    one, changes = house.one(), []
    for number in range(MOST_LOOKED_AT + 500):
        other = replace(one, contact=f"x{number}", step="second" if number % 4 == 0 else "first")
        other, coming = listed(None, replace(other, listed=False))
        changes += [Put(other.to_item()), *coming]
    for change in changes:
        house.table.write(change)
    found = read_standing(house.table, "j")
    assert (found.all, found.looked_at, found.exact) == (MOST_LOOKED_AT + 501, MOST_LOOKED_AT, True)
    assert abs(found.at["second"] - MOST_LOOKED_AT / 4) < 60


def test_one_who_left_a_moment_ago_is_not_counted() -> None:
    house = House(LONG)
    house.told(happening())
    one = house.one()
    ended: Any = replace(one, status="finished", wake_at=None, rev=one.rev)
    house.table.write(Put(ended.to_item(), one.rev))
    assert read_standing(house.table, "j") == Standing(Counter(), 0, 0)
