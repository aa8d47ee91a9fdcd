"""``POST /api/messages``: receipts that servers ask for."""

import json
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.consent.suppressions import Reason, suppress
from leadwell.definitions.library import Library
from leadwell.messaging.message import Message
from leadwell.store.queues import MESSAGES, TRANSACTIONAL
from leadwell.tracking.keys import KeyKind, add_key
from tests.fakes.world import World
from tests.unit.console.signed_in import Reply, SignedIn, user

SERVER, PUBLIC = "server-key", "public-key"
RECEIPT = {
    "name": "receipt",
    "purpose": "transactional",
    "requires": ["event.order_id"],
    "locales": {
        language: {
            "subject": f"{subject} {{{{ event.order_id }}}}",
            "preheader": "",
            "html": "<p>{{ contact.email }} {{ contact.firstName | default('you') }}</p>",
            "text": subject,
        }
        for language, subject in {"en": "Your order", "de": "Ihre Bestellung"}.items()
    },
}
CODE = {
    "name": "code",
    "purpose": "transactional",
    "requires": [],
    "locales": {"en": "{{ sender.name }}: your code is {{ event.code }}"},
}
GIVEN: dict[str, Any] = {
    "channel": "email",
    "template": "receipt",
    "to": {"email": "ann@example.com"},
    "data": {"order_id": "7"},
}


class Shop:
    def __init__(self) -> None:
        self.world = World()
        world = self.world
        add_key(world.table, SERVER, KeyKind.SERVER, "shop")
        add_key(world.table, PUBLIC, KeyKind.PUBLIC, "website")
        library = Library(world.table)
        library.publish("email", "receipt", RECEIPT, now=world.clock.now(), by="test")
        library.publish("sms", "code", CODE, now=world.clock.now(), by="test")
        world.post(world.identify("ann", email="ann@example.com", phone="+12025550143", locale="de"))
        self.api = SignedIn(world, role="")

    def ask(self, given: object = None, *, key: str = "", auth: str = f"Bearer {SERVER}") -> Reply:
        headers = {"authorization": auth, **({"idempotency_key": key} if key else {})}
        return self.api.post("/api/messages", GIVEN if given is None else given, **headers)

    def mails(self) -> list[tuple[str, str]]:
        return [(mail.to, mail.subject) for _, mail in self.world.outbox.sent]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_receipt_leaves_at_once_without_consent(shop: Shop) -> None:
    reply = shop.ask()
    assert (reply.status, reply.body["status"], reply.body["purpose"]) == (202, "requested", "transactional")
    assert len(shop.world.queues.waiting[TRANSACTIONAL]) == 1
    assert shop.world.queues.waiting[MESSAGES] == []
    shop.world.run()
    assert shop.mails() == [("ann@example.com", "Ihre Bestellung 7")]
    read = SignedIn(shop.world).get(f"/api/contacts/{user('ann')}/messages/{reply.body['id']}")
    assert read.body["status"] == "sent"


def test_it_needs_no_queue_to_arrive(shop: Shop) -> None:
    shop.ask()
    shop.world.queues.waiting[TRANSACTIONAL].clear()
    shop.world.advance(20 * MINUTE)
    assert len(shop.mails()) == 1


def test_a_language_may_be_chosen(shop: Shop) -> None:
    shop.ask({**GIVEN, "locale": "en"})
    shop.world.run()
    assert shop.mails() == [("ann@example.com", "Your order 7")]


@pytest.mark.parametrize("to", [{"contact": user("ann")}, {"email": "ANN@example.com"}])
def test_whom_it_goes_to(shop: Shop, to: dict[str, str]) -> None:
    reply = shop.ask({**GIVEN, "to": to})
    assert reply.status == 202
    shop.world.run()
    assert [to for to, _ in shop.mails()] == ["ann@example.com"]


def test_an_sms(shop: Shop) -> None:
    given = {"channel": "sms", "template": "code", "to": {"phone": "+1 202 555 0143"}, "data": {"code": 123}}
    assert shop.ask(given).status == 202
    shop.world.run()
    ((_, text),) = shop.world.sms.sent
    assert (text.to, text.text, text.transactional) == ("+12025550143", "Example Shop: your code is 123", True)


def test_somebody_new_gets_it_and_becomes_a_contact_whom_nothing_else_is_sent(shop: Shop) -> None:
    assert shop.ask({**GIVEN, "to": {"email": "new@example.com"}}).status == 202
    shop.world.run()
    assert shop.mails() == [("new@example.com", "Your order 7")]
    found = SignedIn(shop.world).get("/api/contacts", email="new@example.com").body
    assert "new@example.com" in json.dumps(found)
    shop.world.advance(2 * DAY)
    assert len(shop.mails()) == 1


