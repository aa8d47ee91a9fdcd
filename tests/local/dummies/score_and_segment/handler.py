"""Makes a message of each event, due after the seconds that the event says; fails on poison while a file says so."""

import os
from pathlib import Path

import boto3

from leadwell.clock import SECOND
from leadwell.due.buckets import Armory, due_attributes
from leadwell.wiring import services

POISON = Path(__file__).with_name("poisoned")
armories: list[Armory] = []


def handler(event, _context):
    table, now = services().table, services().clock.now()
    if not armories:
        armories.append(Armory(table, services().starter))
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        name = image["sk"]["S"].removeprefix("E#")
        if name.startswith("poison") and POISON.exists():
            raise RuntimeError("poisoned")
        pk, due = image["pk"]["S"], max(now, int(image["at"]["N"]) + int(image["wait"]["N"]) * SECOND)
        if int(image["delay"]["N"]):
            table.put_many([{"pk": pk, "sk": f"M#{name}", "kind": "MESSAGE"}])
            boto3.client("sqs").send_message(
                QueueUrl=os.environ["LEADWELL_MESSAGES_QUEUE_URL"],
                MessageBody=f'{{"pk": "{pk}", "sk": "M#{name}"}}',
                DelaySeconds=int(image["delay"]["N"]),
            )
            continue
        armories[0].arm([due], now)
        table.put_many([{"pk": pk, "sk": f"M#{name}", "kind": "MESSAGE", **due_attributes(pk, due)}])
