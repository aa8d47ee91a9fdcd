"""An announced change starts journeys: the plan says which, for how many, with which messages; and who comes and goes
must not have moved until it is applied."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leadwell.clock import DAY, to_iso
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.planning.moving import moved
from leadwell.planning.plan import Asked, Audience, Plan
from leadwell.planning.planner import Planner
from leadwell.rehearsal.stage import SETTINGS, Stage
from tests.unit.planning.test_plan import HEAD, NOW, copied, installation

SEGMENT = """
kind: segment
name: good
title: {en: Good, de: Gut}
when: {trait: orders, at_least: 10}
"""
LOWER = SEGMENT.replace("at_least: 10", "at_least: 5")
GREET = (
    HEAD.replace("trigger: {event: Joined}", "trigger: {segment: good}")
    + """
steps:
  - {id: hello, email: hello}
  - {id: half, wait: PT12H}
  - {id: nudge, sms: nudge}
  - {id: long, wait: P3D}
  - {id: bye, email: bye}
"""
)
POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
holdout: 20
"""


def shop(size: int) -> Stage:
    """Each has ordered between 0 and 19 times; every tenth allows nothing."""
    stage = installation(SEGMENT, GREET, POLICY)
    calls: list[dict[str, Any]] = []
    for number in range(size):
        person = f"p{number}"
        traits = {"email": f"{person}@example.com", "phone": f"+1202555{number:04}", "orders": number % 20}
        calls.append({"type": "identify", "userId": person, "traits": traits})
        for channel in ("email", "sms") if number % 10 != 7 else ():
            said = {"purpose": "marketing", "channel": channel, "source": "form"}
            calls.append({"type": "track", "userId": person, "event": "Consent Granted", "properties": said})
    stage.say(*calls)
    stage.advance(NOW + 10 * DAY)
    return stage


@pytest.fixture(scope="module")
def crowd() -> Stage:
    return shop(400)


def planned(stage: Stage, folder: Path, *, announce: bool = True, sample: int = 2_000) -> Plan:
    path = folder / "good.yaml"
    path.write_text(LOWER)
    return Planner(stage.table, SETTINGS, stage.now, "ann", sample).make(Asked((str(path),), (), announce=announce))[0]


def test_what_an_announced_segment_starts_is_what_then_happens(crowd: Stage, tmp_path: Path) -> None:
    stage = copied(crowd)
    plan = planned(stage, tmp_path)
    (audience,), (coming,) = plan.audiences, plan.coming
    assert audience.segments == {"good": (100, 0)}
    assert (coming.journey, coming.segments, coming.is_estimate) == ("story", ("good",), False)
    assert 0 < coming.held_out < 50
    assert coming.contacts + coming.held_out == 100
    assert plan.usd[1] > plan.usd[0] == 0
    assert Plan.from_json(plan.to_json()) == plan

    before = {one.item_key for one in stage.enrollments()}
    left, skipped = len(stage.left), Counter(one.channel for one in stage.messages() if one.status == "skipped")
    Publisher(stage.library, stage.now, "ann", announced=True).publish(LOWER)
    stage.table.take_written()
    stage.look_again(contact_id("user_id", f"p{number}") for number in range(400))
    fresh = [one for one in stage.enrollments() if one.item_key not in before]
    assert Counter(one.status for one in fresh) == {"active": coming.contacts, "held out": coming.held_out}
    stage.advance(stage.now + DAY)
    assert Counter(one.message.channel for one in stage.left[left:]) == coming.after
    now_skipped = Counter(one.channel for one in stage.messages() if one.status == "skipped")
    assert now_skipped - skipped == coming.kept_back


def test_without_announcing_nothing_starts(crowd: Stage, tmp_path: Path) -> None:
    stage = copied(crowd)
    plan = planned(stage, tmp_path, announce=False)
    assert plan.audiences[0].segments == {"good": (100, 0)}
    assert plan.coming == ()
    before = len(stage.enrollments())
    Publisher(stage.library, stage.now, "ann").publish(LOWER)
    stage.table.take_written()
    stage.look_again(contact_id("user_id", f"p{number}") for number in range(400))
    assert len(stage.enrollments()) == before


def test_of_a_sample_it_is_an_estimate(crowd: Stage, tmp_path: Path) -> None:
    exact, estimate = (planned(copied(crowd), tmp_path, sample=sample).coming[0] for sample in (2_000, 150))
    assert estimate.is_estimate
    assert abs(estimate.contacts - exact.contacts) < 40
    assert abs(estimate.after["email"] - exact.after["email"]) < 40


def test_who_comes_and_goes_must_not_have_moved(tmp_path: Path) -> None:
    stage = shop(200)
    plan = planned(stage, tmp_path)
    assert plan.audiences[0].segments == {"good": (50, 0)}

    def come(first: int, last: int) -> Plan:
        names = [f"n{number}" for number in range(first, last)]
        stage.say(*({"type": "identify", "userId": one, "traits": {"orders": 6}} for one in names))
        return planned(stage, tmp_path)

    assert moved(plan, come(0, 10)) == [], "ten more are no reason to look again"
    now = come(10, 11)
    assert [one.text for one in moved(plan, now)] == ["segment good: 61 would enter, and 50 when the plan was made"]
    assert moved(plan, now, tolerance=30) == []


