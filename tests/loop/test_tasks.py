"""Tasks through the real handlers: given out by a journey, ended over the API, and a journey goes on."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, MINUTE
from leadwell.contacts.erasing import erase
from leadwell.journeys.enrollment import Enrollment
from leadwell.tracking.events import Event, Standing
from tests.fakes.world import World
from tests.loop.own_definitions import publish_journey
from tests.unit.console.signed_in import SignedIn

TASK = {"title": {"de": "Lead prüfen", "en": "Look at the lead"}, "due": "P1D", "to": "owner"}
HAND_OVER = {"id": "hand", "hand_over": {"task": TASK}}
ANSWER = {
    "wait_for": {
        "first_of": [
            {"event": "Lead Accepted", "where": {"step": "hand"}, "steps": [{"exit": "with sales"}]},
            {"event": "Lead Rejected", "where": {"step": "hand"}, "steps": [{"update": {"stage": "lead"}}]},
        ],
        "timeout": "P3D",
    }
}


@pytest.fixture
def api() -> SignedIn:
    world = World()
    publish_journey(world, HAND_OVER, ANSWER)
    world.post(world.identify("ann", email="ann@example.com", owner="sam@example.com"))
    world.clock.moment += MINUTE
    world.post(world.event("ann", "Started"))
    return SignedIn(world, person="sales-1")


def tasks(api: SignedIn, path: str = "/api/tasks") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(path).body["tasks"]
    return found


def told(world: World) -> list[str]:
    events = sorted(map(Event.from_item, world.table.items("EVENT")), key=lambda event: event.order)
    return [event.name for event in events if event.name.split()[0] in ("Task", "Handed", "Lead", "Stage")]


def outcome(world: World) -> str:
    (enrollment,) = map(Enrollment.from_item, world.table.items("ENROLLMENT"))
    return enrollment.reason or enrollment.status


def test_a_lead_is_handed_over_and_accepted(api: SignedIn) -> None:
    world = api.world
    (task,) = tasks(api)
    ann = world.contact("ann")
    assert (task["kind"], task["owner"], task["contact"]) == ("hand_over", "sam@example.com", ann.id)
    assert (task["title"]["de"], task["due"], task["overdue"]) == ("Lead prüfen", "2026-03-03T08:01:00.000Z", False)
    assert ann.stage == "sql"
    world.advance(DAY + MINUTE)
    assert tasks(api)[0]["overdue"]
    for _ in range(2):
        ended = api.post(f"/api/tasks/{task['id']}/done", {"outcome": "accepted", "note": "Called back."})
        assert (ended.status, ended.body["outcome"], ended.body["done_by"]) == (200, "accepted", "sales-1")
    world.run()
    assert sorted(told(world)) == ["Handed Over to Sales", "Lead Accepted", "Stage Set"]
    assert outcome(world) == "with sales"
    assert tasks(api) == []
    (known,) = tasks(api, f"/api/contacts/{ann.id}/tasks")
    assert (known["outcome"], known["overdue"]) == ("accepted", False)
    assert api.post(f"/api/tasks/{task['id']}/done", {"outcome": "rejected"}).status == 409


def test_a_lead_is_rejected(api: SignedIn) -> None:
    world = api.world
    (task,) = tasks(api)
    refused = api.post(f"/api/tasks/{task['id']}/done", {})
    assert (refused.status, refused.body["field"]) == (400, "outcome")
    world.clock.moment += MINUTE
    assert api.post(f"/api/tasks/{task['id']}/done", {"outcome": "rejected"}).status == 200
    world.run()
    assert (outcome(world), world.contact("ann").stage) == ("finished", "lead")


def test_the_command_line_lists_what_is_to_be_done(api: SignedIn, capsys: pytest.CaptureFixture[str]) -> None:
    world = api.world
    (task,) = tasks(api)
    wiring.use(world.services)
    try:
        main(["tasks"])
        line = f"2026-03-03T08:01  sam@example.com: Look at the lead  ({task['id']})"
        assert capsys.readouterr().out == f"{line}\n"
        main(["tasks", "--owner", "somebody@example.com"])
        assert capsys.readouterr().out == "Nothing is to be done.\n"
        world.clock.moment += 2 * DAY
        main(["tasks"])
        assert capsys.readouterr().out == f"{line}  OVERDUE\n"
        main(["tasks", "--json"])
        assert '"overdue": true' in capsys.readouterr().out
    finally:
        wiring.use(None)


def test_a_visitor_cannot_end_a_task_by_saying_so(api: SignedIn) -> None:
    world = api.world
    world.clock.moment += MINUTE
    forged = world.event("ann", "Lead Accepted", {"step": "hand"})
    world.post(replace(forged, standing=Standing.ANONYMOUS, identities=()))
    world.advance(MINUTE)
    assert outcome(world) == "active"
    world.advance(4 * DAY)
    assert outcome(world) == "finished", "it timed out; what was forged counts for the last look as little"


def test_who_is_erased_leaves_no_task(api: SignedIn) -> None:
    world = api.world
    receipt = erase(world.table, world.contact("ann").id, world.clock.now())
    assert receipt
    assert receipt.complete
    world.run()
    assert tasks(api) == []
    assert not world.table.items("TASK") + world.table.items("OPEN_TASK")


def test_doing_it_again_after_a_crash_gives_out_one_task() -> None:
    def story(crash_at: int = 0) -> World:
        world = World(crash_at=crash_at)
        publish_journey(world, HAND_OVER)
        world.post(world.event("ann", "Started", id="s"))
        world.advance(10 * MINUTE)
        return world

    calm = story()
    for crash_at in range(1, len(calm.requests) + 1):
        world = story(crash_at)
        assert (len(world.table.items("TASK")), len(world.table.items("OPEN_TASK"))) == (1, 1)
        assert told(world).count("Handed Over to Sales") == 1
