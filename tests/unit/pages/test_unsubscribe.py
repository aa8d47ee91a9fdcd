import pytest

from leadwell.consent.withdrawals import Withdrawals
from leadwell.errors import Throttled
from leadwell.messaging.message import Message
from leadwell.pages.links import UNSUBSCRIBE_PATH, unsubscribe_token
from leadwell.pages.tokens import Purpose, Token, sign
from leadwell.store import keys
from leadwell.store.table import Item
from leadwell.tracking.events import Event, Name, Standing
from tests.unit.pages.house import NOW, SECRET, MemoryHouse

MESSAGE = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="cart-reminder",
    template_version=1,
    purpose="marketing",
    requested_at=NOW,
    journey="abandoned-cart",
    step="remind",
)
PATH = UNSUBSCRIBE_PATH + sign(SECRET, unsubscribe_token(MESSAGE, NOW))


@pytest.fixture
def house() -> MemoryHouse:
    made = MemoryHouse()
    made.table.put_many([MESSAGE.to_item(), contact("c1")])
    return made


def contact(contact_id: str, **more: str) -> Item:
    key = keys.contact(contact_id)
    return {"pk": key.pk, "sk": key.sk, "kind": "CONTACT", "rev": 1, "status": "live", **more}


def withdrawals(house: MemoryHouse, contact_id: str = "c1") -> Withdrawals:
    return Withdrawals.from_item(house.table.get(keys.withdrawals(contact_id)))


def test_one_click_is_durable_and_answered_at_once(house: MemoryHouse) -> None:
    answer = house.request("POST", PATH)
    assert answer.status == 200
    assert not {"location", "set-cookie"} & answer.headers.keys()
    assert withdrawals(house).latest == {"marketing/email": NOW}
    (event,) = [Event.from_item(item) for item in house.table.items("EVENT")]
    assert (event.name, event.standing, event.at) == (Name.CONSENT_WITHDRAWN, Standing.PROVEN, NOW)
    assert event.properties == {
        "message": "m1",
        "journey": "abandoned-cart",
        "step": "remind",
        "template": "cart-reminder",
        "purpose": "marketing",
        "channel": "email",
        "source": "unsubscribe link",
        "proof": {"ip": "192.0.2.7"},
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(house: MemoryHouse, method: str) -> None:
    written = len(house.table.stream)
    assert house.request(method, PATH).status == 200
    assert len(house.table.stream) == written


def test_head_has_no_body(house: MemoryHouse) -> None:
    assert house.request("HEAD", PATH).body == ""
    assert house.request("GET", PATH).body != ""


def test_a_second_click_changes_nothing_that_counts(house: MemoryHouse) -> None:
    house.request("POST", PATH)
    again = house.request("POST", PATH)
    assert again.status == 200
    assert withdrawals(house).latest == {"marketing/email": NOW}
    assert len(house.table.items("EVENT")) == 1


def test_an_old_link_still_counts_after_a_newer_consent(house: MemoryHouse) -> None:
    house.request("POST", PATH)
    house.clock.at = NOW + 1_000
    house.request("POST", PATH)
    assert withdrawals(house).last("marketing", "email") == NOW + 1_000
    assert len({item["id"] for item in house.table.items("EVENT")}) == 2


def test_the_no_reaches_the_contact_behind_a_merge(house: MemoryHouse) -> None:
    house.table.put_many([contact("c1", merged_into="c2"), contact("c2")])
    assert house.request("POST", PATH).status == 200
    assert withdrawals(house, "c2").latest == {"marketing/email": NOW}


def test_the_no_of_somebody_who_was_erased_is_acknowledged_and_writes_nothing(house: MemoryHouse) -> None:
    house.table.put_many([contact("c1", status="erased")])
    assert house.request("POST", PATH).status == 200
    assert (house.table.items("EVENT"), house.table.items("NO")) == ([], [])


def test_the_no_counts_when_the_message_is_gone() -> None:
    house = MemoryHouse()
    assert house.request("POST", PATH).status == 200
    assert withdrawals(house).latest == {"marketing/email": NOW}


def test_a_link_without_topic_takes_everything_back() -> None:
    house = MemoryHouse()
    token = Token(purpose=Purpose.UNSUBSCRIBE, contact="c1", message="m1", issued_at=0)
    assert house.request("POST", UNSUBSCRIBE_PATH + sign(SECRET, token)).status == 200
    assert withdrawals(house).last("marketing", "email") == NOW


def test_what_could_not_be_stored_is_not_acknowledged(house: MemoryHouse) -> None:
    def throttle(operation: str) -> None:
        if operation == "before write":
            raise Throttled

    house.table.on_request = throttle
    answer = house.request("POST", PATH)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def test_the_page_says_what_ends(house: MemoryHouse) -> None:
    assert "by e-mail" in house.request("GET", PATH).body
    receipt = Token(purpose=Purpose.UNSUBSCRIBE, contact="c1", message="m1", issued_at=0, topic="transactional/email")
    about_receipts = house.request("GET", UNSUBSCRIBE_PATH + sign(SECRET, receipt)).body
    assert "news or offers" not in about_receipts
    assert "not even about your own orders" in about_receipts and "are not affected" not in about_receipts


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(house: MemoryHouse, method: str) -> None:
    answer = house.request(method, PATH)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
