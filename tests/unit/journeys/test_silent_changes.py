"""A rebuild ends nothing, not even later: what holds only because definitions changed is passed over at a wake."""

from typing import Any

import pytest

from leadwell.clock import DAY, from_iso
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.journeys.enrollment import Enrollment
from leadwell.rehearsal.stage import Stage
from leadwell.rehearsal.table import MemoryTable

NOW = from_iso("2026-03-02T08:00:00Z")
ANN = contact_id("user_id", "ann")
SEGMENT = """
kind: segment
name: vip
title: {en: Best, de: Beste}
when: {trait: orders, at_least: 10}
"""
LOWER = SEGMENT.replace("at_least: 10", "at_least: 5")
HEAD = """
kind: journey
name: j
title: {en: A journey, de: Eine Journey}
description: {en: A journey, de: Eine Journey}
trigger: {event: Started}
"""
WAITS = "steps: [{id: days, wait: P1D}, {id: more, wait: P1D}]"
GOAL = f"{HEAD}goal: {{when: {{segment: vip}}}}\n{WAITS}"
EXIT = f"{HEAD}exits: [{{when: {{segment: vip}}}}]\n{WAITS}"
WAIT_FOR = f"{HEAD}steps: [{{wait_for: {{when: {{segment: vip}}, timeout: P2D, on_timeout: exit}}}}]"

CASES = [(GOAL, ("finished", "goal")), (EXIT, ("exited", "segment: vip")), (WAIT_FOR, ("finished", ""))]
UNMOVED = [(GOAL, ("finished", "")), (EXIT, ("finished", "")), (WAIT_FOR, ("exited", "did not become true"))]


def inside(journey: str, orders: int = 6) -> Stage:
    """Ann has ordered some times, and is in the journey."""
    table = MemoryTable()
    library = Library(table)
    for text in (SEGMENT, journey):
        Publisher(library, NOW, "ann").publish(text)
    table.take_written()
    stage = Stage(library, NOW, words=False, table=table)
    orders_are(stage, orders)
    stage.say({"type": "track", "userId": "ann", "event": "Started"})
    stage.advance(NOW + DAY // 4)
    return stage


def orders_are(stage: Stage, orders: int) -> None:
    call: dict[str, Any] = {"type": "identify", "userId": "ann", "traits": {"orders": orders}}
    stage.say(call)


def redefined(stage: Stage, text: str = LOWER, *, announce: bool = False) -> None:
    Publisher(stage.library, stage.now, "ann", announce).publish(text)
    stage.table.take_written()
    stage.look_again([ANN])


def ended(stage: Stage) -> tuple[str, str]:
    stage.advance(NOW + 9 * DAY)
    one: Enrollment = stage.enrollments()[0]
    return one.status, one.reason


@pytest.mark.parametrize(("journey", "unmoved"), UNMOVED)
def test_a_segment_that_is_redefined_silently_ends_nothing(journey: str, unmoved: tuple[str, str]) -> None:
    stage = inside(journey)
    redefined(stage)
    assert "vip" in (stage.contact("ann") or pytest.fail()).segments
    assert ended(stage) == unmoved


@pytest.mark.parametrize(("journey", "moved"), CASES)
def test_where_it_is_announced_it_does(journey: str, moved: tuple[str, str]) -> None:
    stage = inside(journey)
    redefined(stage, announce=True)
    status, reason = ended(stage)
    assert (status, bool(reason)) == (moved[0], bool(moved[1]))


@pytest.mark.parametrize(("journey", "moved"), CASES)
def test_what_comes_true_anew_counts(journey: str, moved: tuple[str, str]) -> None:
    stage = inside(journey)
    redefined(stage)
    orders_are(stage, 2)
    orders_are(stage, 6)
    status, reason = ended(stage)
    assert (status, bool(reason)) == (moved[0], bool(moved[1]))


@pytest.mark.parametrize(("journey", "unmoved"), UNMOVED)
def test_another_rebuild_does_not_forget_it(journey: str, unmoved: tuple[str, str]) -> None:
    stage = inside(journey)
    redefined(stage)
    redefined(stage, SEGMENT.replace("name: vip", "name: other"))
    assert ended(stage) == unmoved


SCORED = f"{HEAD}goal: {{when: {{score: {{at_least: 50}}}}}}\n{WAITS}"
SCORING = """
kind: scoring
name: interest
title: {en: Interest, de: Interesse}
rules:
  - {id: started, when: {event: Started}, points: 10}
"""


@pytest.mark.parametrize("rebuilt", [True, False])
def test_a_changed_score_ends_nothing_before_or_after_the_rebuild_came_by(rebuilt: bool) -> None:
    table = MemoryTable()
    library = Library(table)
    for text in (SCORING, SCORED):
        Publisher(library, NOW, "ann").publish(text)
    table.take_written()
    stage = Stage(library, NOW, words=False, table=table)
    stage.say({"type": "track", "userId": "ann", "event": "Started"})
    stage.advance(NOW + DAY // 4)
    Publisher(library, stage.now, "ann").publish(SCORING.replace("points: 10", "points: 60"))
    stage.table.take_written()
    if rebuilt:
        stage.look_again([ANN])
    assert ended(stage) == ("finished", "")


def test_what_was_true_by_itself_stays_so() -> None:
    stage = inside(GOAL, orders=2)
    orders_are(stage, 12)
    redefined(stage)
    assert ended(stage) == ("finished", "goal")


def test_who_is_in_the_segment_by_a_silent_change_has_reached_the_goal_before_entering() -> None:
    stage = inside(GOAL)
    redefined(stage)
    stage.advance(NOW + 3 * DAY)
    stage.say({"type": "track", "userId": "ann", "event": "Started"})
    assert [one.status for one in stage.enrollments()] == ["finished"], "entering asks what is true"
