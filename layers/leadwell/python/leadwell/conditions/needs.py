"""What conditions depend on: only a change of one of these, or an ``until``, calls for a new look."""

from dataclasses import dataclass, field

from leadwell.conditions.remembering import Remembered


@dataclass(slots=True)
class Needs:
    """``scores`` and ``gains`` name scoring models (empty: the main one); the numbers of ``gains`` are how far back, in
    milliseconds."""

    behaviors: dict[str, Remembered] = field(default_factory=dict)
    traits: set[str] = field(default_factory=set)
    scores: set[str] = field(default_factory=set)
    gains: dict[str, int] = field(default_factory=dict)
    segments: set[str] = field(default_factory=set)
    crossings: set[str] = field(default_factory=set)
    """Segments of which it is asked when they were entered or left."""
    lists: set[str] = field(default_factory=set)
    journeys: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    """Journeys of which the present step is asked."""
    stage: bool = False
    consent: bool = False
    grade: bool = False
    personas: set[str] = field(default_factory=set)
    interests: bool = False
    company: bool = False
    company_segments: set[str] = field(default_factory=set)
    members: bool = False
    member_scores: set[str] = field(default_factory=set)
    """Scoring models about contacts of which a company asks what its members have; ``*`` is the main one."""

    def remember(self, behavior: Remembered) -> None:
        known = self.behaviors.get(behavior.id)
        self.behaviors[behavior.id] = behavior if known is None else known.together_with(behavior)

    def gained(self, model: str, window: int) -> None:
        self.gains[model] = max(window, self.gains.get(model, 0))

    def merge(self, other: "Needs") -> None:
        for behavior in other.behaviors.values():
            self.remember(behavior)
        for model, window in other.gains.items():
            self.gained(model, window)
        self.traits |= other.traits
        self.scores |= other.scores
        self.segments |= other.segments
        self.crossings |= other.crossings
        self.lists |= other.lists
        self.journeys |= other.journeys
        self.steps |= other.steps
        self.stage |= other.stage
        self.consent |= other.consent
        self.grade |= other.grade
        self.personas |= other.personas
        self.interests |= other.interests
        self.company |= other.company
        self.company_segments |= other.company_segments
        self.members |= other.members
        self.member_scores |= other.member_scores
