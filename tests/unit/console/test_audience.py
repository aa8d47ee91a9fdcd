"""Lists kept by hand, previews, and how far a recount is."""

import pytest

from leadwell.clock import DAY
from leadwell.store import keys
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user

LIST = "kind: list\nname: fair\ntitle: {en: Fair, de: Messe}"
SEGMENT = """\
kind: segment
name: keen
title: {en: Keen, de: Interessiert}
when: {event: Product Viewed, at_least: %d}
"""
PEOPLE = ("ann", "ben", "cleo")


@pytest.fixture
def api() -> SignedIn:
    world = World()
    for number, name in enumerate(PEOPLE, 1):
        world.post(world.identify(name, email=f"{name}@example.com"))
        for _ in range(number):
            world.post(world.event(name, "Product Viewed"))
    return SignedIn(world)


def test_people_are_put_on_a_list_and_taken_off(api: SignedIn) -> None:
    assert api.post("/api/definitions", {"text": LIST}).status == 201
    reply = api.post("/api/lists/fair/changes", {"add": [user("ann"), user("ben"), "nobody"], "remove": []})
    assert (reply.status, reply.body) == (202, {"added": 2, "removed": 0, "unknown": ["nobody"]})
    api.world.run()
    members = api.get("/api/lists/fair/members").body["members"]
    assert {one["contact"] for one in members} == {user("ann"), user("ben")}
    assert api.get(f"/api/contacts/{user('ann')}").body["lists"].keys() == {"fair"}
    api.world.clock.moment += 1
    api.post("/api/lists/fair/changes", {"remove": [user("ann")]})
    api.world.run()
    assert api.get("/api/lists/fair/count").body == {"count": 1, "exact": True}
    assert [one["name"] for one in api.get("/api/lists").body["lists"]] == ["fair"]


def test_a_segment_may_ask_for_a_list_and_a_list_takes_over_a_segment(api: SignedIn) -> None:
    on_list = SEGMENT.replace("{event: Product Viewed, at_least: %d}", "{list: fair}")
    refused = api.post("/api/definitions", {"text": on_list})
    assert (refused.status, refused.body["detail"]) == (400, "there is no list fair; publish it first")
    assert refused.body["line"] == 4
    api.post("/api/definitions", {"text": LIST})
    assert api.post("/api/definitions", {"text": on_list}).status == 201
    taken = api.post("/api/lists/fair/snapshots", {"segment": "known-contacts"})
    assert taken.body == {"added": 3, "cursor": None}
    api.world.run()
    assert api.get("/api/segments/keen/count").body["count"] == 3


def test_a_snapshot_stays_as_it_was(api: SignedIn) -> None:
    """The segment goes on, the list does not."""
    api.post("/api/definitions", {"text": LIST})
    api.post("/api/definitions", {"text": SEGMENT.replace("at_least: %d", "at_least: 2, within: P1D")})
    _recount_everybody(api.world)
    assert api.post("/api/lists/fair/snapshots", {"segment": "keen"}).body == {"added": 2, "cursor": None}
    api.world.advance(2 * DAY)
    api.world.post(api.world.event("ann", "Product Viewed"), api.world.event("ann", "Product Viewed", {"n": 2}))
    assert [one["contact"] for one in api.get("/api/segments/keen/members").body["members"]] == [user("ann")]
    members = {one["contact"] for one in api.get("/api/lists/fair/members").body["members"]}
    assert members == {user("ben"), user("cleo")}


def test_a_list_that_nobody_published_is_not_there(api: SignedIn) -> None:
    assert api.post("/api/lists/nope/changes", {"add": []}).status == 404
    assert api.get("/api/lists/nope/members").status == 404


def test_a_preview_says_what_publishing_then_does(api: SignedIn) -> None:
    api.post("/api/definitions", {"text": SEGMENT % 2})
    _recount_everybody(api.world)
    before = api.world.table.snapshot()
    preview = api.post("/api/previews", {"text": SEGMENT % 3}).body
    assert api.world.table.snapshot() == before, "nothing is written"
    assert preview["looked_at"] == 3
    assert preview["segments"] == [{"segment": "keen", "entering": 0, "leaving": 1}]
    (example,) = preview["examples"]
    assert (example["contact"], example["what"], example["before"], example["after"]) == (
        user("ben"),
        "keen",
        "in",
        "out",
    )
    assert (example["reason"]["truth"], example["reason"]["found"]["times"]) == (False, 2)
    api.post("/api/definitions", {"text": SEGMENT % 3})
    _recount_everybody(api.world)
    members = api.get("/api/segments/keen/members").body["members"]
    assert [one["contact"] for one in members] == [user("cleo")]


def test_a_preview_goes_page_by_page(api: SignedIn) -> None:
    cursor, looked_at, entering, pages = None, 0, 0, 0
    while pages == 0 or cursor:
        page = api.post("/api/previews", {"text": SEGMENT % 2, "limit": 1, "cursor": cursor}).body
        looked_at, entering = looked_at + page["looked_at"], entering + sum(one["entering"] for one in page["segments"])
        cursor, pages = page["cursor"], pages + 1
    assert (looked_at, entering) == (3, 2)


def test_what_contacts_remember_anyway_needs_no_history(api: SignedIn) -> None:
    api.post("/api/definitions", {"text": SEGMENT % 3})
    _recount_everybody(api.world)
    for item in list(api.world.table.items("EVENT")):
        del api.world.table._items[keys.event(keys.contact_of(item["pk"]), item["at"], item["id"])]
    preview = api.post("/api/previews", {"text": SEGMENT % 2}).body
    assert preview["segments"] == [{"segment": "keen", "entering": 1, "leaving": 0}]


@pytest.mark.parametrize(
    "text",
    [
        "kind: journey\nname: j\ntitle: {en: J, de: J}\ndescription: {en: J, de: J}\n"
        "trigger: {event: A}\nsteps: [{wait: P1D}]",
        "kind: banana",
        SEGMENT % 101,
    ],
)
def test_what_cannot_be_previewed(api: SignedIn, text: str) -> None:
    assert api.post("/api/previews", {"text": text}).status == 400


def test_a_changed_lifecycle_is_previewed_by_stages(api: SignedIn) -> None:
    lifecycle = """\
kind: lifecycle
name: lifecycle
title: {en: L, de: L}
stages:
  - {stage: lead, when: {trait: email, exists: true}}
  - {stage: sql, when: {event: Product Viewed, at_least: 3}}
"""
    preview = api.post("/api/previews", {"text": lifecycle}).body
    assert {"before": "lead", "after": "sql", "contacts": 1} in preview["stages"]


def test_how_far_a_recount_is(api: SignedIn) -> None:
    assert api.get("/api/rebuild").body == {"rebuild": None}
    api.world.clock.moment += DAY
    _recount_everybody(api.world)
    found = api.get("/api/rebuild").body["rebuild"]
    assert (found["touched"], found["contacts"], found["finished_at"] is not None) == (3, 3, True)


def test_a_recount_counts_companies_too(api: SignedIn) -> None:
    api.world.post(api.world.event("cleo", "Grouped", {"group_id": "acme"}, type="group"))
    _recount_everybody(api.world)
    found = api.get("/api/rebuild").body["rebuild"]
    assert found["touched"] == found["contacts"] == 4, "three people and a company"


def _recount_everybody(world: World) -> None:
    """As the state machine would."""
    state = {"cursor": None, "reason": "test", "more": True}
    while state["more"]:
        state = world.call("rebuild_audience", state)
    world.run()
