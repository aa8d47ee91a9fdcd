"""Who may claim to be whom: anonymous, claimed, proven."""

from collections.abc import Iterator
from typing import Any

import pytest

from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.tracking.events import Identity, Standing
from leadwell.tracking.identities import user_hash
from tests.functions.tracking_door import SECRET, SERVER, Door

ANN = {"email": "ann@example.com"}


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as made:
        yield made


def _own(door: Door, kind: str, value: str, contact: str) -> None:
    key = keys.identity(kind, value)
    door.memory.put_many([{"pk": key.pk, "sk": key.sk, "kind": "IDENTITY", "contact": contact, "rev": 1}])


def test_an_unsigned_identify_is_a_claim_of_the_visitor(door: Door) -> None:
    _own(door, "user_id", "u1", "c-ann")
    _own(door, "email", "ann@example.com", "c-ann")
    door.send("/v1/identify", {"userId": "u1", "anonymousId": "a1", "traits": ANN})
    event = door.event()
    assert event.standing is Standing.CLAIMED
    assert event.contact == contact_id("anonymous_id", "a1"), "not the contact of whom it claims to be"
    assert event.identities == (
        Identity("user_id", "u1"),
        Identity("anonymous_id", "a1"),
        Identity("email", "ann@example.com"),
    )


def test_a_claimed_user_id_alone_gets_a_contact_of_its_own(door: Door) -> None:
    _own(door, "user_id", "u1", "c-ann")
    door.send("/v1/identify", {"userId": "u1"})
    door.send("/v1/track", {"userId": "u1", "event": "Product Viewed"})
    own = contact_id("claimed_user", "u1")
    assert [event.contact for event in door.events()] == [own, own]
    assert own != contact_id("user_id", "u1")


def test_a_claimed_user_cannot_be_pointed_elsewhere(door: Door) -> None:
    _own(door, "claimed_user", "u1", "c-ann")
    door.send("/v1/identify", {"userId": "u1"})
    assert door.event().contact == contact_id("claimed_user", "u1")


def test_everything_else_with_a_public_key_is_anonymous(door: Door) -> None:
    for path, body in (
        ("track", {"event": "Product Viewed"}),
        ("page", {}),
        ("screen", {}),
        ("group", {"groupId": "g1", "traits": {}}),
        ("alias", {"previousId": "a0"}),
        ("identify", {"traits": {"name": "Ann"}, "userId": None}),
    ):
        assert door.send(f"/v1/{path}", {"userId": "u1", "anonymousId": "a1", "messageId": path, **body}).status == 200
    assert {(e.standing, e.identities) for e in door.events()} == {
        (Standing.ANONYMOUS, (Identity("anonymous_id", "a1"),))
    }


def test_an_anonymous_visitor_who_is_known_by_now_is_found(door: Door) -> None:
    _own(door, "anonymous_id", "a1", "c-ann")
    door.track()
    assert (door.event().contact, door.event().standing) == ("c-ann", Standing.ANONYMOUS)


@pytest.mark.parametrize(
    ("body", "contact"),
    [
        ({"userId": "u1", "anonymousId": "a1", "traits": ANN}, "by user_id"),
        ({"anonymousId": "a1", "traits": ANN}, "by anonymous_id"),
        ({"traits": ANN}, "by email"),
        ({"traits": {"phone": "+12025550123"}}, "by phone"),
        ({"userId": "u2"}, contact_id("user_id", "u2")),
    ],
)
def test_a_server_key_proves_whom_it_names(door: Door, body: dict[str, Any], contact: str) -> None:
    for kind, value in (
        ("user_id", "u1"),
        ("anonymous_id", "a1"),
        ("email", "ann@example.com"),
        ("phone", "+12025550123"),
    ):
        _own(door, kind, value, f"by {kind}")
    assert door.send("/v1/identify", body, key=SERVER).status == 200
    assert (door.event().contact, door.event().standing) == (contact, Standing.PROVEN)


def test_a_signed_user_hash_proves_the_user_id(door: Door) -> None:
    _own(door, "user_id", "u1", "c-ann")
    door.send("/v1/identify", {"userId": "u1", "anonymousId": "a1", "context": {"userHash": user_hash(SECRET, "u1")}})
    event = door.event()
    assert (event.contact, event.standing) == ("c-ann", Standing.PROVEN)
    assert event.identities == (Identity("user_id", "u1"), Identity("anonymous_id", "a1"))
    assert "userHash" not in event.context


