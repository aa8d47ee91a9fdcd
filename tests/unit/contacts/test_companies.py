"""A company is what its members said and did, in whatever order it becomes known; and they know what became of it."""

from collections import Counter
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import Contact
from leadwell.contacts.erasing import erase
from leadwell.contacts.folding import recount
from leadwell.definitions.catalog import Catalog, Judgments, compile_catalog
from leadwell.definitions.documents import parse
from leadwell.ids import company_id, contact_id
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.store import keys
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.contacts.feed import ZONE, Feed

START = 1_795_338_000_000
TITLE = {"en": "A title", "de": "Ein Titel"}
ACME, OTHER = company_id("acme"), company_id("other")


def catalog(*documents: dict[str, Any]) -> Catalog:
    return compile_catalog(Judgments.among(parse({"title": TITLE, **one}) for one in documents))


def of_companies(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "about": "companies", **more}


BUSY = of_companies("segment", "busy", when={"event": "Viewed", "where": {"page": "pricing"}, "at_least": 2})
RETAIL = of_companies("segment", "retail", when={"trait": "industry", "equals": "retail"})
LARGE = of_companies("segment", "large", when={"members": {"at_least": 3}})
RIPE = of_companies("segment", "ripe", when={"members": {"stage": {"at_least": "mql"}, "at_least": 2}})
POINTS = of_companies("scoring", "account", rules=[{"id": "v", "event": "Viewed", "points": 5, "decays": False}])
STAGES = of_companies("lifecycle", "account-stages", stages=[{"stage": "mql", "when": {"score": {"at_least": 10}}}])
OF_RETAIL = {"kind": "segment", "name": "works-in-retail", "when": {"company": "industry", "equals": "retail"}}
OF_BUSY = {"kind": "segment", "name": "of-busy", "when": {"company_segment": "busy"}}
OF_MQL = {"kind": "segment", "name": "of-mql", "when": {"company_stage": {"at_least": "mql"}}}
LIFECYCLE = {
    "kind": "lifecycle",
    "name": "lifecycle",
    "stages": [{"stage": "mql", "when": {"event": "Asked"}}, {"stage": "customer", "when": {"event": "Bought"}}],
}
ALL = (BUSY, RETAIL, LARGE, RIPE, POINTS, STAGES, OF_RETAIL, OF_BUSY, OF_MQL, LIFECYCLE)


def event(at: int, who: str, name: str = "Viewed", number: str = "", **more: Any) -> Event:
    return Event(
        contact=who,
        id=number or f"{who}-{name}-{at - START}",
        at=at,
        type=more.pop("type", "track"),
        name=name,
        standing=more.pop("standing", Standing.PROVEN),
        **more,
    )


def viewed(at: int, who: str, **more: Any) -> Event:
    return event(at, who, properties={"page": "pricing", "secret": "of one's own"}, **more)


def grouped(at: int, who: str, group: str = "acme", **traits: Any) -> Event:
    return event(
        at, who, Name.GROUPED, f"{who}-g-{group}-{at}", type="group", properties={"group_id": group}, traits=traits
    )


@pytest.fixture
def feed() -> Feed:
    return Feed(catalog(*ALL), START)


def company(feed: Feed, group: str = "acme") -> Contact:
    return feed.contact(company_id(group))


KEPT = ("traits", "memory", "points", "segments", "stage", "stages", "members", "score", "company", "events")


def settled(feed: Feed) -> None:
    """Companies and contacts are what their histories say, and members what their companies are."""
    histories: dict[str, list[Event]] = {}
    for item in feed.table.items("EVENT"):
        histories.setdefault(keys.contact_of(item["pk"]), []).append(Event.from_item(item))
    everybody = [Contact.from_item(item) for item in feed.table.items("CONTACT")]
    live = {one.id: one for one in everybody if one.status == "live"}
    listed = {(item["pk"].split("#")[1], item["sk"]) for item in feed.table.items("MEMBER")}
    stages: dict[str, Counter[str]] = {}
    for stored in live.values():
        history, judged_by = histories.get(stored.id, []), feed.catalog.for_(stored.id)
        counted = recount(stored.id, history, judged_by, ZONE, feed.now).settle(feed.now)
        for name in KEPT:
            assert getattr(stored, name) == getattr(counted, name), (stored.id, name)
        if stored.belonging:
            theirs = live[company_id(stored.company["id"])]
            stages.setdefault(theirs.id, Counter())[stored.stage] += 1
            assert (theirs.id, stored.id) in listed
            assert stored.company == {"id": stored.company["id"], **theirs.traits}
            assert stored.belonging.get("segments", []) == sorted(theirs.segments)
            assert stored.belonging.get("stage", "visitor") == theirs.stage
    for one in live.values():
        if one.is_company:
            assert one.members == stages.get(one.id, {}), one.id
            assert sum(name == one.id for name, _ in listed) == sum(one.members.values())
            assert "place" not in one.told, "everybody has been told"


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
