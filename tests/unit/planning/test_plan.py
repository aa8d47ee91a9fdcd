"""The plan's numbers are what then happens, for each policy; and what a plan refuses."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, from_iso
from leadwell.definitions.library import LIVE, PAUSED, Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Conflict, Refused
from leadwell.journeys.in_flight import REPLACED, as_of_today
from leadwell.journeys.turnovers import POLICIES, InFlight
from leadwell.planning.draft import Draft
from leadwell.planning.moving import moved
from leadwell.planning.plan import Asked, Plan
from leadwell.planning.planner import Planner
from leadwell.rehearsal.stage import SETTINGS, Stage
from leadwell.rehearsal.table import MemoryTable

NOW = from_iso("2026-03-02T08:00:00Z")
HEAD = """
kind: journey
name: story
title: {en: A story, de: Eine Geschichte}
description: {en: A story, de: Eine Geschichte}
trigger: {event: Joined}
goal: {event: Bought}
"""
OLD = f"""{HEAD}
steps:
  - {{id: first, wait: P1D}}
  - {{id: hello, email: hello}}
  - {{id: gone, wait: P2D}}
  - {{id: nudge, sms: nudge}}
  - {{id: last, wait: P3D}}
  - {{id: bye, email: bye}}
"""
NEW = f"""{HEAD}
steps:
  - {{id: first, wait: P2D}}
  - {{id: hello-again, sms: nudge}}
  - {{id: pause, wait: PT6H}}
  - {{id: more, email: hello}}
  - {{id: last, wait: P5D}}
  - {{id: end, sms: nudge}}
