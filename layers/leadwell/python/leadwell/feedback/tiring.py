"""Addresses at which mails come back for now, again and again: they are left to rest.

What is kept is the set of such bounces, and the rest follows from the set: so neither doubles nor disorder matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from leadwell.clock import DAY, Moment
from leadwell.consent.suppressions import Reason, normalized, suppress
from leadwell.errors import Conflict
from leadwell.feedback.kinds import Feedback
from leadwell.store import keys
from leadwell.store.table import Put, Table

KIND = "SOFT_BOUNCES"
_MOST = 60
"""Kept of an address: three times what any policy asks for."""
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class SoftBounces:
    """After ``at_most`` temporary bounces within a time, the next has the address rest: by default after three within
    thirty days for ninety. Milliseconds. An installation says otherwise in its policy."""

    at_most: int = 3
    within: int = 30 * DAY
    rest: int = 90 * DAY

    def tired(self, bounces: Iterable[Moment]) -> tuple[Moment, Moment] | None:
        """(the bounce that was too much, the end of the rest), of several the last; None while there is no such."""
        moments = sorted(bounces)
        for place in range(len(moments) - 1, self.at_most - 1, -1):
            if moments[place] - moments[place - self.at_most] <= self.within:
                return moments[place], moments[place] + self.rest
        return None


def note_soft_bounce(table: Table, bounce: Feedback, soft: SoftBounces) -> None:
    """Durable on return; doing it again changes nothing."""
    address = normalized(bounce.channel, bounce.recipient)
    tired = soft.tired(_noted(table, bounce, address).values())
    if tired is not None:
        at, until = tired
        suppress(table, bounce.channel, address, Reason.REST, at, f"{bounce.source}: temporary bounces", until)


def _noted(table: Table, bounce: Feedback, address: str) -> dict[str, Moment]:
    """All there were, by the ids of their events."""
    key = keys.soft_bounces(bounce.channel, address, table.pepper)
    for _ in range(_ATTEMPTS):
        item = table.get(key) or {"rev": 0, "bounces": {}}
        known: dict[str, Moment] = item["bounces"]
        together = {**known, bounce.event_id: bounce.at}
        newest = dict(sorted(together.items(), key=lambda one: (-one[1], one[0]))[:_MOST])
        if newest == known:
            return newest
        # Nobody needs them once no window can reach back so far.
        expires_at = (max(newest.values()) + 400 * DAY) // 1000
        try:
            table.write(
                Put(
                    {
                        "pk": key.pk,
                        "sk": key.sk,
                        "kind": KIND,
                        "rev": item["rev"] + 1,
                        "bounces": newest,
                        "expires_at": expires_at,
                    },
                    item["rev"],
                )
            )
        except Conflict:
            continue
        return newest
    raise Conflict("an address bounces in many places at once")
