import pytest

from leadwell.clock import DAY
from leadwell.consent.withdrawals import Withdrawals
from leadwell.ids import contact_id
from leadwell.store import keys
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user


@pytest.fixture
def api() -> SignedIn:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    return SignedIn(world, "sales")


def events(api: SignedIn, contact: str, name: str) -> list[dict]:
    found = api.get(f"/api/contacts/{contact}/timeline").body["events"]
    return [event for event in found if event["name"] == name]


def test_a_new_contact(api: SignedIn) -> None:
    reply = api.put(
        "/api/contacts", {"identities": {"email": "Bob@Example.com"}, "traits": {"first_name": "Bob", "vip": True}}
    )
    assert reply.status == 202
    api.world.run()
    (contact,) = api.get("/api/contacts", email="bob@example.com").body["contacts"]
    assert contact["id"] == reply.body["contact"]
    assert contact["traits"] == {"email": "bob@example.com", "first_name": "Bob", "vip": True}
    assert contact["standing"] == "known"


def test_an_existing_contact_by_identity_or_id(api: SignedIn) -> None:
    by_email = {"traits": {"email": "ann@example.com", "phone": "+12025550142"}}
    assert api.put("/api/contacts", by_email).body["contact"] == user("ann")
    api.world.clock.moment += 1
    assert api.put("/api/contacts", {"id": user("ann"), "traits": {"city": "Köln"}}).body["contact"] == user("ann")
    api.world.run()
    assert api.world.contact("ann").traits == {"email": "ann@example.com", "phone": "+12025550142", "city": "Köln"}


def test_a_trait_that_is_null_goes_away(api: SignedIn) -> None:
    api.put("/api/contacts", {"id": user("ann"), "traits": {"city": "Köln"}})
    api.world.run()
    api.world.clock.moment += 1
    api.put("/api/contacts", {"id": user("ann"), "traits": {"city": None}})
    api.world.run()
    assert "city" not in api.world.contact("ann").traits


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "identities"),
        ({"identities": {"email": "bob"}}, 400, "identities.email"),
        ({"identities": {"mail": "bob@example.com"}}, 400, "identities.mail"),
        ({"traits": {"phone": "12345"}}, 400, "identities.phone"),
        ({"identities": {"user_id": "x" * 257}}, 400, "identities.user_id"),
        ({"identities": {"user_id": "x"}, "traits": {"deep": {"number": 10**40}}}, 400, "traits.deep.number"),
        ({"id": "c0"}, 404, None),
        ([], 400, ""),
    ],
)
def test_what_cannot_be_stored_is_refused(api: SignedIn, body: object, status: int, field: str | None) -> None:
    before = api.world.table.snapshot()
    reply = api.put("/api/contacts", body)
    assert reply.status == status
    assert reply.body.get("field", "") == (field or "")
    assert api.world.table.snapshot() == before


def test_a_repeated_request_changes_nothing(api: SignedIn) -> None:
    body = {"name": "Phone Call", "properties": {"minutes": 5}}
    first = api.post(f"/api/contacts/{user('ann')}/events", body, idempotency_key="call-7")
    api.world.clock.moment += DAY
    second = api.post(f"/api/contacts/{user('ann')}/events", body, idempotency_key="call-7")
    other = api.post(f"/api/contacts/{user('ann')}/events", body, idempotency_key="call-8")
    assert (first.status, first.body) == (second.status, second.body)
    assert other.body != first.body
    assert len(events(api, user("ann"), "Phone Call")) == 2


def test_something_that_happened_offline(api: SignedIn) -> None:
    at = "2026-03-01T10:00:00+01:00"
    assert api.post(f"/api/contacts/{user('ann')}/events", {"name": "Shop Visited", "at": at}).status == 202
    (event,) = events(api, user("ann"), "Shop Visited")
    assert (event["at"], event["standing"], event["source"]) == ("2026-03-01T09:00:00.000Z", "proven", "api")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Shop Visited", "at": "2026-03-03T08:00:00Z"}, "at"),
        ({"name": "Shop Visited", "at": "yesterday"}, "at"),
        ({"name": "Shop Visited", "at": "1969-12-31T00:00:00Z"}, "at"),
        ({"name": ""}, "name"),
        ({"name": "Consent Granted", "properties": {"purpose": "marketing"}}, "name"),
        ({"properties": {}}, "name"),
    ],
)
def test_an_event_that_cannot_be_stored_is_refused(api: SignedIn, body: dict, field: str) -> None:
    reply = api.post(f"/api/contacts/{user('ann')}/events", body)
    assert (reply.status, reply.body["field"]) == (400, field)


