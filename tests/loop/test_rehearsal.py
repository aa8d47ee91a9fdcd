"""What is rehearsed is what happens: scenarios of the templates once more, through the handlers as AWS calls them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leadwell.clock import MINUTE
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.files import files_in
from leadwell.definitions.library import PAUSED
from leadwell.rehearsal.playing import Played
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Script
from leadwell.tracking.events import Event
from tests.fakes.world import TEMPLATES, World

_OUR_OWN = ("journey:", "sns")
"""Sources of what Leadwell reports about its own doing."""
_NOT_AS_EVENTS = {"bounced", "complained", "happened"}
"""What happens in another way than by an event that is reported when it happens."""


def is_repeatable(scenario: Mapping[str, Any]) -> bool:
    """In the world here the journey is live from the start, as it comes."""
    words = {word for one in scenario.get("events", ()) for word in one}
    return not (words & _NOT_AS_EVENTS) and not ({"parameters", "beside"} & scenario.keys())


SCENARIOS = [
    pytest.param(path, one["name"], id=f"{path.stem}: {one['name']}")
    for path in files_in(TEMPLATES / "journeys")
    for one in read_yaml(path.read_text("utf-8")).get("scenarios", ())
    if is_repeatable(one)
]


@cache
def script(path: Path) -> Script:
    return Script.of(Repertoire(TEMPLATES), path)


def told_from_outside(played: Played) -> list[Event]:
    events = [Event.from_item(item) for item in played.stage.table.items("EVENT")]
    return sorted((one for one in events if not one.source.startswith(_OUR_OWN)), key=lambda one: one.order)


def through_the_handlers(journey: str, played: Played) -> World:
    told = told_from_outside(played)
    world = World()
    library = world.services.library
    for entry in library.entries():
        if entry.kind == "journey" and entry.name != journey:
            library.set_status(entry.kind, entry.name, PAUSED)
    world.clock.moment = told[0].at
    for event in told:
        world.advance(event.at - world.clock.moment)
        world.post(event)
    world.advance(played.stage.now - world.clock.moment)
    return world


@pytest.mark.parametrize(("path", "name"), SCENARIOS)
def test_the_handlers_send_the_same(path: Path, name: str) -> None:
    one = script(path)
    played = one.run(next(scenario for scenario in one.scenarios if scenario.name == name)).played
    world = through_the_handlers(one.name, played)
    sent = [(at, mail) for box in (world.outbox, world.sms) for at, mail in box.sent]
    theirs = sorted(
        (mail.tags["leadwell_message"], at) for at, mail in sent if mail.tags["leadwell_journey"] == one.name
    )
    ours = sorted((left.message.id, left.at) for left in played.sent)
    assert [message for message, _ in theirs] == [message for message, _ in ours]
    assert all(0 <= later - at <= MINUTE for (_, later), (_, at) in zip(theirs, ours, strict=True))
    texts = {mail.tags["leadwell_message"]: (mail.subject, mail.to) for _, mail in sent}
    assert all(texts[left.message.id] == (left.outgoing.subject, left.outgoing.to) for left in played.sent)
