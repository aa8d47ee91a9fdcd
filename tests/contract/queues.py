"""A queue as the package fills it and as Lambda empties it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from leadwell.store.queues import CONTACTS, SqsQueues
from tests.contract.seen import Delivered, Place, eventually


@dataclass(frozen=True)
class Queue:
    """``attempts``: how often a message is delivered before it goes to the dead letter queue."""

    client: Any
    url: str
    dead_url: str
    place: Place
    attempts: ClassVar[int] = 2

    @property
    def patience(self) -> float:
        return self.place.patience

    def pause(self) -> None:
        self.place.pause()

    @property
    def port(self) -> SqsQueues:
        """Filled under the name ``contacts``."""
        return SqsQueues(self.client, **{CONTACTS: self.url})

    def send(self, *bodies: str, **more: Any) -> Any:
        entries = [{"Id": str(number), "MessageBody": body, **more} for number, body in enumerate(bodies)]
        return self.client.send_message_batch(QueueUrl=self.url, Entries=entries)

    def receive(self, url: str = "") -> list[dict[str, Any]]:
        """What is visible now, ten at most."""
        answer = self.client.receive_message(
            QueueUrl=url or self.url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        )
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    def deliver(self, fails: Callable[[str], bool] = lambda body: False) -> list[Delivered]:
        """Waits for messages and hands one batch to a worker, as Lambda does: what does not fail is deleted."""
        batch = eventually(self.receive, self.place)
        done = [message for message in batch if not fails(message["Body"])]
        entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(done)]
        if entries:
            self.client.delete_message_batch(QueueUrl=self.url, Entries=entries)
        return [Delivered(message["MessageId"], message["Body"]) for message in batch]

    def dead(self) -> list[str]:
        """What lies in the dead letter queue. Asks the queue itself once more: only that moves what is to die."""
        alive = self.receive()
        assert not alive, alive
        return [message["Body"] for message in self.receive(self.dead_url)]
