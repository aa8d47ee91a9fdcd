import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.ids import contact_id
from leadwell.tracking.events import ITSELF, Event, Identity, Name, Standing
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user


def visitor(world: World, name: str, **claims: str) -> Event:
    said = tuple(Identity(kind, value) for kind, value in claims.items())
    return Event(
        contact=contact_id("anonymous_id", name),
        id=f"e-{name}-{world.clock.now()}",
        at=world.clock.now(),
        type="identify" if said else "page",
        name=Name.IDENTIFIED if said else Name.PAGE_VIEWED,
        standing=Standing.CLAIMED if said else Standing.ANONYMOUS,
        identities=(Identity("anonymous_id", name), *said),
        source="shop",
    )


@pytest.fixture
def api() -> SignedIn:
    world = World()
    world.post(
        world.identify("ann", email="ann@example.com", phone="+12025550142", first_name="Ann"), world.consent("ann")
    )
    return SignedIn(world, "viewer")


@pytest.mark.parametrize(
    "query",
    [
        {"email": "ann@example.com"},
        {"email": " ANN@Example.com "},
        {"phone": "+1 (202) 555-0142"},
        {"user_id": "ann"},
    ],
)
def test_a_contact_is_found_by_any_of_its_identities(api: SignedIn, query: dict[str, str]) -> None:
    for found in (api.get("/api/contacts", **query), api.post("/api/contacts/search", query)):
        (contact,) = found.body["contacts"]
        assert (contact["id"], contact["match"], contact["standing"]) == (user("ann"), "proven", "known")
        assert contact["traits"] == {"email": "ann@example.com", "phone": "+12025550142", "first_name": "Ann"}


def test_nobody_is_an_empty_list(api: SignedIn) -> None:
    assert api.get("/api/contacts", email="bob@example.com").body == {"contacts": [], "cursor": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"email": "ann"}, "email"),
        ({"phone": "0202 5550142"}, "phone"),
        ({}, None),
        ({"email": "a@example.com", "user_id": "ann"}, None),
        ({"segment": "newsletter", "user_id": "ann"}, "segment"),
        ({"segment": "newsletter", "limit": "many"}, "limit"),
        ({"segment": "newsletter", "limit": 101}, "limit"),
        ({"segment": "newsletter", "cursor": "made-up"}, "cursor"),
    ],
)
def test_a_search_that_cannot_be_answered_says_which_field(api: SignedIn, query: dict[str, str], field: str) -> None:
    reply = api.get("/api/contacts", **query)
    assert (reply.status, reply.body.get("field")) == (400, field)
    assert reply.headers["content-type"] == "application/problem+json"


def test_who_merely_claims_an_address_is_found_beside_its_owner(api: SignedIn) -> None:
    api.world.post(visitor(api.world, "v1", email="ann@example.com"))
    found = api.get("/api/contacts", email="ann@example.com").body["contacts"]
    assert [(one["id"], one["match"]) for one in found] == [
        (user("ann"), "proven"),
        (contact_id("anonymous_id", "v1"), "claimed"),
    ]
    assert found[1]["claims"] == {"email": "ann@example.com"}
    assert "email" not in found[1]["traits"]


def test_a_former_id_leads_to_the_contact_it_became(api: SignedIn) -> None:
    world = api.world
    world.post(visitor(world, "v2"))
    world.clock.moment += MINUTE
    joined = world.identify("ann", email="ann@example.com")
    world.post(Event(**{**fields(joined), "identities": (*joined.identities, Identity("anonymous_id", "v2"))}))
    world.advance(MINUTE)
    former = contact_id("anonymous_id", "v2")
    assert api.get(f"/api/contacts/{former}").body["id"] == user("ann")
    assert api.get("/api/contacts", anonymous_id="v2").body["contacts"][0]["id"] == user("ann")
    events = api.get(f"/api/contacts/{former}/timeline").body["events"]
    assert len([one for one in events if one["source"] != ITSELF]) == 4
    assert {one["name"] for one in events if one["source"] == ITSELF} == {"Segment Entered", "Stage Changed"}


def fields(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}