def test_though_nobody_has_heard_of_them_when_it_leaves(shop: Shop) -> None:
    """The queue of messages may be quicker than the stream of events."""
    reply = shop.ask({**GIVEN, "to": {"email": "new@example.com"}})
    (key,) = shop.world.queues.waiting[TRANSACTIONAL]
    shop.world.services.post.send_all([key], shop.world.clock.now())
    assert shop.mails() == [("new@example.com", "Your order 7")]
    shop.world.run()
    item = shop.world.table.get(key)
    assert item is not None
    assert (Message.from_item(item).id, len(shop.mails())) == (reply.body["id"], 1)


def test_it_goes_where_it_was_asked_to_go_though_the_contact_has_another_address_by_now(shop: Shop) -> None:
    world = shop.world
    world.post(world.identify("ann", email="ann@new.example.com"))
    shop.ask()
    world.run()
    assert [to for to, _ in shop.mails()] == ["ann@example.com"]


def test_a_repetition_answers_the_same_and_sends_nothing(shop: Shop) -> None:
    first = shop.ask(key="order-7")
    shop.world.run()
    again = shop.ask(key="order-7")
    assert (again.status, again.body["id"]) == (202, first.body["id"])
    shop.world.run()
    assert len(shop.mails()) == 1


def test_also_when_the_contact_has_become_another(shop: Shop) -> None:
    world = shop.world
    given = {**GIVEN, "to": {"email": "new@example.com"}}
    first = shop.ask(given, key="order-8")
    world.run()
    world.post(world.identify("bob", email="new@example.com"))
    again = shop.ask(given, key="order-8")
    world.run()
    assert again.body["id"] == first.body["id"]
    assert len(shop.mails()) == 1


def test_another_wish_under_the_same_key_is_a_mistake(shop: Shop) -> None:
    shop.ask(key="order-7")
    reply = shop.ask({**GIVEN, "data": {"order_id": "8"}}, key="order-7")
    assert reply.status == 409
    assert "idempotency key" in reply.body["detail"]


def test_another_key_is_another_message(shop: Shop) -> None:
    assert shop.ask(key="1").body["id"] != shop.ask(key="2").body["id"]


def test_what_died_half_way_is_made_good_by_the_repetition(shop: Shop) -> None:
    given = {**GIVEN, "to": {"email": "new@example.com"}}
    first = shop.ask(given, key="k")
    shop.world.queues.waiting[TRANSACTIONAL].clear()
    assert shop.ask(given, key="k").body["id"] == first.body["id"]
    shop.world.advance(HOUR)
    assert len(shop.mails()) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"template": "nothing"}, "template"),
        ({"template": "welcome-hello"}, "template"),
        ({"template": "hot-lead-alert"}, "template"),
        ({"template": ""}, "template"),
        ({"to": {}}, "to"),
        ({"to": {"email": "ann@example.com", "contact": "c1"}}, "to"),
        ({"to": {"email": "ann"}}, "to.email"),
        ({"to": {"email": "ann@example.com\r\nBcc: eve@example.com"}}, "to.email"),
        ({"to": {"phone": "+12025550143"}}, "to"),
        ({"to": {"contact": "nobody"}}, "to.contact"),
        ({"data": []}, "data"),
        ({"data": {"order_id": "x" * 70_000}}, "data"),
        ({"data": {}}, "data.order_id"),
        ({"data": {"order_id": None}}, "data.order_id"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_is_wrong_is_named(shop: Shop, changes: dict[str, Any], field: str) -> None:
    reply = shop.ask({**GIVEN, **changes})
    assert (reply.status, reply.body.get("field")) == (400, field), reply.body
    shop.world.run()
    assert shop.mails() == []


@pytest.mark.parametrize(
    ("auth", "status"), [("", 401), ("Bearer nobody", 401), (f"Bearer {PUBLIC}", 403), ("Basic %%%", 401)]
)
def test_only_servers_may_ask(shop: Shop, auth: str, status: int) -> None:
    assert shop.ask(auth=auth).status == status
    signed_in = SignedIn(shop.world, "admin").post("/api/messages", GIVEN)
    assert signed_in.status == 401, "who is signed in has no server key"
    shop.world.run()
    assert shop.mails() == []


def test_never_to_an_address_that_is_suppressed(shop: Shop) -> None:
    suppress(shop.world.table, "email", "ann@example.com", Reason.COMPLAINT, shop.world.clock.now(), "test")
    reply = shop.ask()
    shop.world.run()
    assert shop.mails() == []
    read = SignedIn(shop.world).get(f"/api/contacts/{user('ann')}/messages/{reply.body['id']}").body
    assert (read["status"], read["reason"]) == ("skipped", "the address is suppressed: complaint")


def test_caps_and_quiet_hours_are_for_campaigns(shop: Shop) -> None:
    policy = {
        "kind": "policy",
        "name": "policy",
        "title": {"en": "Policy", "de": "Regeln"},
        "quiet_hours": [{"from": "00:01", "to": "23:59", "channels": ["email"]}],
        "caps": [{"channel": "email", "at_most": 1, "within": "P7D"}],
    }
    Library(shop.world.table).publish("policy", "policy", policy, now=shop.world.clock.now(), by="test")
    for number in range(3):
        shop.ask(key=str(number))
    shop.world.run()
    assert len(shop.mails()) == 3
