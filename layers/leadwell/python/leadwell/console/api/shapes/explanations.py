"""Why a contact stands where it stands."""

from typing import Any, Literal

from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, instant
from leadwell.console.api.shapes.contacts import EnrollmentShape, PermissionShape, StageChange
from leadwell.console.api.shapes.messages import MessageShape
from leadwell.contacts.explaining import (
    Credit,
    MembershipExplained,
    PersonaExplained,
    RuleTotal,
    ScoreExplained,
    StageExplained,
)
from leadwell.contacts.reasons import Reason
from leadwell.durations import duration_text


class ReasonShape(Shape):
    """A condition: as it is written (`rule`), its truth, and what the contact has (`found`)."""

    kind: str = Field(description="The condition's head word: all, any, not, trait, event, score, segment ...")
    rule: JsonObject
    truth: bool
    until: Instant | None = Field(description="When the truth may change if nothing happens; null: only by an event.")
    found: JsonObject
    parts: "list[ReasonShape]"


class CreditShape(Shape):
    rule: str
    event: str = Field(description="The id of the event that earned it.")
    name: str
    at: Instant | None
    points: float = Field(description="Earned then.")
    value: float = Field(description="Left of it now.")


class RuleShape(Shape):
    rule: str
    times: int
    points: float
    value: float


class HeldShape(Shape):
    """A rule that gives points while a condition holds."""

    rule: str
    points: float
    value: float
    reason: ReasonShape


class ScoreShape(Shape):
    """`rules` and `conditions`, by their values, and `unexplained` sum up to the score; so do `credits`, `older`,
    `conditions` and `unexplained`."""

    model: str = Field(description="The scoring model; empty where there is none.")
    score: float
    as_of: Instant
    half_life: str | None = Field(description="An ISO 8601 duration; null: points do not fade.")
    rules: list[RuleShape]
    credits: list[CreditShape] = Field(description="The newest, one by one.")
    older: RuleShape = Field(description="What all earlier events together still give.")
    conditions: list[HeldShape]
    unexplained: float = Field(
        description="Not zero only while the contact has yet to be recounted for a new scoring model, or where its "
        "history is longer than an answer can go through."
    )


class SegmentReason(Shape):
    name: str
    member: bool
    since: Instant | None
    until: Instant | None
    reason: ReasonShape


class StageReason(Shape):
    stage: str
    reached_at: Instant | None
    reason: ReasonShape = Field(description="The stage's rule, as it is now.")
    then: ReasonShape | None = Field(
        description="The rule at `reached_at`, where it held then and does not any more: stages are kept."
    )


class PersonaPart(Shape):
    share: float = Field(description="Of the profile, between 0 and 1.")
    reason: ReasonShape


class PersonaReason(Shape):
    name: str
    share: float = Field(description="Of the profile that the contact covers, between 0 and 1.")
    parts: list[PersonaPart]


class NotEnteredShape(Shape):
    """A journey, live or paused, that never had this contact."""

    journey: str
    trigger: JsonObject
    times: int | None = Field(description="How often what starts it has happened; null where no event starts it.")
    last: Instant | None


class DecisionShape(Shape):
    """Why the contact got a message of a journey, gets it later, or does not get it."""

    journey: str
    sender: str = Field(description="The step that sends it.")
    channel: str
    template: str
    outcome: Literal[
        "sent",
        "waiting",
        "held",
        "not_sent",
        "too_late",
        "left",
        "another_way",
        "kept_out",
        "not_triggered",
        "reported_late",
        "not_let_in",
        "paused",
        "not_meant",
        "not_so",
        "so_already",
        "on_its_day",
        "not_again",
    ] = Field(
        description="held: its journey is paused with those inside; too_late: its moment had passed for longer than "
        "its step allows; left: the contact left the journey before it; another_way: a "
        "branch led past it; kept_out: held out for comparison, kept away by another "
        "journey or an exit condition; not_triggered: the event that starts the journey has not happened; "
        "reported_late: it has, and was reported too late to start anything; not_let_in: it has, but the journey was "
        "not published then, or took nobody; paused: the journey is; not_meant: who does not hold; not_so, so_already: "
        "whether what starts it when it begins (a segment, a stage) is so now; on_its_day: it starts when its day "
        "comes; not_again: it came again, and the re-entry rule kept the contact out."
    )
    at: Instant | None = Field(description="When it was sent or decided; for waiting, until when.")
    reason: str
    step: str = Field(description="Where the contact stands before it, or left.")
    key: str = Field(description="Tells entries into the same journey apart, such as two carts.")


