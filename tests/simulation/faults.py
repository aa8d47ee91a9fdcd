"""What may go wrong, said in advance: each fault waits at a place until its moment comes, strikes once, and is gone.

Requests: before or after its effect a request may be slow (others run meanwhile), die with its process, be throttled,
time out, or lose its answer, after which botocore asks again, as long as the client has attempts left. Other places:
``queue:<name>`` (the next message sent), ``batch:<name>`` (the next batch delivered), ``stream:<function>`` (the next
batch read), ``executions`` (the next start), ``reports`` (the next mail accepted), ``answers`` (the next HTTP answer).
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

READS = frozenset(("get_item", "batch_get_item", "query", "scan"))
WRITES = frozenset(("put_item", "delete_item", "transact_write_items", "batch_write_item"))
BATCHES = frozenset(("batch_get_item", "batch_write_item", "send_message_batch"))

CLASSES: dict[str, frozenset[str]] = {
    "read": READS,
    "write": WRITES,
    "transaction": frozenset(("transact_write_items",)),
    "put": frozenset(("put_item", "delete_item")),
    "batch": BATCHES,
    "batch write": frozenset(("batch_write_item",)),
    "queue": frozenset(("send_message_batch",)),
    "start": frozenset(("start_execution",)),
    "provider": frozenset(("send_email", "publish")),
}

KINDS = (
    "hold",
    "hold after",
    "crash",
    "crash after",
    "throttle",
    "timeout",
    "lost",
    "lost for good",
    "conflict",
    "part",
)
"""Of request faults. ``timeout``: no effect, and the client asks again; ``lost``: the effect happened, and the client
asks again; ``lost for good``: so do all further attempts end; ``conflict``: with somebody's transaction; ``part``: a
batch is done in part."""


@dataclass(eq=False)
class RequestFault:
    """Strikes the request after ``skip`` others that match. Empty ``function`` or ``requests`` match all."""

    function: str
    requests: str
    skip: int
    kind: str
    amount: int = 0

    def matches(self, function: str, operation: str) -> bool:
        if self.function and function != self.function:
            return False
        if self.requests and operation not in CLASSES[self.requests]:
            return False
        if self.kind == "conflict" and operation not in WRITES - {"batch_write_item"}:
            return False
        return not (self.kind == "part" and operation not in BATCHES)


@dataclass(eq=False)
class Faults:
    requests: list[RequestFault] = field(default_factory=list)
    oddities: dict[str, deque[tuple[str, int]]] = field(default_factory=dict)
    struck: int = 0

    def strike(self, function: str, operation: str) -> RequestFault | None:
        """The fault whose moment this request is."""
        found = None
        for fault in self.requests:
            if fault.matches(function, operation):
                if fault.skip > 0:
                    fault.skip -= 1
                elif found is None:
                    found = fault
        if found:
            self.requests.remove(found)
            self.struck += 1
        return found

    def odd(self, place: str) -> tuple[str, int]:
        """What is odd about the next thing at a place: (kind, amount); ("", 0) when nothing is."""
        waiting = self.oddities.get(place)
        if not waiting:
            return "", 0
        self.struck += 1
        return waiting.popleft()

    def arm(self, place: str, kind: str, amount: int = 0) -> None:
        self.oddities.setdefault(place, deque()).append((kind, amount))

    def clear(self) -> None:
        self.requests.clear()
        self.oddities.clear()


def fault_from(arguments: dict[str, Any]) -> RequestFault:
    return RequestFault(**arguments)
