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
"""By journey, in the order of their versions."""


def with_turnover(turnovers: Sequence[Turnover], more: Turnover) -> tuple[Turnover, ...]:
    """Those that still matter: nobody comes past an ``exit``."""
    if more.policy == EXIT:
        return (more,)
    return (*(one for one in turnovers if one.version != more.version), more)
