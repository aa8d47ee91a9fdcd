"""Turns of marketing mails, so that they never leave faster than the provider takes them from this account, nor use up
what it takes in a day, however many senders there are.

Whoever is about to send takes a place: the next free one, a little after the one before, written under a condition.
Until its moment comes the sender waits, mostly some hundredths of a second; where that would take seconds, or the day
is full, the message goes back to the due index. Receipts take no place and wait for none: the last tenth of rate and
day is theirs, and campaigns give way before them.

For every second: of a share of the rate, r, at most r + 1 places lie within it, because they are 1/r apart.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from leadwell.clock import HOUR, MINUTE, SECOND, Moment
from leadwell.errors import Conflict
from leadwell.ids import shard_of, share_of
from leadwell.messaging.outgoing import Quota
from leadwell.store import keys
from leadwell.store.table import Item, Put, Table

FOR_MARKETING = 0.9
REMEMBERED = 10 * MINUTE
"""How long what the account may do is believed."""
LONGEST = 5 * SECOND
ALL_TOGETHER = 30 * SECOND
"""What a sender waits for one place, and for those of all that it was given at once: less than it has time."""
PER_SHARD = 50
"""Places a second that one item hands out; larger accounts have more items."""
_ATTEMPTS = 12
_MICRO = 1_000

TOO_FAST = "SES takes no more mails a second from this account"
DAY_FULL = "the account has sent nearly all that SES takes from it in a day"


@dataclass(frozen=True, slots=True)
class Later:
    """Not before ``until``, because of ``reason``."""

    until: Moment
    reason: str


@dataclass(slots=True)
class Meter:
    """``ask`` tells what the account may do, None where it does not say or has no limit; ``pause`` waits so many
    milliseconds."""

    table: Table
    ask: Callable[[], Quota | None]
    now: Callable[[], Moment]
    pause: Callable[[int], None]
    _quota: Quota | None = None
    _asked_at: Moment | None = None
    _waited: int = field(default=0)

    def begin(self) -> None:
        """Of another few messages."""
        self._waited = 0

    def place(self, message: str) -> Later | None:
        """Returns when the message may leave at once; otherwise says when to ask again. Raises Conflict when too many
        ask at the same moment."""
        self._look()
        quota = self._quota
        if quota is None:
            return None
        shards = max(1, -(-int(quota.rate) // PER_SHARD))
        shard = shard_of(message, shards)
        for _ in range(_ATTEMPTS):
            key = keys.guard(f"rate#{shards}#{shard}")
            state = self.table.get(key) or {"rev": 0, "next": 0, "taken": 0, "used": 0.0, "asked_at": 0}
            if self._asked_at is not None and state["asked_at"] < self._asked_at:
                state = {**state, "asked_at": self._asked_at, "used": float(quota.used), "taken": 0}
            now = self.now()
            if state["used"] / shards + state["taken"] >= FOR_MARKETING * quota.most / shards:
                return Later(now + HOUR + round(share_of("allowance", message) * HOUR), DAY_FULL)
            place = max(int(state["next"]), now * _MICRO)
            wait = -(-place // _MICRO) - now
            if wait > LONGEST or self._waited + wait > ALL_TOGETHER:
                return Later(now + max(wait, MINUTE), TOO_FAST)
            apart = round(SECOND * _MICRO * shards / (FOR_MARKETING * quota.rate)) if quota.rate else 0
            taken: Item = {
                **state,
                "pk": key.pk,
                "sk": key.sk,
                "kind": "GUARD",
                "rev": state["rev"] + 1,
                "next": place + apart,
                "taken": state["taken"] + 1,
                "expires_at": (now + 24 * HOUR) // 1000,
            }
            try:
                self.table.write(Put(taken, state["rev"]))
            except Conflict:
                continue
            if wait:
                self._waited += wait
                self.pause(wait)
            return None
        raise Conflict("many mails ask for their place at once; try again")

    def _look(self) -> None:
        """An answer that does not come changes nothing."""
        now = self.now()
        if self._asked_at is None or not self._asked_at <= now < self._asked_at + REMEMBERED:
            self._quota, self._asked_at = self.ask() or self._quota, now
