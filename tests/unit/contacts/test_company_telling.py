"""Members know what became of their company, and companies what definitions ask of what was long ago."""

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.store import keys
from leadwell.tracking.events import Name
from tests.unit.contacts.company_events import (
    ACME,
    ALL,
    BUSY,
    LIFECYCLE,
    OF_BUSY,
    START,
    catalog,
    company,
    event,
    grouped,
    of_companies,
    settled,
    viewed,
)
from tests.unit.contacts.feed import Feed


@pytest.fixture
def feed() -> Feed:
    return Feed(catalog(*ALL), START)


def test_a_thousand_members_learn_what_became_of_their_company(feed: Feed) -> None:
    people = [f"c{number}" for number in range(1000)]
    feed.store(*[grouped(START + number, one) for number, one in enumerate(people)])
    feed.now += HOUR
    in_batches(feed)
    feed.store(grouped(feed.now, "c7", industry="retail"))
    in_batches(feed)
    later(feed)
    assert feed.members("works-in-retail") == set(people)
    assert company(feed).members == {"visitor": 1000}
    settled(feed)


def test_a_large_company_does_not_talk_all_the_time(feed: Feed) -> None:
    people = [f"c{number}" for number in range(200)]
    feed.store(*[grouped(START + number, one) for number, one in enumerate(people)])
    feed.now += HOUR
    in_batches(feed)
    for size in range(30):
        feed.now += 100
        feed.post(grouped(feed.now, "c7", size=size))
    told = [one for one in feed.history("c9") if one.name == Name.COMPANY_UPDATED]
    assert len(told) <= 3, "the first word, and then not so soon again"
    later(feed)
    assert feed.contact("c9").company["size"] == 29
    settled(feed)


def in_batches(feed: Feed) -> None:
    """As the stream brings them."""
    while feed.read < len(arrived := feed.arrivals()):
        batch, feed.read = arrived[feed.read : feed.read + 100], min(feed.read + 100, len(arrived))
        feed.deliver(batch)


def later(feed: Feed) -> None:
    """Whatever is due is done."""
    for _ in range(3):
        feed.now += HOUR
        feed.touch(keys.contact(ACME))
        in_batches(feed)


def test_what_members_are_told_does_not_travel_back(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), grouped(START, "c2"))
    feed.now += HOUR
    feed.post(grouped(feed.now, "c1", industry="retail"))
    version = company(feed).told["version"]
    stored = len(feed.table.stream)
    feed.now += DAY
    feed.run()
    assert company(feed).told["version"] == version
    assert len(feed.table.stream) == stored
    assert [one.name for one in feed.history(ACME)].count(Name.COMPANY_UPDATED) == 0


def test_whoever_joins_later_learns_what_the_others_know(feed: Feed) -> None:
    feed.post(grouped(START, "c1", industry="retail"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    feed.now += HOUR
    feed.post(grouped(feed.now, "c2"))
    assert set(feed.contact("c2").segments) == {"works-in-retail", "of-busy", "of-mql"}
    settled(feed)


def test_what_one_says_late_is_not_what_they_believe(feed: Feed) -> None:
    """The company knows better by a later word of somebody else."""
    feed.now = START + DAY
    feed.post(grouped(START, "c1", industry="retail"), grouped(START + HOUR, "c2", industry="food"))
    feed.post(grouped(START + MINUTE, "c1", industry="energy"))
    assert company(feed).traits == {"industry": "food"}
    assert feed.contact("c1").company["industry"] == "food"
    settled(feed)


def test_what_nobody_heard_in_time_is_told_again(feed: Feed) -> None:
    """Nothing changes about the company; but one of its members believes what they said."""
    feed.post(grouped(START, "c1", industry="retail"), grouped(START, "c2"))
    feed.now = START + DAY
    feed.post(grouped(START + 2 * HOUR, "c2", industry="retail"))
    feed.post(grouped(START + HOUR, "c1", industry="energy"))
    assert company(feed).traits == {"industry": "retail"}
    assert feed.contact("c1").company["industry"] == "retail"
    settled(feed)


def test_a_worker_whose_clock_is_behind_is_believed_all_the_same(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), grouped(START + HOUR, "c1", size=1), grouped(START + 2 * HOUR, "c2", size=2))
    assert feed.contact("c1").company["size"] == 2
    settled(feed)


def test_no_journey_hears_of_a_company(feed: Feed) -> None:
    feed.post(grouped(START, "c1", industry="retail"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    assert feed.news(ACME) == []
    assert all("news" not in image for image in feed.images("CONTACT") if image["pk"] == f"C#{ACME}")


def test_a_changed_definition_has_companies_counted_again(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    plan = feed.contact("c1").plan
    feed.catalog = catalog(*(one for one in ALL if one not in (BUSY, OF_BUSY)), {**BUSY, "name": "keen"})
    feed.touch(keys.contact(ACME), keys.contact("c1"))
    feed.run()
    assert set(company(feed).segments) == {"keen"}
    assert feed.members("busy") == set()
    assert feed.catalog.companies is not None
    assert company(feed).plan == feed.catalog.companies.plan
    assert feed.contact("c1").plan != plan, "a segment of contacts went"
    settled(feed)


@pytest.mark.parametrize("crash_at", range(24))
def test_a_definition_asks_for_what_members_did_before_it(feed: Feed, crash_at: int) -> None:
    feed.catalog, feed.now = catalog(LIFECYCLE), START + DAY
    feed.post(grouped(START, "c1"), viewed(START + 1, "c1"), event(START + 2, "c1", "Sneezed"), grouped(START, "c2"))
    feed.post(*[viewed(START + 10 + number, "c2") for number in range(120)])
    assert company(feed).score == 0
    everybody = [keys.contact(one) for one in (ACME, "c1", "c2")]
    feed.catalog = catalog(*ALL)
    feed.touch(*everybody, crash_at=crash_at)
    feed.run()
    assert company(feed).score == 605.0
    assert set(feed.contact("c1").segments) == {"of-busy", "of-mql"}
    settled(feed)
    by_two = {"event": "Viewed", "where": {"secret": {"exists": True}}, "distinct": "member", "at_least": 2}
    feed.catalog = catalog(*ALL, of_companies("segment", "by-two", when=by_two))
    feed.touch(*everybody, crash_at=crash_at)
    feed.run()
    assert "by-two" in company(feed).segments, "copies got the property that nobody asked for before"
    settled(feed)


def test_what_comes_late_disturbs_no_copy_that_is_right(feed: Feed) -> None:
    feed.now = START + DAY
    feed.post(grouped(START, "c1"), viewed(START + HOUR, "c1"), viewed(START + 2 * HOUR, "c1"))
    feed.post(grouped(START + MINUTE, "c1"), viewed(START + 2 * MINUTE, "c1"))
    assert [one.name for one in feed.history(ACME)].count(Name.MEMBER_WITHDRAWN) == 0
    assert company(feed).score == 15.0
