from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY
from leadwell.messaging.message import Message
from leadwell.pages.links import CONFIRM_PATH, confirm_token, unsubscribe_token
from leadwell.pages.tokens import sign
from leadwell.store import keys
from leadwell.store.table import Item
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.pages.house import NOW, SECRET, MemoryHouse

REQUESTED: dict[str, Any] = {
    "purpose": "marketing",
    "channel": "email",
    "source": "footer form",
    "wording": "Yes, send me the newsletter. (v3)",
}
MESSAGE = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="double-opt-in",
    template_version=1,
    purpose="confirmation",
    requested_at=NOW - DAY,
    journey="double-opt-in",
    step="ask",
    to="Robin@Example.com",
    data={"event": REQUESTED},
)


def path(message: Message = MESSAGE) -> str:
    return CONFIRM_PATH + sign(SECRET, confirm_token(message, NOW))


def contact(contact_id: str, **more: str) -> Item:
    key = keys.contact(contact_id)
    return {"pk": key.pk, "sk": key.sk, "kind": "CONTACT", "rev": 1, "status": "live", **more}


def house_with(message: Message = MESSAGE) -> MemoryHouse:
    house = MemoryHouse()
    house.table.put_many([message.to_item(), contact("c1")])
    return house


def events(house: MemoryHouse) -> list[Event]:
    return [Event.from_item(item) for item in house.table.items("EVENT")]


def test_the_button_makes_the_request_a_proven_consent() -> None:
    house = house_with()
    assert house.request("POST", path(), user_agent="Mozilla/5.0 " + "x" * 500).status == 200
    (event,) = events(house)
    assert (event.contact, event.name, event.standing) == ("c1", Name.CONSENT_GRANTED, Standing.PROVEN)
    assert (event.at, event.source) == (NOW, "link")
    wanted = REQUESTED | {"message": "m1", "journey": "double-opt-in", "step": "ask", "template": "double-opt-in"}
    assert {name: value for name, value in event.properties.items() if name != "proof"} == wanted
    proof = event.properties["proof"]
    assert (proof["message"], proof["ip"], len(proof["user_agent"])) == ("m1", "192.0.2.7", 200)
    assert (proof["requested_at"], proof["confirmed_at"]) == ("2026-11-21T09:00:00.000Z", "2026-11-22T09:00:00.000Z")


def test_the_click_proves_the_address_of_the_message_and_nothing_else() -> None:
    house = house_with(replace(MESSAGE, data={"event": REQUESTED | {"user_id": "somebody-else"}}))
    house.request("POST", path())
    (event,) = events(house)
    assert event.identities == (Identity("email", "robin@example.com"),)
    assert event.traits == {"email": "robin@example.com"}


def test_a_click_in_an_sms_proves_the_number() -> None:
    house = house_with(replace(MESSAGE, channel="sms", to="+12025550143"))
    house.request("POST", path())
    (event,) = events(house)
    assert event.identities == (Identity("phone", "+12025550143"),)
    assert event.properties["channel"] == "sms"


@pytest.mark.parametrize("asked", [{}, {"purpose": "*"}, {"purpose": ""}])
def test_nobody_confirms_more_than_marketing_without_naming_it(asked: dict[str, str]) -> None:
    house = house_with(replace(MESSAGE, data={"event": asked}))
    house.request("POST", path())
    (event,) = events(house)
    assert (event.properties["purpose"], event.properties["channel"]) == ("marketing", "email")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(method: str) -> None:
    house = house_with()
    written = len(house.table.stream)
    assert house.request(method, path()).status == 200
    assert len(house.table.stream) == written


def test_the_second_click_is_the_same_event() -> None:
    house = house_with()
    for later in (0, 5_000, 29 * DAY):
        house.clock.at = NOW + later
        assert house.request("POST", path()).status == 200
    assert [event.at for event in events(house)] == [NOW]


def test_the_guard_outlives_the_link() -> None:
    house = house_with()
    house.request("POST", path())
    (guard,) = house.table.items("GUARD")
    assert guard["expires_at"] * 1000 > NOW + 30 * DAY


def test_an_expired_link_is_refused() -> None:
    house = house_with()
    house.clock.at = NOW + 31 * DAY
    answer = house.request("POST", path())
    assert answer.status == 410 and "has lapsed" in answer.body and "/p/f/" not in answer.body
    assert events(house) == []


def test_who_confirmed_is_not_told_that_it_lapsed() -> None:
    house = house_with()
    granted = {"consents": {"marketing/email": {"state": "granted", "at": NOW}}}
    house.table.put_many([{**contact("c1"), **granted}])
    house.clock.at = NOW + 31 * DAY
    assert house.request("GET", path()).status == 404


def test_consent_follows_the_contact_through_a_merge() -> None:
    house = house_with()
    house.table.put_many([contact("c1", merged_into="c2"), contact("c2")])
    house.request("POST", path())
    assert [event.contact for event in events(house)] == ["c2"]


@pytest.mark.parametrize("gone", ["erased", "message", "address"])
def test_without_the_message_nothing_can_be_confirmed(gone: str) -> None:
    house = MemoryHouse()
    message = replace(MESSAGE, to="") if gone == "address" else MESSAGE
    status = "erased" if gone == "erased" else "live"
    house.table.put_many([contact("c1", status=status)] + ([message.to_item()] if gone != "message" else []))
    assert [house.request(method, path()).status for method in ("GET", "POST")] == [404, 404]
    assert events(house) == []


def test_the_pages_show_the_address_only_masked() -> None:
    house = house_with()
    for method in ("GET", "POST"):
        body = house.request(method, path()).body
        assert "Robin" not in body and "robin" not in body
    assert "@Example.com" in house.request("GET", path()).body


def test_a_link_to_unsubscribe_does_not_confirm() -> None:
    house = house_with()
    stolen = CONFIRM_PATH + sign(SECRET, unsubscribe_token(MESSAGE, NOW))
    assert house.request("POST", stolen).status == 404
    assert events(house) == []