class Explanation(Shape):
    contact: str
    up_to_date: bool = Field(description="False while the contact has yet to be recounted for changed definitions.")
    score: ScoreShape = Field(description="Of the main scoring model.")
    other_scores: list[ScoreShape]
    grade: str = Field(description="Fit A to D by interest 1 to 4; empty where none is defined.")
    personas: list[PersonaReason] = Field(description="The one that fits best first.")
    segments: list[SegmentReason]
    stage: str
    stages: list[StageReason]
    stage_changes: list[StageChange] = Field(description="The newest last.")
    permissions: list[PermissionShape]
    messages: list[MessageShape]
    journeys: list[EnrollmentShape]
    not_entered: list[NotEnteredShape]
    decisions: list[DecisionShape] = Field(
        description="One for each step that sends, of the newest entry into each journey under "
        "each key (the newest ten), and of those never entered."
    )


class CompanyExplanation(Shape):
    company: str
    up_to_date: bool = Field(description="False while the company has yet to be recounted for changed definitions.")
    score: ScoreShape = Field(description="Of the main scoring model about companies.")
    other_scores: list[ScoreShape]
    segments: list[SegmentReason]
    stage: str
    stages: list[StageReason]
    stage_changes: list[StageChange] = Field(description="The newest last.")


_MOMENTS = frozenset({"at", "since", "newest", "completed", "entered", "finished", "reached_goal"})
"""What is found under these names are moments."""


def reason_shape(reason: Reason) -> ReasonShape:
    return ReasonShape(
        kind=reason.kind,
        rule=dict(reason.rule),
        truth=reason.truth,
        until=instant(reason.until),
        found={name: _instants(value) if name in _MOMENTS else value for name, value in reason.found.items()},
        parts=[reason_shape(part) for part in reason.parts],
    )


def _instants(value: Any) -> Any:
    if isinstance(value, list):
        return [to_iso(one) for one in value]
    return to_iso(value) if isinstance(value, int) else value


def persona_reason(explained: PersonaExplained) -> PersonaReason:
    return PersonaReason(
        name=explained.name,
        share=explained.share,
        parts=[PersonaPart(share=round(share, 6), reason=reason_shape(found)) for share, found in explained.parts],
    )


def score_shape(explained: ScoreExplained, as_of: str) -> ScoreShape:
    return ScoreShape(
        model=explained.model,
        score=round(explained.score, 6),
        as_of=as_of,
        half_life=duration_text(explained.half_life) if explained.half_life else None,
        rules=[_rule(total) for total in explained.rules],
        credits=[_credit(credit) for credit in explained.credits],
        older=_rule(explained.older),
        conditions=[
            HeldShape(rule=credit.rule, points=credit.points, value=credit.value, reason=reason_shape(reason))
            for credit, reason in explained.conditions
        ],
        unexplained=explained.unexplained,
    )


def segment_reason(explained: MembershipExplained) -> SegmentReason:
    return SegmentReason(
        name=explained.name,
        member=explained.member,
        since=instant(explained.since),
        until=instant(explained.until),
        reason=reason_shape(explained.reason),
    )


def stage_reason(explained: StageExplained) -> StageReason:
    return StageReason(
        stage=explained.name,
        reached_at=instant(explained.reached_at),
        reason=reason_shape(explained.reason),
        then=reason_shape(explained.then) if explained.then else None,
    )


def _rule(total: RuleTotal) -> RuleShape:
    return RuleShape(rule=total.rule, times=total.times, points=total.points, value=round(total.value, 6))


def _credit(credit: Credit) -> CreditShape:
    return CreditShape(
        rule=credit.rule,
        event=credit.event,
        name=credit.name,
        at=instant(credit.at),
        points=credit.points,
        value=round(credit.value, 6),
    )
