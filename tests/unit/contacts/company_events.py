"""What tests of companies share: definitions about them, what members do and say, and what must hold at rest."""

from collections import Counter
from typing import Any

from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import recount
from leadwell.contacts.membership import memberships
from leadwell.definitions.catalog import Catalog, Judgments, compile_catalog
from leadwell.definitions.documents import parse
from leadwell.ids import company_id
from leadwell.store import keys
from leadwell.tracking.events import Event, Name, Standing
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
    sinces: dict[str, dict[str, int]] = {}
    for item in feed.table.items("MEMBER"):
        sinces.setdefault(item["sk"], {})[item["pk"].split("#")[1]] = item["since"]
    listed = {(name, member) for member, names in sinces.items() for name in names}
    stages: dict[str, Counter[str]] = {}
    for stored in live.values():
        history, judged_by = histories.get(stored.id, []), feed.catalog.for_(stored.id)
        counted = recount(stored.id, history, judged_by, ZONE, feed.now).settle(feed.now)
        assert sinces.get(stored.id, {}) == memberships(stored)
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
