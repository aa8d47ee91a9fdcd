"""How events and passing time change a contact, and what journeys are told about it."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, from_iso
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import Folding, recount
from leadwell.definitions.catalog import Catalog
from leadwell.tracking.events import Event, Name, Standing
from tests.unit.conditions.naive import Definitions
from tests.unit.conditions.strategies import catalog_of
from tests.unit.contacts.test_updating import ON_A, ON_BIRTHDAY

START = from_iso("2026-03-02T08:00:00Z")
ZONE = "Europe/Berlin"


def event(after: int, name: str = "A", **traits: Any) -> Event:
    return Event(
        contact="c1",
        id=f"e{after}{name}",
        at=START + after,
        type="identify" if traits else "track",
        name=Name.IDENTIFIED if traits else name,
        standing=Standing.PROVEN,
        traits=traits,
    )


def told(folding: Folding) -> list[tuple[str, str, int]]:
    return [(one.kind, one.name, one.at - START) for one in folding.happened]


def fold(catalog: Catalog, *events: Event, until: int = 0) -> Folding:
    return recount("c1", events, catalog, ZONE, START + until)


def test_a_segment_is_entered_and_left_without_any_further_event() -> None:
    catalog = catalog_of(Definitions(segments={"base": {"event": "A", "at_least": 2, "within": DAY}}))
    folding = fold(catalog, event(0), event(HOUR), until=3 * DAY)
    assert told(folding) == [("entered", "base", HOUR), ("left", "base", DAY)]
    contact = folding.settle(START + 3 * DAY)
    assert (contact.segments, contact.untils, contact.due_at, contact.clock) == ({}, {}, None, START + DAY)


def test_a_segment_that_rests_on_another_follows_at_once() -> None:
    segments = {
        "base": {"event": "A", "within": DAY},
        "next": {"all": [{"segment": "base"}, {"trait": "t", "exists": False}]},
        "third": {"not": {"segment": "next"}},
    }
    folding = fold(catalog_of(Definitions(segments=segments)), event(0), until=2 * DAY)
    assert folding.contact.segments == {"third": START + DAY}
    assert [one for one in told(folding) if one[2] == DAY] == [
        ("left", "base", DAY),
        ("left", "next", DAY),
        ("entered", "third", DAY),
    ]


def test_a_score_that_rests_on_a_segment_moves_with_it() -> None:
    known = Definitions(
        segments={"base": {"trait": "t", "exists": True}, "hot": {"score": {"at_least": 5}}},
        rules=[{"id": "m", "when": {"segment": "base"}, "points": 5}],
    )
    folding = fold(catalog_of(known), event(0), event(1, t=1))
    assert folding.contact.segments == {"base": START + 1, "hot": START + 1}
    folding = fold(catalog_of(known), event(0, t=1), event(1, t=None))
    assert folding.contact.segments == {}


def test_a_stage_is_never_lost() -> None:
    stages = [("lead", {"trait": "t", "exists": True}), ("customer", {"event": "B"})]
    folding = fold(catalog_of(Definitions(stages=stages)), event(0, t=1), event(1, t=None), event(2, "B"), event(3))
    assert folding.contact.stage == "customer"
    assert folding.contact.stages == {"lead": START, "customer": START + 2}
    assert [(one.kind, one.name, one.properties["from"]) for one in folding.happened] == [
        ("stage", "lead", "visitor"),
        ("stage", "customer", "lead"),
    ]


def test_a_stage_may_rest_on_the_score_and_a_segment_on_the_stage() -> None:
    known = Definitions(
        segments={"hot": {"all": [{"stage": {"is": "mql"}}, {"score": {"at_least": 5}}]}},
        stages=[("mql", {"score": {"at_least": 10}})],
        rules=[{"id": "a", "event": "A", "points": 10}],
        half_life=DAY,
    )
    folding = fold(catalog_of(known), event(0), until=3 * DAY)
    assert folding.contact.stage == "mql"
    assert told(folding) == [("stage", "mql", 0), ("entered", "hot", 0), ("left", "hot", DAY + 1)]


def test_conditions_that_chase_each_other_come_to_rest() -> None:
    segments = {"a": {"not": {"segment": "b"}}, "b": {"segment": "a"}}
    folding = fold(catalog_of(Definitions(segments=segments)), event(0), event(1), until=DAY)
    assert len(folding.happened) < 50


def test_only_events_that_a_journey_waits_for_are_told() -> None:
    folding = fold(catalog_of(Definitions(), ON_A), event(0), event(1, "B"), event(2))
    assert told(folding) == [("event", "A", 0), ("event", "A", 2)]


def test_a_birthday_is_planned_from_the_day_it_is_known() -> None:
    catalog = catalog_of(Definitions(), ON_BIRTHDAY)
    folding = fold(catalog, event(0, birthday="1990-03-04"), until=800 * DAY)
    assert [one.id for one in folding.happened] == [
        "date:birthday@09:00/feb-28/2026",
        "date:birthday@09:00/feb-28/2027",
        "date:birthday@09:00/feb-28/2028",
    ]
    assert [one.at for one in folding.happened] == [from_iso(f"{year}-03-04T08:00Z") for year in (2026, 2027, 2028)]
    moved = fold(catalog, event(0, birthday="1990-03-04"), event(HOUR, birthday="1990-03-10"), until=10 * DAY)
    assert [one.at for one in moved.happened] == [from_iso("2026-03-10T08:00Z")]
    forgotten = fold(catalog, event(0, birthday="1990-03-04"), event(HOUR, birthday=None), until=10 * DAY)
    assert (forgotten.happened, forgotten.contact.untils) == ([], {})


@pytest.mark.parametrize(
    ("zone", "morning"),
    [
        ("Pacific/Auckland", "2026-03-03T20:00Z"),
        ("America/Los_Angeles", "2026-03-04T17:00Z"),
        ("Nowhere/Land", "2026-03-04T08:00Z"),
    ],
)
def test_a_birthday_begins_on_the_contact_s_own_morning(zone: str, morning: str) -> None:
    catalog = catalog_of(Definitions(), ON_BIRTHDAY)
    folding = fold(catalog, event(0, birthday="1990-03-04", timezone=zone), until=10 * DAY)
    assert [one.at for one in folding.happened] == [from_iso(morning)]


def test_folding_works_on_a_copy() -> None:
    catalog = catalog_of(Definitions(segments={"base": {"event": "A"}}))
    contact = fold(catalog, event(0, t={"deep": [1]})).settle(START)
    before = Contact.from_item(contact.to_item())
    folding = Folding(contact, catalog, ZONE)
    folding.apply(event(1))
    folding.contact.traits["t"]["deep"].append(2)
    before.rev = 0
    assert contact == before
