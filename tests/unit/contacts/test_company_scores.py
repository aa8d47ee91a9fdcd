"""The scores of members, as companies know them: exact while they fade, and after whatever was told late or twice."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadwell.clock import DAY, FOREVER, HOUR, MINUTE, Moment
from leadwell.companies import worth
from leadwell.conditions.courses import MAIN_MODEL, Course, MemberScores
from leadwell.contacts.contact import Contact
from leadwell.contacts.erasing import erase
from leadwell.contacts.explaining import explain_scores
from leadwell.contacts.folding import facts_of
from leadwell.definitions.catalog import Judgments
from leadwell.definitions.documents import parse
from leadwell.definitions.resting import check_judgment
from leadwell.errors import Refused
from leadwell.ids import company_id
from leadwell.scoring.models import RollUp
from leadwell.scoring.rolling_up import RollUpRule, passing
from tests.unit.contacts.company_events import START, TITLE, catalog, company, event, grouped, of_companies, settled
from tests.unit.contacts.feed import ZONE, Feed

SHOP = {
    "kind": "scoring",
    "name": "shop",
    "main": True,
    "half_life": "P7D",
    "rules": [
        {"id": "viewed", "event": "Viewed", "points": 8},
        {"id": "webinar", "event": "Webinar", "points": 20, "expires": "P2D"},
        {"id": "fan", "when": {"event": "Liked", "within": "P1D"}, "points": 6},
        {"id": "bought", "event": "Bought", "points": 10, "decays": False},
    ],
}
RULES = [
    {"id": "heat", "members": {"score": "sum"}, "points": 1, "max_points": 40},
    {"id": "best", "members": {"score": "maximum", "model": "shop"}, "points": 0.5},
    {"id": "mean", "members": {"score": "average"}, "points": 2},
    {"id": "warm", "members": {"score": "count", "at_least": 10}, "points": 5, "max_points": 10},
]
ACCOUNT = of_companies("scoring", "account", half_life="P3D", rules=RULES)
HOT = of_companies("segment", "hot", when={"score": {"at_least": 30}})
PAIR = of_companies("segment", "pair", when={"members": {"score": {"at_least": 10}, "at_least": 2}})
FEW = of_companies("segment", "few", when={"members": {"score": {"at_least": 10}, "at_most": 1}})
ALL = (SHOP, ACCOUNT, HOT, PAIR, FEW)


@pytest.fixture
def feed() -> Feed:
    return Feed(catalog(*ALL), START)


def score_of(feed: Feed, who: str, at: Moment) -> float:
    contact = feed.contact(who)
    return facts_of(contact, feed.catalog, ZONE).ratings.score("", at)


def naive(feed: Feed, members: Sequence[str], at: Moment) -> float:
    """From what each member's own score is, one by one."""
    scores = [score_of(feed, who, at) for who in members]
    warm = sum(score >= 10 for score in scores)
    mean = sum(scores) / len(scores) if scores else 0
    return min(sum(scores), 40) + 0.5 * max(scores, default=0) + 2 * mean + min(5 * warm, 10)


def of_company(feed: Feed, at: Moment) -> float:
    return facts_of(company(feed), feed.catalog.for_(company_id("acme")), ZONE).ratings.score("", at)


def wait_until(feed: Feed, end: Moment) -> None:
    """Every due minute is worked off."""
    while True:
        due = [item["due"] for item in feed.table.items("CONTACT") if item.get("due", FOREVER) <= end]
        if not due:
            break
        feed.now = max(feed.now, min(due))
        feed.run()
    feed.now = end
    feed.run()


def test_a_company_is_worth_what_its_members_are_worth_at_any_moment(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), grouped(START, "c2"), grouped(START, "c3"))
    feed.now += HOUR
    feed.post(event(feed.now, "c1"), event(feed.now, "c2", "Webinar"), event(feed.now, "c2", "Liked"))
    feed.now += HOUR
    feed.post(event(feed.now, "c1"), event(feed.now, "c3", "Bought"))
    for hours in (0, 5, 23, 30, 49, 100, 1_000):
        wait_until(feed, max(feed.now, START + hours * HOUR))
        assert of_company(feed, feed.now) == pytest.approx(naive(feed, ["c1", "c2", "c3"], feed.now))
        settled(feed)


