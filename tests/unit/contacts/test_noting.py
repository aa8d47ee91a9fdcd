"""What becomes of a contact stands in its history, and nothing comes of its standing there."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.contacts import updating
from leadwell.contacts.folding import recount
from leadwell.store import keys
from leadwell.tracking.events import NOTED, Event, Identity, Name
from tests.unit.contacts.company_events import START, catalog, event
from tests.unit.contacts.feed import ZONE, Feed

KEEN = {"kind": "segment", "name": "keen", "when": {"event": "Viewed", "at_least": 2, "within": "P1D"}}
FRESH = {"kind": "segment", "name": "fresh", "when": {"segment": "keen", "entered_within": "P7D"}}
GONE = {"kind": "segment", "name": "gone", "when": {"segment": "keen", "left_within": "PT6H"}}
STAGES = {
    "kind": "lifecycle",
    "name": "lifecycle",
    "stages": [
        {"stage": "lead", "when": {"event": "Viewed"}},
        {"stage": "mql", "when": {"event": "Asked", "since": "Refused"}},
    ],
    "returns": [{"from": ["mql"], "to": "lead", "event": "Refused"}],
}
ALL = (KEEN, FRESH, GONE, STAGES)


@pytest.fixture
def feed() -> Feed:
    return Feed(catalog(*ALL), START)


def noted(feed: Feed, who: str = "c1") -> list[tuple[str, int, dict[str, Any]]]:
    items = [item for item in feed.table.items("NOTE") if item["pk"] == keys.contact(who).pk]
    found = sorted((Event.from_item(item) for item in items), key=lambda one: one.order)
    return [(one.name, one.at - START, dict(one.properties)) for one in found]


def test_coming_leaving_and_every_stage_are_noted_when_they_happen(feed: Feed) -> None:
    feed.post(event(START, "c1"))
    feed.now += HOUR
    feed.post(event(feed.now, "c1"))
    feed.now = START + DAY + HOUR
    feed.run()
    assert noted(feed) == [
        ("Stage Changed", 0, {"from": "visitor", "to": "lead"}),
        ("Segment Entered", HOUR, {"segment": "fresh"}),
        ("Segment Entered", HOUR, {"segment": "keen"}),
        ("Segment Entered", DAY, {"segment": "gone"}),
        ("Segment Left", DAY, {"segment": "keen"}),
    ]
    assert set(feed.contact("c1").segments) == {"fresh", "gone"}
    feed.now = START + 10 * DAY
    feed.run()
    assert not feed.contact("c1").segments
    assert noted(feed)[-2:] == [
        ("Segment Left", DAY + 6 * HOUR, {"segment": "gone"}),
        ("Segment Left", 7 * DAY + HOUR, {"segment": "fresh"}),
    ]


def test_all_changes_of_stage_are_kept(feed: Feed) -> None:
    feed.post(event(START, "c1"))
    for turn in range(1, 71):
        feed.post(event(START + turn, "c1", "Asked" if turn % 2 else "Refused"))
    changes = [one for one in noted(feed) if one[0] == "Stage Changed"]
    assert len(changes) == 71 and len(feed.contact("c1").stage_log) == 50


def test_nothing_listens_and_nothing_changes_by_being_noted(feed: Feed) -> None:
    feed.post(event(START, "c1"), event(START + 1, "c1"))
    state, writes = feed.state(), len(feed.table.stream)
    assert not [one for one in feed.arrivals() if one.name in NOTED], "no stream brings them"
    feed.deliver(feed.arrivals())
    feed.touch(keys.contact("c1"))
    assert feed.state() == state
    stored = feed.contact("c1")
    history = [Event.from_item(item) for kind in ("EVENT", "NOTE") for item in feed.table.items(kind)]
    counted = recount("c1", history, feed.catalog, ZONE, feed.now).settle(feed.now)
    for name in ("events", "segments", "crossed", "stage_log", "memory", "untils"):
        assert getattr(stored, name) == getattr(counted, name), name
    assert writes


@pytest.mark.parametrize("crash_at", range(1, 7))
def test_a_crash_notes_nothing_twice(crash_at: int) -> None:
    feed = Feed(catalog(*ALL), START)
    feed.store(event(START, "c1"), event(START + 1, "c1"))
    feed.deliver(feed.arrivals(), crash_at)
    feed.deliver(feed.arrivals())
    assert [name for name, _, _ in noted(feed)] == ["Stage Changed", "Segment Entered", "Segment Entered"]


def test_a_note_is_no_request_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    for noting in (updating.notes, lambda *given, **more: []):
        monkeypatch.setattr(updating, "notes", noting)
        feed = Feed(catalog(*ALL), START)
        feed.post(event(START, "c1"))
        names = ("Sneezed", "Viewed", "Asked")
        taken.append([feed.deliver([event(START + place, "c1", name)]) for place, name in enumerate(names, 1)])
    assert taken[0] == taken[1]


def test_what_a_changed_definition_does_is_noted_as_that(feed: Feed) -> None:
    feed.post(event(START, "c1"))
    feed.now += HOUR
    feed.catalog = catalog({**KEEN, "when": {"event": "Viewed"}}, FRESH, GONE, STAGES)
    feed.touch(keys.contact("c1"))
    assert ("Segment Entered", 0, {"segment": "keen", "redefined": True}) in noted(feed)
    before = noted(feed)
    feed.touch(keys.contact("c1"))
    assert noted(feed) == before


def test_what_comes_late_is_noted_once_it_is_known(feed: Feed) -> None:
    feed.post(event(START + HOUR, "c1"))
    feed.now += 2 * HOUR
    feed.post(event(START, "c1"))
    assert ("Segment Entered", HOUR, {"segment": "keen"}) in noted(feed)


def signed_in(feed: Feed, crash_at: int = 0) -> None:
    """A visitor with a past of its own turns out to be a user with another."""
    visitor, user = Identity("anonymous_id", "a1"), Identity("user_id", "u")
    feed.post(event(START, "visitor", identities=(visitor,)), event(START + 1, "visitor", identities=(visitor,)))
    feed.now += 2 * DAY
    feed.run()
    feed.post(event(feed.now, "c1", "Asked", type="identify", identities=(user,)))
    feed.now += HOUR
    told = event(feed.now, "c1", Name.IDENTIFIED, type="identify", identities=(user, visitor))
    feed.store(told)
    feed.run(crash_at)


def test_a_visitor_s_notes_become_the_person_s(feed: Feed) -> None:
    signed_in(feed)
    mine = noted(feed)
    assert len(mine) == len(set(map(str, mine))), "each once"
    assert [one for one in mine if one[2].get("segment") == "keen"] == [
        ("Segment Entered", 1, {"segment": "keen"}),
        ("Segment Left", DAY, {"segment": "keen"}),
    ]
    items = [item for item in feed.table.items("NOTE") if item["pk"] == keys.contact("c1").pk]
    assert {item["origin"] for item in items if item["name"] == "Segment Left"} == {"visitor"}
    assert feed.contact("c1").stage == "mql" and ("Stage Changed", 0, {"from": "visitor", "to": "lead"}) in mine


@pytest.mark.parametrize("crash_at", range(1, 14))
def test_notes_move_once_whenever_it_dies(crash_at: int) -> None:
    whole, broken = Feed(catalog(*ALL), START), Feed(catalog(*ALL), START)
    signed_in(whole)
    signed_in(broken, crash_at)
    assert noted(broken) == noted(whole)


def test_somebody_else_s_event_of_that_name_is_an_event_like_any_other(feed: Feed) -> None:
    feed.post(event(START, "c1", "Segment Entered", properties={"segment": "keen"}))
    assert not noted(feed) and feed.contact("c1").events == 1