def audience(entering: int, looked_at: int, of: int) -> Audience:
    return Audience("contacts", looked_at, of, {"good": (entering, 3)}, {"lead → mql": 2})


@pytest.mark.parametrize(
    ("was", "is_now", "holds"),
    [
        (audience(100, 2_000, 2_000), audience(110, 2_000, 2_000), True),
        (audience(100, 2_000, 2_000), audience(111, 2_000, 2_000), False),
        (audience(100, 2_000, 200_000), audience(120, 2_000, 200_000), True),  # may be the sample
        (audience(100, 2_000, 200_000), audience(180, 2_000, 200_000), False),
        (audience(100, 2_000, 200_000), audience(100, 2_000, 300_000), False),
        (audience(4, 2_000, 2_000), audience(14, 2_000, 2_000), True),  # so few are never too many
    ],
)
def test_beyond_the_error_of_the_sample(was: Audience, is_now: Audience, holds: bool) -> None:
    plan = Plan(Asked((), ()), "", 1, "", (), audiences=(was,))
    assert (moved(plan, replace(plan, audiences=(is_now,))) == []) == holds


def test_stages_and_what_nobody_does_any_more_count_as_well() -> None:
    plan = Plan(Asked((), ()), "", 1, "", (), audiences=(replace(audience(0, 500, 500), stages={"lead → mql": 40}),))
    empty = replace(plan, audiences=(replace(audience(0, 500, 500), stages={}),))
    assert [one.text for one in moved(plan, empty)] == [
        "stage lead → mql: 0 would change, and 40 when the plan was made"
    ]


RENEWAL = (
    HEAD.replace("name: story", "name: renewal").replace(
        "trigger: {event: Joined}",
        "trigger: {date: contract_end, offset: -P30D, every: once, late_join: P20D}",
    )
    + """
steps:
  - {id: hello, email: hello}
  - {id: long, wait: P3D}
  - {id: bye, sms: nudge}
"""
)


def contracts(size: int) -> Stage:
    """Each contract ends on another day from two days ago to 57 ahead; 30 days before it is the trigger."""
    stage = installation(POLICY)
    calls: list[dict[str, Any]] = []
    for number in range(size):
        end = to_iso(NOW + (number % 60 - 2) * DAY)[:10]
        traits = {"email": f"p{number}@example.com", "contract_end": end}
        calls.append({"type": "identify", "userId": f"p{number}", "traits": traits})
        said = {"purpose": "marketing", "channel": "email", "source": "form"}
        if number % 10 != 7:
            calls.append({"type": "track", "userId": f"p{number}", "event": "Consent Granted", "properties": said})
    stage.say(*calls)
    return stage


def renewal(stage: Stage, folder: Path, text: str = RENEWAL, sample: int = 2_000) -> Plan:
    path = folder / "renewal.yaml"
    path.write_text(text)
    return Planner(stage.table, SETTINGS, stage.now, "ann", sample).make(Asked((str(path),), ()))[0]


def test_who_is_late_for_a_date_joins_as_the_plan_says(tmp_path: Path) -> None:
    stage = contracts(240)
    (coming,) = renewal(stage, tmp_path).coming
    assert (coming.journey, coming.dates, coming.segments, coming.is_estimate) == (
        "renewal",
        ("contract_end",),
        (),
        False,
    )
    assert 60 < coming.contacts < 100 and coming.held_out
    Publisher(stage.library, stage.now, "ann").publish(RENEWAL)
    stage.table.take_written()
    stage.look_again(contact_id("user_id", f"p{number}") for number in range(240))
    came = Counter(one.status for one in stage.enrollments() if one.entered_at == NOW)
    assert came == {"active": coming.contacts, "held out": coming.held_out}
    assert sum(coming.kept_back.values()) == sum(one.status == "skipped" for one in stage.messages())
    again = renewal(stage, tmp_path, RENEWAL.replace("late_join: P20D", "late_join: P25D")).coming[0]
    assert 0 < again.contacts < coming.contacts, "whoever has come in already does so once"


@pytest.mark.parametrize("text", [RENEWAL.replace(", late_join: P20D", "")])
def test_without_late_join_nobody_comes_in(tmp_path: Path, text: str) -> None:
    assert renewal(contracts(60), tmp_path, text).coming == ()


def test_those_who_are_late_must_not_have_moved(tmp_path: Path) -> None:
    stage = contracts(60)
    plan = renewal(stage, tmp_path)
    assert Plan.from_json(plan.to_json()) == plan
    end = to_iso(NOW + 20 * DAY)[:10]
    stage.say(*({"type": "identify", "userId": f"n{one}", "traits": {"contract_end": end}} for one in range(40)))
    today = renewal(stage, tmp_path)
    (why,) = moved(plan, today)
    was, now = plan.coming[0].contacts, today.coming[0].contacts
    assert why.text == f"renewal: {now} would come in at once, and {was} when the plan was made"
    assert renewal(stage, tmp_path, sample=50).coming[0].is_estimate
