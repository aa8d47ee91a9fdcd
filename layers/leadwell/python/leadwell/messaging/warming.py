"""Turns of marketing mails while a new domain is warmed up. Each is given its place once, first come, first served:
what is too much for today gets a moment on the first day with room, and is not looked at before."""

from dataclasses import dataclass
from datetime import date

from leadwell.calendar import at_local_time
from leadwell.clock import DAY, Moment
from leadwell.errors import Conflict
from leadwell.messaging.policy import WarmUp
from leadwell.store import keys
from leadwell.store.table import ABSENT, Item, Key, Put, Table

_ATTEMPTS = 12
_KEPT = 30 * DAY


@dataclass(frozen=True, slots=True)
class Warming:
    table: Table
    plan: WarmUp

    def turn(self, message: str, now: Moment) -> Moment:
        """When the message may leave, ``now`` if at once. The same message keeps its turn."""
        began = at_local_time(date.fromisoformat(self.plan.starts), "00:00", "UTC")
        today = max((now - began) // DAY, 0)
        if today >= len(self.plan.per_day):
            return now
        mine, counter = keys.guard(f"warm-up#{message}"), keys.guard(f"warm-up##{self.plan.starts}")
        for _ in range(_ATTEMPTS):
            found = self.table.get_many([mine, counter])
            if mine in found:
                return max(now, int(found[mine]["at"]))
            state = found.get(counter, {"day": 0, "given": 0, "rev": 0})
            day, given = self._place(state, today)
            at = now if day <= today and now >= began else self._moment(began, day, given)
            turn = _item(mine, 1, at=at, expires_at=(at + _KEPT) // 1000)
            try:
                self.table.write(
                    Put(_item(counter, state["rev"] + 1, day=day, given=given), state["rev"]), Put(turn, ABSENT)
                )
                return at
            except Conflict:
                continue
        raise Conflict("many mails are waiting for their turn at once; try again")

    def _place(self, state: Item, today: int) -> tuple[int, int]:
        """(the day of the next free place, how many of its places are given then)."""
        day, given = (state["day"], state["given"]) if state["day"] >= today else (today, 0)
        if day >= len(self.plan.per_day) or given < self.plan.per_day[day]:
            return day, given + 1
        return day + 1, 1

    def _moment(self, began: Moment, day: int, given: int) -> Moment:
        """Spread over the day: a domain that sends all at midnight looks like a machine."""
        if day >= len(self.plan.per_day):
            return began + day * DAY
        return began + day * DAY + (given - 1) * DAY // self.plan.per_day[day]


def _item(key: Key, rev: int, **values: int) -> Item:
    return {"pk": key.pk, "sk": key.sk, "kind": "GUARD", "rev": rev, **values}
