"""An event is looked at by the definitions it can concern, and by no others."""

from collections import Counter
from dataclasses import replace
from typing import Any

from leadwell.conditions.answer import Evaluate
from leadwell.definitions.catalog import Catalog, Judgments, Watcher, compile_catalog
from leadwell.definitions.documents import parse
from leadwell.store import keys
from tests.unit.conditions.strategies import START
from tests.unit.contacts.feed import Feed
from tests.unit.contacts.test_updating import event

TITLE = {"en": "A title", "de": "Ein Titel"}


def segment(name: str, when: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "segment", "name": name, "title": TITLE, "when": when}


def judgments(segments: int) -> Judgments:
    """So many segments and 50 scoring rules; of ten segments one is about A, one about A in a window, and so on."""
    kinds: list[dict[str, Any]] = [
        {"event": "A", "at_least": 2},
        {"event": "A", "within": "P7D"},
        {"event": "B"},
        {"event": "B", "sum": "amount", "at_least": 5, "within": "P7D"},
        {"trait": "city", "equals": "Berlin"},
        {"trait": "birthday", "anniversary": {"within_next": "P7D"}},
        {"consent": "marketing/email"},
        {"stage": {"at_least": "mql"}},
        {"sequence": ["C", "D"]},
        {"score": {"model": "other", "at_least": 5}},
    ]
    found = [segment(f"s{number}", _varied(kinds[number % 10], number)) for number in range(segments)]
    rules = [{"id": f"r{number}", "event": f"E{number % 25}", "points": 1} for number in range(49)]
    scoring = {
        "kind": "scoring",
        "name": "shop",
        "title": TITLE,
        "rules": [*rules, {"id": "a", "event": "A", "points": 1}],
    }
    other = {"kind": "scoring", "name": "other", "title": TITLE, "rules": [{"id": "b", "event": "B", "points": 9}]}
    return Judgments.among(parse(one) for one in [*found, scoring | {"main": True}, other])


def _varied(condition: dict[str, Any], number: int) -> dict[str, Any]:
    """Another condition of the same kind, so that no two segments share their work."""
    return {"all": [condition, {"not": {"segment": f"never-{number}"}}]} if number % 20 >= 10 else condition


def counting(catalog: Catalog, looks: Counter[str]) -> Catalog:
    """The catalog, counting who is looked at."""

    def counted(watcher: Watcher) -> Watcher:
        inner: Evaluate = watcher.evaluate

        def evaluate(facts: Any, now: int) -> Any:
            looks[watcher.name] += 1
            return inner(facts, now)

        return replace(watcher, evaluate=evaluate)

    watchers = {key: counted(watcher) for key, watcher in catalog.watchers.items()}
    return replace(catalog, watchers=watchers, segments={one.name: one for one in watchers.values()})


def test_an_event_concerns_few_of_two_hundred_segments() -> None:
    looks: Counter[str] = Counter()
    feed = Feed(counting(compile_catalog(judgments(200)), looks), START)
    feed.post(event(START))
    assert len(looks) == 200, "who is new is looked at by all"
    looks.clear()
    feed.now = START + 1
    feed.post(event(START + 1))
    assert set(looks) == {f"s{number}" for number in range(200) if number % 10 in (0, 1)}
    assert set(looks.values()) == {1}


def test_what_concerns_nothing_is_not_looked_at() -> None:
    looks: Counter[str] = Counter()
    feed = Feed(counting(compile_catalog(judgments(200)), looks), START)
    feed.post(event(START))
    looks.clear()
    feed.now = START + 1
    feed.post(replace(event(START + 1), name="Nothing that matters"))
    assert not looks
    assert feed.contact("c1").events == 2


def test_the_number_of_requests_grows_with_neither_segments_nor_contacts() -> None:
    asked = []
    for segments, strangers in ((2, 0), (200, 0), (200, 300)):
        feed = Feed(compile_catalog(judgments(segments)), START)
        feed.table.put_many([{"pk": f"C#x{number}", "sk": "C", "kind": "CONTACT"} for number in range(strangers)])
        feed.post(event(START))
        before = feed.table.requests
        feed.now = START + 1
        feed.post(event(START + 1))
        asked.append(feed.table.requests - before)
    assert asked[1] == asked[2]
    assert asked[1] <= asked[0] + 1
    assert feed.table.get(keys.contact("c1"))
