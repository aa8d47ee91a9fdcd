"""SMS through Amazon SNS. Like SES it has no idempotency token: the client must be built with retries off."""

from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing

_BUSY = {"Throttled", "ThrottledException", "Throttling", "ThrottlingException", "KMSThrottling"}


class SnsSms:
    def __init__(self, client: Any, *, sender_id: str) -> None:
        self._client = client
        self._sender_id = sender_id

    def send(self, message: Outgoing) -> str:
        kind = "Transactional" if message.transactional else "Promotional"
        attributes = {"AWS.SNS.SMS.SMSType": kind, **message.tags}
        if self._sender_id:
            attributes["AWS.SNS.SMS.SenderID"] = self._sender_id
        try:
            answer = self._client.publish(
                PhoneNumber=message.to,
                Message=message.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise NotTaken("no connection to SNS") from error
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            if code in _BUSY or status == 429:
                raise NotTaken(f"SNS asks to slow down ({code})", busy=True) from error
            if 400 <= status < 500:
                raise CannotSend(f"SNS refused the message: {code}") from error
            raise
        return str(answer["MessageId"])
