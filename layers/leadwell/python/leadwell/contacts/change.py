"""What a write changed about a contact: it travels in the item, so whoever reads the stream needs no second read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment

TOLD_BY = "told_by"
"""The property that names the event by which a date, or a trait, is news."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in a contact's change that a journey may react to.

    ``kind`` is event, entered, left, stage, became, date or changed (a trait for whose date somebody may wait), or of
    the contact's company company_entered or company_reached; ``name`` the event, segment, stage, turn, date trigger or
    trait.
    """

    kind: str
    id: str
    name: str
    at: Moment
    properties: Mapping[str, Any]

    def to_map(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "name": self.name, "at": self.at, "properties": dict(self.properties)}

    @classmethod
    def from_map(cls, given: Mapping[str, Any]) -> "Happening":
        return cls(**given)
