"""What becomes of a company is news to its members once, and to journeys."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.definitions.catalog import Judgments, compile_catalog
from leadwell.definitions.documents import parse
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.store import keys
from leadwell.tracking.events import Event, Name
from tests.unit.contacts.company_events import (
    ACME,
    ALL,
    LIFECYCLE,
    POINTS,
    START,
    TITLE,
    catalog,
    event,
    grouped,
    settled,
    viewed,
)
from tests.unit.contacts.feed import Feed


def journeys_of(*triggers: dict[str, Any], about: str = "contacts") -> list[Program]:
    heads = {"kind": "journey", "title": TITLE, "description": TITLE, "about": about, "steps": [{"exit": "done"}]}
    written = [parse({**heads, "name": f"j{number}", "trigger": one}) for number, one in enumerate(triggers)]
    return [compile_journey(one) for one in written if isinstance(one, JourneyDefinition)]


@pytest.fixture
def hearing() -> Feed:
    """Journeys start by a segment and a stage of companies."""
    judgments = Judgments.among(parse({"title": TITLE, **one}) for one in ALL)
    programs = journeys_of({"company_segment": "busy"}, {"company_stage": "mql"})
    return Feed(compile_catalog(judgments, programs=programs), START)


def heard(feed: Feed, who: str) -> list[tuple[str, str]]:
    """Each cause once: journeys know them by their ids."""
    told = {one["id"]: (one["kind"], one["name"]) for one in feed.news(who) if one["kind"].startswith("company")}
    return list(told.values())


BOTH = [("company_entered", "busy"), ("company_reached", "mql")]


def test_members_hear_what_becomes_of_their_company_once(hearing: Feed) -> None:
    hearing.post(grouped(START, "c1"), grouped(START, "c2"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    assert heard(hearing, "c1") == heard(hearing, "c2") == BOTH
    hearing.now += HOUR
    hearing.post(grouped(hearing.now, "c2", industry="retail"), viewed(hearing.now, "c1"))
    hearing.post(event(START + 5, "c2", "Sneezed"))
    for one in hearing.arrivals():
        hearing.deliver([one])
    assert heard(hearing, "c2") == BOTH
    settled(hearing)


def test_who_joins_later_has_not_heard_it(hearing: Feed) -> None:
    hearing.post(grouped(START, "c1"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    hearing.now += HOUR
    hearing.post(grouped(hearing.now, "c2"))
    assert set(hearing.contact("c2").segments) == {"of-busy", "of-mql"}
    assert heard(hearing, "c2") == []
    hearing.now += HOUR
    hearing.post(grouped(hearing.now, "c1", "other"), grouped(hearing.now + 1, "c1"))
    assert heard(hearing, "c1") == BOTH, "whoever comes back joins anew"


def test_news_that_a_recount_met_before_the_stream_brought_it_is_heard(hearing: Feed) -> None:
    hearing.now = START + DAY
    hearing.post(grouped(START, "c1"), grouped(START, "c2"), viewed(START + 1, "c1"))
    hearing.store(viewed(START + 2, "c1"))
    while not any(one.name == Name.COMPANY_UPDATED for one in waiting(hearing, "c2")):
        fresh, hearing.read = hearing.arrivals()[hearing.read :], len(hearing.arrivals())
        hearing.deliver([one for one in fresh if one.contact != "c2"])
    late = event(START + 3, "c2", "Sneezed")
    brought = waiting(hearing, "c2")
    hearing.store(late)
    hearing.deliver([late])
    assert "busy" in hearing.contact("c2").belonging["segments"], "it is known"
    assert ("company_entered", "busy") not in heard(hearing, "c2")
    hearing.deliver(brought)
    hearing.run()
    assert heard(hearing, "c2") == BOTH
    settled(hearing)


def waiting(feed: Feed, who: str) -> list[Event]:
    return [one for one in feed.arrivals()[feed.read :] if one.contact == who]


def test_what_a_changed_definition_makes_of_a_company_is_no_news(hearing: Feed) -> None:
    changed, hearing.catalog = hearing.catalog, catalog(LIFECYCLE, POINTS)
    hearing.post(grouped(START, "c1"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    hearing.now += HOUR
    hearing.catalog = changed
    hearing.touch(keys.contact(ACME), keys.contact("c1"))
    hearing.run()
    assert hearing.contact("c1").belonging["segments"] == ["busy"]
    assert heard(hearing, "c1") == []
    settled(hearing)


def test_a_company_hears_only_what_concerns_a_journey_about_it() -> None:
    judgments = Judgments.among(parse({"title": TITLE, **one}) for one in ALL)
    awaited = {"event": "Sneezed", "where": {"loud": True}, "key": "nose"}
    programs = journeys_of({"segment": "retail"}, awaited, {"company_stage": "mql"}, about="companies")
    feed = Feed(compile_catalog(judgments, programs=programs), START)
    feed.post(grouped(START, "c1", industry="retail"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    feed.post(event(START + 3, "c1", "Sneezed", properties={"loud": True, "nose": "red", "secret": "of one's own"}))
    assert [(one["kind"], one["name"]) for one in feed.news(ACME)] == [
        ("entered", "retail"),
        ("stage", "mql"),
        ("event", "Sneezed"),
    ]
    (copy,) = (one for one in feed.history(ACME) if one.name == "Sneezed")
    assert set(copy.properties) == {"loud", "nose", "member"}
    assert not [one for one in feed.news("c1") if one["kind"] == "event"]