def test_a_hash_for_the_user_id_does_not_vouch_for_an_address(door: Door) -> None:
    signed = {"userHash": user_hash(SECRET, "u1")}
    door.send("/v1/identify", {"userId": "u1", "traits": {"name": "Eve", **ANN}, "context": signed})
    event = door.event()
    assert event.identities == (Identity("user_id", "u1"),)
    assert event.traits == {"name": "Eve"}
    assert event.context["claimed"] == ANN


def test_a_hash_that_covers_the_address_vouches_for_it(door: Door) -> None:
    signed = {"userHash": user_hash(SECRET, "u1", "ann@example.com")}
    door.send("/v1/identify", {"userId": "u1", "traits": {"email": "Ann@example.com"}, "context": signed})
    event = door.event()
    assert event.identities == (Identity("user_id", "u1"), Identity("email", "ann@example.com"))
    assert event.traits == ANN


@pytest.mark.parametrize("given", ["", "x", user_hash(SECRET, "u2"), user_hash(b"other" * 8, "u1"), 7, None])
def test_a_wrong_hash_proves_nothing(door: Door, given: object) -> None:
    body = {"userId": "u1", "anonymousId": "a1", "context": {"userHash": given}}
    assert door.send("/v1/identify", body).status == 200
    assert (door.event().contact, door.event().standing) == (contact_id("anonymous_id", "a1"), Standing.CLAIMED)


def test_consent_from_a_public_key_only_starts_double_opt_in(door: Door) -> None:
    door.track(event="Consent Granted", properties={"purpose": " marketing ", "channel": "Email", "wording": "Yes"})
    event = door.event()
    assert (event.name, event.standing) == ("Consent Requested", Standing.CLAIMED)
    assert event.properties == {"purpose": "marketing", "channel": "email", "wording": "Yes"}


def test_consent_from_a_server_key_counts(door: Door) -> None:
    body = {"userId": "u1", "event": "Consent Granted", "properties": {"purpose": "marketing", "channel": "*"}}
    door.send("/v1/track", body, key=SERVER)
    assert (door.event().name, door.event().standing) == ("Consent Granted", Standing.PROVEN)


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({}, "properties.purpose"),
        ({"purpose": ""}, "properties.purpose"),
        ({"purpose": "marketing"}, "properties.channel"),
        ({"purpose": "marketing", "channel": "pigeon"}, "properties.channel"),
        ({"purpose": "marketing", "channel": ["email"]}, "properties.channel"),
    ],
)
@pytest.mark.parametrize("key", ["wk-public", SERVER])
def test_a_grant_says_what_it_covers(door: Door, properties: dict[str, Any], field: str, key: str) -> None:
    body = {"userId": "u1", "event": "Consent Granted", "properties": properties}
    reply = door.send("/v1/track", body, key=key)
    assert (reply.status, reply.body["field"]) == (400, field)


@pytest.mark.parametrize(
    ("properties", "kept", "topic"),
    [
        ({"purpose": "marketing", "channel": "SMS"}, {"purpose": "marketing", "channel": "sms"}, "marketing/sms"),
        ({}, {}, "*/*"),
        ({"purpose": 7, "channel": "e-mail", "why": "enough"}, {"why": "enough"}, "*/*"),
    ],
)
def test_a_no_is_always_honored(door: Door, properties: dict[str, Any], kept: dict[str, Any], topic: str) -> None:
    assert door.track(event="Consent Withdrawn", properties=properties).status == 200
    event = door.event()
    assert (event.name, event.properties) == ("Consent Withdrawn", kept)
    stored = door.memory.get(keys.withdrawals(event.contact))
    assert stored is not None
    assert topic in stored["latest"]


@pytest.mark.parametrize("name", ["Email Opened", "SMS Received", "Consent Requested"])
def test_reports_about_our_own_messages_are_not_taken_from_the_public(door: Door, name: str) -> None:
    reply = door.track(event=name)
    assert (reply.status, reply.body["field"]) == (400, "event")
    assert door.send("/v1/track", {"userId": "u1", "event": name}, key=SERVER).status == 200


def test_pointers_of_a_whole_batch_are_read_at_once(door: Door) -> None:
    door.track()
    before = door.memory.requests
    entries = [{"type": "track", "event": "Product Viewed", "anonymousId": f"a{n % 5}"} for n in range(25)]
    assert door.send("/v1/batch", {"batch": entries}).status == 200
    assert door.memory.requests - before == 2, "one read of pointers, one write of events"
