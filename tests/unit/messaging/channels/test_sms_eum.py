"""What End User Messaging is asked, checked against its own model, and that its reports find the message again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from leadwell.feedback.from_sms_reports import translate
from leadwell.messaging.channels.sms_eum import EumSms
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing
from leadwell.messaging.tags import tags_of
from tests.functions.queue_records import CONTACT, MESSAGE, payload

ORIGIN = "arn:aws:sms-voice:eu-central-1:123456789012:pool/pool-1"
ASKED = Message(
    id=MESSAGE,
    contact=CONTACT,
    channel="sms",
    template="hello",
    template_version=1,
    purpose="marketing",
    requested_at=0,
    journey="welcome",
    step="hello",
)
TEXT = Outgoing(to="+12025550143", text="Hello", tags=tags_of(ASKED))
REQUEST = {
    "DestinationPhoneNumber": "+12025550143",
    "OriginationIdentity": ORIGIN,
    "MessageBody": "Hello",
    "MessageType": "PROMOTIONAL",
    "ConfigurationSetName": "leadwell-sms",
    "Context": {
        "leadwell_message": MESSAGE,
        "leadwell_contact": CONTACT,
        "leadwell_journey": "welcome",
        "leadwell_step": "hello",
    },
}


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "pinpoint-sms-voice-v2",
        region_name="eu-central-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def channel(client: Any) -> EumSms:
    return EumSms(client, origin=ORIGIN, configuration_set="leadwell-sms")


def test_it_is_asked_so_that_reports_come_and_say_what_they_are_about(client: Any, stubber: Stubber) -> None:
    stubber.add_response("send_text_message", {"MessageId": "862a8790"}, REQUEST)
    assert channel(client).send(TEXT) == "862a8790"


def test_a_report_brings_back_the_context_it_was_sent_with() -> None:
    """AWS returns the map as it is, as in the example of its guide."""
    report = payload("sms/report_delivered") | {"context": REQUEST["Context"]}
    found = translate(report)
    assert found is not None
    assert (found.message, found.contact) == (MESSAGE, CONTACT)


def test_the_context_stays_within_the_limits_of_the_service(client: Any) -> None:
    shape = client.meta.service_model.operation_model("SendTextMessage").input_shape.members["Context"]
    longest = tags_of(replace(ASKED, journey="j" * 60, step="s" * 200))
    assert len(longest) <= shape.metadata["max"]
    assert all(len(value) <= shape.value.metadata["max"] for value in longest.values())
    assert all(" " not in name and len(name) <= shape.key.metadata["max"] for name in longest)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 400, NotTaken),
        ("ServiceQuotaExceededException", 402, NotTaken),
        ("ValidationException", 400, CannotSend),
        ("ConflictException", 409, CannotSend),
    ],
)
def test_what_its_answers_mean(client: Any, stubber: Stubber, code: str, status: int, error: type[Exception]) -> None:
    stubber.add_client_error("send_text_message", code, http_status_code=status)
    with pytest.raises(error):
        channel(client).send(TEXT)


def test_an_error_of_its_own_means_that_nobody_knows(client: Any, stubber: Stubber) -> None:
    stubber.add_client_error("send_text_message", "InternalServerException", http_status_code=500)
    with pytest.raises(Exception, match="InternalServerException") as caught:
        channel(client).send(TEXT)
    assert not isinstance(caught.value, NotTaken | CannotSend)
