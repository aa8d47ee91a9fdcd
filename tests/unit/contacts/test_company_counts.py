"""Whatever comes late, twice or after a crash: companies equal a plain count over the events of all their members."""

from collections import Counter
from collections.abc import Iterable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadwell.clock import DAY
from leadwell.ids import company_id, fingerprint
from leadwell.store import keys
from leadwell.tracking.events import Event, Name
from tests.unit.contacts.company_events import ALL, START, catalog, event, grouped, settled, viewed
from tests.unit.contacts.feed import Feed

GROUPS = ("acme", "other")
SPAN = 60
END = START + DAY

_moments = st.integers(0, SPAN).map(lambda minutes: START + minutes)
_who = st.sampled_from(["c1", "c2", "c3"])
_statements = st.builds(
    lambda at, who, group, traits: grouped(at, who, group, **traits),
    _moments,
    _who,
    st.sampled_from(GROUPS),
    st.sampled_from([{}, {"industry": "retail"}, {"industry": "food"}, {"size": 1}, {"size": None}]),
)
_doings = st.one_of(
    st.builds(viewed, _moments, _who),
    st.builds(event, _moments, _who, st.sampled_from(["Asked", "Bought", "Sneezed"])),
)
_histories = st.lists(st.one_of(_statements, _statements, _doings, _doings), max_size=14, unique_by=lambda one: one.id)
_ways = st.lists(st.tuples(st.lists(st.integers(0, 60), max_size=5), st.integers(0, 25)), max_size=8)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(_histories, _ways, st.randoms(use_true_random=False))
def test_a_company_is_what_its_members_did_in_it(history, ways, chance) -> None:
    feed = Feed(catalog(*ALL), START)
    coming = list(history)
    chance.shuffle(coming)
    for chosen, crash_at in ways:
        feed.now += 7
        if coming:
            feed.store(*coming[:2])
            del coming[:2]
        arrived = feed.arrivals()
        if arrived:
            feed.deliver([arrived[number % len(arrived)] for number in chosen], crash_at)
        feed.touch(*(keys.contact(company_id(group)) for group in GROUPS), crash_at=crash_at)
    feed.now = END
    feed.store(*coming)
    feed.run()
    check(feed, history)
    # Everything once more, in another order.
    again = feed.arrivals()
    chance.shuffle(again)
    feed.deliver(again)
    feed.run()
    check(feed, history)


def check(feed: Feed, history: Sequence[Event]) -> None:
    settled(feed)
    for group in GROUPS:
        item = feed.table.get(keys.contact(company_id(group)))
        wanted = counted(history, group)
        assert (item is None) == (wanted is None)
        if item is not None and wanted is not None:
            members, score, busy, traits = wanted
            assert item.get("members", {}) == members
            assert item["score"] == score
            assert ("busy" in item.get("segments", {})) == busy
            assert item.get("traits", {}) == traits


def counted(history: Iterable[Event], group: str) -> tuple[dict[str, int], float, bool, dict[str, object]] | None:
    """Members by stage, score, whether they view a lot, and attributes; None where nobody ever belonged."""
    events = sorted(history, key=lambda one: one.order)
    where: dict[str, str] = {}
    done: Counter[str] = Counter()
    stages: dict[str, str] = {}
    views, known, traits = 0, False, {}
    for one in events:
        done[f"{one.contact} {one.name}"] += 1
        if one.name == Name.GROUPED:
            where[one.contact] = one.properties["group_id"]
            if where[one.contact] == group:
                known = True
        elif one.name == "Viewed":
            views += where.get(one.contact) == group
        elif one.name == "Bought" or (one.name == "Asked" and stages.get(one.contact) != "customer"):
            stages[one.contact] = "customer" if one.name == "Bought" else "mql"
    # What two say at the same moment has an order of its own: that of the copies.
    said = [one for one in events if one.name == Name.GROUPED and one.properties["group_id"] == group]
    for one in sorted(said, key=lambda one: (one.at, copy_of(one))):
        traits = {name: value for name, value in {**traits, **one.traits}.items() if value is not None}
    members = Counter(stages.get(who, "visitor") for who, at in where.items() if at == group)
    return (dict(members), 5.0 * views, views >= 2, traits) if known else None


def copy_of(statement: Event) -> str:
    return "g" + fingerprint("statement", statement.id)
