"""A message that was put off follows the rule of its step once its moment has passed, whatever put it off."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, to_iso
from leadwell.definitions.library import LIVE, PAUSED
from leadwell.journeys.deciding import Outcome, decisions
from leadwell.journeys.enrollment import KEPT_OUT, PARKED
from leadwell.journeys.redriving import redrive
from leadwell.vouchers.pools import fill
from tests.loop.test_journeys import LATER, TITLE, House, journey

SKIP = {"after": "PT6H", "then": "skip"}
SHIFT = {"after": "PT6H", "then": "shift"}
QUIET = {"kind": "policy", "title": TITLE, "quiet_hours": [{"from": "21:00", "to": "08:00"}]}


def offer(late: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"id": "offer", "email": {"template": "offer", **({"late": late} if late else {})}}


def left(house: House) -> list[tuple[str, str]]:
    return [(to_iso(one.at)[5:16], one.message.step) for one in house.stage.left]


def became(house: House, name: str) -> list[tuple[Outcome, str]]:
    catalog = house.library.catalog()
    entries = [one for one in house.stage.enrollments() if one.journey == name]
    return [
        (one.outcome, one.reason)
        for entry in entries
        for one in decisions(catalog.programs[name, entry.version], entry, house.stage.messages())
    ]


def capped(late: dict[str, Any] | None) -> House:
    """The first mail of the day is another journey's; the offer has to wait until tomorrow."""
    house = House(
        journey("first", {"id": "first", "email": "hello"}, priority=9),
        journey("second", {"wait": "PT1H"}, offer(late)),
        LATER,
    )
    house.track("Started")
    house.wait(4 * DAY)
    return house


@pytest.mark.parametrize(
    ("late", "at"),
    [
        (None, "03-03T08:00"),
        ({"after": "P2D", "then": "skip"}, "03-03T08:00"),
        ({"after": "P2D", "then": "shift"}, "03-03T08:00"),
        (SHIFT, "03-03T09:00"),
        (SKIP, None),
    ],
)
def test_a_cap_puts_off_only_as_long_as_the_step_allows(late: dict[str, Any] | None, at: str | None) -> None:
    house = capped(late)
    assert left(house) == [("03-02T08:00", "first"), *([(at, "offer")] if at else [])]
    if at is None:
        reason = "skipped: PT23H late, capped: 1 by email within P1D"
        assert became(house, "second") == [(Outcome.TOO_LATE, reason)]


def asleep(late: dict[str, Any] | None, *more: dict[str, Any]) -> House:
    """The offer is due at ten in the evening."""
    house = House(journey("night", {"wait": "PT13H"}, offer(late), *more), QUIET)
    house.track("Started")
    house.wait(3 * DAY)
    return house


@pytest.mark.parametrize("late", [None, {"after": "PT12H", "then": "skip"}, SHIFT])
def test_quiet_hours_put_off_until_they_end(late: dict[str, Any] | None) -> None:
    assert left(asleep(late)) == [("03-03T07:00", "offer")]


def test_what_would_be_too_old_by_the_end_of_quiet_hours_is_left_out_at_once() -> None:
    house = asleep(SKIP, {"wait": "PT1H"}, {"id": "bye", "email": {"template": "hello", "purpose": "transactional"}})
    assert left(house) == [("03-02T22:00", "bye")], "what follows goes on as planned"
    assert became(house, "night")[0] == (Outcome.TOO_LATE, "skipped: PT10H late, quiet hours until 08:00")


def test_quiet_hours_and_a_hold_add_up() -> None:
    rule = {"after": "PT12H", "then": "skip"}
    house = House(journey("night", {"wait": "PT13H"}, offer(rule)), QUIET)
    house.track("Started")
    house.wait(14 * HOUR)
    house.library.set_status("journey", "night", PAUSED, held_since=house.stage.now)
    house.wait(14 * HOUR)
    house.library.set_status("journey", "night", LIVE)
    house.wait(2 * DAY)
    assert left(house) == []
    ((outcome, reason),) = became(house, "night")
    assert (outcome, reason.startswith("skipped: PT1")) == (Outcome.TOO_LATE, True)


def test_who_waited_for_a_turn_is_not_late() -> None:
    house = House(journey("throttled", offer(SKIP), throttle={"at_most": 1, "per": "P1D"}))
    house.stage.say({"type": "track", "userId": "ben", "event": "Started"}, key="server")
    house.track("Started")
    house.wait(3 * DAY)
    assert left(house) == [("03-03T00:00", "offer")]


def parked(late: dict[str, Any] | None, **more: Any) -> House:
    """Three days without codes."""
    house = House(
        journey("gift", {"id": "code", "voucher": {"pool": "gifts"}}, offer(late), **{"reentry": "always", **more})
    )
    house.stage.fill_pool("gifts", [])
    house.track("Started", n=1)
    house.wait(DAY)
    house.track("Started", n=2)
    house.wait(2 * DAY + HOUR)
    return house


def filled(house: House) -> None:
    fill(house.stage.table, "gifts", ["A", "B", "C"], house.stage.now)
    redrive(house.stage.table, "gifts", house.stage.now)
    house.wait(HOUR)


def test_who_is_parked_does_not_enter_again_and_gets_it_once() -> None:
    house = parked(None)
    assert [one.status for one in house.stage.enrollments()] == [PARKED]
    filled(house)
    assert [step for _, step in left(house)] == ["offer"]
    house.track("Started", n=3)
    assert [step for _, step in left(house)] == ["offer", "offer"], "whose run is over may enter again"


@pytest.mark.parametrize(("late", "mails"), [(SKIP, 0), ({"after": "P7D", "then": "skip"}, 1), (SHIFT, 1)])
def test_what_had_to_wait_for_a_code_is_as_late_as_after_an_outage(late: dict[str, Any], mails: int) -> None:
    house = parked(late)
    filled(house)
    house.wait(2 * DAY)
    assert len(left(house)) == mails
    if late == SHIFT:
        assert left(house) == [("03-06T08:00", "offer")]
    if not mails:
        assert became(house, "gift") == [(Outcome.TOO_LATE, "skipped: PT73H late")]


@pytest.mark.parametrize("more", [{"goal": {"event": "Bought"}}, {"exits": [{"event": "Bought"}]}])
def test_a_goal_and_an_exit_count_while_parked(more: dict[str, Any]) -> None:
    house = parked(None, **more)
    house.track("Bought")
    assert house.outcomes()["gift"] in ("goal", "Bought came")
    filled(house)
    assert left(house) == []


def test_somebody_can_be_taken_out_while_parked() -> None:
    house = parked(None)
    house.track("Journey Stop Requested", journey="gift")
    assert house.outcomes()["gift"] == "stopped"


def test_an_event_that_was_reported_too_late_is_told_apart_and_noted_once() -> None:
    house = House(journey("welcome", offer(), trigger={"event": "Joined", "key": "shop"}, reentry="always"))
    house.wait(40 * DAY)
    for days in (5, 3, 4):
        house.stage.say(
            {
                "type": "track",
                "userId": "ann",
                "event": "Joined",
                "properties": {"shop": f"s{days}"},
                "timestamp": to_iso(house.stage.now - days * DAY),
            },
            key="server",
        )
    (noted,) = house.stage.enrollments()
    assert (noted.status, noted.cause.properties["shop"]) == (KEPT_OUT, "s3")
    assert became(house, "welcome") == [(Outcome.REPORTED_LATE, "reported too late: P3D after it happened")]
    house.track("Joined", shop="s9")
    house.wait(MINUTE)
    assert [step for _, step in left(house)] == ["offer"]
