"""Companies as somebody who is signed in sees them."""

from typing import Any

import pytest

from leadwell.clock import HOUR
from leadwell.ids import company_id
from leadwell.tracking.events import Event, Name
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user

ACME = company_id("acme")
TITLE = "title: {en: A title, de: Ein Titel}\n"
BUSY = f"kind: segment\nname: busy\nabout: companies\n{TITLE}when: {{event: Viewed, at_least: 2}}\n"
POINTS = f"kind: scoring\nname: account\nabout: companies\n{TITLE}rules: [{{id: v, event: Viewed, points: 5}}]\n"
OF_BUSY = f"kind: segment\nname: of-busy\n{TITLE}when: {{company_segment: busy}}\n"


@pytest.fixture
def world() -> World:
    world = World()
    api = SignedIn(world)
    for text in (BUSY, POINTS, OF_BUSY):
        assert api.post("/api/definitions", {"text": text}).status == 201
    world.post(*(grouped(world, who, industry="retail") for who in ("ann", "ben")))
    world.advance(HOUR)
    world.post(world.event("ann", "Viewed"), world.event("ben", "Viewed"))
    return world


def grouped(world: World, who: str, **traits: Any) -> Event:
    return world.event(who, Name.GROUPED, {"group_id": "acme"}, type="group", traits=traits)


def test_a_company_and_its_members(world: World) -> None:
    api = SignedIn(world, "viewer")
    found = api.get(f"/api/companies/{ACME}").body
    assert (found["group_id"], found["attributes"]) == ("acme", {"industry": "retail"})
    assert (found["members"], found["score"], found["scores"]) == ({"visitor": 2}, 10.0, {"account": 10.0})
    assert [one["name"] for one in found["segments"]] == ["busy"]
    assert found["members_know"] is True
    members = api.get(f"/api/companies/{ACME}/members", limit=1).body
    more = api.get(f"/api/companies/{ACME}/members", cursor=members["cursor"]).body
    assert {one["contact"] for one in members["members"] + more["members"]} == {user("ann"), user("ben")}
    assert api.get("/api/companies", group_id="acme").body["companies"] == [found]
    assert api.get("/api/companies").body["companies"] == [found]
    assert api.get("/api/companies", group_id="nobody").body["companies"] == []


def test_members_show_what_their_company_is(world: World) -> None:
    ann = SignedIn(world).get(f"/api/contacts/{user('ann')}").body
    assert ann["company"] == {"id": "acme", "industry": "retail"}
    assert (ann["company_segments"], ann["company_stage"]) == (["busy"], "visitor")
    assert [one["name"] for one in ann["segments"]] == ["of-busy"]


def test_what_is_put_is_known_to_the_company_and_its_members(world: World) -> None:
    api = SignedIn(world, "sales")
    body = {"group_id": "acme", "attributes": {"employees": 120, "industry": None}}
    said = api.put("/api/companies", body, Idempotency_Key="one")
    assert (said.status, said.body["company"]) == (202, ACME)
    world.run()
    assert api.get(f"/api/companies/{ACME}").body["attributes"] == {"employees": 120}
    assert world.contact("ann").company == {"id": "acme", "employees": 120}
    again = api.put("/api/companies", body, Idempotency_Key="one")
    assert again.body == said.body


def test_a_company_may_be_described_before_anybody_belongs_to_it(world: World) -> None:
    api = SignedIn(world, "sales")
    made = api.put("/api/companies", {"group_id": "new one", "attributes": {"industry": "food"}}).body
    world.run()
    assert api.get(f"/api/companies/{made['company']}").body["members"] == {}
    world.post(world.event("ann", Name.GROUPED, {"group_id": "new one"}, type="group"))
    assert world.contact("ann").company == {"id": "new one", "industry": "food"}


def test_a_company_is_no_contact(world: World) -> None:
    api = SignedIn(world)
    assert api.get(f"/api/contacts/{ACME}").status == 404
    assert api.delete(f"/api/contacts/{ACME}").status == 404
    assert api.put("/api/contacts", {"id": ACME, "traits": {"email": "a@example.com"}}).status == 404
    assert api.post(f"/api/contacts/{ACME}/events", {"name": "Call"}).status == 404
    assert api.get("/api/contacts", segment="busy").status == 400
    assert api.get("/api/segments/busy").body["about"] == "companies"
    assert [one["contact"] for one in api.get("/api/segments/busy/members").body["members"]] == [ACME]
    assert api.get(f"/api/companies/{user('ann')}").status == 404
    assert world.mails() == []


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("{consent: marketing/email}", "is about a contact"),
        ("{company: industry, equals: retail}", "is about a contact"),
        ("{segment: of-busy}", "there is no company segment of-busy"),
        ("{persona: family}", "is about a contact"),
    ],
)
def test_what_companies_have_not_is_refused(world: World, when: str, says: str) -> None:
    text = f"kind: segment\nname: odd\nabout: companies\n{TITLE}when: {when}\n"
    answer = SignedIn(world).post("/api/definitions", {"text": text})
    assert answer.status == 400
    assert says in answer.body["detail"], answer.body


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("{members: {at_least: 3}}", "only a company has members"),
        ("{segment: busy}", "there is no segment busy"),
        ("{company_segment: of-busy}", "there is no company segment of-busy"),
    ],
)
def test_what_contacts_have_not_is_refused(world: World, when: str, says: str) -> None:
    answer = SignedIn(world).post("/api/definitions", {"text": f"kind: segment\nname: odd\n{TITLE}when: {when}\n"})
    assert answer.status == 400
    assert says in answer.body["detail"], answer.body


def test_a_preview_counts_companies(world: World) -> None:
    text = BUSY.replace("at_least: 2", "at_least: 3")
    found = SignedIn(world).post("/api/previews", {"text": text}).body
    assert found["looked_at"] == 1
    assert found["segments"] == [{"segment": "busy", "entering": 0, "leaving": 1}]
