"""What AWS delivers to the functions of the loop, and what they left behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends
from moto.sns.models import sns_backends

from leadwell import wiring
from leadwell.clock import Moment
from leadwell.contacts.contact import Consent, Contact
from leadwell.contacts.membership import member_changes
from leadwell.messaging.message import Message
from leadwell.store import keys
from leadwell.store.attributes import to_attributes
from leadwell.store.queues import from_body, to_body
from leadwell.store.table import Item, Key, Put, Table, key_of
from leadwell.tracking.events import Event, Standing
from leadwell.wiring import Services
from tests.functions.queue_records import queue_event

_REGION = "eu-central-1"
_STREAM = f"arn:aws:dynamodb:{_REGION}:123456789012:table/leadwell/stream/2026-03-01T00:00:00.000"
TITLE = {"en": "A title", "de": "Ein Titel"}


class Settable(Protocol):
    moment: Moment

    def now(self) -> Moment: ...


def stream_event(*images: Item, name: str = "INSERT") -> dict[str, Any]:
    """One invocation by the stream, in the shape of the Lambda Developer Guide ("Using Lambda with DynamoDB")."""
    return {
        "Records": [
            {
                "eventID": f"{number:032x}",
                "eventName": name,
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": _REGION,
                "dynamodb": {
                    "ApproximateCreationDateTime": 1772438400.0,
                    "Keys": to_attributes(dict(zip(("pk", "sk"), key_of(image), strict=True))),
                    "NewImage": to_attributes(image),
                    "SequenceNumber": f"{number:021d}",
                    "SizeBytes": 400,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
                "eventSourceARN": _STREAM,
            }
            for number, image in enumerate(images, 1)
        ]
    }


def work(*keys_of_items: Key | str) -> dict[str, Any]:
    """One invocation by a queue; the records are called r0, r1 … A text stands for a record that is none of ours."""
    return queue_event(*(one if isinstance(one, str) else to_body(one) for one in keys_of_items))


def failed(*records: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in records]}


@dataclass
class Loop:
    clock: Settable

    @property
    def services(self) -> Services:
        return wiring.services()

    @property
    def table(self) -> Table:
        return self.services.table

    def define(self, kind: str, name: str, document: dict[str, Any]) -> None:
        full = {"kind": kind, "name": name, "title": TITLE, **document} if kind not in ("email", "sms") else document
        self.services.library.publish(kind, name, full, now=self.clock.now(), by="test")

    def event(self, name: str, number: int = 1, contact: str = "c1", **properties: Any) -> Event:
        at = self.clock.now()
        return Event(
            contact=contact,
            id=f"e{number}",
            at=at,
            type="track",
            name=name,
            standing=Standing.PROVEN,
            properties=properties,
        )

    def store(self, *items: Item) -> None:
        self.table.put_many(items)

    def contact(self, contact: str = "c1", **changes: Any) -> Contact:
        """A contact with an address and consent, stored."""
        usual: dict[str, Any] = {
            "last": (self.clock.now(), "e"),
            "traits": {"email": "ann@example.com", "phone": "+493023125143"},
            "consents": {topic: Consent("granted", self.clock.now()) for topic in ("marketing/email", "marketing/sms")},
        }
        made = Contact(id=contact, **{**usual, **changes})
        self.table.write(Put(made.to_item()), *member_changes(Contact(id=contact), made))
        return made

    def read_contact(self, contact: str = "c1") -> Contact:
        return Contact.from_item(self.table.get(keys.contact(contact)) or {})

    def read_message(self, message: Message) -> Message:
        return Message.from_item(self.table.get(message.key) or {})

    def everything(self) -> list[Item]:
        found = self.table.scan(segment=0, segments=1, limit=1000).items
        return sorted(found, key=lambda item: (item["pk"], item["sk"]))

    def queued(self, queue: str) -> list[Key]:
        """What waits in a queue; it is empty afterwards."""
        return [from_body(body) for body in self.bodies(queue)]

    def bodies(self, queue: str) -> list[str]:
        """The same as it stands in the messages."""
        client = boto3.client("sqs")
        url = client.get_queue_url(QueueName=queue)["QueueUrl"]
        found: list[str] = []
        while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [message["Body"] for message in messages]
            for message in messages:
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def executions(self, machine: str) -> list[str]:
        client = boto3.client("stepfunctions")
        arns = {one["name"]: one["stateMachineArn"] for one in client.list_state_machines()["stateMachines"]}
        return sorted(one["name"] for one in client.list_executions(stateMachineArn=arns[machine])["executions"])

    def mails(self) -> Sequence[Any]:
        return sesv2_backends[DEFAULT_ACCOUNT_ID][_REGION].core_backend.sent_messages

    def texts(self) -> Iterable[tuple[str, str]]:
        """(number, text) of every SMS."""
        return [(one[0], one[1]) for one in sns_backends[DEFAULT_ACCOUNT_ID][_REGION].sms_messages.values()]
