"""A company is what its members said and did, in whatever order it becomes known."""

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.erasing import erase
from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.tracking.events import Identity, Name, Standing
from tests.unit.contacts.company_events import (
    ACME,
    ALL,
    LIFECYCLE,
    OTHER,
    START,
    catalog,
    company,
    event,
    grouped,
    settled,
    viewed,
)
from tests.unit.contacts.feed import Feed


@pytest.fixture
def feed() -> Feed:
    return Feed(catalog(*ALL), START)


def test_a_company_has_the_attributes_its_members_state(feed: Feed) -> None:
    feed.post(grouped(START, "c1", industry="retail", size=10))
    feed.now += HOUR
    feed.post(grouped(feed.now, "c2", size=20, industry="retail"))
    found = company(feed)
    assert found.traits == {"industry": "retail", "size": 20}
    assert found.identities == (Identity("company", "acme"),)
    assert set(found.segments) == {"retail"}
    assert feed.contact("c1").company == {"id": "acme", "industry": "retail", "size": 20}
    assert set(feed.contact("c1").segments) == {"works-in-retail"}
    assert feed.members("retail") == {ACME}
    assert feed.members("*") == {"c1", "c2"}
    assert feed.members("company:*") == {ACME}
    settled(feed)


def test_what_nobody_proved_makes_no_company(feed: Feed) -> None:
    feed.post(event(START, "c1", Name.GROUPED, properties={"group_id": "acme"}, standing=Standing.ANONYMOUS))
    assert feed.table.get(keys.contact(ACME)) is None


def test_members_are_counted_and_so_is_their_stage(feed: Feed) -> None:
    feed.post(*[grouped(START + n, f"c{n}") for n in range(3)])
    assert company(feed).members == {"visitor": 3}
    assert set(company(feed).segments) == {"large"}
    feed.now += HOUR
    feed.post(event(feed.now, "c0", "Asked"), event(feed.now, "c1", "Bought"))
    assert company(feed).members == {"visitor": 1, "mql": 1, "customer": 1}
    assert set(company(feed).segments) == {"large", "ripe"}
    settled(feed)


def test_what_members_do_is_passed_on_as_far_as_it_is_asked_for(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), grouped(START + 1, "c2"))
    feed.now = START + DAY
    feed.post(viewed(START + 10, "c1", context={"ip": "192.0.2.1"}), event(START + 11, "c1", "Sneezed"))
    feed.post(viewed(START + 20, "c2", identities=(Identity("user_id", "u2"),)))
    found = company(feed)
    assert (found.score, found.stage, set(found.segments)) == (10.0, "mql", {"busy"})
    passed = [one for one in feed.history(ACME) if one.name in ("Viewed", "Sneezed")]
    assert [one.at for one in passed] == [START + 10, START + 20], "at the same moments"
    for one in passed:
        assert set(one.properties) == {"page", "member"}
        assert not one.context and not one.identities
        assert "c1" not in repr(one) and "c2" not in repr(one)
    assert len({one.properties["member"] for one in passed}) == 2
    assert set(feed.contact("c2").segments) == {"of-busy", "of-mql"}
    settled(feed)


def test_without_definitions_about_companies_only_what_is_said_is_passed_on() -> None:
    feed = Feed(catalog(LIFECYCLE), START)
    feed.post(grouped(START, "c1"), viewed(START + 1, "c1"), event(START + 2, "c1", "Sneezed"))
    assert [one.name for one in feed.history(ACME)] == [Name.GROUPED, Name.MEMBER_JOINED]


def test_who_belongs_to_no_company_costs_what_it_did(feed: Feed) -> None:
    feed.store(viewed(START, "c1"))
    requests = feed.deliver(feed.arrivals())
    other = Feed(catalog(LIFECYCLE), START)
    other.store(viewed(START, "c1"))
    assert requests == other.deliver(other.arrivals())
    assert {item["pk"] for item in feed.table.items("CONTACT")} == {"C#c1"}


