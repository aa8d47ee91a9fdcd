"""What the provider takes from this account in a day. Marketing leaves the last tenth of it to receipts, and waits."""

from collections.abc import Callable
from dataclasses import dataclass

from leadwell.clock import HOUR, MINUTE, Moment
from leadwell.ids import share_of
from leadwell.messaging.outgoing import Quota

_REMEMBERED = 10 * MINUTE
_FOR_MARKETING = 0.9


@dataclass(slots=True)
class Allowance:
    """Asks once in ten minutes, never per mail."""

    ask: Callable[[], Quota | None]
    _known: Quota | None = None
    _until: Moment = 0

    def opens(self, message: str, now: Moment) -> Moment:
        """When a marketing message may leave: ``now``, or within the hour after the next, each at a moment of its own.

        A day's quota is counted over the last 24 hours, so it comes back bit by bit.
        """
        if now >= self._until:
            self._known, self._until = self.ask(), now + _REMEMBERED
        if self._known is None or self._known.used < _FOR_MARKETING * self._known.most:
            return now
        return now + HOUR + round(share_of("allowance", message) * HOUR)
