"""Why a message of a journey was sent, comes later, or was not sent."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.journeys.deciding import Decision, Outcome, decisions, never
from leadwell.journeys.engine import Move, enter, entering, held_out, kept_out, queued, react, wake
from leadwell.journeys.enrollment import FINISHED, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.reading import NotEntered
from leadwell.messaging.message import Message, Status
from tests.unit.journeys.house import NOW, happening, program, situation, stored

STEPS: list[dict[str, Any]] = [
    {"id": "hello", "email": "hello"},
    {"id": "rest", "wait": "P1D"},
    {"id": "fork", "branch": [{"when": {"trait": "vip", "equals": True}, "steps": [{"id": "gift", "email": "gift"}]}]},
    {"id": "pause", "wait": "P1D"},
    {"id": "bye", "sms": "bye"},
]
OF = program(*STEPS, goal={"event": "Ordered"})


def became(of: Program, entry: Enrollment, **messages: Message) -> dict[str, tuple[Outcome, Any, str, str]]:
    found = list(decisions(of, entry, messages.values()))
    assert [one.sender for one in found] == ["hello", "gift", "bye"], "in the journey's order"
    return {one.sender: (one.outcome, one.at, one.reason, one.step) for one in found}


def message(entry: Enrollment, step: str, **changes: Any) -> Message:
    made = Message(
        id=f"m-{step}",
        contact="c1",
        channel="email",
        template=step,
        template_version=1,
        purpose="marketing",
        requested_at=NOW,
        enrollment=entry.item_key.sk,
        step=step,
    )
    return replace(made, **changes)


def begun() -> Move:
    return enter(OF, "", 1, happening(), situation())


def test_what_was_sent_and_what_is_still_to_come() -> None:
    entry = stored(begun())
    sent = message(entry, "hello", status=Status.DELIVERED, sent_at=NOW + 1)
    found = became(OF, entry, hello=sent)
    assert found["hello"] == (Outcome.SENT, NOW + 1, "delivered", "")
    assert found["gift"] == found["bye"] == (Outcome.WAITING, NOW + DAY, "", "rest")


def test_what_waits_or_was_not_allowed() -> None:
    entry = stored(begun())
    waits = message(entry, "hello", due_at=NOW + HOUR, reason="quiet hours until 08:00")
    assert became(OF, entry, hello=waits)["hello"] == (Outcome.WAITING, NOW + HOUR, "quiet hours until 08:00", "")
    refused = message(entry, "hello", status=Status.SKIPPED, finished_at=NOW, reason="no consent to marketing/email")
    assert became(OF, entry, hello=refused)["hello"] == (Outcome.NOT_SENT, NOW, "no consent to marketing/email", "")
    another = message(entry, "hello", status=Status.SENT, sent_at=NOW, enrollment="J#j##000009")
    assert became(OF, entry, hello=another)["hello"][0] is not Outcome.SENT, "it belongs to another entry"


def test_who_waits_for_a_turn_has_not_missed_anything() -> None:
    entry = stored(queued(entering(OF, "", 1, happening(), situation()), NOW + HOUR, NOW))
    assert became(OF, entry)["hello"] == (Outcome.WAITING, NOW + HOUR, "waits for its turn", "hello")


def test_the_way_led_past_it() -> None:
    entry = stored(wake(OF, stored(begun()), situation(NOW + DAY)))
    found = became(OF, entry)
    assert found["gift"] == (Outcome.ANOTHER_WAY, None, "", "")
    assert found["bye"] == (Outcome.WAITING, NOW + 2 * DAY, "", "pause")


def test_whoever_came_to_the_end_left_nothing_out_that_was_on_the_way() -> None:
    of = program(*STEPS[:3])
    entry = stored(wake(of, stored(enter(of, "", 1, happening(), situation())), situation(NOW + DAY)))
    assert entry.status == FINISHED
    assert {one.sender: one.outcome for one in decisions(of, entry, [])}["gift"] is Outcome.ANOTHER_WAY


def test_the_journey_ended_before_it() -> None:
    moved = react(OF, stored(begun()), happening("Ordered", NOW + HOUR), situation(NOW + HOUR))
    assert moved is not None
    assert became(OF, stored(moved))["bye"] == (Outcome.LEFT, NOW + HOUR, "goal", "rest")


@pytest.mark.parametrize("which", ["held out", "kept out"])
def test_nobody_was_let_in(which: str) -> None:
    of = program(*STEPS, holdout=10)
    started = enter(of, "", 1, happening(), situation())
    move = (
        held_out(of, started.enrollment, NOW) if which == "held out" else kept_out(started.enrollment, "vip only", NOW)
    )
    outcomes = became(of, stored(move))
    reason = "held out: 10 % are" if which == "held out" else "vip only"
    assert outcomes["hello"] == (Outcome.KEPT_OUT, NOW, reason, "")


def test_what_starts_it_did_not_happen_or_was_not_meant() -> None:
    assert [one.outcome for one in never(NotEntered(OF, 0, None))] == [Outcome.NOT_TRIGGERED] * 3
    assert [one.outcome for one in never(NotEntered(OF, None, None))] == [Outcome.NOT_TRIGGERED] * 3
    hello, *_ = never(NotEntered(OF, 2, NOW))
    assert hello == Decision("j", "hello", "email", "hello", Outcome.NOT_LET_IN, NOW)