def test_a_segment_ends_in_the_minute_in_which_the_members_have_cooled_down(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), grouped(START, "c2"))
    feed.post(event(START + 1, "c1", "Viewed", "a"), event(START + 2, "c1", "Viewed", "b"), event(START + 1, "c2"))
    feed.now = START + MINUTE
    feed.run()
    assert "hot" in company(feed).segments and "few" in company(feed).segments
    while "hot" in company(feed).segments:
        # Somebody who is no longer counted is looked at before.
        left = company(feed).untils["segment:hot"]
        wait_until(feed, left - 1)
        assert "hot" in company(feed).segments
        wait_until(feed, left)
    assert of_company(feed, left - 1) >= 30 > of_company(feed, left)
    settled(feed)


def test_who_has_enough_is_counted_until_they_have_not(feed: Feed) -> None:
    feed.post(*(grouped(START, who) for who in ("c1", "c2")))
    feed.post(event(START + 1, "c1", "Webinar"), event(START + 1, "c2", "Webinar"))
    assert feed.members("pair") == {company_id("acme")} and not feed.members("few")
    wait_until(feed, START + 2 * DAY)
    assert feed.members("pair")
    wait_until(feed, START + 2 * DAY + 1)
    assert not feed.members("pair") and feed.members("few"), "the points expired without any event"
    settled(feed)


def test_who_leaves_takes_their_score_along(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), event(START + 1, "c1", "Bought"), grouped(START, "c2"))
    assert of_company(feed, feed.now) == pytest.approx(naive(feed, ["c1", "c2"], feed.now))
    feed.now += HOUR
    feed.post(grouped(feed.now, "c1", "other"))
    assert of_company(feed, feed.now) == 0.0
    assert facts_of(company(feed, "other"), feed.catalog.for_(company_id("other")), ZONE).ratings.score(
        "", feed.now
    ) == pytest.approx(naive(feed, ["c1"], feed.now))
    feed.now += HOUR
    feed.post(grouped(feed.now, "c1"))
    assert of_company(feed, feed.now) == pytest.approx(naive(feed, ["c1", "c2"], feed.now))
    erase(feed.table, "c1", feed.now)
    feed.run()
    assert of_company(feed, feed.now) == 0.0


def test_what_becomes_known_late_is_told_as_well(feed: Feed) -> None:
    feed.post(grouped(START, "c1"))
    feed.now += 2 * DAY
    feed.post(event(feed.now, "c1"))
    feed.post(event(START + HOUR, "c1", "Bought"))
    assert of_company(feed, feed.now) == pytest.approx(naive(feed, ["c1"], feed.now))
    settled(feed)


def test_companies_are_told_only_what_they_ask_for_and_only_when_it_changes() -> None:
    feed = Feed(catalog(SHOP, HOT), START)
    feed.post(grouped(START, "c1"), event(START + 1, "c1"))
    assert not feed.contact("c1").courses, "nobody asks"
    feed.catalog = catalog(*ALL)
    feed.touch(*(keys for keys in feed.state() if keys.sk == "CONTACT" or keys.sk.startswith("C")))
    feed.run()
    told = [one for one in feed.history(company_id("acme")) if one.name == "Company Member Scored"]
    assert len(told) == 1 and set(told[0].properties["scores"]) == {MAIN_MODEL, "shop"}
    assert "c1" not in str(told[0].properties), "companies know what happened, never to whom"
    feed.now += HOUR
    feed.post(event(feed.now, "c1", "Sneezed"))
    assert sum(one.name == "Company Member Scored" for one in feed.history(company_id("acme"))) == 1
    assert of_company(feed, feed.now) == pytest.approx(naive(feed, ["c1"], feed.now))


