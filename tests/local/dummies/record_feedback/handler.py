"""Keeps what was reported, as it came."""

import json

from leadwell.wiring import services


def handler(event, _context):
    for record in event["Records"]:
        notification = json.loads(json.loads(record["body"])["Message"])
        if "eventType" in notification:
            name = f"{notification['mail']['tags']['leadwell_message'][0]} {notification['eventType']}"
        else:
            name = f"sms {notification['originationNumber']} {notification['messageBody']}"
        services().table.put_many([{"pk": "FEEDBACK", "sk": name}])
    return {"batchItemFailures": []}
