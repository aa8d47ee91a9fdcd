"""Sends what is due; `fail…` always fails, `stuck…` stays due, `twice…` is sent twice, `sms…` goes by SMS."""

import boto3

from leadwell.store.queues import from_body
from leadwell.wiring import services

clients: dict[str, object] = {}


def client(name):
    if name not in clients:
        clients[name] = boto3.client(name)
    return clients[name]


def handler(event, _context):
    own, failed = services(), []
    for record, key in ((one["messageId"], from_body(one["body"])) for one in event["Records"]):
        item, name = own.table.get(key), key.sk.removeprefix("M#")
        if item is None or "sent_at" in item or name.startswith("stuck"):
            continue
        kept = {field: value for field, value in item.items() if not field.startswith("due_")}
        if name.startswith("fail"):
            own.table.put_many([kept])
            failed.append({"itemIdentifier": record})
            continue
        for _ in range(2 if name.startswith("twice") else 1):
            (send_sms if name.startswith("sms") else send_mail)(own.settings, name)
        own.table.put_many([{**kept, "sent_at": own.clock.now()}])
    return {"batchItemFailures": failed}


def send_mail(settings, name):
    client("sesv2").send_email(
        FromEmailAddress=settings.from_address,
        Destination={"ToAddresses": ["anna@example.com"]},
        ConfigurationSetName=settings.configuration_set,
        EmailTags=[{"Name": "leadwell_message", "Value": name}, {"Name": "leadwell_journey", "Value": "welcome"}],
        Content={
            "Simple": {
                "Subject": {"Data": "Grüße"},
                "Body": {"Html": {"Data": "<p>Hallo</p>"}, "Text": {"Data": "Hallo"}},
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/u>"}],
            }
        },
    )


def send_sms(settings, name):
    tag = {"DataType": "String", "StringValue": name}
    client("sns").publish(
        PhoneNumber="+12025550123", Message="Grüße & more", MessageAttributes={"leadwell_message": tag}
    )