"""


def installation(*texts: str) -> Stage:
    table = MemoryTable()
    library = Library(table)
    for kind, name in (("email", "hello"), ("email", "bye"), ("sms", "nudge")):
        library.publish(kind, name, {}, now=NOW, by="ann")
    for text in texts:
        Publisher(library, NOW, "ann").publish(text)
    table.take_written()
    return Stage(library, NOW, words=False, table=table)


def join(stage: Stage, *people: str, consent: bool = True) -> None:
    calls: list[dict[str, Any]] = []
    for person in people:
        phone = f"+1202{sum(person.encode()) % 1000:03d}{int(person[1:]) % 10000:04d}"
        calls.append(
            {"type": "identify", "userId": person, "traits": {"email": f"{person}@example.com", "phone": phone}}
        )
        for channel in ("email", "sms") if consent else ():
            said = {"purpose": "marketing", "channel": channel, "source": "form"}
            calls.append({"type": "track", "userId": person, "event": "Consent Granted", "properties": said})
        calls.append({"type": "track", "userId": person, "event": "Joined"})
    stage.say(*calls)


def planner(stage: Stage, sample: int = 2_000) -> Planner:
    return Planner(stage.table, SETTINGS, stage.now, "ann", sample)


def written(folder: Path, text: str, name: str = "story") -> str:
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return str(path)


def asked(*files: str, **more: Any) -> Asked:
    return Asked(files, (), **more)


@pytest.fixture(scope="module")
def crowd() -> Stage:
    """A thousand people are inside, in three places; every tenth of them allowed nothing."""
    stage = installation(OLD)
    for group, size in (("c", 300), ("b", 300), ("a", 400)):
        names = [f"{group}{number}" for number in range(size)]
        join(stage, *(name for name in names if not name.endswith("7")))
        join(stage, *(name for name in names if name.endswith("7")), consent=False)
        if group != "a":
            stage.advance(stage.now + (2 * DAY if group == "c" else DAY + 12 * HOUR))
    return stage


def copied(stage: Stage) -> Stage:
    """The same world once more."""
    table = MemoryTable()
    for item in stage.table._all():
        table._put(dict(item))
    table.take_written()
    return Stage(Library(table), stage.now, words=False, table=table)


def inside(stage: Stage) -> Counter[tuple[int, str]]:
    catalog = stage.library.catalog()
    now = [as_of_today(one, catalog.programs, catalog.turnovers) for one in stage.enrollments()]
    return Counter((one.version, one.step) for one in now if one.is_active)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_numbers_of_the_plan_are_what_then_happens(crowd: Stage, policy: InFlight, tmp_path: Path) -> None:
    stage = copied(crowd)
    before = inside(stage)
    plan, draft = planner(stage).make(asked(written(tmp_path, NEW), in_flight=policy))
    (journey,) = plan.journeys
    assert (journey.inside, journey.looked_at, journey.policy) == (1000, 1000, policy)
    assert {(one.version, one.step): one.contacts for one in journey.steps} == before
    assert inside(stage) == before, "planning changes nothing"

    draft.put_live()
    after = inside(stage)
    ends, moves = sum(one.ends for one in journey.steps), sum(one.moves for one in journey.steps)
    assert 1000 - after.total() == ends
    assert sum(count for (version, _), count in after.items() if version == 2) == moves
    assert {
        "finish": (ends, moves) == (0, 0),
        "migrate": ends == 0 and 0 < moves < 1000,
        "exit": (ends, moves) == (1000, 0),
    }[policy]

    started = len(stage.left)
    stage.advance(stage.now + DAY)
    assert Counter(left.message.channel for left in stage.left[started:]) == journey.after
    assert {
        "finish": journey.after == journey.before and journey.after,
        "migrate": journey.after != journey.before and journey.after,
        "exit": not journey.after and journey.before,
    }[policy]
    skipped = [one for one in stage.messages() if one.status == "skipped" and (one.finished_at or 0) >= stage.now - DAY]
    assert Counter(one.channel for one in skipped) == journey.kept_back
    stage.advance(stage.now + 30 * DAY)
    assert inside(stage).total() == 0, "and nobody is left hanging"
    assert not [one for one in stage.messages() if one.status not in ("sent", "delivered", "skipped")]
    assert Counter(one.reason for one in stage.enrollments())[REPLACED] == ends


def test_beyond_the_sample_numbers_are_estimates(crowd: Stage, tmp_path: Path) -> None:
    plan, _ = planner(copied(crowd), sample=250).make(asked(written(tmp_path, NEW), in_flight="migrate"))
    (journey,) = plan.journeys
    assert (journey.inside, journey.looked_at, journey.is_estimate) == (1000, 250, True)
    assert abs(sum(one.contacts for one in journey.steps) - 1000) <= 3
    exact, _ = planner(copied(crowd)).make(asked(written(tmp_path, NEW), in_flight="migrate"))
    for channel, messages in exact.journeys[0].after.items():
        assert abs(journey.after[channel] - messages) < max(60, messages / 3)


def test_a_plan_says_what_changes_in_words(tmp_path: Path) -> None:
    stage = installation(OLD)
    changed = NEW.replace("goal: {event: Bought}", "goal: {event: Paid}\nin_flight: migrate")
    segment = "kind: segment\nname: known\ntitle: {en: Known, de: Bekannt}\nwhen: {trait: city, equals: Berlin}\n"
    join(stage, "a1", "a2")
    stage.say({"type": "identify", "userId": "a1", "traits": {"city": "Berlin"}})
    plan, _ = planner(stage).make(asked(written(tmp_path, changed), written(tmp_path, segment, "known")))
    told = {(one.kind, one.name): (one.what, [line.text for line in one.lines]) for one in plan.changes}
    assert told["email", "hello"] == ("not in the files", [])
    assert told["segment", "known"] == ("new", [])
    what, lines = told["journey", "story"]
    assert what == "changed"
    assert 'goal: {"event": "Bought"} → {"event": "Paid"}' in lines
    assert "in_flight: nothing → migrate" in lines
    assert 'step first: {"wait": "P1D"} → {"wait": "P2D"}' in lines
    assert 'step gone is gone: {"wait": "P2D"}' in lines
    assert any(line.startswith("step pause is new") for line in lines)
    (audience,) = plan.audiences
    assert (dict(audience.segments), audience.looked_at) == ({"known": (1, 0)}, 2)


def test_the_same_files_are_an_empty_plan(tmp_path: Path) -> None:
    stage = installation(OLD)
    plan, draft = planner(stage).make(asked(written(tmp_path, OLD)))
    assert plan.is_empty
    revision = stage.library.catalog().rev
    draft.put_live()
    assert stage.library.catalog().rev == revision


def test_what_is_paused_stays_paused_and_what_is_gone_is_paused_only_when_asked(tmp_path: Path) -> None:
    stage = installation(OLD, OLD.replace("name: story", "name: other"))
    stage.library.set_status("journey", "story", PAUSED, NOW)
    _, draft = planner(stage).make(asked(written(tmp_path, NEW)))
    draft.put_live()
    states = {one.name: (one.version, one.status) for one in stage.library.entries() if one.kind == "journey"}
    assert states == {"story": (2, PAUSED), "other": (1, LIVE)}
    assert stage.library.catalog().held == {"story": NOW}
    plan, draft = planner(stage).make(asked(written(tmp_path, NEW), prune=True))
    assert {one.name: one.what for one in plan.changes if one.kind == "journey"} == {
        "other": "paused",
        "story": "unchanged",
    }
    draft.put_live()
    assert not stage.library.catalog().live


def test_a_plan_survives_its_file(crowd: Stage, tmp_path: Path) -> None:
    plan, _ = planner(copied(crowd)).make(asked(written(tmp_path, NEW), in_flight="exit"))
    assert Plan.from_json(plan.to_json()) == plan
    for text in ("", "{}", "[]", '{"format": 9}', plan.to_json().replace('"lines"', '"words"')):
        with pytest.raises(Refused):
            Plan.from_json(text)


def test_the_world_may_move_between_plan_and_apply(tmp_path: Path) -> None:
    stage, file = installation(OLD), written(tmp_path, NEW)
    join(stage, *(f"a{number}" for number in range(100)))
    stage.advance(NOW + 2 * HOUR)
    plan, draft = planner(stage).make(asked(file, in_flight="migrate"))

    def now() -> Plan:
        return planner(stage).make(plan.asked)[0]

    assert moved(plan, now()) == []
    written(tmp_path, NEW.replace("PT6H", "PT7H"))
    assert [one.text for one in moved(plan, now())] == ["the files have changed since the plan was made"]
    written(tmp_path, NEW)
    join(stage, *(f"d{number}" for number in range(6)))
    assert moved(plan, now())[0].text == "story: 106 are inside, and 100 when the plan was made"
    assert moved(plan, now(), tolerance=10) == []
    stage.library.set_status("journey", "story", PAUSED)
    assert "published, paused or resumed" in moved(plan, now())[0].text
    with pytest.raises(Conflict):
        draft.put_live()
    assert stage.library.catalog().programs.keys() == {("story", 1)}


def test_many_definitions_go_live_in_as_few_steps_as_fit() -> None:
    table = MemoryTable()
    draft = Draft(table)
    for number in range(200):
        draft.publish("sms", f"sms-{number}", {"text": "x" * 20_000}, now=NOW, by="ann")
    draft.put_live()
    live = Library(table)
    assert len(live.entries()) == 200
    assert live.version("sms", "sms-199", 1).document["text"]
    assert live.catalog().rev == draft.catalog().rev


def test_a_policy_that_is_stated_later_is_a_plan_of_its_own(tmp_path: Path) -> None:
    stage = installation(OLD)
    join(stage, "a1")
    Publisher(stage.library, NOW, "ann").publish(NEW)
    plan, draft = planner(stage).make(asked(written(tmp_path, NEW), in_flight="exit"))
    (change,) = [one for one in plan.changes if one.kind == "journey"]
    assert (change.what, [line.text for line in change.lines]) == (
        "stated",
        ["those inside on versions before 2: exit"],
    )
    assert [(one.inside, one.steps[0].ends) for one in plan.journeys] == [(1, 1)]
    draft.put_live()
    assert inside(stage).total() == 0
    assert replace(plan.journeys[0], policy="exit") == plan.journeys[0]
