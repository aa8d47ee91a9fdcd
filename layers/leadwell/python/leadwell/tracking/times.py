"""When something happened, although the clocks of clients are wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import MINUTE, Moment, from_iso
from leadwell.errors import Refused

TOLERATED = 5 * MINUTE
"""A client's clock that is off by no more than this counts as right."""

_JITTER = MINUTE
"""How much the measured skew of one client may differ between an attempt and its retry."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """When a request was sent by the client's clock (None: it does not say), and received by ours."""

    received: Moment
    sent: Moment | None = None

    @property
    def skew(self) -> int:
        """How far the client's clock is behind ours, in milliseconds, plus the time the request traveled."""
        return 0 if self.sent is None else self.received - self.sent


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``steady``: a retry of the same call will get exactly the same moment."""

    at: Moment
    steady: bool


def stated_time(source: Mapping[str, Any], *names: str) -> Moment | None:
    """The first of these date-times that is given. Raises ``Refused`` when it is none."""
    for name in names:
        text = source.get(name)
        if text is None:
            continue
        try:
            return from_iso(text.strip())
        except (ValueError, OverflowError, AttributeError):
            raise Refused("must be an ISO 8601 date-time such as 2026-10-22T03:10:00.123Z", name) from None
    return None


def occurred(stated: Moment | None, envelope: Envelope) -> Occurrence:
    """Corrects a stated time by what ``sentAt`` tells of the client's clock (Segment: "Timestamps in Segment events").

    Within the tolerance the stated time stands, so that a retry finds the same event; beyond it, and without a stated
    time, the moment depends on when the request arrived. Never later than now, a tolerated clock aside. Raises
    ``Refused`` for moments before 1970, which event keys cannot sort.
    """
    received = envelope.received
    if stated is None:
        return Occurrence(received, steady=False)
    skew = envelope.skew
    at = stated + skew if abs(skew) > TOLERATED else stated
    if at < 0:
        raise Refused("must not lie before 1970", "timestamp")
    if at > received + TOLERATED:
        return Occurrence(received, steady=False)
    ahead_of_sender = at > received and (envelope.sent is None or stated > envelope.sent)
    return Occurrence(at, steady=abs(skew) <= TOLERATED - _JITTER and not ahead_of_sender)
