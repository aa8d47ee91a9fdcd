"""Versions that never change, one item that says what is live, and what is said about mistakes."""

from pathlib import Path
from typing import Any

import pytest

from leadwell.definitions.library import LIVE, PAUSED, Entry, Library
from leadwell.definitions.starters import BY, publish_starters
from leadwell.errors import Broken, Conflict
from leadwell.store import keys
from leadwell.store.table import Put
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES, World
from tests.unit.journeys.house import document

NOW = 1_795_338_000_000
WAIT, MORE = document({"wait": "PT1H"}), document({"wait": "PT2H"})


def publish(library: Library, given: dict[str, Any] = WAIT, **more: Any) -> int:
    return library.publish("journey", given["name"], given, now=NOW, by="ann", **more).version


def test_every_publication_is_a_version() -> None:
    table = MemoryTable()
    library = Library(table)
    assert [publish(library, one) for one in (WAIT, MORE, WAIT)] == [1, 2, 3]
    fresh = Library(table)
    catalog = fresh.catalog()
    assert sorted(catalog.programs) == [("j", 1), ("j", 2), ("j", 3)]
    assert catalog.live == {"j": 3}
    waits = [catalog.programs["j", version].nodes["1"].step.wait for version in (1, 2, 3)]
    assert waits == [3_600_000, 7_200_000, 3_600_000]
    assert fresh.entries() == [Entry("journey", "j", 3, LIVE)]
    assert fresh.version("journey", "j", 2).document == MORE
    assert (fresh.version("journey", "j", 1).published_by, fresh.version("journey", "j", 1).published_at) == (
        "ann",
        NOW,
    )


def test_the_same_again_changes_nothing() -> None:
    table = MemoryTable()
    library = Library(table)
    publish(library, parameters={"a": 1})
    before = len(table.stream)
    assert publish(library, parameters={"a": 1}) == 1
    assert len(table.stream) == before
    assert publish(library, parameters={"a": 2}) == 2


def test_a_paused_journey_lets_nobody_in_but_keeps_its_programs() -> None:
    library = Library(MemoryTable())
    publish(library)
    assert library.set_status("journey", "j", PAUSED) == Entry("journey", "j", 1, PAUSED)
    catalog = library.catalog()
    assert (catalog.live, list(catalog.programs)) == ({}, [("j", 1)])
    assert "Started" in catalog.awaited, "those inside still wait for their events"
    assert list(catalog.live_programs()) == []
    assert publish(library) == 1, "publishing the same again resumes it"
    assert library.catalog().live == {"j": 1}
    assert library.set_status("journey", "unknown", PAUSED) is None


def test_the_catalog_is_read_once_per_change() -> None:
    table = MemoryTable()
    library = Library(table)
    publish(library)
    first = library.catalog()
    requests = table.requests
    assert library.catalog() is first
    assert table.requests == requests + 1
    publish(Library(table), MORE)
    assert library.catalog().live == {"j": 2}


def test_an_empty_installation_has_an_empty_catalog() -> None:
    catalog = Library(MemoryTable()).catalog()
    assert (dict(catalog.segments), dict(catalog.programs), catalog.rev) == ({}, {}, 0)
    assert Library(MemoryTable()).entries() == []


def test_what_was_never_published_is_not_there() -> None:
    library = Library(MemoryTable())
    library.catalog()
    assert library.live("journey", "j") is None
    with pytest.raises(Broken, match="no version 4"):
        library.version("journey", "j", 4)


def test_two_who_publish_at_once_both_get_a_version() -> None:
    table = MemoryTable()
    library, other = Library(table), Library(table)

    def meddle(operation: str) -> None:
        if operation == "before write":
            table.on_request = lambda operation: None
            publish(other, MORE)

    table.on_request = meddle
    assert publish(library, WAIT) == 2
    assert Library(table).catalog().programs["j", 1].nodes["1"].step.wait == 7_200_000


def test_whoever_always_loses_is_told_to_try_again() -> None:
    table = MemoryTable()
    publish(Library(table))

    def meddle(operation: str) -> None:
        if operation == "before write":
            table.on_request = lambda operation: None
            item = table.get(keys.CATALOG)
            assert item is not None
            table.write(Put({**item, "rev": item["rev"] + 1}))
            table.on_request = meddle

    table.on_request = meddle
    with pytest.raises(Conflict):
        publish(Library(table), MORE)
    with pytest.raises(Conflict):
        Library(table).set_status("journey", "j", PAUSED)


def test_the_plan_changes_with_what_contacts_depend_on_and_with_nothing_else() -> None:
    table = MemoryTable()
    library = Library(table)
    publish(library)
    plan = library.catalog().plan
    publish(library, MORE)
    assert library.catalog().plan == plan, "a wait is nothing that a contact remembers"
    segment = {"kind": "segment", "name": "s", "title": WAIT["title"], "when": {"event": "A"}}
    library.publish("segment", "s", segment, now=NOW, by="ann")
    assert library.catalog().plan != plan
    plan = library.catalog().plan
    asks = document({"branch": [{"when": {"event": "B", "at_least": 4}, "steps": [{"exit": "enough"}]}]})
    publish(library, asks)
    assert library.catalog().plan != plan, "a branch asks for what must be remembered"


def _starters(world: World) -> None:
    publish_starters(world.services, TEMPLATES)


def test_the_starters_are_published_once() -> None:
    world = World(templates=None)
    _starters(world)
    entries = world.services.library.entries()
    assert {(entry.kind, entry.name) for entry in entries} >= {
        ("journey", "welcome"),
        ("journey", "birthday"),
        ("journey", "abandoned-cart"),
        ("segment", "sofa-interest"),
        ("scoring", "shop"),
        ("lifecycle", "lifecycle"),
        ("email", "welcome-hello"),
        ("sms", "abandoned-cart"),
    }
    assert {entry.version for entry in entries} == {1}
    _starters(world)
    assert world.services.library.entries() == entries


def test_starting_again_leaves_alone_what_a_marketer_decided() -> None:
    world = World(templates=None)
    _starters(world)
    library = world.services.library
    library.set_status("journey", "welcome", PAUSED)
    own = {**library.version("journey", "birthday", 1).document, "title": {"en": "My own", "de": "Meine"}}
    library.publish("journey", "birthday", own, now=NOW, by="ann")
    before = library.entries()
    _starters(world)
    assert library.entries() == before


def test_a_new_version_of_a_starter_arrives(tmp_path: Path) -> None:
    world = World(templates=None)
    folder = tmp_path / "segments"
    folder.mkdir()
    text = (TEMPLATES / "segments" / "sofa-interest.yaml").read_text("utf-8")
    (folder / "sofa-interest.yaml").write_text(text, "utf-8")
    publish_starters(world.services, tmp_path)
    (folder / "sofa-interest.yaml").write_text(text.replace("at_least: 3", "at_least: 4"), "utf-8")
    publish_starters(world.services, tmp_path)
    assert [(entry.version, entry.status) for entry in world.services.library.entries()] == [(2, LIVE)]
    assert world.services.library.version("segment", "sofa-interest", 2).published_by == BY
