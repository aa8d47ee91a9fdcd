"""With which policy versions of journeys were published, as far as it concerns those inside (``in_flight`` applies it).

Apart, because whoever reads the catalog needs no more of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from leadwell.clock import Moment

InFlight = Literal["finish", "migrate", "exit"]
POLICIES: tuple[InFlight, ...] = ("finish", "migrate", "exit")
FINISH, MIGRATE, EXIT = POLICIES


@dataclass(frozen=True, slots=True)
class Turnover:
    """``version`` was published at a moment with a policy other than ``finish`` for those inside."""

    version: int
    policy: InFlight
    at: Moment


Turnovers = Mapping[str, Sequence[Turnover]]
"""By journey, in the order in which they were stated: in it they hold for whoever is inside."""


def with_turnover(turnovers: Sequence[Turnover], more: Turnover) -> tuple[Turnover, ...]:
    """Those that still matter: nobody comes past an ``exit`` who has not moved to the version that it spares before.

    What is stated later never takes back what was stated earlier: that holds already, though it need not be written.
    """
    if more.policy == EXIT and all(one.version != more.version for one in turnovers):
        return (more,)
    return (*turnovers, more)
