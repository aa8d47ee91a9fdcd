"""Hands messages that are stored to the queues that send them."""

from collections.abc import Iterable

from leadwell.messaging.message import Message
from leadwell.store.queues import Queues
from leadwell.store.table import Key


def hand_in(queues: Queues, requested: Iterable[Message]) -> None:
    """To be called when they are durable; where this fails, the due index makes it good in some minutes."""
    work: dict[str, dict[Key, None]] = {}
    for message in requested:
        work.setdefault(message.queue, {})[message.key] = None
    for queue, keys_of_messages in work.items():
        queues.send(queue, keys_of_messages)
