"""The payloads of this folder, wrapped as the feedback queue delivers them."""

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"

CONTACT = "c8k2m4n6p8q0r2s4t6v8w"
MESSAGE = "m1a3b5c7d9e1f3g5h7j9k"
"""The contact and the message that the tagged payloads are about."""


def payload(name: str) -> dict[str, Any]:
    """``payload("ses/bounce_permanent")``"""
    loaded: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return loaded


def notification(message: dict[str, Any] | str) -> str:
    """The body of an SQS message to which SNS delivered this."""
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps(payload("sns_notification") | {"Message": text})


def queue_event(*bodies: str) -> dict[str, Any]:
    """One invocation; the records are called r0, r1 …"""
    return {
        "Records": [
            {
                "messageId": f"r{number}",
                "receiptHandle": "AQEB",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:feedback",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }
