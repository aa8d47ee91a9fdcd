from typing import Any

import pytest

from leadwell.errors import Broken
from leadwell.feedback import kinds
from leadwell.feedback.from_sms_reports import translate
from leadwell.messaging.message import Status
from tests.functions.queue_records import CONTACT, MESSAGE, PAYLOADS, payload

EXPECTED: dict[str, tuple[type, Status, bool]] = {
    "queued": (kinds.SmsOnItsWay, Status.SENT, False),
    "pending": (kinds.SmsOnItsWay, Status.SENT, False),
    "sent": (kinds.SmsOnItsWay, Status.SENT, False),
    "successful_so_far": (kinds.SmsOnItsWay, Status.SENT, False),
    "successful": (kinds.SmsDelivered, Status.DELIVERED, False),
    "delivered": (kinds.SmsDelivered, Status.DELIVERED, False),
    "unreachable": (kinds.SmsUndelivered, Status.UNDELIVERED, False),
    "carrier_unreachable": (kinds.SmsUndelivered, Status.UNDELIVERED, False),
    "ttl_expired": (kinds.SmsUndelivered, Status.UNDELIVERED, False),
    "unknown": (kinds.SmsUndelivered, Status.UNDELIVERED, False),
    "invalid": (kinds.SmsUndelivered, Status.BOUNCED, True),
    "invalid_message": (kinds.SmsRejected, Status.REJECTED, False),
    "blocked": (kinds.SmsRejected, Status.REJECTED, False),
    "carrier_blocked": (kinds.SmsRejected, Status.REJECTED, False),
    "spam": (kinds.SmsRejected, Status.REJECTED, False),
    "protect_blocked": (kinds.SmsRejected, Status.REJECTED, False),
}


def test_every_payload_of_the_folder_is_looked_at() -> None:
    found = {path.stem.removeprefix("report_") for path in (PAYLOADS / "sms").glob("report_*.json")}
    assert found == EXPECTED.keys() | {"foreign"}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_words_of_end_user_messaging_become_ours(name: str) -> None:
    kind, proves, suppresses = EXPECTED[name]
    given = payload(f"sms/report_{name}")
    found = translate(given)
    assert type(found) is kind
    assert (found.message, found.contact, found.recipient) == (MESSAGE, CONTACT, "+12025550143")
    assert (found.channel, found.at, found.proves) == ("sms", given["eventTimestamp"], proves)
    assert bool(found.suppresses) is suppresses
    assert found.original["messageStatus"] == given["messageStatus"]
    assert "originationPhoneNumber" not in found.original


def test_reports_have_ids_of_their_own() -> None:
    ids = {found.event_id for name in EXPECTED if (found := translate(payload(f"sms/report_{name}")))}
    assert len(ids) == len(EXPECTED)


def test_an_sms_of_somebody_else_is_none_of_our_business() -> None:
    assert translate(payload("sms/report_foreign")) is None


@pytest.mark.parametrize("field", ["messageId", "destinationPhoneNumber", "eventTimestamp"])
@pytest.mark.parametrize("strange", [None, "", [], {}, True, -1, 10**18])
def test_a_report_in_a_strange_shape_is_not_swallowed(field: str, strange: Any) -> None:
    with pytest.raises(Broken):
        translate(payload("sms/report_delivered") | {field: strange})


def test_an_unknown_type_is_not_swallowed() -> None:
    with pytest.raises(Broken, match="TEXT_TELEPORTED"):
        translate(payload("sms/report_delivered") | {"eventType": "TEXT_TELEPORTED"})
