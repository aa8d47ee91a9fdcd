"""Rounds, turns, lateness, quiet hours and journeys that keep others away: what the engine decides about messages."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso
from leadwell.contacts.change import Happening
from leadwell.journeys.admission import kept_away_by, stands_against
from leadwell.journeys.engine import Move, enter, entering, queued, reaches_goal, react, wake
from leadwell.journeys.enrollment import EXITED, FINISHED
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Requested, Situation
from leadwell.messaging.pacing import Policy
from leadwell.messaging.policy import PolicyDefinition
from leadwell.tracking.events import Name
from tests.unit.journeys.house import NOW, TITLE, asked, happening, path, program, situation, stored

HELLO = {"email": "hello"}


def begun(of: Program, at: int = NOW, now: int = NOW, **facts: Any) -> Move:
    return enter(of, "", 1, happening(at=at), situation(now, **facts))


def through(of: Program, move: Move, most: int = 100) -> list[tuple[int, str, int]]:
    """All messages of the rest of the way: (when, step, visit)."""
    found = [(0, one.step, one.visit) for one in move.effects if isinstance(one, Requested)]
    while move.enrollment.wake_at is not None and most:
        at, most = move.enrollment.wake_at, most - 1
        move = wake(of, stored(move), situation(at))
        found += [(at - NOW, one.step, one.visit) for one in move.effects if isinstance(one, Requested)]
    assert move.enrollment.status == FINISHED
    return found


def test_mails_of_every_round_are_mails_of_their_own() -> None:
    mail, pause = {"id": "m", "email": "offer"}, {"wait": "P7D"}
    after = program({"repeat": {"times": 3, "steps": [mail, pause]}}, {"id": "end", "email": "bye"})
    days = [(at // DAY, step, visit) for at, step, visit in through(after, begun(after))]
    assert days == [(0, "m", 1), (7, "m", 2), (14, "m", 3), (21, "end", 3)]
    before = program({"repeat": {"times": 3, "steps": [pause, mail]}}, {"id": "end", "email": "bye"})
    days = [(at // DAY, step, visit) for at, step, visit in through(before, begun(before))]
    assert days == [(7, "m", 1), (14, "m", 2), (21, "m", 3), (21, "end", 3)]


def test_a_loop_in_a_loop_begins_anew() -> None:
    inner = {"repeat": {"times": 2, "steps": [{"wait": "P1D"}, {"id": "m", "email": "offer"}]}}
    of = program({"repeat": {"times": 3, "steps": [inner, {"wait": "P7D"}]}})
    sent = through(of, begun(of))
    assert [at // DAY for at, _, _ in sent] == [1, 2, 10, 11, 19, 20]
    assert len({visit for _, _, visit in sent}) == 6


def test_a_loop_ends_when_its_condition_holds() -> None:
    of = program(
        {"id": "r", "repeat": {"times": 9, "until": {"segment": "vip"}, "steps": [HELLO, {"wait": "P1D"}]}},
        {"id": "end", "sms": "bye"},
    )
    move = begun(of)
    for day in (1, 2):
        move = wake(of, stored(move), situation(NOW + day * DAY))
        assert asked(move) == ["r-a1:email/hello"]
    move = wake(of, stored(move), situation(NOW + 3 * DAY, segments={"vip": NOW}))
    assert asked(move) == ["end:sms/bye"]
    assert ("r", "3 rounds") in path(move.enrollment)
    assert asked(begun(of, segments={"vip": NOW})) == ["end:sms/bye"]


@pytest.mark.parametrize(
    "first", [{"wait": "PT3H"}, {"wait_for": {"event": "Answered", "timeout": "PT3H"}}, {"wait_until": "15:00"}]
)
def test_who_waits_for_a_turn_has_not_begun(first: dict[str, Any]) -> None:
    of = program(first, HELLO, exits=[{"event": "Left"}], goal={"event": "Ordered"})
    waiting = queued(entering(of, "", 1, happening(), situation()), NOW + DAY, NOW).enrollment
    waiting = stored(Move(waiting))
    assert react(of, waiting, happening("Answered", NOW + HOUR), situation(NOW + HOUR)) is None
    for event in ("Left", "Ordered"):
        assert react(of, waiting, happening(event, NOW + HOUR), situation(NOW + HOUR)) is not None
    turn = wake(of, waiting, situation(NOW + DAY))
    assert asked(turn) == []
    assert turn.enrollment.wake_at is not None
    assert 3 * HOUR <= turn.enrollment.wake_at - NOW - DAY <= 6 * HOUR, "the wait begins with the turn"
    assert asked(wake(of, stored(turn), situation(turn.enrollment.wake_at))) == ["2:email/hello"]


def late(rule: dict[str, Any], by: int, step: dict[str, Any] | None = None) -> Move:
    message: Any = {"template": "hello", **({"late": step} if step else {})}
    of = program({"wait": "PT1H"}, {"email": message}, {"wait": "P1D"}, {"sms": "next"}, late=rule)
    return wake(of, stored(begun(of)), situation(NOW + HOUR + by))


@pytest.mark.parametrize(
    ("rule", "by", "sent", "next_at"),
    [
        ({}, 0, True, DAY),
        ({}, HOUR, True, DAY),  # not late yet: the rhythm is kept
        ({}, 6 * HOUR, True, 6 * HOUR + DAY),
        ({"then": "skip"}, 6 * HOUR, False, DAY),
        ({"then": "skip", "after": "PT8H"}, 6 * HOUR, True, DAY),
        ({"then": "shift"}, 6 * HOUR, False, DAY),
        ({"then": "shift"}, 30 * HOUR, False, 2 * DAY),
    ],
)
def test_what_becomes_of_a_late_message(rule: dict[str, Any], by: int, sent: bool, next_at: int) -> None:
    move = late(rule, by)
    assert asked(move) == (["2:email/hello"] if sent else [])
    assert move.enrollment.wake_at == NOW + HOUR + next_at


def test_a_step_may_say_otherwise_than_its_journey() -> None:
    assert asked(late({"then": "skip"}, 6 * HOUR, {"then": "send"})) == ["2:email/hello"]
    assert asked(late({"then": "send"}, 6 * HOUR, {"then": "skip"})) == []
    assert ("2", "skipped: PT6H late") in path(late({"then": "skip"}, 6 * HOUR + MINUTE).enrollment)
    assert ("2", "skipped: PT20M late") in path(late({"then": "skip", "after": "PT10M"}, 20 * MINUTE).enrollment)


def test_a_shifted_message_comes_at_its_time_of_day_and_everything_with_it() -> None:
    for by in (6 * HOUR, DAY, DAY + 1, 2 * DAY):
        move = late({"then": "shift"}, by)
        sent = asked(move)
        while not sent:
            at = move.enrollment.wake_at
            assert at is not None and (at - NOW - HOUR) % DAY == 0
            of = program({"wait": "PT1H"}, {"email": "hello"}, {"wait": "P1D"}, {"sms": "next"}, late={"then": "shift"})
            move = wake(of, stored(move), situation(at))
            sent = asked(move)
        assert sent == ["2:email/hello"], f"{by} ms late"
        assert move.enrollment.wake_at is not None


POLICY = Policy(
    PolicyDefinition.model_validate(
        {"title": TITLE, "quiet_hours": [{"from": "21:00", "to": "08:00"}], "closed_days": [{"weekdays": ["sun"]}]}
    )
)


def quiet(at: str, *steps: dict[str, Any]) -> Move:
    now = from_iso(at)
    given = replace(situation(now), policy=POLICY)
    return enter(program(*steps), "", 1, happening(at=now), given)


def test_marketing_waits_for_the_morning_and_the_rest_does_not() -> None:
    move = quiet("2026-03-28T21:30", HELLO, {"sms": "after"})
    assert asked(move) == []
    assert ("1", "quiet hours until 08:00") in path(move.enrollment)
    assert move.enrollment.wake_at == from_iso("2026-03-30T06:00"), "Sunday is closed, and a change of the clock"
    woken = wake(program(HELLO, {"sms": "after"}), stored(move), situation(from_iso("2026-03-30T06:00")))
    assert asked(woken) == ["1:email/hello", "2:sms/after"]
    receipt = {"email": {"template": "receipt", "purpose": "transactional"}}
    confirm = {"email": {"template": "confirm", "purpose": "confirmation"}}
    assert asked(quiet("2026-03-28T21:30", receipt, confirm)) == ["1:email/receipt", "2:email/confirm"]


def away(of: Program, **exclusive: int) -> Situation:
    return replace(situation(), exclusive=exclusive)


@pytest.mark.parametrize(
    ("more", "others", "keeper"),
    [
        ({}, {"renewal": 0}, "renewal"),
        ({}, {"renewal": 5}, "renewal"),
        ({"priority": 1}, {"renewal": 0}, ""),
        ({"priority": 1}, {"renewal": 1}, "renewal"),
        ({"exclusive": True}, {"renewal": 0}, ""),
        ({"exclusive": True}, {"renewal": 1}, "renewal"),
        ({"exclusive": True}, {"j": 9}, ""),
        ({}, {}, ""),
    ],
)
def test_an_exclusive_journey_keeps_others_away(more: dict[str, Any], others: dict[str, int], keeper: str) -> None:
    of = program({"wait": "PT1H"}, HELLO, {"email": {"template": "r", "purpose": "transactional"}}, **more)
    assert kept_away_by(of, away(of, **others)) == keeper
    move = wake(of, stored(begun(of)), replace(away(of, **others), now=NOW + HOUR))
    assert asked(move) == ([] if keeper else ["2:email/hello"]) + ["3:email/r"]
    assert (("2", f"kept away by {keeper}") in path(move.enrollment)) == bool(keeper)


def test_what_sends_no_marketing_is_never_kept_away() -> None:
    of = program({"email": {"template": "r", "purpose": "transactional"}})
    assert kept_away_by(of, away(of, renewal=9)) == ""


def test_a_goal_counts_within_its_time() -> None:
    of = program({"wait": "P30D"}, goal={"event": "Ordered", "within": "P7D"})
    enrollment = begun(of).enrollment
    assert reaches_goal(of, enrollment, happening("Ordered", NOW + 7 * DAY))
    assert not reaches_goal(of, enrollment, happening("Ordered", NOW + 7 * DAY + 1))


def test_a_goal_may_be_a_condition() -> None:
    customer = {"segment": "customers"}
    of = program({"wait": "P1D"}, {"email": "hello"}, goal={"when": customer, "within": "P2D"})
    assert of.goal is not None
    start = enter(of, "", 1, happening(), situation())
    turned = Happening("became", "b", of.goal.turn, NOW + DAY, {})
    reached = react(of, stored(start), turned, situation())
    assert reached is not None
    assert (reached.enrollment.status, reached.enrollment.reason) == (FINISHED, "goal")
    late = replace(turned, at=NOW + 3 * DAY)
    assert react(of, stored(start), late, situation()) is None
    assert react(of, stored(start), replace(turned, name="another"), situation()) is None
    woken = wake(of, stored(start), situation(NOW + DAY, segments={"customers": NOW}))
    assert (woken.enrollment.status, woken.enrollment.reason) == (FINISHED, "goal"), "though its news has not come"
    assert stands_against(of, situation(segments={"customers": NOW})) == "has reached the goal already"


def test_exits() -> None:
    of = program(
        {"wait": "P1D"},
        exits=[
            {"event": "Order Cancelled", "where": {"order_id": {"same_as": "order_id"}}, "reason": "cancelled"},
            {"when": {"segment": "vip"}},
        ],
    )
    start = enter(of, "", 1, happening(order_id="o1"), situation())
    assert react(of, stored(start), happening("Order Cancelled", NOW + 1, order_id="o2"), situation()) is None
    gone = react(of, stored(start), happening("Order Cancelled", NOW + 1, order_id="o1"), situation())
    assert gone is not None and (gone.enrollment.status, gone.enrollment.reason) == (EXITED, "cancelled")
    assert stands_against(of, situation(segments={"vip": NOW})) == "an exit condition holds"
    assert stands_against(of, situation()) == ""
    woken = wake(of, stored(start), situation(NOW + DAY, segments={"vip": NOW}))
    assert woken.enrollment.status == EXITED, "though its news has not come"
    stop = happening(Name.JOURNEY_STOP_REQUESTED, NOW + 1, journey="j", by="welcome")
    stopped = react(of, stored(start), stop, situation())
    assert stopped is not None and stopped.enrollment.reason == "stopped by welcome"
    other = happening(Name.JOURNEY_STOP_REQUESTED, NOW + 1, journey="k")
    assert react(of, stored(start), other, situation()) is None
