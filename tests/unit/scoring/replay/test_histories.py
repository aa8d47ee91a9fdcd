"""Everybody's history, from the table and from files."""

import json
from dataclasses import replace

import pytest

from leadwell.clock import DAY, HOUR, from_iso
from leadwell.contacts.contact import Contact
from leadwell.errors import Refused
from leadwell.ids import company_id
from leadwell.scoring.replay.histories import exported_histories, last_moment, stored_histories
from leadwell.scoring.replay.moments import History
from leadwell.store.attributes import to_attributes
from leadwell.store.table import Item
from leadwell.tracking.events import Event, Identity, Name
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import World
from tests.unit.scoring.replay.made_up import START, event


def by_contact(histories: list[History]) -> dict[str, list[Event]]:
    assert len({one.contact for one in histories}) == len(histories)
    return {one.contact: one.events for one in histories}


@pytest.mark.parametrize("segments", [1, 7, 64])
def test_every_history_is_found_whole_and_in_order(segments: int):
    events = [event(f"c{n % 40}", "Visit", START + n * HOUR) for n in range(3000)]
    world = World(templates=None)
    record(world.table, events)
    world.table.put_many([Contact(id=f"c{n}").to_item() for n in range(40)])
    found = by_contact(list(stored_histories(world.table, segments)))
    assert found == {f"c{n}": [one for one in events if one.contact == f"c{n}"] for n in range(40)}


def test_more_than_a_page_is_read_to_its_end():
    table = MemoryTable()
    record(table, [event("c", "Visit", START + n, {"text": "x" * 2000}) for n in range(1500)])
    (found,) = stored_histories(table, 1)
    assert len(found.events) == 1500


def test_who_was_merged_counts_once():
    """The visitor's history was copied to the contact; what is left behind is a signpost."""
    world = World()
    visit = replace(world.event("x", "Page Viewed"), contact="cvisitor", identities=(Identity("anonymous_id", "v1"),))
    world.post(visit)
    world.advance(HOUR)
    signed_up = world.identify("ann", email="ann@example.com")
    world.post(replace(signed_up, identities=(*signed_up.identities, Identity("anonymous_id", "v1"))))
    world.advance(HOUR)
    stored = {item["pk"] for item in world.table.items("EVENT")}
    found = by_contact(list(stored_histories(world.table)))
    assert len(stored) == 2 and len(found) == 1
    assert [one.name for one in found[signed_up.contact]] == ["Page Viewed", Name.IDENTIFIED]


def test_companies_are_no_contacts():
    table = MemoryTable()
    record(table, [event("cann", "Visit", START), event(company_id("acme"), "Visit", START)])
    assert [one.contact for one in stored_histories(table)] == ["cann"]


def lines(*documents: object) -> list[tuple[str, str]]:
    return [(f"x.jsonl, line {n}", json.dumps(one)) for n, one in enumerate(documents, 1)]


def test_a_line_is_an_event():
    at = "2026-03-02T08:00:00Z"
    (found,) = exported_histories(
        [
            ("1", ""),
            *lines(
                {"contact": "ann", "at": from_iso(at) + DAY, "name": "Order Completed", "properties": {"total": 5}},
                {"contact": "ann", "at": at, "name": "Identified", "type": "identify", "traits": {"role": "boss"}},
                {"contact": "ann", "at": at, "name": "Identified", "type": "identify", "traits": {"role": "boss"}},
            ),
        ]
    )
    assert [(one.name, one.at) for one in found.events] == [
        ("Identified", from_iso(at)),
        ("Order Completed", from_iso(at) + DAY),
    ]
    assert (found.events[0].traits, found.events[1].properties) == ({"role": "boss"}, {"total": 5})
    assert last_moment([found]) == from_iso(at) + DAY
    assert last_moment([]) == 0


def test_dynamodbs_own_export_gives_what_the_table_gives():
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.event("ann", "Product Viewed", {"price": 9.5}))
    world.post(world.event("bob", "Signed Up"))
    items: list[Item] = [item for kind in ("CONTACT", "EVENT", "DEFINITION") for item in world.table.items(kind)]
    exported = exported_histories(lines(*({"Item": to_attributes(item)} for item in items)))
    assert by_contact(exported) == by_contact(list(stored_histories(world.table)))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "here"),
        ("[]", "here"),
        ("7", "here"),
        ('{"Item": {"pk": {"S": "C#a"}, "kind": {"S": "EVENT"}, "at": {"X": 1}}}', "here"),
        ('{"Item": 3}', "here"),
        ('{"contact": "a", "name": "B"}', "here: at"),
        ('{"contact": "", "at": 1, "name": "B"}', "here: contact"),
        ('{"contact": "a", "at": "soon", "name": "B"}', "here: at"),
        ('{"contact": "a", "at": 1, "name": "B", "color": "red"}', "here: color"),
    ],
)
def test_what_is_no_event_is_refused_with_its_place(text: str, field: str):
    with pytest.raises(Refused) as caught:
        exported_histories([("here", text)])
    assert caught.value.field.startswith(field)
