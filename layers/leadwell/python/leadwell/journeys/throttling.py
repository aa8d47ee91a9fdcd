"""At most so many enter a journey within each stretch of time."""

from dataclasses import dataclass

from leadwell.clock import Moment
from leadwell.errors import Conflict
from leadwell.ids import fingerprint
from leadwell.journeys.models import Throttle
from leadwell.store import keys
from leadwell.store.table import ABSENT, Item, Put, Table

_ATTEMPTS = 12
_KEPT_FOR = 86_400


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Hands out places. Stretches of time are fixed (whole hours, whole days); each remembers how many places it has
    given, and where the next free one is."""

    table: Table

    def next(self, journey: str, throttle: Throttle, newcomer: str, now: Moment) -> Moment:
        """When the newcomer may begin; ``now`` if at once. The same newcomer keeps its place."""
        key = keys.guard(f"turn#{journey}#{fingerprint('turn', newcomer)}")
        for _ in range(_ATTEMPTS):
            found = self.table.get_many([key, keys.guard(f"turnstile#{journey}")])
            if key in found:
                return max(now, int(found[key]["at"]))
            stile = found.get(keys.guard(f"turnstile#{journey}"), {"window": 0, "given": 0, "rev": 0})
            window, given = self._place(throttle, stile, now)
            at = max(now, window * throttle.per)
            try:
                self.table.write(
                    Put(_item(journey, window, given, stile["rev"] + 1), stile["rev"]),
                    Put({"pk": key.pk, "sk": key.sk, "kind": "GUARD", "rev": 1, "at": at, **_until(at)}, ABSENT),
                )
                return at
            except Conflict:
                continue
        raise Conflict(f"many are entering {journey} at once; try again")

    def _place(self, throttle: Throttle, stile: Item, now: Moment) -> tuple[int, int]:
        """(the stretch with the next free place, how many of its places are given then)."""
        present = now // throttle.per
        window, given = (stile["window"], stile["given"]) if stile["window"] >= present else (present, 0)
        return (window, given + 1) if given < throttle.at_most else (window + 1, 1)


def _item(journey: str, window: int, given: int, rev: int) -> Item:
    key = keys.guard(f"turnstile#{journey}")
    return {"pk": key.pk, "sk": key.sk, "kind": "GUARD", "rev": rev, "window": window, "given": given}


def _until(at: Moment) -> Item:
    return {"expires_at": at // 1000 + _KEPT_FOR}