def test_an_event_asks_for_no_other_member(feed: Feed) -> None:
    """However many there are: the company's own item has what it needs."""
    feed.post(*(grouped(START, f"c{number}") for number in range(3)))
    few = feed.deliver([event(START + 1, "c1", "Viewed", "x1")])
    feed.run()
    feed.post(*(grouped(START + 2, f"d{number}") for number in range(60)))
    assert feed.deliver([event(START + 3, "c1", "Viewed", "x2")]) == few


def test_of_very_many_members_those_with_the_best_scores_are_known(monkeypatch: pytest.MonkeyPatch, feed: Feed) -> None:
    monkeypatch.setattr(worth, "MOST", 2)
    people = ["c1", "c2", "c3", "c4"]
    feed.post(*(grouped(START, who) for who in people))
    # Who did most, did it first; who did least, in between.
    for place, (who, name) in enumerate((("c1", "Webinar"), ("c2", "Viewed"), ("c3", "Bought"), ("c4", "Viewed")), 1):
        feed.post(event(START + place, who, name))
    assert {len(known) for known in company(feed).courses.values()} == {2}
    one, other = (score_of(feed, who, feed.now) for who in ("c1", "c3"))
    expected = one + other + 0.5 * one + 2 * (one + other) / 4 + 5 * 2
    assert of_company(feed, feed.now) == pytest.approx(expected, rel=1e-6)
    settled(feed)
    # Whoever was forgotten is known again with the next thing that counts.
    feed.now += HOUR
    for place in range(3):
        feed.post(event(feed.now + place, "c2", "Viewed", f"again-{place}"))
    told = [score_of(feed, who, feed.now) for who in ("c1", "c2")]
    assert of_company(feed, feed.now) == pytest.approx(
        min(sum(told), 40) + 0.5 * max(told) + 2 * sum(told) / 4 + 10, rel=1e-6
    )
    settled(feed)


def test_the_ledger_adds_up(feed: Feed) -> None:
    feed.post(grouped(START, "c1"), event(START + 1, "c1"), grouped(START, "c2"), event(START + 1, "c2", "Bought"))
    judgments = Judgments.among(parse({"title": TITLE, **one}) for one in ALL).about("companies")
    facts = facts_of(company(feed), feed.catalog.for_(company_id("acme")), ZONE)
    (found,) = explain_scores(facts, feed.history(company_id("acme")), judgments, feed.now, 10)
    assert {credit.rule for credit, _ in found.conditions} == {"heat", "best", "mean", "warm"}
    assert sum(credit.value for credit, _ in found.conditions) == pytest.approx(found.score)
    assert found.unexplained == 0
    reasons = {credit.rule: reason for credit, reason in found.conditions}
    assert reasons["heat"].found["members"] == 2
    assert reasons["heat"].rule == {"score": "sum", "max_points": 40}
    assert reasons["warm"].found["count"] == 1 and reasons["warm"].until == FOREVER


