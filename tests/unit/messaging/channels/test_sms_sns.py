"""What SNS is asked, word for word, and what its answers mean."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from leadwell.errors import Broken, Retryable
from leadwell.messaging.channels.sms_sns import SnsSms
from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing

SMS = Outgoing(to="+12025550143", text="Grüße", tags={"leadwell_message": "m1"})


@pytest.fixture
def client() -> Any:
    return boto3.client("sns", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing")


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def request(**attributes: str) -> dict[str, Any]:
    named = {name.replace("_SMS_", ".SMS."): value for name, value in attributes.items()}
    return {
        "PhoneNumber": "+12025550143",
        "Message": "Grüße",
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in {"leadwell_message": "m1", **named}.items()
        },
    }


@pytest.mark.parametrize(
    ("transactional", "sender_id", "attributes"),
    [
        (False, "", {"AWS.SNS.SMS.SMSType": "Promotional"}),
        (True, "", {"AWS.SNS.SMS.SMSType": "Transactional"}),
        (False, "Shop", {"AWS.SNS.SMS.SMSType": "Promotional", "AWS.SNS.SMS.SenderID": "Shop"}),
    ],
)
def test_what_is_asked(
    client: Any, stubber: Stubber, transactional: bool, sender_id: str, attributes: dict[str, str]
) -> None:
    stubber.add_response("publish", {"MessageId": "sns-1"}, request(**attributes))
    sent = SnsSms(client, sender_id=sender_id).send(replace(SMS, transactional=transactional))
    assert sent == "sns-1"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("Throttled", 429, NotTaken),
        ("ThrottledException", 429, NotTaken),
        ("Throttling", 400, NotTaken),
        ("InvalidParameter", 400, CannotSend),
        ("AuthorizationError", 403, CannotSend),
    ],
)
def test_what_a_refusal_means(client: Any, stubber: Stubber, code: str, status: int, error: type[Exception]) -> None:
    stubber.add_client_error("publish", code, "about +12025550143", status)
    with pytest.raises(error) as caught:
        SnsSms(client, sender_id="").send(SMS)
    assert "2025550143" not in str(caught.value)


def test_after_an_inner_error_nobody_knows(client: Any, stubber: Stubber) -> None:
    stubber.add_client_error("publish", "InternalError", "", 500)
    with pytest.raises(Exception, match="InternalError") as caught:
        SnsSms(client, sender_id="").send(SMS)
    assert not isinstance(caught.value, Retryable | Broken)


class Line:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def publish(self, **request: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ConnectTimeoutError(endpoint_url="https://sns.example.com"), NotTaken),
        (EndpointConnectionError(endpoint_url="https://sns.example.com"), NotTaken),
        (ReadTimeoutError(endpoint_url="https://sns.example.com"), ReadTimeoutError),
    ],
)
def test_the_line(error: Exception, raised: type[Exception]) -> None:
    with pytest.raises(raised):
        SnsSms(Line(error), sender_id="").send(SMS)