def test_a_consent_with_its_proof(api: SignedIn) -> None:
    body = {"purpose": "marketing", "channel": "sms", "state": "granted", "source": "fair", "wording": "SMS are fine."}
    assert api.post(f"/api/contacts/{user('ann')}/consents", body).status == 202
    api.world.run()
    consent = api.world.contact("ann").consents["marketing/sms"]
    assert (consent.state, consent.source, consent.wording) == ("granted", "fair", "SMS are fine.")


@pytest.mark.parametrize("missing", ["source", "wording"])
def test_a_grant_without_proof_is_refused(api: SignedIn, missing: str) -> None:
    body = {"purpose": "marketing", "channel": "sms", "state": "granted", "source": "fair", "wording": "SMS are fine."}
    reply = api.post(f"/api/contacts/{user('ann')}/consents", {**body, missing: ""})
    assert (reply.status, reply.body["field"]) == (400, missing)


def test_a_withdrawal_counts_at_once(api: SignedIn) -> None:
    body = {"purpose": "marketing", "channel": "email", "state": "withdrawn"}
    assert api.post(f"/api/contacts/{user('ann')}/consents", body).status == 202
    stored = Withdrawals.from_item(api.world.table.get(keys.withdrawals(user("ann"))))
    assert stored.last("marketing", "email") == api.world.clock.now()
    assert api.get(f"/api/contacts/{user('ann')}").body["permissions"][0]["allowed"] is False


def test_a_withdrawal_reported_under_a_former_id_reaches_the_contact(api: SignedIn) -> None:
    api.put("/api/contacts", {"identities": {"user_id": "ann", "anonymous_id": "v1"}})
    api.world.run()
    body = {"purpose": "marketing", "channel": "*", "state": "withdrawn"}
    former = contact_id("anonymous_id", "v1")
    assert api.post(f"/api/contacts/{former}/consents", body).body["contact"] == user("ann")
    assert api.get(f"/api/contacts/{user('ann')}").body["permissions"][0]["allowed"] is False


def test_erasing_gives_a_receipt_and_can_be_repeated(api: SignedIn) -> None:
    admin = SignedIn(api.world)
    first = admin.delete(f"/api/contacts/{user('ann')}")
    assert (first.status, first.body["status"], first.body["complete"]) == (200, "erased", True)
    assert first.body["removed"] == {"events": 2, "identities": 2}
    assert first.body["silenced"] == 1
    api.world.clock.moment += DAY
    second = admin.delete(f"/api/contacts/{user('ann')}")
    assert (second.status, second.body["erased_at"], second.body["removed"]) == (200, first.body["erased_at"], {})
    assert api.get(f"/api/contacts/{user('ann')}").status == 404
    assert api.get("/api/contacts", email="ann@example.com").body["contacts"] == []
    assert admin.delete("/api/contacts/c0").status == 404


def test_every_change_is_in_the_audit_log_without_personal_data(api: SignedIn) -> None:
    admin = SignedIn(api.world, person="admin-7")
    api.put("/api/contacts", {"id": user("ann"), "traits": {"city": "Köln"}})
    api.post(f"/api/contacts/{user('ann')}/events", {"name": "Phone Call", "properties": {"note": "private"}})
    admin.delete(f"/api/contacts/{user('ann')}")
    entries = admin.get("/api/audit").body["entries"]
    assert sorted((entry["what"], entry["who"], entry["which"]) for entry in entries) == [
        ("contact.changed", "person-1", user("ann")),
        ("contact.erased", "admin-7", user("ann")),
        ("event.reported", "person-1", user("ann")),
    ]
    assert not any(word in repr(entries) for word in ("ann@", "Köln", "private"))
    assert admin.get("/api/audit", month="2026-02").body["entries"] == []
    assert admin.get("/api/audit", month="2026-13").body["field"] == "month"
