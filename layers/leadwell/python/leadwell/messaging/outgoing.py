"""What a channel is given, and the three ways in which it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from leadwell.errors import Broken, Retryable


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels with a mail: only what is passed on to colleagues has one."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message ready to leave. ``tags`` come back with the provider's reports; SMS and webhooks have only ``text``.

    ``untracked`` are links that must stand as they are: one that means yes or no is nobody's click to count, and its
    token belongs into no report. ``counted``: opens and clicks may be; never those of ``transactional`` and
    ``internal`` ones. ``stream`` names what it belongs to, for mailbox providers that report on whole streams.
    ``reply_to`` is where answers go; empty: to the sender. ``short`` says what short links of an SMS stand for.
    """

    to: str
    text: str
    subject: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    untracked: tuple[str, ...] = ()
    transactional: bool = False
    internal: bool = False
    counted: bool = True
    stream: str = ""
    reply_to: str = ""
    short: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[Attached, ...] = ()

    @property
    def is_counted(self) -> bool:
        return self.counted and not self.transactional and not self.internal


class NotTaken(Retryable):
    """The provider certainly did not take it (throttled, no connection): it may be sent again later, not before
    ``wait`` milliseconds if it said so. ``busy``: it answered, and takes so many a second."""

    def __init__(self, message: str, wait: int = 0, *, busy: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.busy = busy


class CannotSend(Broken):
    """The provider certainly did not take it and never will as it is: a person has to look."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What the provider takes from this account within 24 hours, how much of that is used, and how many a second
    (0: nobody knows)."""

    most: float
    used: float
    rate: float = 0


class Channel(Protocol):
    def send(self, message: Outgoing) -> str:
        """Hands the message to the provider in a single attempt; answers the provider's id.

        Raises ``NotTaken`` or ``CannotSend`` only when the provider certainly does not have it. Any other exception
        means that nobody knows.
        """
