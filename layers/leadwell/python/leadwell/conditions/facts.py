"""What a condition may look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.courses import Course, MemberScores


class Ratings(Protocol):
    """What follows from the rest by scoring models, grade, personas and interests; each may change as time passes.

    ``model`` is a scoring model's name, empty for the main one. Shares are between 0 and 1.
    """

    def score(self, model: str, now: Moment) -> float: ...

    def crossing(self, model: str, threshold: float, now: Moment) -> Moment:
        """The next moment at which the score may be on the other side of the threshold."""

    def course(self, model: str, now: Moment) -> tuple[Course, Moment]:
        """A score as a function of time, and until when it is that one if nothing happens. ``model`` is a name."""

    def gains(self, model: str) -> Any:
        """The newest points that events gave: what ``remembering.Amounts`` keeps."""

    def grade(self, now: Moment) -> tuple[str, Moment]:
        """The grade, such as ``B2``, and until when it stays; empty without a definition."""

    def personas(self, now: Moment) -> tuple[Mapping[str, float], Moment]:
        """The share of each persona that the contact covers, and until when all stay."""

    def best_persona(self, now: Moment) -> str:
        """Empty where none is covered far enough."""

    def interest(self, category: str, now: Moment) -> float: ...

    def interest_crossing(self, category: str, threshold: float, now: Moment) -> Moment: ...

    def top_interest(self) -> str: ...


class NoRatings:
    """Where nothing is defined."""

    def score(self, model: str, now: Moment) -> float:
        return 0.0

    def crossing(self, model: str, threshold: float, now: Moment) -> Moment:
        return FOREVER

    def course(self, model: str, now: Moment) -> tuple[Course, Moment]:
        return Course(0.0), FOREVER

    def gains(self, model: str) -> Any:
        return None

    def grade(self, now: Moment) -> tuple[str, Moment]:
        return "", FOREVER

    def personas(self, now: Moment) -> tuple[Mapping[str, float], Moment]:
        return {}, FOREVER

    def best_persona(self, now: Moment) -> str:
        return ""

    def interest(self, category: str, now: Moment) -> float:
        return 0.0

    def interest_crossing(self, category: str, threshold: float, now: Moment) -> Moment:
        return FOREVER

    def top_interest(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A contact as conditions see it.

    ``memory`` maps a behavior's id to what is kept of it (``remembering``). ``stages`` says since when the contact
    stands at the present stage and when it reached the others. ``consents`` maps topics (``marketing/email``) to
    requested, granted or withdrawn; ``segments`` says since when the contact is in which, ``crossed`` when it
    entered and left some of them last (0: never), ``lists`` names what it is
    on; ``journeys`` maps a journey to what became of the contact in it. ``company`` and its neighbors are those of the
    company that the contact belongs to, ``members`` a company's own, by stage, and ``scores`` what they are worth.
    ``zone`` is the contact's own.
    ``trigger`` holds the properties of the event that started an enrollment, where there is one.
    """

    traits: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    stage: str = "visitor"
    stages: Mapping[str, Moment] = field(default_factory=dict)
    consents: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, Moment] = field(default_factory=dict)
    crossed: Mapping[str, Sequence[Moment]] = field(default_factory=dict)
    lists: Collection[str] = ()
    journeys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    company: Mapping[str, Any] = field(default_factory=dict)
    company_segments: Collection[str] = ()
    company_stage: str = "visitor"
    members: Mapping[str, int] = field(default_factory=dict)
    scores: MemberScores = field(default_factory=MemberScores)
    ratings: Ratings = field(default_factory=NoRatings)
    contact: str = ""
    zone: str = "UTC"
    trigger: Mapping[str, Any] = field(default_factory=dict)
