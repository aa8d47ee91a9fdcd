"""Where an enrollment goes: every kind of step, every way in, every way out."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso
from leadwell.contacts.change import Happening
from leadwell.ids import message_id
from leadwell.journeys.admission import entry_key, is_fresh, may_enter
from leadwell.journeys.engine import Move, enter, react, wake
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, PARKED, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import Recorded
from tests.unit.journeys.house import NOW, asked, happening, path, program, situation, stored


def entered(of: Program, now: int = NOW, at: int = NOW, zone: str = "Europe/Berlin", **facts: Any) -> Move:
    return enter(of, "", 1, happening(at=at), situation(now, zone, **facts))


def woken(of: Program, move: Move, now: int | None = None, **facts: Any) -> Move:
    enrollment = stored(move)
    assert enrollment.wake_at is not None
    return wake(of, enrollment, situation(now or enrollment.wake_at, **facts))


def test_a_wait() -> None:
    of = program({"wait": "PT3H"}, {"email": "hello"})
    move = entered(of)
    assert (move.enrollment.step, move.enrollment.wake_at, move.enrollment.status) == ("1", NOW + 3 * HOUR, ACTIVE)
    assert move.effects == ()
    after = woken(of, move)
    assert asked(after) == ["2:email/hello"]
    assert (after.enrollment.status, after.enrollment.reason, after.enrollment.wake_at) == (FINISHED, "", None)
    assert path(after.enrollment) == [("1", "waited"), ("2", "done"), ("2", "finished")]
    assert after.enrollment.ended_at == NOW + 3 * HOUR


def test_a_wait_counts_from_what_started_it_however_late_the_news_is() -> None:
    of = program({"wait": "PT3H"}, {"email": "hello"})
    assert entered(of, now=NOW + HOUR).enrollment.wake_at == NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("zone", "at", "woken_at"),
    [
        ("Europe/Berlin", "2026-03-02T07:59Z", "2026-03-02T08:00Z"),
        ("Europe/Berlin", "2026-03-02T08:00Z", "2026-03-02T08:00Z"),
        ("Europe/Berlin", "2026-03-02T08:01Z", "2026-03-03T08:00Z"),
        ("Pacific/Auckland", "2026-03-02T08:00Z", "2026-03-02T20:00Z"),
        ("America/Los_Angeles", "2026-03-02T08:00Z", "2026-03-02T17:00Z"),
        ("Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T07:00Z"),
    ],
)
def test_a_wait_until_a_local_time(zone: str, at: str, woken_at: str) -> None:
    of = program({"wait_until": "09:00"}, {"email": "hello"})
    assert entered(of, now=from_iso(at), at=from_iso(at), zone=zone).enrollment.wake_at == from_iso(woken_at)


WAITS = program(
    {"id": "ask", "wait_for": {"event": "Answered", "where": {"id": {"same_as": "id"}}, "timeout": "P1D"}},
    {"email": "hello"},
)


def test_what_is_waited_for_comes() -> None:
    begun = enter(WAITS, "", 1, happening(id=7), situation())
    later = happening("Answered", NOW + HOUR, id="7")
    move = react(WAITS, stored(begun), later, situation(NOW + HOUR))
    assert move is not None
    assert asked(move) == ["2:email/hello"]
    assert path(move.enrollment)[0] == ("ask", "Answered came")
    assert move.enrollment.ended_at == NOW + HOUR


@pytest.mark.parametrize(
    "other",
    [
        happening("Answered", NOW + HOUR, id=8),
        happening("Answered", NOW + HOUR),
        happening("Asked", NOW + HOUR, id=7),
        happening("Answered", NOW, id=7),
        happening("Answered", NOW - 1, id=7),
        Happening("entered", "x", "Answered", NOW + HOUR, {"id": 7}),
    ],
)
def test_something_else_comes(other: Happening) -> None:
    begun = enter(WAITS, "", 1, happening(id=7), situation())
    assert react(WAITS, stored(begun), other, situation(NOW + HOUR)) is None


def test_what_is_waited_for_does_not_come() -> None:
    move = woken(WAITS, entered(WAITS))
    assert asked(move) == ["2:email/hello"]
    assert path(move.enrollment)[0] == ("ask", "timed out")
    ends = program({"wait_for": {"event": "Answered", "timeout": "P1D", "on_timeout": "exit"}}, {"email": "hello"})
    move = woken(ends, entered(ends))
    assert (asked(move), move.enrollment.status) == ([], EXITED)
    assert move.enrollment.reason == "Answered did not come"


def test_one_event_ends_one_wait() -> None:
    of = program(*[{"wait_for": {"event": "Clicked", "timeout": "P1D"}}] * 2, {"email": "hello"})
    first = happening("Clicked", NOW + 1)
    move = react(of, stored(entered(of)), first, situation(NOW + 1))
    assert move is not None
    assert move.enrollment.step == "2"
    assert react(of, stored(move), first, situation(NOW + 1)) is None, "the same event again"
    again = react(of, stored(move), happening("Clicked", NOW + 2), situation(NOW + 2))
    assert again is not None
    assert asked(again) == ["3:email/hello"]


def test_an_update_and_an_exit() -> None:
    of = program({"update": {"traits": {"onboarded": True, "old": None}}}, {"exit": "no number"}, {"email": "hello"})
    move = entered(of)
    assert move.effects == (Recorded("Identified", "1", traits={"onboarded": True, "old": None}),)
    assert (move.enrollment.status, move.enrollment.reason) == (EXITED, "no number")


def test_messages() -> None:
    of = program(
        {"email": "hello"},
        {"email": {"template": "receipt", "purpose": "transactional"}},
        {"sms": {"template": "code", "purpose": "confirmation"}},
    )
    move = entered(of)
    assert asked(move) == ["1:email/hello", "2:email/receipt", "3:sms/code"]
    assert [getattr(one, "purpose", "") for one in move.effects] == ["marketing", "transactional", "confirmation"]
    assert move.enrollment.status == FINISHED


ADULT = [{"wait": "PT1H"}, {"sms": "adult"}]
NESTED = program(
    {
        "branch": [
            {
                "when": {"trait": "plan", "equals": "pro"},
                "steps": [
                    {"branch": [{"when": {"trait": "age", "at_least": 18}, "steps": ADULT}]},
                    {"email": "pro"},
                ],
            },
            {"when": {"trait": "plan", "equals": "none"}},
            {"steps": [{"email": "free"}]},
        ]
    },
    {"email": "everybody"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"plan": "pro", "age": 20}, ["1-a1-a2:sms/adult", "1-a2:email/pro", "2:email/everybody"]),
        ({"plan": "pro", "age": 10}, ["1-a2:email/pro", "2:email/everybody"]),
        ({"plan": "none"}, ["2:email/everybody"]),
        ({}, ["1-c1:email/free", "2:email/everybody"]),
    ],
)
def test_branches_in_branches_come_together_again(traits: dict[str, Any], expected: list[str]) -> None:
    move = entered(NESTED, traits=traits)
    sent = asked(move)
    if move.enrollment.wake_at is not None:
        move = woken(NESTED, move, traits=traits)
        sent += asked(move)
    assert sent == expected
    assert move.enrollment.status == FINISHED


def test_a_branch_of_which_no_arm_holds_goes_on_behind_it() -> None:
    of = program({"branch": [{"when": {"trait": "x", "exists": True}, "steps": [{"exit": "x"}]}]}, {"email": "hello"})
    assert asked(entered(of)) == ["2:email/hello"]
    alone = program({"branch": [{"when": {"trait": "x", "exists": True}, "steps": [{"exit": "x"}]}]})
    assert entered(alone).enrollment.status == FINISHED


def test_a_branch_may_ask_about_what_started_the_journey() -> None:
    of = program({"branch": [{"when": {"trait": "cart", "same_as": "cart_id"}, "steps": [{"email": "same"}]}]})
    move = enter(of, "", 1, happening(cart_id="c7"), situation(traits={"cart": "c7"}))
    assert asked(move) == ["1-a1:email/same"]


GOAL = program(
    {"wait": "PT3H"},
    {"email": "hello"},
    goal={"event": "Ordered", "where": {"cart": {"same_as_or_missing": "cart"}}},
)


@pytest.mark.parametrize(
    ("event", "reached"),
    [
        (happening("Ordered", NOW + HOUR, cart="a"), True),
        (happening("Ordered", NOW + HOUR), True),
        (happening("Ordered", NOW, cart="a"), True),
        (happening("Ordered", NOW - 1, cart="a"), False),
        (happening("Ordered", NOW + HOUR, cart="b"), False),
        (happening("Viewed", NOW + HOUR, cart="a"), False),
    ],
)
def test_a_goal_ends_it(event: Happening, reached: bool) -> None:
    begun = enter(GOAL, "a", 1, happening(cart="a"), situation())
    move = react(GOAL, stored(begun), event, situation(NOW + HOUR))
    assert (move is not None) == reached
    if move:
        assert (move.enrollment.status, move.enrollment.reason, move.enrollment.wake_at) == (FINISHED, "goal", None)
        assert move.effects == ()


def test_what_starts_a_journey_is_not_its_goal() -> None:
    of = program({"wait": "PT1H"}, goal={"event": "Started"})
    begun = entered(of)
    assert react(of, stored(begun), happening(), situation()) is None
    again = happening(number="another", at=NOW + 1)
    assert react(of, stored(begun), again, situation()) is not None


def test_who_slept_a_little_late_keeps_the_rhythm() -> None:
    of = program({"wait": "PT3H"}, {"wait": "P1D"}, {"email": "hello"})
    move = woken(of, entered(of), now=NOW + 3 * HOUR + 50 * MINUTE)
    assert move.enrollment.wake_at == NOW + 3 * HOUR + DAY


def test_who_slept_much_too_long_goes_on_from_now() -> None:
    """Not everything at once after an outage of a week."""
    of = program({"wait": "PT3H"}, {"email": "one"}, {"wait": "P1D"}, {"email": "two"}, {"wait": "P1D"})
    now = NOW + 7 * DAY
    move = woken(of, entered(of), now=now)
    assert asked(move) == ["2:email/one"]
    assert move.enrollment.wake_at == now + DAY


def test_late_news_sends_nothing_before_the_rest_of_the_news_was_heard() -> None:
    """A phone that was offline reports the cart and, behind it, the order: the wait is over, the goal reached."""
    move = enter(GOAL, "a", 1, happening(cart="a"), situation(NOW + 10 * HOUR))
    assert (asked(move), move.enrollment.status) == ([], ACTIVE)
    assert move.enrollment.wake_at == NOW + 10 * HOUR, "due at once, and never in the past"
    ended = react(GOAL, stored(move), happening("Ordered", NOW + HOUR), situation(NOW + 10 * HOUR))
    assert ended is not None
    assert ended.enrollment.reason == "goal"
    assert asked(woken(GOAL, move)) == ["2:email/hello"], "without the order it goes on"


def test_what_is_waited_for_may_come_in_one_piece_with_the_start() -> None:
    move = enter(WAITS, "", 1, happening(id=7), situation(NOW + 3 * DAY))
    assert asked(move) == []
    answer = react(WAITS, stored(move), happening("Answered", NOW + HOUR, id=7), situation(NOW + 3 * DAY))
    assert answer is not None
    assert path(answer.enrollment)[0] == ("ask", "Answered came")


def test_a_step_that_is_gone_parks() -> None:
    of = program({"wait": "PT3H"}, {"email": "hello"})
    lost = replace(entered(of).enrollment, step="1")
    shorter = replace(of, nodes={name: replace(node, next="gone") for name, node in of.nodes.items()})
    move = wake(shorter, lost, situation(NOW + 3 * HOUR))
    assert move.enrollment.status == PARKED
    assert "gone" in move.enrollment.reason


def test_a_message_id_is_of_enrollment_step_and_visit() -> None:
    one, two = entered(NESTED).enrollment, enter(NESTED, "", 2, happening(), situation()).enrollment
    assert one.id != two.id
    assert message_id(one.id, "2", one.visit) != message_id(two.id, "2", two.visit)


CART = program({"wait": "PT3H"}, trigger={"event": "Added", "where": {"total": {"at_least": 10}}, "key": "cart.id"})


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (happening("Added", total=10, cart={"id": "c1"}), "c1"),
        (happening("Added", total=10, cart={"id": 7}), "7"),
        (happening("Added", total=10, cart={"id": "a#b"}), "a_b"),
        (happening("Added", total=10, cart={"id": "x" * 500}), "x" * 200),
        (happening("Added", total=10, cart={"id": None}), ""),
        (happening("Added", total=10), ""),
        (happening("Added", total=9, cart={"id": "c1"}), None),
        (happening("Added", cart={"id": "c1"}), None),
        (happening("Removed", total=10, cart={"id": "c1"}), None),
        (Happening("entered", "e", "Added", NOW, {"total": 10}), None),
    ],
)
def test_entering_by_event(event: Happening, key: str | None) -> None:
    assert entry_key(CART, event) == key


def test_entering_by_segment_and_date() -> None:
    segment = program({"wait": "PT3H"}, trigger={"segment": "sofas"})
    assert entry_key(segment, Happening("entered", "e", "sofas", NOW, {})) == ""
    assert entry_key(segment, Happening("left", "e", "sofas", NOW, {})) is None
    assert entry_key(segment, Happening("entered", "e", "chairs", NOW, {})) is None
    assert entry_key(segment, happening("sofas")) is None
    date = program({"wait": "PT3H"}, trigger={"date": "birthday"})
    came = Happening("date", "d", "birthday@09:00/feb-28", NOW, {"year": 2026})
    assert entry_key(date, came) == "2026"
    assert entry_key(date, replace(came, name="birthday@10:00/feb-28")) is None
    assert entry_key(segment, came) is None
    assert entry_key(CART, came) is None


def test_an_old_event_starts_nothing() -> None:
    fresh = program({"wait": "PT3H"}, trigger={"event": "Started", "max_age": "PT1H"})
    assert is_fresh(fresh, happening(at=NOW), NOW + HOUR)
    assert not is_fresh(fresh, happening(at=NOW), NOW + HOUR + 1)
    assert not is_fresh(CART, happening("Added", at=NOW), NOW + DAY + 1)
    segment = program({"wait": "PT3H"}, trigger={"segment": "sofas"})
    assert is_fresh(segment, Happening("entered", "e", "sofas", NOW, {}), NOW + 900 * DAY)


def earlier(status: str = FINISHED, at: int = NOW, cause: str = "x", number: int = 1) -> Enrollment:
    move = enter(CART, "k", number, happening(at=at, number=cause), situation())
    return replace(move.enrollment, status=status)


NEVER, ALWAYS = {"reentry": "never"}, {"reentry": "always"}
AFTER = {"reentry": {"after": "P30D"}}


@pytest.mark.parametrize(
    ("rule", "before", "at", "allowed"),
    [
        (NEVER, [], NOW, True),
        (NEVER, [earlier()], NOW + DAY, False),
        (NEVER, [earlier(EXITED)], NOW + DAY, False),
        (ALWAYS, [earlier()], NOW + DAY, True),
        (ALWAYS, [earlier(ACTIVE)], NOW + DAY, False),
        (ALWAYS, [earlier(), earlier(ACTIVE, number=2)], NOW + DAY, False),
        (ALWAYS, [earlier(cause=f"Started@{NOW + DAY}")], NOW + DAY, False),
        (AFTER, [earlier()], NOW + 29 * DAY, False),
        (AFTER, [earlier()], NOW + 30 * DAY, True),
        (AFTER, [earlier(), earlier(at=NOW + 10 * DAY, number=2)], NOW + 35 * DAY, False),
        (AFTER, [earlier(ACTIVE)], NOW + 40 * DAY, False),
    ],
)
def test_entering_again(rule: dict[str, Any], before: list[Enrollment], at: int, allowed: bool) -> None:
    of = program({"wait": "PT3H"}, **rule)
    assert may_enter(of, "k", happening(at=at), before) == allowed


def test_a_missing_key_does_not_shut_out_for_good() -> None:
    """A website that forgets the cart's id would otherwise get one reminder per contact and lifetime."""
    assert may_enter(CART, "", happening(at=NOW + DAY), [earlier()])
    assert not may_enter(CART, "", happening(at=NOW + DAY), [earlier(ACTIVE)]), "but not twice at a time"
    assert not may_enter(CART, "k", happening(at=NOW + DAY), [earlier()])
    unkeyed = program({"wait": "PT3H"})
    assert not may_enter(unkeyed, "", happening(at=NOW + DAY), [earlier()])


def test_the_path_keeps_its_newest_part() -> None:
    of = program(*[{"update": {"traits": {"n": n}}} for n in range(80)])
    move = entered(of)
    assert len(move.enrollment.path) == 60
    assert move.enrollment.path[-1][2] == "finished"
