"""However events arrive — late, twice, in any batch, through crashes — the contact is what its history says."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import recount
from leadwell.contacts.membership import memberships
from leadwell.definitions.documents import parse
from leadwell.errors import Conflict, Outdated
from leadwell.ids import contact_id
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.store import keys
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.conditions.naive import Definitions
from tests.unit.conditions.strategies import (
    SPAN,
    START,
    TITLE,
    behaviors,
    catalog_of,
    consents,
    definitions,
    histories,
    nested,
    scores,
    segments,
    stages,
    traits,
)
from tests.unit.contacts.feed import ZONE, Crash, Feed

END = START + SPAN + DAY
many = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def journey(trigger: dict[str, Any]) -> Program:
    document = {"kind": "journey", "name": "j", "title": TITLE, "description": TITLE, "trigger": trigger}
    definition = parse({**document, "steps": [{"wait": "P1D"}]})
    assert isinstance(definition, JourneyDefinition)
    return compile_journey(definition)


ON_A, ON_BIRTHDAY = journey({"event": "A"}), replace(journey({"date": "birthday"}), name="k")

looks = st.lists(
    st.tuples(
        st.integers(START, END),
        st.sampled_from(["deliver", "deliver", "touch"]),
        st.lists(st.integers(0, 30), max_size=6),
        st.integers(0, 14),
    ),
    max_size=14,
)


@many
@given(
    histories("c1"),
    definitions,
    nested(behaviors, traits, consents, scores, segments, stages),
    looks,
    st.lists(st.sampled_from([0, 0, 0, MINUTE, 5 * HOUR, 3 * DAY]), min_size=12, max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_stored_contact_equals_its_recount(
    history: list[Event],
    known: Definitions,
    condition: dict[str, Any],
    ways: list[tuple[int, str, list[int], int]],
    delays: list[int],
    chance: Any,
) -> None:
    known = replace(known, segments={**known.segments, "probe": condition})
    catalog = catalog_of(known, ON_A, ON_BIRTHDAY)
    feed = Feed(catalog, START)
    coming = sorted((event.at + delay, event.id, event) for event, delay in zip(history, delays, strict=False))
    delivered: set[str] = set()
    for at, what, chosen, crash_at in sorted(ways, key=lambda way: way[0]):
        feed.now = at
        while coming and coming[0][0] <= at:
            feed.store(coming.pop(0)[2])
        arrived = feed.arrivals()
        if what == "touch":
            feed.touch(keys.contact("c1"), crash_at=crash_at)
        elif arrived:
            batch = [arrived[number % len(arrived)] for number in chosen]
            feed.deliver(batch, crash_at)
            delivered |= {event.id for event in batch}
    feed.now = END
    feed.store(*(event for _, _, event in coming))
    rest = [event for event in feed.arrivals() if event.id not in delivered]
    chance.shuffle(rest)
    for start in range(0, len(rest), 4):
        feed.deliver(rest[start : start + 4])
    feed.touch(keys.contact("c1"))

    stored = feed.contact("c1")
    folding = recount("c1", feed.history("c1"), catalog, ZONE, END)
    expected = folding.settle(END)
    assert replace(stored, rev=0) == expected
    assert stored.due_at is None or feed.is_armed(stored.due_at)
    assert feed.listed("c1") == (memberships(stored) if stored.rev else {})
    _check_news(feed, stored, history)


def _check_news(feed: Feed, stored: Contact, history: list[Event]) -> None:
    """Nothing that a journey waits for is lost, and nobody enters twice without leaving."""
    news = feed.news("c1")
    assert {one["id"] for one in news if one["kind"] == "event"} == {one.id for one in history if one.name == "A"}
    inside: set[str] = set()
    for one in news:
        if one["kind"] == "entered":
            assert one["name"] not in inside
            inside.add(one["name"])
        elif one["kind"] == "left":
            assert one["name"] in inside
            inside.discard(one["name"])
    assert inside == set(stored.segments)
    assert all(times == 1 for times in Counter(one["id"] for one in news if one["kind"] == "date").values())


VIEWED = {"event": "A", "at_least": 2, "within": DAY}
SIMPLE = Definitions(
    segments={"base": VIEWED},
    rules=[{"id": "a", "event": "A", "points": 4}],
    half_life=DAY,
    stages=[("lead", {"trait": "t", "exists": True})],
)


def event(at: int, name: str = "A", number: str = "", **more: Any) -> Event:
    return Event(
        contact=more.pop("contact", "c1"),
        id=number or f"{name}{at - START}",
        at=at,
        type="identify" if more.get("traits") else "track",
        name=name,
        standing=Standing.PROVEN,
        **more,
    )


def test_an_event_delivered_again_and_again_counts_once() -> None:
    feed = Feed(catalog_of(SIMPLE), START)
    feed.store(event(START))
    for _ in range(4):
        feed.deliver(feed.arrivals() * 3)
    contact = feed.contact("c1")
    assert (contact.events, contact.score, contact.rev) == (1, 4.0, 1), "and nothing is written again"


def test_two_events_of_one_millisecond_both_count_whoever_comes_first() -> None:
    one, other = event(START, number="x"), event(START, number="a")
    ends = []
    for order in ([one, other], [other, one]):
        feed = Feed(catalog_of(SIMPLE), START)
        for each in order:
            feed.store(each)
            feed.deliver([each])
        ends.append(feed.state())
        assert feed.contact("c1").events == 2
        assert feed.contact("c1").segments == {"base": START}
    assert ends[0] == ends[1]


def test_a_late_event_is_applied_where_it_belongs() -> None:
    """Two views were more than a day apart; a late one between them makes a pair that is over by now."""
    feed = Feed(catalog_of(SIMPLE), START + 2 * DAY)
    feed.post(event(START), event(START + 2 * DAY))
    assert feed.contact("c1").segments == {}
    feed.post(event(START + 20 * HOUR))
    contact = feed.contact("c1")
    assert contact.segments == {}
    assert contact.memory == {name: [START + 2 * DAY, START + 20 * HOUR] for name in contact.memory}
    assert contact.score == pytest.approx(4 * (1 + 2 ** -(28 / 24) + 2**-2), abs=1e-6)
    feed.post(event(START + 30 * HOUR, number="second late one"))
    assert feed.contact("c1").segments == {"base": START + 2 * DAY}


def test_a_contact_that_nobody_touches_ends_like_one_that_is_touched_every_hour() -> None:
    events = [event(START), event(START + HOUR), event(START + 3 * DAY), event(START + 3 * DAY + HOUR)]
    ends = []
    for pace in (HOUR, 10 * DAY):
        feed = Feed(catalog_of(SIMPLE), START)
        while feed.now <= START + 10 * DAY:
            ready = [one for one in events if one.at <= feed.now and one not in feed.arrivals()]
            feed.post(*ready)
            feed.now += pace
        feed.now = START + 10 * DAY
        feed.post(*[one for one in events if one not in feed.arrivals()])
        feed.touch(keys.contact("c1"))
        ends.append(feed.state())
    assert ends[0] == ends[1]


def test_news_that_a_recount_met_before_is_still_news() -> None:
    """The newest event is stored, a late one is delivered first and has everything counted, then comes the newest."""
    feed = Feed(catalog_of(SIMPLE, ON_A), START + HOUR)
    feed.post(event(START))
    late, newest = event(START - HOUR), event(START + HOUR)
    feed.store(late, newest)
    feed.deliver([late])
    assert feed.contact("c1").events == 3
    feed.deliver([newest])
    assert [one["id"] for one in feed.news("c1") if one["kind"] == "event"] == ["A0", late.id, newest.id]


def test_definitions_that_want_more_are_recounted() -> None:
    feed = Feed(catalog_of(SIMPLE), START + 2 * DAY)
    feed.post(event(START), event(START + 30 * HOUR))
    assert feed.contact("c1").segments == {}
    feed.catalog = catalog_of(replace(SIMPLE, segments={"base": VIEWED, "more": {"event": "A", "at_least": 2}}))
    feed.touch(keys.contact("c1"))
    assert feed.contact("c1").segments == {"more": START + 30 * HOUR}
    assert feed.members("more") == {"c1"}
    assert feed.news("c1") == [], "a changed definition is no news about anybody"
    feed.catalog = catalog_of(SIMPLE)
    feed.touch(keys.contact("c1"))
    assert feed.contact("c1").segments == {}
    assert feed.members("more") == set()


def test_a_publisher_may_want_the_news_of_a_changed_definition() -> None:
    feed = Feed(catalog_of(SIMPLE), START + 2 * DAY)
    feed.post(event(START), event(START + 30 * HOUR))
    wider = replace(SIMPLE, segments={"base": VIEWED, "more": {"event": "A", "at_least": 2}})
    feed.catalog = replace(catalog_of(wider), announced=frozenset({"more"}))
    feed.touch(keys.contact("c1"))
    assert [one["id"] for one in feed.news("c1")] == [f"entered:more@{START + 30 * HOUR}"]


def test_what_time_alone_brings_is_news_though_definitions_changed_meanwhile() -> None:
    feed = Feed(catalog_of(SIMPLE), START)
    feed.post(event(START))
    idle = {"all": [{"event": "A"}, {"event": "A", "at_most": 0, "within": DAY}]}
    feed.now = START + 2 * DAY
    feed.catalog = catalog_of(replace(SIMPLE, segments={**SIMPLE.segments, "idle": idle}))
    feed.touch(keys.contact("c1"))
    assert [one["id"] for one in feed.news("c1")] == [f"entered:idle@{START + DAY}"]


def test_whoever_works_with_old_definitions_leaves_a_newer_contact_alone() -> None:
    old, new = catalog_of(SIMPLE), catalog_of(replace(SIMPLE, segments={"other": VIEWED}))
    feed = Feed(replace(new, rev=2), START)
    feed.post(event(START), event(START + 1))
    feed.catalog = replace(old, rev=1)
    late = event(START + 2)
    feed.store(late)
    with pytest.raises(Outdated):
        feed.deliver([late])
    assert feed.contact("c1").plan == new.plan
    feed.catalog = replace(old, rev=3)
    feed.deliver([late])
    assert (feed.contact("c1").plan, feed.contact("c1").events) == (old.plan, 3), (
        "published again later, it is the newest"
    )


def test_looking_at_a_contact_of_whom_nothing_changed_writes_nothing() -> None:
    feed = Feed(catalog_of(SIMPLE), START)
    feed.post(event(START))
    before = len(feed.table.stream)
    for _ in range(3):
        feed.now += MINUTE
        feed.touch(keys.contact("c1"), keys.contact("nobody"))
    assert len(feed.table.stream) == before


def test_the_due_minute_is_armed_before_the_contact_is_written() -> None:
    feed = Feed(catalog_of(SIMPLE), START)
    feed.store(event(START), event(START + 1))
    arrived = feed.arrivals()
    for crash_at in range(1, 12):
        trial = Feed(feed.catalog, START + 1)
        trial.store(*arrived)
        trial.table.on_request = _dying_at(crash_at)
        try:
            trial.updater().apply(arrived, trial.catalog, trial.now)
        except Crash:
            trial.table.on_request = lambda operation: None
            item = trial.table.get(keys.contact("c1"))
            assert item is None or trial.is_armed(item["due"])


def _dying_at(number: int) -> Any:
    counted = iter(range(1, 10_000))

    def on_request(operation: str) -> None:
        if next(counted) == number:
            raise Crash(operation)

    return on_request


def test_two_writers_of_one_contact_lose_nothing() -> None:
    """Another process applies another event between our read and our write."""
    feed = Feed(catalog_of(SIMPLE), START + HOUR)
    one, other = event(START), event(START + MINUTE)
    feed.store(one, other)

    def meddle(operation: str) -> None:
        if operation == "before write":
            feed.table.on_request = lambda operation: None
            feed.updater().apply([other], feed.catalog, feed.now)
            assert feed.contact("c1").events == 1

    feed.table.on_request = meddle
    feed.updater().apply([one], feed.catalog, feed.now)
    contact = feed.contact("c1")
    assert (contact.events, set(contact.segments)) == (2, {"base"})


def test_a_writer_that_always_loses_gives_up_for_now() -> None:
    feed = Feed(catalog_of(SIMPLE), START)
    feed.store(event(START))
    feed.deliver(feed.arrivals())

    def meddle(operation: str) -> None:
        if operation == "before write":
            feed.table.on_request = lambda operation: None
            item = feed.table.get(keys.contact("c1"))
            assert item is not None
            feed.table.write(Put({**item, "rev": item["rev"] + 1}))
            feed.table.on_request = meddle

    later = event(START + 1, "B")
    feed.store(later)
    feed.table.on_request = meddle
    with pytest.raises(Conflict):
        feed.updater().apply([later], feed.catalog, START + 1)
    feed.table.on_request = lambda operation: None
    failed = feed.updater().touch([keys.contact("c1")], feed.catalog, START + 1)
    assert not failed


def test_a_batch_is_about_many_contacts() -> None:
    feed = Feed(catalog_of(SIMPLE), START + HOUR)
    events = [event(START + n, contact=f"c{n % 7}") for n in range(70)]
    feed.store(*events)
    feed.deliver(reversed(feed.arrivals()))
    assert [feed.contact(f"c{n}").events for n in range(7)] == [10] * 7
    assert feed.members("base") == {f"c{n}" for n in range(7)}


def test_many_events_at_once_are_written_in_portions() -> None:
    """What a write changed travels in the item, which has a limit of size."""
    feed = Feed(catalog_of(SIMPLE, ON_A), START + HOUR)
    feed.store(*[event(START + n, properties={"text": "x" * 20_000}) for n in range(60)])
    feed.deliver(feed.arrivals())
    assert feed.contact("c1").events == 60
    assert len(feed.news("c1")) == 60 + 1, "the events and the segment"
    assert max(len(repr(image)) for image in feed.images("CONTACT")) < 350_000


def test_one_failing_contact_does_not_hold_up_the_others() -> None:
    feed = Feed(catalog_of(SIMPLE), START + 3 * DAY)
    feed.store(event(START, contact="good"), event(START, contact="bad"))
    feed.deliver(feed.arrivals())
    item = feed.table.get(keys.contact("bad"))
    assert item is not None
    feed.table.write(Put({**item, "last": "broken"}))
    other_plan = catalog_of(replace(SIMPLE, segments={"base": {"event": "A"}}))
    failed = feed.updater().touch([keys.contact("bad"), keys.contact("good")], other_plan, feed.now)
    assert set(failed) == {keys.contact("bad")}
    assert feed.contact("good").segments == {"base": START}


def test_a_birthday_comes_once_although_the_contact_moves() -> None:
    """From Auckland to Los Angeles on the birthday: the same local morning comes again, the birthday does not."""
    feed = Feed(catalog_of(SIMPLE, ON_BIRTHDAY), START)
    feed.post(event(START, Name.IDENTIFIED, traits={"birthday": "1990-03-05", "timezone": "Pacific/Auckland"}))
    feed.now = START + 2 * DAY + 14 * HOUR
    feed.run()
    moved = START + 2 * DAY + 14 * HOUR
    feed.post(event(moved, Name.IDENTIFIED, traits={"timezone": "America/Los_Angeles"}))
    feed.now = START + 10 * DAY
    feed.run()
    assert {one["id"] for one in feed.news("c1") if one["kind"] == "date"} == {"date:birthday@09:00/feb-28/2026"}


@pytest.mark.parametrize("born", ["9999-12-31", "0001-01-01", "1990-02-30", "soon", 5, None, ["1990-01-01"]])
def test_no_birthday_that_a_website_sends_stops_a_contact(born: Any) -> None:
    feed = Feed(catalog_of(SIMPLE, ON_BIRTHDAY), START)
    feed.post(event(START, Name.IDENTIFIED, traits={"birthday": born, "timezone": ["odd"]}))
    feed.now += 400 * DAY
    feed.run()
    feed.post(event(feed.now, "B"))
    assert feed.contact("c1").events == 2


def test_an_identity_is_pointed_at_its_contact() -> None:
    feed = Feed(catalog_of(SIMPLE), START)
    own = contact_id("user_id", "u1")
    feed.post(event(START, contact=own, identities=(Identity("user_id", "u1"), Identity("email", "ann@example.com"))))
    for kind, value in (("user_id", "u1"), ("email", "ann@example.com")):
        pointer = feed.table.get(keys.identity(kind, value))
        assert pointer is not None
        assert pointer["contact"] == own
