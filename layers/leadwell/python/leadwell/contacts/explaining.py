"""Why a contact stands where it stands: score, segments and stage, traced back to what happened.

Nothing here is stored: the score's ledger is written out of the history, by the same model that keeps the score, so
the two can be compared.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.facts import Facts
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import facts_of
from leadwell.contacts.in_use import InUse
from leadwell.contacts.reasons import Reason, reason
from leadwell.definitions.catalog import Catalog
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
    """``credits`` are the newest, ``older`` what the events before them still give. ``rules`` and ``conditions`` each
    sum up everything; rules + conditions + ``unexplained`` is the score. ``unexplained`` is not zero only when the
    history is longer than was read, or the scoring model has just changed and the contact is not recounted yet."""

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
    name: str
    reached_at: Moment | None
    reason: Reason


@dataclass(slots=True)
class Ledger:
    """Goes through the history once, in the order of time."""

    catalog: Catalog
    now: Moment
    credits: list[Credit] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def enter(self, event: Event) -> None:
        for rule in self.catalog.scoring.by_event.get(event.name, ()):
            if not rule.matches(event.properties, {}):
                continue
            times = self.counts.get(rule.id, 0)
            if rule.max_times is not None and times >= rule.max_times:
                continue
            self.counts[rule.id] = times + 1
            value = rule.points * (self._left_of(event.at) if rule.fades else 1.0)
            self.credits.append(Credit(rule.id, rule.points, value, event.id, event.name, event.at))

    def totals(self) -> list[RuleTotal]:
        return [_total(rule, [one for one in self.credits if one.rule == rule]) for rule in sorted(self.counts)]

    def _left_of(self, at: Moment) -> float:
        half_life = self.catalog.scoring.half_life
        return 2.0 ** (-(self.now - at) / half_life) if half_life else 1.0


def explain_score(
    contact: Contact, history: Iterable[Event], catalog: Catalog, in_use: InUse, now: Moment, newest: int
) -> ScoreExplained:
    """``history`` in the order of time; ``newest``: how many credits to list one by one."""
    ledger = Ledger(catalog, now)
    for event in history:
        ledger.enter(event)
    facts = facts_of(contact, catalog)
    conditions = list(_held(contact, facts, in_use, now))
    score = facts.score(now)
    explained = sum(one.value for one in ledger.credits) + sum(credit.value for credit, _ in conditions)
    ledger.credits.reverse()
    return ScoreExplained(
        score=score,
        half_life=catalog.scoring.half_life,
        rules=ledger.totals(),
        credits=ledger.credits[:newest],
        older=_total("", ledger.credits[newest:]),
        conditions=conditions,
        unexplained=round(score - explained, 6) + 0.0,
    )


def explain_segments(contact: Contact, catalog: Catalog, in_use: InUse, now: Moment) -> list[MembershipExplained]:
    """Every segment, whether the contact is in it or not."""
    facts = facts_of(contact, catalog)
    explained = []
    for segment in in_use.segments:
        found = reason(segment.when, contact, facts, now)
        member = segment.name in contact.segments
        until = found.until if member and found.truth and found.until < FOREVER else None
        explained.append(MembershipExplained(segment.name, member, contact.segments.get(segment.name), until, found))
    return explained


def explain_stages(contact: Contact, catalog: Catalog, in_use: InUse, now: Moment) -> list[StageExplained]:
    """Every stage that has a rule, in the order of the lifecycle. A stage once reached stays reached."""
    facts = facts_of(contact, catalog)
    rules = in_use.lifecycle.stages if in_use.lifecycle else ()
    return [
        StageExplained(rule.stage, contact.stages.get(rule.stage), reason(rule.when, contact, facts, now))
        for rule in rules
    ]


def _held(contact: Contact, facts: Facts, in_use: InUse, now: Moment) -> Iterator[tuple[Credit, Reason]]:
    for rule in in_use.scoring.rules if in_use.scoring else ():
        if rule.when is not None:
            found = reason(rule.when, contact, facts, now)
            yield Credit(rule.id, rule.points, rule.points if found.truth else 0.0), found


def _total(rule: str, given: Sequence[Credit]) -> RuleTotal:
    return RuleTotal(rule, len(given), sum(one.points for one in given), sum(one.value for one in given))
