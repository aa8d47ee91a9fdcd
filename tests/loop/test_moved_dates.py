"""A date that is moved, and a contact or a journey that comes late for one."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, to_iso
from leadwell.definitions.library import LIVE, PAUSED
from tests.loop.test_journeys import NOW, House, journey

REMIND = {"id": "remind", "email": "offer"}
BEFORE = {"date": "contract_end", "offset": "-P30D", "time": "09:00"}
TRIGGER = {"date": "contract_end", "offset": "-P30D", "every": "once"}


def on(day: int) -> str:
    return to_iso(NOW + day * DAY)[:10]


def ends(house: House, day: int | None, **more: Any) -> None:
    traits = {"contract_end": on(day) if day is not None else None}
    house.stage.say({"type": "identify", "userId": "ann", "traits": traits, **more}, key="server")


def left(house: House) -> list[str]:
    return [to_iso(one.at)[5:16] for one in house.stage.left]


def waiting(wait: dict[str, Any] = BEFORE, *steps: dict[str, Any]) -> House:
    """Somebody whose contract ends in a hundred days, after a week in the journey."""
    house = House(journey("renewal", {"id": "until", "wait_until": wait}, *(steps or (REMIND,))))
    ends(house, 100)
    house.track("Started")
    house.wait(7 * DAY)
    return house


def test_a_date_moved_to_tomorrow_is_noticed_at_once() -> None:
    house = waiting()
    ends(house, 8)
    assert left(house) == ["03-09T08:00"]


@pytest.mark.parametrize(("day", "at"), [(60, "04-01T07:00"), (38, "03-10T08:00"), (120, "05-31T07:00")])
def test_the_moment_moves_with_the_date(day: int, at: str) -> None:
    house = waiting()
    ends(house, day)
    house.wait(100 * DAY)
    assert left(house) == [at]


def test_a_date_that_is_over_is_no_reason_to_send() -> None:
    house = waiting({**BEFORE, "without": "exit"})
    ends(house, -2)
    assert (left(house), house.outcomes()) == ([], {"renewal": "contract_end is over"})


def test_a_date_that_is_taken_away_may_come_back() -> None:
    house = waiting()
    ends(house, None)
    house.wait(DAY)
    assert left(house) == []
    ends(house, 9)
    assert left(house) == ["03-10T08:00"]


def test_what_is_done_when_the_date_comes_is_done_when_it_is_moved_nearer() -> None:
    house = waiting(
        {**BEFORE, "then": [REMIND]}, {"wait_until": {**BEFORE, "offset": "-P7D", "then": [REMIND | {"id": "week"}]}}
    )
    ends(house, 20)
    assert left(house) == ["03-09T08:00"]
    house.wait(30 * DAY)
    assert left(house) == ["03-09T08:00", "03-15T08:00"], "and what is still ahead comes at its time"


def test_the_same_date_again_and_other_traits_change_nothing() -> None:
    house = waiting()
    before = house.stage.enrollments()
    ends(house, 100)
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"city": "Kiel"}}, key="server")
    assert house.stage.enrollments() == before


def test_who_travels_keeps_the_hour_on_the_day() -> None:
    house = waiting()
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"timezone": "Asia/Tokyo"}}, key="server")
    house.wait(100 * DAY)
    assert left(house) == ["05-11T00:00"]


def test_in_a_held_journey_the_moved_date_waits_for_the_resumption() -> None:
    house = waiting()
    house.library.set_status("journey", "renewal", PAUSED, house.stage.now)
    ends(house, 10)
    house.wait(3 * HOUR)
    assert left(house) == []
    house.library.set_status("journey", "renewal", LIVE)
    house.wait(2 * HOUR)
    assert len(left(house)) == 1


def joining(**trigger: Any) -> House:
    return House(journey("renewal", REMIND, trigger={**TRIGGER, **trigger}))


@pytest.mark.parametrize(
    ("late_join", "day", "at"),
    [
        (None, 20, []),
        ("P27D", 20, ["03-02T08:00"]),
        ("P27D", 3, ["03-02T08:00"]),
        ("P27D", 2, []),
        ("P27D", -10, []),
        ("P27D", 31, ["03-03T08:00"]),
        ("P60D", -10, ["03-02T08:00"]),
    ],
)
def test_who_appears_after_the_moment_may_join_where_the_trigger_says_so(
    late_join: str | None, day: int, at: list[str]
) -> None:
    house = joining(**({"late_join": late_join} if late_join else {}))
    ends(house, day)
    house.wait(5 * DAY)
    assert left(house) == at
    ends(house, day)
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"city": "Kiel"}}, key="server")
    assert left(house) == at, "once for each date"


@pytest.mark.parametrize(("late_join", "mails"), [(None, 0), ("P27D", 1)])
def test_a_date_moved_past_the_moment(late_join: str | None, mails: int) -> None:
    house = joining(**({"late_join": late_join} if late_join else {}))
    ends(house, 100)
    house.wait(DAY)
    ends(house, 10)
    assert len(left(house)) == mails


def test_a_birthday_may_be_celebrated_some_days_late() -> None:
    house = House(journey("birthday", REMIND, trigger={"date": "birthday", "late_join": "P3D"}))
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"birthday": "1990-02-28"}}, key="server")
    house.wait(400 * DAY)
    assert left(house) == ["03-02T08:00", "02-28T08:00"]


def test_an_imported_past_joins_nothing() -> None:
    house = joining(late_join="P27D")
    house.wait(60 * DAY)
    ends(house, 20, timestamp=to_iso(NOW))
    assert left(house) == []


@pytest.mark.parametrize(("late_join", "mails"), [(None, 0), ("P27D", 1)])
def test_a_journey_that_appears_after_the_moment(late_join: str | None, mails: int) -> None:
    house = House()
    ends(house, 20)
    house.wait(DAY)
    late = {"late_join": late_join} if late_join else {}
    house.publish(journey("renewal", REMIND, trigger={**TRIGGER, **late}), now=house.stage.now)
    house.stage.look_again([house.contact.id])
    house.stage.look_again([house.contact.id])
    assert len(left(house)) == mails
    house.publish(
        {"kind": "segment", "name": "new", "title": {"en": "N", "de": "N"}, "when": {"trait": "city", "exists": True}}
    )
    house.stage.look_again([house.contact.id])
    assert len(left(house)) == mails, "what is published later changes nothing"
