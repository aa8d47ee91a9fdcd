import logging
from typing import Any

import pytest

from functions.send_messages.handler import handler
from leadwell.clock import DAY
from leadwell.consent.suppressions import Reason, suppress
from leadwell.messaging.message import Message, Status
from leadwell.store import keys
from leadwell.store.table import Key, Put, query_all
from leadwell.tracking.events import Name
from tests.functions.loop import Loop, failed, stream_event, work

EMAIL: dict[str, Any] = {
    "name": "hello",
    "purpose": "marketing",
    "requires": [],
    "locales": {
        "en": {
            "subject": "Hello",
            "preheader": "",
            "html": "<a href='{{ links.unsubscribe }}'>no</a>",
            "text": "Hello {{ contact.email }}",
        }
    },
}
SMS = {"name": "hello", "purpose": "marketing", "requires": [], "locales": {"en": "Hello"}}


@pytest.fixture
def shop(loop: Loop) -> Loop:
    loop.define("email", "hello", EMAIL)
    loop.define("sms", "hello", SMS)
    loop.contact()
    return loop


def requested(loop: Loop, number: int = 1, channel: str = "email", contact: str = "c1") -> Message:
    message = Message(
        id=f"m{number}",
        contact=contact,
        channel=channel,
        template="hello",
        template_version=1,
        purpose="marketing",
        requested_at=loop.clock.now(),
        due_at=loop.clock.now(),
        journey="welcome",
        step="hello",
    )
    loop.table.write(Put(message.to_item(), 0))
    return message


def test_good_records(shop: Loop) -> None:
    mail, text = requested(shop), requested(shop, 2, "sms")
    assert handler(work(mail.key, text.key), None) == failed()
    (sent,) = shop.mails()
    assert sent.destinations["ToAddresses"] == ["ann@example.com"]
    assert shop.read_message(mail).status is Status.SENT
    assert shop.read_message(mail).provider_id
    assert list(shop.texts()) == [("+493023125143", "Hello")]
    assert [item["name"] for item in query_all(shop.table, "C#c1", begins=keys.EVENTS)] == [Name.SMS_SENT]


def test_the_same_record_twice(shop: Loop) -> None:
    mail = requested(shop)
    handler(work(mail.key, mail.key), None)
    before = shop.everything()
    assert handler(work(mail.key), None) == failed()
    assert len(shop.mails()) == 1
    assert shop.everything() == before


def test_a_bad_record_fails_alone(shop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    mail = requested(shop)
    shop.table.write(Put({"pk": "C#c1", "sk": "M#odd", "kind": "MESSAGE", "rev": 1, "to": "ann@example.com"}))
    caplog.set_level(logging.ERROR)
    answer = handler(work("nonsense", Key("C#c1", "M#odd"), mail.key, keys.message("c1", "gone")), None)
    assert answer == failed("r0", "r1")
    assert len(shop.mails()) == 1
    assert "ann@example.com" not in caplog.text


def test_a_no_that_is_acknowledged_is_heard(shop: Loop) -> None:
    suppress(shop.table, "email", "ann@example.com", Reason.COMPLAINT, shop.clock.now(), "ses")
    mail = requested(shop)
    assert handler(work(mail.key), None) == failed()
    assert (shop.mails(), shop.read_message(mail).status) == ([], Status.SKIPPED)


def test_what_ses_refuses_is_parked(shop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.services.channels["email"], "_from", "stranger@example.org")
    mail = requested(shop)
    assert handler(work(mail.key), None) == failed()
    message = shop.read_message(mail)
    assert (message.status, message.due_at) == (Status.PARKED, None)
    assert "ann" not in message.reason


def test_an_expired_claim_becomes_unknown(shop: Loop) -> None:
    class Silent:
        def send(self, message: object) -> str:
            raise TimeoutError

    shop.services.channels = {"email": Silent()}  # type: ignore[misc]
    mail = requested(shop)
    assert handler(work(mail.key), None) == failed("r0")
    assert shop.read_message(mail).status is Status.CLAIMED
    shop.clock.moment += DAY
    assert handler(work(mail.key), None) == failed()
    assert shop.read_message(mail).status is Status.UNKNOWN


def test_a_batch_from_elsewhere_is_nothing(shop: Loop) -> None:
    assert handler(stream_event({"pk": "a", "sk": "b"}), None) == {}