def test_what_rests_on_itself_by_way_of_the_company_is_refused() -> None:
    judgments = Judgments.among(parse({"title": TITLE, **one}) for one in ALL)
    circle = {**SHOP, "rules": [{"id": "of-hot", "when": {"company_segment": "hot"}, "points": 5}]}
    with pytest.raises(Refused, match="rests on itself"):
        check_judgment(parse({"title": TITLE, **circle}), judgments)
    unknown = of_companies("scoring", "b", rules=[{"id": "x", "members": {"score": "sum", "model": "no"}, "points": 1}])
    with pytest.raises(Refused, match="there is no scoring model no"):
        check_judgment(parse({"title": TITLE, **unknown}), judgments)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"members": {"score": "count"}, "points": 1}, "at_least goes with count"),
        ({"members": {"score": "sum", "at_least": 3}, "points": 1}, "at_least goes with count"),
        ({"members": {"score": "sum"}, "points": -1}, "points of more than 0"),
        ({"members": {"score": "sum"}, "event": "Viewed", "points": 1}, "a rule gives points for"),
        ({"event": "Viewed", "points": 1, "max_points": 3}, "max_points goes with `members`"),
    ],
)
def test_what_cannot_be_rolled_up(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        parse({"title": TITLE, **of_companies("scoring", "b", rules=[{"id": "x", **rule}])})


def test_contacts_have_no_members() -> None:
    rule = {"id": "x", "members": {"score": "sum"}, "points": 1}
    with pytest.raises(Refused, match="about: companies"):
        parse({"title": TITLE, "kind": "scoring", "name": "b", "rules": [rule]})


_happened = st.lists(
    st.one_of(
        st.builds(
            lambda at, who, group: grouped(START + at, who, group),
            st.integers(0, 60),
            st.sampled_from(["c1", "c2", "c3"]),
            st.sampled_from(["acme", "other"]),
        ),
        st.builds(
            lambda at, who, name: event(START + at, who, name),
            st.integers(0, 60),
            st.sampled_from(["c1", "c2", "c3"]),
            st.sampled_from(["Viewed", "Webinar", "Liked", "Bought", "Sneezed"]),
        ),
    ),
    max_size=14,
    unique_by=lambda one: one.id,
)
_ways = st.lists(st.tuples(st.lists(st.integers(0, 60), max_size=5), st.integers(0, 25)), max_size=6)


@settings(derandomize=True, deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(_happened, _ways, st.randoms(use_true_random=False))
def test_whatever_comes_late_twice_or_after_a_crash(history, ways, chance) -> None:
    feed = Feed(catalog(*ALL), START + DAY)
    coming = list(history)
    chance.shuffle(coming)
    for chosen, crash_at in ways:
        feed.now += 7
        feed.store(*coming[:2])
        del coming[:2]
        if arrived := feed.arrivals():
            feed.deliver([arrived[number % len(arrived)] for number in chosen], crash_at)
    feed.store(*coming)
    feed.run()
    for later in (0, 2 * DAY):
        wait_until(feed, feed.now + later)
        settled(feed)
        everybody = [Contact.from_item(item) for item in feed.table.items("CONTACT")]
        for one in everybody:
            if one.is_company:
                members = [who.id for who in everybody if who.company.get("id") == one.identities[0].value]
                theirs = facts_of(one, feed.catalog.for_(one.id), ZONE).ratings.score("", feed.now)
                assert theirs == pytest.approx(naive(feed, members, feed.now))


_courses = st.lists(
    st.tuples(
        st.integers(-20, 40).map(float),
        st.integers(-50, 80).map(float),
        st.integers(START - 5 * DAY, START),
        st.sampled_from([0, DAY, 3 * DAY, 30 * DAY]),
    ),
    max_size=6,
)
_rules = st.lists(
    st.tuples(
        st.sampled_from(["sum", "average", "maximum"]), st.sampled_from([0.5, 1.0, 3.0]), st.sampled_from([None, 25.0])
    ),
    min_size=1,
    max_size=3,
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(_courses, _rules, st.integers(-10, 60).map(float))
def test_the_moment_of_crossing_is_the_first(courses: list[Any], rules: list[Any], threshold: float) -> None:
    """Just before it nothing has changed, looked at more closely than the formula looks."""
    scores = MemberScores({MAIN_MODEL: {str(place): [0, *one] for place, one in enumerate(courses)}}, len(courses))
    rolled = [RollUpRule("r", points, most, RollUp(score=kind)) for kind, points, most in rules]

    def score(at: Moment) -> float:
        return math.fsum(rule.worth(scores, at) for rule in rolled)

    fading = [one.faded(START) for one in scores.of(MAIN_MODEL).courses if one.half_life]
    crossing = passing(score, fading, lambda at: math.fsum(rule.pace(scores, at) for rule in rolled), threshold, START)
    reached = score(START) >= threshold
    last = min(crossing, START + 400 * DAY) - 1
    for step in range(200):
        at = START + (last - START) * step // 199
        assert (score(at) >= threshold) == reached, at
    if crossing < FOREVER and (all(one >= 0 for one in fading) or all(one <= 0 for one in fading)):
        assert (score(crossing) >= threshold) != reached


def test_a_course_crosses_as_its_score_does() -> None:
    course = Course(2.0, 30.0, START, DAY)
    crossing = course.crossing(10.0, START)
    assert course.at(crossing - 1) >= 10 > course.at(crossing)
    assert Contact(id="x").courses == {}
