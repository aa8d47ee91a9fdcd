"""Plans over the API: what they say, who may apply them, and that nothing else is applied."""

from typing import Any

import pytest

from leadwell.journeys.calling import STANDING, read_calls
from leadwell.store import keys
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

STORY = """
kind: journey
name: story
title: {en: A story, de: Eine Geschichte}
description: {en: A story, de: Eine Geschichte}
parameters:
  pause: {type: duration, default: PT3H, title: {en: Pause, de: Pause}}
trigger: {event: Joined}
steps:
  - {id: wait, wait: "${pause}"}
  - {id: hello, email: welcome-hello}
"""
PATIENT = {"name": "story.yaml", "text": STORY, "parameters": {"pause": "P2D"}}
VIP = """
kind: segment
name: berliners
title: {en: Berliners, de: Berliner}
when: {trait: city, equals: Berlin}
"""


@pytest.fixture
def api() -> SignedIn:
    """Twelve people wait in a journey, three of them in Berlin."""
    world = World()
    one = SignedIn(world, "marketer")
    assert one.post("/api/definitions", {"text": STORY}).status == 201
    for number in range(12):
        join(world, f"u{number}", city="Berlin" if number < 3 else "Kiel")
    return one


def join(world: World, user: str, **traits: str) -> None:
    known = world.identify(user, email=f"{user}@example.com", **traits)
    world.post(known, world.consent(user), world.event(user, "Joined"))


def planned(api: SignedIn, *definitions: dict[str, Any], **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was asked, and the answer."""
    asked = {"definitions": list(definitions), **more}
    reply = api.post("/api/plans", asked)
    assert reply.status == 200, reply.body
    return asked, reply.body


def test_it_says_what_changes_for_whom(api: SignedIn) -> None:
    _, plan = planned(api, PATIENT, {"text": VIP}, in_flight="migrate")
    story, berliners = sorted(plan["changes"], key=lambda one: one["kind"])
    assert (story["name"], story["what"], story["title"]["de"]) == ("story", "changed", "Eine Geschichte")
    assert {"what": "parameter", "name": "pause", "before": "PT3H", "after": "P2D"} in story["lines"]
    assert (berliners["name"], berliners["what"]) == ("berliners", "new")
    (inside,) = plan["journeys"]
    assert (inside["policy"], inside["inside"], inside["looked_at"]) == ("migrate", 12, 12)
    assert [(one["step"], one["moves"]) for one in inside["steps"]] == [("wait", 12)]
    assert inside["before"] == inside["after"] == {"email": 12}, "a wait that has begun ends when it was going to"
    (audience,) = plan["audiences"]
    assert audience["segments"] == [{"segment": "berliners", "entering": 3, "leaving": 0}]
    assert plan["usd"]["after"] == pytest.approx(0.0012)


def test_exactly_that_is_applied_once(api: SignedIn) -> None:
    asked, plan = planned(api, PATIENT, {"text": VIP})
    reply = api.post("/api/plans/apply", {**asked, "plan": plan["plan"]})
    assert (reply.body["applied"], reply.body["recounts"], reply.body["moved"]) == (True, True, [])
    assert api.get("/api/journeys/story").body["parameters"][0]["value"] == "P2D"
    again = api.post("/api/plans/apply", {**asked, "plan": plan["plan"]}).body
    assert (again["applied"], [one["what"] for one in again["moved"]]) == (False, ["published"])
    assert api.get("/api/journeys/story").body["version"] == 2
    noted = SignedIn(api.world, "admin").get("/api/audit").body["entries"]
    assert {("journey.published", "story"), ("segment.published", "berliners")} <= {
        (one["what"], one["which"]) for one in noted if one["details"].get("plan")
    }


def test_nothing_is_applied_when_the_world_has_moved(api: SignedIn) -> None:
    asked, plan = planned(api, PATIENT, in_flight="exit")
    for number in range(20, 40):
        join(api.world, f"u{number}")
    before = api.get("/api/journeys/story").body["version"]
    body = api.post("/api/plans/apply", {**asked, "plan": plan["plan"]}).body
    assert body["applied"] is False
    assert {(one["what"], one["was"], one["now"]) for one in body["moved"]} == {("inside", 12, 32)}
    assert body["moved"][0]["sentence"] == "story: 32 are inside, and 12 when the plan was made"
    assert api.get("/api/journeys/story").body["version"] == before
    fresh = api.post("/api/plans/apply", {**asked, "plan": body["plan"]["plan"]}).body
    assert fresh["applied"] is True


def test_other_definitions_than_those_of_the_plan_are_not_applied(api: SignedIn) -> None:
    asked, plan = planned(api, PATIENT)
    other = {**asked, "definitions": [{**PATIENT, "parameters": {"pause": "P9D"}}], "plan": plan["plan"]}
    body = api.post("/api/plans/apply", other).body
    assert (body["applied"], [one["what"] for one in body["moved"]]) == (False, ["files"])


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"definitions": []}, "definitions", "at least 1"),
        ({"definitions": [{"name": "x.yaml", "text": "kind: banana"}]}, "x.yaml", "must be one of"),
        ({"definitions": [{**PATIENT, "parameters": {"pause": 3}}]}, "story.yaml", "duration"),
        ({"definitions": [PATIENT], "region": "mars"}, "region", "no prices"),
    ],
)
def test_a_mistake_is_named(api: SignedIn, asked: dict[str, Any], field: str, words: str) -> None:
    reply = api.post("/api/plans", asked)
    assert reply.status == 400
    assert field in reply.body["field"] and words in reply.body["detail"]


def test_what_is_no_plan_is_refused(api: SignedIn) -> None:
    reply = api.post("/api/plans/apply", {"definitions": [PATIENT], "plan": {"format": 1}})
    assert (reply.status, reply.body["field"]) == (400, "plan")


def test_looking_writes_nothing(api: SignedIn) -> None:
    before = api.world.table.snapshot()
    planned(api, PATIENT, {"text": VIP})
    assert api.world.table.snapshot() == before


def test_a_schedule_that_is_applied_is_kept(api: SignedIn) -> None:
    weekly = STORY.replace("{event: Joined}", '{schedule: {at: "2026-03-03T09:00", every: week}, everyone: true}')
    asked, plan = planned(api, {"text": weekly.replace("name: story", "name: weekly")})
    assert api.post("/api/plans/apply", {**asked, "plan": plan["plan"]}).body["applied"]
    (call,) = read_calls(api.world.table, "weekly")
    assert (call.id, call.item_key) == (STANDING, keys.call("weekly", STANDING))