def test_a_contact_belongs_to_the_company_it_was_last_said_to_belong_to(feed: Feed) -> None:
    feed.post(grouped(START, "c1", industry="retail"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    feed.now += HOUR
    feed.post(grouped(feed.now, "c1", "other"), viewed(feed.now + 1, "c1"))
    assert company(feed).members == {}
    assert company(feed).score == 10.0, "what was done here was done here"
    assert company(feed, "other").members == {"visitor": 1}
    assert company(feed, "other").score == 5.0
    assert feed.members(ACME) == set()
    assert feed.members(OTHER) == {"c1"}
    assert feed.contact("c1").company == {"id": "other"}
    settled(feed)


def test_a_late_word_about_the_company_moves_what_lies_behind_it(feed: Feed) -> None:
    feed.now = START + DAY
    feed.post(grouped(START, "c1"), *[viewed(START + HOUR + 10 * n, "c1") for n in range(3)])
    assert company(feed).score == 15.0
    feed.post(grouped(START + HOUR + 5, "c1", "other"))
    assert company(feed).score == 5.0
    assert company(feed).stage == "visitor"
    assert company(feed, "other").score == 10.0
    feed.post(viewed(START + HOUR + 7, "c1"), viewed(START + 5, "c1"))
    assert (company(feed).score, company(feed, "other").score) == (10.0, 15.0)
    settled(feed)


def test_who_was_somewhere_else_for_a_while_did_that_there(feed: Feed) -> None:
    """Nobody joins or leaves by it: what has to be counted again must be said."""
    feed.now = START + DAY
    feed.post(grouped(START, "c1"), viewed(START + 50, "c1"), grouped(START + 100, "c1"))
    feed.post(grouped(START + 20, "c1", "other"))
    assert (company(feed).score, company(feed, "other").score) == (0.0, 5.0)
    settled(feed)


@pytest.mark.parametrize("now", [START, START + DAY])
def test_a_copy_that_was_taken_back_before_it_arrived_does_not_count(feed: Feed, now: int) -> None:
    feed.now = now
    feed.post(grouped(START, "c1"))
    first, late = viewed(START + 50, "c1"), grouped(START + 20, "c1", "other")
    feed.store(first)
    feed.deliver([first])
    feed.store(late)
    feed.deliver([late])
    arrived = feed.arrivals()
    feed.read = len(arrived)
    for one in sorted(arrived, key=lambda one: (one.contact, one.name) == (ACME, "Viewed")):
        feed.deliver([one])
    feed.run()
    assert (company(feed).score, company(feed, "other").score) == (0.0, 5.0)
    settled(feed)


def test_many_that_move_are_moved_although_a_write_has_a_limit(feed: Feed) -> None:
    feed.now = START + DAY
    feed.post(grouped(START, "c1"), *[viewed(START + HOUR + n, "c1") for n in range(150)])
    assert company(feed).score == 750.0
    feed.post(grouped(START + MINUTE, "c1", "other"))
    assert (company(feed).score, company(feed, "other").score) == (0.0, 750.0)
    settled(feed)


@pytest.mark.parametrize("crash_at", range(1, 60, 2))
def test_a_crash_anywhere_loses_nothing_and_doubles_nothing(feed: Feed, crash_at: int) -> None:
    feed.now = START + DAY
    feed.store(
        grouped(START, "c1", industry="retail"),
        viewed(START + 1, "c1"),
        grouped(START + 2, "c2", size=3),
        viewed(START + 3, "c2"),
        event(START + 4, "c2", "Asked"),
    )
    feed.run(crash_at)
    feed.store(grouped(START + 2, "c1", "other"), viewed(START + 5, "c1"))
    feed.run(crash_at)
    assert (company(feed).score, company(feed, "other").score) == (10.0, 5.0)
    assert company(feed).members == {"mql": 1}
    settled(feed)


def test_the_same_event_again_changes_nothing(feed: Feed) -> None:
    feed.post(grouped(START, "c1", industry="retail"), viewed(START + 1, "c1"), viewed(START + 2, "c1"))
    before = feed.state()
    feed.deliver(feed.arrivals() * 2)
    feed.run()
    for one in feed.arrivals():
        feed.deliver([one])
    feed.run()
    assert feed.state() == before


def test_two_who_turn_out_to_be_one_are_one_member(feed: Feed) -> None:
    user, mail = Identity("user_id", "u1"), Identity("email", "ann@example.com")
    by_user, by_mail = contact_id(*user), contact_id(*mail)
    feed.now = START + DAY
    feed.post(grouped(START, by_mail), event(START, by_mail, Name.IDENTIFIED, type="identify", identities=(mail,)))
    feed.post(viewed(START + 1, by_mail), grouped(START + 2, by_user), viewed(START + 3, by_user))
    assert company(feed).members == {"visitor": 2}
    feed.post(event(START + 10, by_user, Name.IDENTIFIED, type="identify", identities=(user, mail)))
    assert company(feed).members == {"visitor": 1}
    assert company(feed).score == 10.0
    assert len({one.properties["member"] for one in feed.history(ACME) if one.name == "Viewed"}) == 1
    settled(feed)


def test_an_erased_person_leaves_nothing_behind(feed: Feed) -> None:
    feed.now = START + DAY
    feed.post(grouped(START, "c1"), grouped(START, "c2"), viewed(START + 1, "c1"), viewed(START + 2, "c2"))
    feed.post(grouped(START + 3, "c1", "other"), viewed(START + 4, "c1"))
    erase(feed.table, "c1", feed.now)
    feed.run()
    assert (company(feed).score, company(feed, "other").score) == (5.0, 0.0)
    assert (company(feed).members, company(feed, "other").members) == ({"visitor": 1}, {})
    assert [one.at for one in feed.history(ACME) if one.name == "Viewed"] == [START + 2]
    settled(feed)
