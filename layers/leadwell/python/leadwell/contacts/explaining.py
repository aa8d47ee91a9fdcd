"""Why a contact stands where it stands: score, segments and stage, traced back to what happened.

Nothing here is stored: the score's ledger is written out of the history, by the same model that keeps the score, so
the two can be compared.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.base import as_written
from leadwell.conditions.facts import Facts
from leadwell.contacts.contact import Contact
from leadwell.contacts.reasons import Reason, reason
from leadwell.definitions.catalog import Judgments
from leadwell.scoring.models import MOST_EXPIRING, ScoringDefinition
from leadwell.scoring.points import EventRule, ScoringModel, compile_scoring
from leadwell.scoring.rolling_up import RollUpRule
from leadwell.tracking.events import Event


@dataclass(frozen=True, slots=True)
class Credit:
    """What one event, or one condition that holds, gave: ``points`` then, ``value`` now."""

    rule: str
    points: float
    value: float
    event: str = ""
    name: str = ""
    at: Moment | None = None


@dataclass(frozen=True, slots=True)
class RuleTotal:
    rule: str
    times: int
    points: float
    value: float


@dataclass(frozen=True, slots=True)
class ScoreExplained:
    """``model`` is empty where there is none. ``credits`` are the newest, ``older`` what the events before them still
    give. ``rules`` and ``conditions`` each sum up everything; rules + conditions + ``unexplained`` is the score.
    ``unexplained`` is not zero only when the
    history is longer than was read, or the scoring model has just changed and the contact is not recounted yet."""

    model: str
    score: float
    half_life: int | None
    rules: Sequence[RuleTotal]
    credits: Sequence[Credit]
    older: RuleTotal
    conditions: Sequence[tuple[Credit, Reason]]
    unexplained: float


@dataclass(frozen=True, slots=True)
class MembershipExplained:
    """``since`` and ``until`` are given for members; ``until`` only where time alone will end it."""

    name: str
    member: bool
    since: Moment | None
    until: Moment | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class StageExplained:
    """``reason`` is the rule now; ``then`` the rule when the stage was reached, where it held then and does not any
    more: a stage is kept."""

    name: str
    reached_at: Moment | None
    reason: Reason
    then: Reason | None = None


@dataclass(frozen=True, slots=True)
class PersonaExplained:
    """``parts`` are the shares of the profile, between 0 and 1, and their conditions."""

    name: str
    share: float
    parts: Sequence[tuple[float, Reason]]


@dataclass(slots=True)
class Ledger:
    """Goes through the history once, in the order of time."""

    model: ScoringModel
    now: Moment
    credits: list[Credit] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def enter(self, event: Event) -> None:
        for rule in self.model.by_event.get(event.name, ()):
            if not rule.fits(event):
                continue
            times = self.counts.get(rule.id, 0)
            if rule.expires is None and rule.max_times is not None and times >= rule.max_times:
                continue
            self.counts[rule.id] = times + 1
            self.credits.append(
                Credit(rule.id, rule.worth(event), self._value(rule, event), event.id, event.name, event.at)
            )

    def close(self) -> None:
        """Of points that expire only the newest count, as many as are allowed at once."""
        left = {rule.id: rule.max_times or MOST_EXPIRING for rule in self.model.expiring.values()}
        for place, credit in reversed(list(enumerate(self.credits))):
            if credit.rule in left:
                left[credit.rule] -= 1
                if left[credit.rule] < 0:
                    self.credits[place] = replace(credit, value=0.0)

    def totals(self) -> list[RuleTotal]:
        return [_total(rule, [one for one in self.credits if one.rule == rule]) for rule in sorted(self.counts)]

    def _value(self, rule: EventRule, event: Event) -> float:
        points, at = rule.worth(event), event.at
        if rule.expires is not None:
            return points if self.now < at + rule.expires else 0.0
        half_life = self.model.half_life
        return points * (2.0 ** (-(self.now - at) / half_life) if rule.fades and half_life else 1.0)


def explain_scores(
    facts: Facts, history: Sequence[Event], judgments: Judgments, now: Moment, newest: int
) -> list[ScoreExplained]:
    """Every scoring model, the main one first. ``history`` in the order of time; ``newest``: how many credits to list
    one by one."""
    models = sorted(judgments.scoring, key=lambda one: (one.name != judgments.main, one.name))
    if not models:
        return [ScoreExplained("", 0.0, None, [], [], _total("", []), [], 0.0)]
    return [_explain_score(one, judgments.main, facts, history, now, newest) for one in models]


def _explain_score(
    definition: ScoringDefinition, main: str, facts: Facts, history: Iterable[Event], now: Moment, newest: int
) -> ScoreExplained:
    model = compile_scoring(definition, main=main)
    ledger = Ledger(model, now)
    for event in history:
        ledger.enter(event)
    ledger.close()
    conditions = list(_held(definition, model, facts, now))
    score = facts.ratings.score(definition.name, now)
    explained = sum(one.value for one in ledger.credits) + sum(credit.value for credit, _ in conditions)
    ledger.credits.reverse()
    return ScoreExplained(
        model=definition.name,
        score=score,
        half_life=definition.half_life,
        rules=ledger.totals(),
        credits=ledger.credits[:newest],
        older=_total("", ledger.credits[newest:]),
        conditions=conditions,
        unexplained=round(score - explained, 6) + 0.0,
    )


def explain_segments(contact: Contact, facts: Facts, judgments: Judgments, now: Moment) -> list[MembershipExplained]:
    """Every segment, whether the contact is in it or not."""
    explained = []
    for segment in judgments.segments:
        found = reason(segment.when, facts, now)
        member = segment.name in contact.segments
        until = found.until if member and found.truth and found.until < FOREVER else None
        explained.append(MembershipExplained(segment.name, member, contact.segments.get(segment.name), until, found))
    return explained


def explain_stages(contact: Contact, facts: Facts, judgments: Judgments, now: Moment) -> list[StageExplained]:
    """Every stage that has a rule, in the order of the lifecycle."""
    rules = judgments.lifecycle.stages if judgments.lifecycle else ()
    return [StageExplained(rule.stage, contact.stages.get(rule.stage), reason(rule.when, facts, now)) for rule in rules]


def explain_personas(facts: Facts, judgments: Judgments, now: Moment) -> list[PersonaExplained]:
    """Every persona, the one that is covered most first."""
    explained = []
    for persona in judgments.personas:
        total = sum(one.weight for one in persona.profile)
        parts = [(one.weight / total, reason(one.when, facts, now)) for one in persona.profile]
        share = round(sum(weight for weight, found in parts if found.truth), 9)
        explained.append(PersonaExplained(persona.name, share, parts))
    return sorted(explained, key=lambda one: (-one.share, one.name))


def _rolled(rule: RollUpRule, facts: Facts, now: Moment) -> Reason:
    """What the scores of a company's members come to, as a condition would say it."""
    amount = round(rule.amount(facts.scores, now), 6)
    written = as_written(rule.roll_up) | ({"max_points": rule.most} if rule.most is not None else {})
    found = {rule.roll_up.score: amount, "members": facts.scores.of(rule.model).count}
    return Reason("members", written, amount > 0, rule.holds(facts.scores, now), found)


def _held(
    definition: ScoringDefinition, model: ScoringModel, facts: Facts, now: Moment
) -> Iterator[tuple[Credit, Reason]]:
    for rule in definition.rules:
        if rule.when is not None:
            found = reason(rule.when, facts, now)
            yield Credit(rule.id, rule.points, rule.points if found.truth else 0.0), found
    for rolled in (*model.rolled, *model.counted):
        found = _rolled(rolled, facts, now)
        yield Credit(rolled.id, rolled.points, rolled.worth(facts.scores, now)), found


def _total(rule: str, given: Sequence[Credit]) -> RuleTotal:
    return RuleTotal(rule, len(given), sum(one.points for one in given), sum(one.value for one in given))
