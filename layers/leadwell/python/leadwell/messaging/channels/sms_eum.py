"""SMS through AWS End User Messaging (``pinpoint-sms-voice-v2``), for numbers, pools and sender ids that are registered
there. It has no idempotency token either: the client must be built with retries off."""

from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing

_BUSY = {"ThrottlingException", "ServiceQuotaExceededException"}


class EumSms:
    def __init__(self, client: Any, *, origin: str, configuration_set: str = "") -> None:
        """``origin``: the ARN or id of a phone number, a pool or a sender id. Reports on messages are published by the
        ``configuration_set``; without one nothing is heard of them."""
        self._client = client
        self._origin = origin
        self._reported = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, message: Outgoing) -> str:
        try:
            answer = self._client.send_text_message(
                DestinationPhoneNumber=message.to,
                OriginationIdentity=self._origin,
                MessageBody=message.text,
                MessageType="TRANSACTIONAL" if message.transactional else "PROMOTIONAL",
                # Comes back with every event of the message.
                Context=dict(message.tags),
                **self._reported,
            )
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise NotTaken("no connection to End User Messaging") from error
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            if code in _BUSY or status == 429:
                raise NotTaken(f"End User Messaging asks to slow down ({code})", busy=True) from error
            if 400 <= status < 500:
                raise CannotSend(f"End User Messaging refused the message: {code}") from error
            raise
        return str(answer["MessageId"])
