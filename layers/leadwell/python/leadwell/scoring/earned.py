"""What is remembered of earned points. Whoever reads a contact needs it, and no scoring model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import Moment


@dataclass(frozen=True, slots=True)
class Points:
    """What a contact's past has earned under one model.

    ``counts`` only knows the rules that are capped, ``expiring`` the newest moments of rules whose points end, and
    ``gains`` the newest points (``remembering.Amounts``) where some condition asks for jumps.
    """

    fixed: float = 0.0
    fading: float = 0.0
    as_of: Moment = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    expiring: Mapping[str, list[Moment]] = field(default_factory=dict)
    gains: list[Any] = field(default_factory=list)

    def to_list(self) -> list[Any]:
        return [self.fixed, self.fading, self.as_of, dict(self.counts), dict(self.expiring), self.gains]

    @classmethod
    def from_list(cls, given: list[Any]) -> "Points":
        fixed, fading, as_of, counts, expiring, gains = given
        return cls(float(fixed), float(fading), as_of, counts, expiring, gains)


NO_POINTS = Points()
