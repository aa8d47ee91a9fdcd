"""What is rehearsed is what happens: scenarios of every journey here once more, through the handlers as AWS calls them.

Of the journeys that are live from the start all of them, of each other one the scenario in which most happens.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leadwell.calendar import zone_or
from leadwell.clock import MINUTE, Moment
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.files import files_in
from leadwell.definitions.library import LIVE, PAUSED
from leadwell.definitions.publishing import Publisher
from leadwell.journeys.calling import KIND as CALL
from leadwell.journeys.calling import STANDING, Call
from leadwell.journeys.engine import MERGED
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.scenarios import Scenario
from leadwell.products.catalog import store_products
from leadwell.products.given import products_of
from leadwell.rehearsal.comparing import outcome_of
from leadwell.rehearsal.playing import Played
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Script
from leadwell.rehearsal.stage import SETTINGS
from leadwell.sales.task import Task
from leadwell.tracking.events import Event
from leadwell.vouchers.pools import fill
from tests.fakes.world import TEMPLATES, World

_OUR_OWN = ("journey:", "sns", "call", "webhook")
"""Sources of what Leadwell reports about its own doing."""
_NOT_AS_EVENTS = {"bounced", "complained", "happened", "received"}
"""What happens in another way than by an event that is reported when it happens."""
_NOT_BY_CHANCE = {"arms", "policy"}
"""What a rehearsal decides and the world does not."""


def is_repeatable(scenario: Mapping[str, Any]) -> bool:
    words = {word for one in scenario.get("events", ()) for word in one}
    return not (words & _NOT_AS_EVENTS) and not (_NOT_BY_CHANCE & scenario.keys())


def _chosen() -> Iterator[tuple[Path, str]]:
    starters = set(files_in(TEMPLATES / "journeys"))
    for path in sorted((TEMPLATES / "journeys").rglob("*.yaml")):
        repeatable = [one for one in read_yaml(path.read_text("utf-8"))["scenarios"] if is_repeatable(one)]
        assert repeatable, f"none of the scenarios of {path.stem} can be sent through the handlers"
        if path not in starters:
            repeatable = [max(repeatable, key=lambda one: len(one["expect"]))]
        yield from ((path, one["name"]) for one in repeatable)


SCENARIOS = [pytest.param(path, name, id=f"{path.stem}: {name}") for path, name in _chosen()]


@cache
def repertoire() -> Repertoire:
    return Repertoire(TEMPLATES)


@cache
def script(path: Path) -> Script:
    return Script.of(repertoire(), path)


def told_from_outside(played: Played) -> list[Event]:
    events = [Event.from_item(item) for item in played.stage.table.items("EVENT")]
    return sorted((one for one in events if not one.source.startswith(_OUR_OWN)), key=lambda one: one.order)


def with_journeys(scenario: Scenario, path: Path, start: Moment) -> tuple[World, list[str]]:
    """A world in which these journeys are published, with their parameters, and nobody enters any."""
    world = World()
    library = world.services.library
    names = [path.stem, *scenario.others]
    sources = {path.stem: (path, scenario.parameters)}
    sources |= {name: (repertoire().journeys[name].path, {}) for name in scenario.others}
    for source, parameters in sources.values():
        Publisher(library, start, "test").publish(source.read_text("utf-8"), dict(parameters))
    for entry in library.entries():
        if entry.kind == "journey":
            library.set_status(entry.kind, entry.name, PAUSED)
    return world, names


def prepared(world: World, scenario: Scenario, played: Played) -> None:
    """What pools and the catalog have, from the start."""
    for item in played.stage.table.items("VOUCHER"):
        fill(world.table, item["pool"], [item["code"]], world.clock.now())
    for pool, codes in scenario.given.vouchers.items():
        fill(world.table, pool, codes, world.clock.now())
    store_products(world.table, products_of(scenario.given.products, "products"))


def through_the_handlers(path: Path, scenario: Scenario, played: Played) -> World:
    told = told_from_outside(played)
    begins = scenario.begins(zone_or(str(scenario.given.traits.get("timezone") or ""), SETTINGS.default_timezone))
    world, names = with_journeys(scenario, path, told[0].at)
    world.clock.moment = told[0].at
    prepared(world, scenario, played)
    calls = [Call.from_item(item) for item in played.stage.table.items(CALL)]
    happened: list[tuple[Moment, int, Any]] = [(one.at, 1, one) for one in told]
    happened += [(one.at, 2, one) for one in calls if one.id != STANDING]
    happened.append((begins, 0, names))
    for at, _, what in sorted(happened, key=lambda one: one[:2]):
        world.advance(max(at - world.clock.moment, 0))
        if isinstance(what, Event):
            world.post(what)
        elif isinstance(what, Call):
            called = Call(journey=what.journey, id=what.id, members_of=what.members_of, at=at, by=what.by, key=what.key)
            assert world.services.caller.place(called, at)
            world.advance(0)
        else:
            for name in what:
                world.services.library.set_status("journey", name, LIVE)
            world.services.caller.keep_schedules(world.services.library.catalog(), at)
    world.advance(played.stage.now - world.clock.moment)
    return world


@pytest.mark.parametrize(("path", "name"), SCENARIOS)
def test_the_handlers_do_the_same(path: Path, name: str) -> None:
    one = script(path)
    scenario = next(scenario for scenario in one.scenarios if scenario.name == name)
    played = one.run(scenario).played
    world = through_the_handlers(path, scenario, played)
    sent = [(at, mail) for box in (world.outbox, world.sms, world.webhooks) for at, mail in box.sent]
    compared = {one.name, *scenario.together}
    theirs = sorted(
        (mail.tags["leadwell_message"], at) for at, mail in sent if mail.tags["leadwell_journey"] in compared
    )
    ours = sorted((left.message.id, left.at) for left in played.sent)
    assert [message for message, _ in theirs] == [message for message, _ in ours]
    assert all(0 <= later - at <= MINUTE for (_, later), (_, at) in zip(theirs, ours, strict=True))
    texts = {mail.tags["leadwell_message"]: (mail.subject, mail.to) for _, mail in sent}
    assert all(texts[left.message.id] == (left.outgoing.subject, left.outgoing.to) for left in played.sent)
    assert tasks_of(world, one.name) == [(task.step, task.owner) for task in played.tasks]
    assert outcomes_of(world, one.name) == [outcome_of(entry) for entry in played.enrollments]


def tasks_of(world: World, journey: str) -> list[tuple[str, str]]:
    found = sorted((Task.from_item(item) for item in world.table.items("TASK")), key=lambda one: one.created_at)
    return [(one.step, one.owner) for one in found if one.journey == journey]


def outcomes_of(world: World, journey: str) -> list[str]:
    found = [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]
    mine = [one for one in found if one.journey == journey and one.reason != MERGED]
    return [outcome_of(one) for one in sorted(mine, key=lambda one: (one.entered_at, one.id))]