def test_one_contact_whole(api: SignedIn) -> None:
    world = api.world
    for _ in range(3):
        world.advance(HOUR)
        world.post(world.event("ann", "Product Viewed", {"category": "sofas"}))
    world.post(world.event("ann", "Signed Up"))
    contact = api.get(f"/api/contacts/{user('ann')}").body
    assert contact["stage"] == "lead"
    assert contact["stages"] == {"lead": "2026-03-02T08:00:00.000Z"}
    segments = {one["name"]: one for one in contact["segments"]}
    assert segments["sofa-interest"]["until"] == "2026-03-09T09:00:00.000Z"
    assert segments["newsletter"]["until"] is None
    assert contact["consents"][0]["state"] == "granted"
    assert [(one["channel"], one["allowed"], one["reason"]) for one in contact["permissions"]] == [
        ("email", True, ""),
        ("sms", False, "no consent to marketing/sms"),
    ]
    (journey,) = contact["journeys"]
    assert (journey["journey"], journey["step"], journey["status"]) == ("welcome", "pause-1", "active")
    assert journey["wake_at"] == "2026-03-05T11:00:00.000Z"
    assert (contact["first_seen"], contact["last_seen"]) == ("2026-03-02T08:00:00.000Z", "2026-03-02T11:00:00.000Z")


def test_the_score_is_the_one_of_this_moment(api: SignedIn) -> None:
    api.world.post(api.world.event("ann", "Product Added", {"cart_id": "1"}))
    assert api.get(f"/api/contacts/{user('ann')}").body["score"] == 10
    api.world.clock.moment += 30 * DAY
    contact = api.get(f"/api/contacts/{user('ann')}").body
    assert (contact["score"], contact["score_as_of"]) == (5, "2026-04-01T08:00:00.000Z")


def test_the_members_of_a_segment_by_page(api: SignedIn) -> None:
    world = api.world
    world.post(*[world.identify(f"u{n}", email=f"u{n}@example.com") for n in range(40)])
    for path, query, listed in (
        ("/api/contacts", {"segment": "known-contacts", "limit": 7}, "contacts"),
        ("/api/segments/known-contacts/members", {"limit": 7}, "members"),
    ):
        met: list[str] = []
        cursor = None
        while True:
            page = api.get(path, **query, **({"cursor": cursor} if cursor else {})).body
            assert len(page[listed]) <= 7
            met += [one.get("id") or one["contact"] for one in page[listed]]
            cursor = page["cursor"]
            if cursor is None:
                break
        assert sorted(met) == sorted([user("ann"), *(user(f"u{n}") for n in range(40))])
    assert api.get("/api/segments/known-contacts/count").body == {"count": 41, "exact": True}
    assert api.get("/api/segments/hot-leads/count").body == {"count": 0, "exact": True}


@pytest.mark.parametrize("path", ["", "/members", "/count"])
def test_an_unknown_segment(api: SignedIn, path: str) -> None:
    assert api.get(f"/api/segments/nope{path}").status == 404
    assert api.get("/api/contacts", segment="nope").status == 404


@pytest.mark.parametrize("direction", ["newest", "oldest"])
def test_the_timeline_by_page_from_either_end(api: SignedIn, direction: str) -> None:
    world = api.world
    for n in range(9):
        world.clock.moment += MINUTE
        world.post(world.event("ann", "Product Viewed", {"n": n}))
    met, cursor = [], None
    while True:
        query = {"limit": 4, "direction": direction, **({"cursor": cursor} if cursor else {})}
        page = api.get(f"/api/contacts/{user('ann')}/timeline", **query).body
        met += page["events"]
        cursor = page["cursor"]
        if cursor is None:
            break
    moments = [event["at"] for event in met]
    assert len([event for event in met if event["source"] != ITSELF]) == 11
    assert moments == sorted(moments, reverse=direction == "newest")
    assert [event["properties"]["n"] for event in met if "n" in event["properties"]] == (
        list(range(9)) if direction == "oldest" else list(range(8, -1, -1))
    )


def test_a_cursor_of_something_else_is_refused(api: SignedIn) -> None:
    cursor = api.get("/api/segments/known-contacts/members", limit=1).body["cursor"]
    reply = api.get(f"/api/contacts/{user('ann')}/timeline", cursor=cursor)
    assert (reply.status, reply.body["field"]) == (400, "cursor")


@pytest.mark.parametrize("path", ["", "/timeline", "/explain", "/messages", "/messages/m1"])
def test_an_unknown_contact(api: SignedIn, path: str) -> None:
    reply = api.get(f"/api/contacts/c0{path}")
    assert (reply.status, reply.body["title"]) == (404, "Not Found")


def test_every_change_of_stage_is_told_also_those_of_long_ago(api: SignedIn) -> None:
    world = api.world
    for _ in range(30):
        for stage in ("mql", "lead"):
            world.clock.moment += MINUTE
            world.post(world.event("ann", Name.STAGE_SET, {"stage": stage}))
    changes = api.get(f"/api/contacts/{user('ann')}/explain").body["stage_changes"]
    assert len(changes) == 61
    assert [one["at"] for one in changes] == sorted(one["at"] for one in changes)
    assert (changes[0]["before"], changes[-1]["after"]) == ("visitor", "lead")
