import pytest

from leadwell.clock import to_iso
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user

SEGMENT = """
kind: segment
name: berliners
title: {en: Berliners, de: Berliner}
when: {trait: city, equals: Berlin}
"""


@pytest.fixture
def api() -> SignedIn:
    return SignedIn(World(), "marketer")


def test_a_definition_is_published_in_versions(api: SignedIn) -> None:
    first = api.post("/api/definitions", {"text": SEGMENT})
    assert (first.status, first.body["version"], first.body["recounts"]) == (201, 1, True)
    again = api.post("/api/definitions", {"text": SEGMENT})
    assert (again.body["version"], again.body["recounts"]) == (1, False)
    second = api.post("/api/definitions", {"text": SEGMENT.replace("equals: Berlin", "equals: Potsdam")})
    assert second.body["version"] == 2
    assert api.world.starter.rebuilds
    read = api.get("/api/definitions/segment/berliners").body
    assert [one["version"] for one in read["versions"]] == [2, 1]
    assert (read["title"], read["versions"][0]["published_by"]) == ({"en": "Berliners", "de": "Berliner"}, "person-1")
    assert "Potsdam" in read["source"]


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("kind: segment\n  name: x", None, "line 2"),
        ("kind: banana", "kind", "must be one of"),
        (SEGMENT.replace("equals: Berlin", "equal: Berlin"), "when", "unknown comparison"),
        (SEGMENT.replace("when: {trait: city, equals: Berlin}", "when: {segment: nope}"), "when", "publish it first"),
        ("", "text", ""),
    ],
)
def test_a_mistake_is_named_and_nothing_is_published(api: SignedIn, text: str, field: str | None, words: str) -> None:
    before = api.world.table.snapshot()
    for path in ("/api/definitions/validate", "/api/definitions"):
        reply = api.post(path, {"text": text})
        assert reply.status == 400
        assert (reply.body.get("field") or "").startswith(field or "")
        assert words in reply.body["detail"]
    assert api.world.table.snapshot() == before


def test_a_recount_that_could_not_be_started_is_started_by_the_repetition(api: SignedIn) -> None:
    def fail(name: str, reason: str) -> None:
        raise ConnectionError

    starter = api.world.starter
    start, starter.start_rebuild = starter.start_rebuild, fail  # type: ignore[method-assign]
    assert api.post("/api/definitions", {"text": SEGMENT}).status == 500
    starter.start_rebuild = start  # type: ignore[method-assign]
    assert api.post("/api/definitions", {"text": SEGMENT}).status == 201
    assert starter.rebuilds == ["segment berliners"]


def test_checking_publishes_nothing(api: SignedIn) -> None:
    assert api.post("/api/definitions/validate", {"text": SEGMENT}).body["name"] == "berliners"
    assert api.get("/api/definitions/segment/berliners").status == 404


def test_everything_published_is_listed(api: SignedIn) -> None:
    listed = api.get("/api/definitions").body["definitions"]
    names = {(one["kind"], one["name"]) for one in listed}
    assert {("journey", "welcome"), ("email", "welcome-hello"), ("sms", "abandoned-cart"), ("scoring", "shop")} <= names
    for one in listed:
        assert api.get(f"/api/definitions/{one['kind']}/{one['name']}").body["version"] == 1


@pytest.mark.parametrize("path", ["journey/nope", "journeys/welcome"])
def test_an_unknown_definition(api: SignedIn, path: str) -> None:
    assert api.get(f"/api/definitions/{path}").status in (400, 404)


def test_a_paused_journey_lets_nobody_in(api: SignedIn) -> None:
    assert api.post("/api/definitions/journey/welcome/pause").body["status"] == "paused"
    world = api.world
    world.post(world.identify("ann", email="ann@example.com"), world.event("ann", "Signed Up"))
    assert world.table.items("ENROLLMENT") == []
    assert api.post("/api/definitions/journey/welcome/resume").body["status"] == "live"
    world.clock.moment += 1
    world.post(world.event("ann", "Signed Up"))
    assert len(world.table.items("ENROLLMENT")) == 1
    assert api.post("/api/definitions/segment/newsletter/pause").status == 409


