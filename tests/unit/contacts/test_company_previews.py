"""What a definition about companies would do, also where it asks members for what nobody asked them before."""

from typing import Any

import pytest

from leadwell.clock import HOUR
from leadwell.contacts import previewing
from leadwell.contacts.contact import Contact
from leadwell.contacts.previewing import Preview, Previewer
from leadwell.definitions.catalog import Judgments
from leadwell.definitions.documents import parse
from leadwell.ids import company_id
from leadwell.store import keys
from tests.unit.contacts.company_events import START, TITLE, catalog, event, grouped, of_companies, settled
from tests.unit.contacts.feed import ZONE, Feed

SHOP = {
    "kind": "scoring",
    "name": "shop",
    "main": True,
    "half_life": "P7D",
    "rules": [{"id": "bought", "event": "Bought", "points": 10, "decays": False}],
}
ACCOUNT = of_companies("scoring", "account", rules=[{"id": "heat", "members": {"score": "sum"}, "points": 2}])
HOT = of_companies("segment", "hot", when={"score": {"at_least": 30}})


def previewed(feed: Feed, changed: dict[str, Any], *before: dict[str, Any], limit: int = 100) -> list[Preview]:
    judgments = Judgments.among(parse({"title": TITLE, **one}) for one in before)
    previewer = Previewer(feed.table, feed.catalog, judgments, ZONE, feed.now)
    pages, cursor = [], None
    while True:
        page = previewer.page(parse({"title": TITLE, **changed}), limit=limit, examples=9, cursor=cursor)
        pages.append(page)
        cursor = page.cursor
        if cursor is None:
            return pages


@pytest.mark.parametrize(
    "changed",
    [
        of_companies("segment", "new", when={"members": {"score": {"at_least": 10}, "at_least": 2}}),
        of_companies("segment", "new", when={"event": "Bought", "where": {"total": {"more_than": 5}}, "at_least": 2}),
        of_companies("segment", "new", when={"event": "Bought", "sum": "total", "at_least": 20, "within": "P1D"}),
    ],
)
def test_a_preview_sees_what_members_were_never_asked_for(changed: dict[str, Any]) -> None:
    """It says what publishing then does, and writes nothing."""
    feed = Feed(catalog(SHOP), START)
    feed.post(*(grouped(START, who) for who in ("c1", "c2")), grouped(START, "c3", "other"))
    for who in ("c1", "c2", "c3"):
        feed.post(event(START + 1, who, "Bought", properties={"total": 15}))
    feed.now += HOUR
    stored = feed.table.snapshot()
    (preview,) = previewed(feed, changed, SHOP)
    assert feed.table.snapshot() == stored
    assert (preview.looked_at, preview.entering, preview.movers) == (2, {"new": 1}, [company_id("acme")])
    (example,) = preview.examples
    assert (example.contact, example.after) == (company_id("acme"), "in")
    assert example.reason is not None and example.reason.truth
    feed.catalog = catalog(SHOP, changed)
    feed.touch(*(keys.contact(one.id) for one in map(Contact.from_item, feed.table.items("CONTACT"))))
    feed.run()
    assert feed.members("new") == {company_id("acme")}
    settled(feed)


def test_a_preview_of_a_score_sees_the_members_scores() -> None:
    feed = Feed(catalog(SHOP, HOT), START)
    feed.post(grouped(START, "c1"), event(START + 1, "c1", "Bought"))
    feed.post(grouped(START, "c2"), event(START + 2, "c2", "Bought"))
    (preview,) = previewed(feed, ACCOUNT, SHOP, HOT)
    assert preview.entering == {"hot": 1}
    feed.catalog = catalog(SHOP, HOT, ACCOUNT)
    feed.touch(*(keys.contact(one.id) for one in map(Contact.from_item, feed.table.items("CONTACT"))))
    feed.run()
    assert feed.members("hot") == {company_id("acme")}


def test_what_members_told_last_does_not_hide_what_they_are_asked_anew() -> None:
    """A member may have told its present score at the very moment up to which it is worked out."""
    other = {**SHOP, "name": "other", "main": False}
    feed = Feed(catalog(SHOP, other, ACCOUNT, HOT), START)
    people = [f"c{number}" for number in range(12)]
    for who in people:
        feed.post(grouped(START, who, f"g-{who}"), event(START + 1, who, "Bought"))
    asks = {"members": {"score": {"model": "other", "at_least": 10}, "at_least": 1}}
    (preview,) = previewed(feed, of_companies("segment", "new", when=asks), SHOP, other, ACCOUNT, HOT)
    assert preview.entering == {"new": len(people)} and not preview.leaving


def test_a_preview_stops_at_so_many_members_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "_MOST_ASKED", 3)
    feed = Feed(catalog(SHOP), START)
    for number in range(12):
        feed.post(grouped(START, f"c{number}", f"g{number // 2}"), event(START + 1, f"c{number}", "Bought"))
    changed = of_companies("segment", "new", when={"members": {"score": {"at_least": 10}, "at_least": 2}})
    pages = previewed(feed, changed, SHOP)
    assert len(pages) > 2 and all(page.looked_at <= 2 for page in pages)
    assert sorted(mover for page in pages for mover in page.movers) == sorted(company_id(f"g{n}") for n in range(6))
