"""What a line in the tables of this folder says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadwell.definitions.documents import read_yaml
from leadwell.tracking.events import Event
from tests.unit.conditions.naive import Definitions

PEERS = ("Mautic", "Dittofeed", "Unomi")
NOW = "03-20 12:00"
"""A Friday; the contacts live in Berlin, where summer time begins nine days later."""


@dataclass(frozen=True, kw_only=True)
class Equivalent:
    """``here`` does what these operators of others do. ``inside`` is the history of somebody who is in at ``at``,
    ``outside`` of somebody similar who is not; None where nobody is out.

    ``ends`` is the moment at which time alone takes the one inside out, ``begins`` the one at which it takes the one
    outside in. Without them time alone changes nothing. ``others`` are segments that the condition rests on, ``known``
    further definitions, ``trigger`` the properties of the event that started a journey. ``line`` is how the handbook
    writes several that follow each other.
    """

    here: str
    mautic: Sequence[str] = ()
    dittofeed: Sequence[str] = ()
    unomi: Sequence[str] = ()
    inside: Sequence[Event]
    outside: Sequence[Event] | None
    at: str = NOW
    ends: str = ""
    begins: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    trigger: Mapping[str, Any] = field(default_factory=dict)
    line: str = ""

    def operators(self, peer: str) -> Sequence[str]:
        return {"Mautic": self.mautic, "Dittofeed": self.dittofeed, "Unomi": self.unomi}[peer]

    def definitions(self) -> Definitions:
        """With the condition as a segment named ``peers``."""
        segments = {name: read_yaml(when) for name, when in {**self.others, "peers": self.here}.items()}
        return Definitions(segments=segments, **self.known)
