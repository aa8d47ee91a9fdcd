"""What a condition may look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import FOREVER, Moment


def _no_score(now: Moment) -> float:
    return 0.0


def _no_crossing(threshold: float, now: Moment) -> Moment:
    return FOREVER


@dataclass(frozen=True, slots=True)
class Facts:
    """A contact as conditions see it.

    ``memory`` maps a memory id to the newest moments at which a matching event happened, newest first.
    ``consents`` names the granted topics (``marketing/email``), ``segments`` the segments the contact is in.
    ``score`` is a function of time because it decays; ``crossing`` says when it next passes a threshold.
    ``trigger`` holds the properties of the event that started an enrollment, where there is one.
    """

    traits: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, Sequence[Moment]] = field(default_factory=dict)
    stage: str = "visitor"
    consents: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    score: Callable[[Moment], float] = _no_score
    crossing: Callable[[float, Moment], Moment] = _no_crossing
    trigger: Mapping[str, Any] = field(default_factory=dict)