PAUSE = "/api/definitions/journey/welcome/pause"


def test_a_journey_may_hold_those_inside(api: SignedIn) -> None:
    reply = api.call("POST", PAUSE, query={"hold": "true"}).body
    assert (reply["status"], reply["held_since"]) == ("paused", to_iso(api.world.clock.now()))
    again = api.call("POST", PAUSE, query={"hold": "true"}).body
    assert again["held_since"] == reply["held_since"]
    listed = {one["name"]: one for one in api.get("/api/journeys").body["journeys"]}
    assert listed["welcome"]["held_since"] == reply["held_since"]
    assert api.post("/api/definitions/journey/welcome/pause").body["held_since"] is None
    assert api.post("/api/definitions/journey/welcome/resume").body["held_since"] is None


def test_a_new_version_says_what_becomes_of_those_inside(api: SignedIn) -> None:
    world = api.world
    world.post(world.identify("ann", email="ann@example.com"), world.event("ann", "Signed Up"))
    source = api.get("/api/journeys/welcome").body["source"]
    changed = source.replace("en: Welcome", "en: Welcome to us", 1)
    assert changed != source
    reply = api.post("/api/definitions", {"text": changed, "in_flight": "exit"})
    assert (reply.status, reply.body["version"]) == (201, 2)
    (shown,) = api.get(f"/api/contacts/{user('ann')}").body["journeys"]
    assert (shown["status"], shown["reason"]) == ("exited", "a new version was published")
    assert api.post("/api/definitions", {"text": changed, "in_flight": "drop"}).status == 400


def test_a_template_is_filled_in_and_switched_on(api: SignedIn) -> None:
    templates = {one["name"]: one for one in api.get("/api/templates").body["templates"]}
    parameters = {one["name"]: one for one in templates["birthday"]["parameters"]}
    assert parameters["voucher_days"]["title"]["de"] == "Gültig für wie viele Tage"
    assert (parameters["voucher_days"]["value"], parameters["voucher_days"]["max"]) == (30, 365)
    assert parameters["leap_day"]["choices"] == ["feb-28", "mar-1"]
    reply = api.post("/api/journeys/birthday/activate", {"parameters": {"voucher_days": 14, "send_at": "07:30"}})
    assert (reply.status, reply.body["version"], reply.body["recounts"]) == (200, 2, True)
    journey = api.get("/api/journeys/birthday").body
    assert journey["document"]["trigger"]["at"] == "07:30"
    assert {one["name"]: one["value"] for one in journey["parameters"]}["voucher_days"] == 14
    # What is not given stays as it is; the same again changes nothing.
    assert api.post("/api/journeys/birthday/activate", {"parameters": {"voucher_days": 14}}).body["version"] == 2
    assert api.post("/api/journeys/birthday/activate", {}).body["version"] == 2


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"voucher_days": 0}, "parameters.voucher_days"), ({"voucher_day": 3}, "parameters.voucher_day")],
)
def test_a_parameter_that_does_not_fit(api: SignedIn, parameters: dict, field: str) -> None:
    reply = api.post("/api/journeys/birthday/activate", {"parameters": parameters})
    assert (reply.status, reply.body["field"]) == (400, field)
    assert api.get("/api/journeys/birthday").body["version"] == 1


def test_the_overview_counts(api: SignedIn) -> None:
    world = api.world
    world.post(world.identify("ann", email="ann@example.com"))
    overview = api.get("/api/overview").body
    counts = {one["name"]: (one["count"], one["exact"]) for one in overview["segments"]}
    assert (counts["known-contacts"], counts["hot-leads"]) == ((1, True), (0, True))
    assert {one["name"] for one in overview["journeys"]} == {
        "abandoned-cart",
        "birthday",
        "double-opt-in",
        "double-opt-in-sms",
        "welcome",
    }
    assert user("ann") not in repr(overview)
