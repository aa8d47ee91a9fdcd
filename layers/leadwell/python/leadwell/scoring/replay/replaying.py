"""Plays a history again under other definitions, through the code that keeps contacts up to date."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.kinds.combining import Not
from leadwell.conditions.kinds.person import StageBounds, StageCondition, StageName
from leadwell.conditions.kinds.rating import ScoreBounds, ScoreCondition
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import Folding, facts_of
from leadwell.definitions.catalog import Catalog, Judgments, compile_catalog
from leadwell.definitions.text import Text
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.replay.moments import Prospect
from leadwell.segments.models import SegmentDefinition

HANDED_OVER = "leadwell-handed-over"


@dataclass(frozen=True, slots=True)
class HandOver:
    """When sales gets a contact: at a stage, or at a score; one of the two."""

    stage: StageName | None = None
    score: float | None = None

    def condition(self, model: str) -> ConditionModel:
        if self.score is not None:
            return ScoreCondition(score=ScoreBounds(model=model, at_least=self.score))
        return StageCondition(stage=StageBounds(at_least=self.stage))

    def threshold(self, judgments: Judgments, model: str) -> float | None:
        """The score at which it happens; None for a stage whose rule does not ask for a score of this model."""
        if self.score is not None:
            return self.score
        rules = judgments.lifecycle.stages if judgments.lifecycle else ()
        names = {model, ""} if model == judgments.main else {model}
        for rule in rules:
            if rule.stage == self.stage:
                return next(_bounds(rule.when, names), None)
        return None


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a contact under the definitions: the scores by model at the judged moment (empty for who is left
    out), and when it was handed over."""

    scores: Mapping[str, float]
    handed_over: Moment | None


@dataclass(frozen=True, slots=True)
class Replay:
    catalog: Catalog
    models: tuple[str, ...]
    zone: str

    def course(self, prospect: Prospect, since: Moment) -> Course:
        folding = Folding(Contact(id=prospect.contact), self.catalog, self.zone)
        scores: Mapping[str, float] = {}
        judged_at = prospect.judged_at
        for event in prospect.events:
            if judged_at is not None and event.at > judged_at:
                scores, judged_at = self._scores(folding, judged_at), None
            folding.apply(event)
        if judged_at is not None:
            scores = self._scores(folding, judged_at)
        folding.walk_to(prospect.known)
        return Course(scores, _first_inside(folding.happened, since, prospect.known))

    def _scores(self, folding: Folding, now: Moment) -> dict[str, float]:
        folding.walk_to(now)
        ratings = facts_of(folding.contact, self.catalog, self.zone).ratings
        return {model: ratings.score(model, now) for model in self.models}


def replay(judgments: Judgments, models: Iterable[str], zone: str, hand_over: ConditionModel | None = None) -> Replay:
    """Under these judgments; the scores of ``models`` are noted, and when ``hand_over`` first holds."""
    wanted = _rested_on(judgments)
    segments = [one for one in judgments.segments if one.name in wanted]
    if hand_over is not None:
        title = Text(en="Handed over", de="Übergeben")
        segments.append(SegmentDefinition(name=HANDED_OVER, title=title, when=hand_over))
    return Replay(compile_catalog(replace(judgments, segments=segments)), tuple(models), zone)


def in_place_of(present: ScoringDefinition, other: ScoringDefinition) -> ScoringDefinition:
    """Another model under the name of a present one, so that whatever asks for the one gets the other."""
    return other.model_copy(update={"name": present.name, "main": present.main})


def _rested_on(judgments: Judgments) -> set[str]:
    """The segments that scores, stages, personas or one another ask for; the others need no evaluation."""
    conditions: list[ConditionModel] = [rule.when for model in judgments.scoring for rule in model.rules if rule.when]
    conditions += [rule.when for rule in (judgments.lifecycle.stages if judgments.lifecycle else ())]
    conditions += [one.when for persona in judgments.personas for one in persona.profile]
    by_name = {one.name: one.when for one in judgments.segments}
    found: set[str] = set()
    while conditions:
        fresh = compile_condition(conditions.pop()).needs.segments - found
        found |= fresh
        conditions += [by_name[name] for name in fresh if name in by_name]
    return found


def _bounds(condition: ConditionModel, models: set[str]) -> Iterator[float]:
    """The scores that a condition asks for at least."""
    if isinstance(condition, ScoreCondition):
        bounds = condition.score
        if bounds.model in models and bounds.at_least is not None:
            yield bounds.at_least
    elif not isinstance(condition, Not):
        for part in condition.parts():
            yield from _bounds(part, models)


def _first_inside(happened: Sequence[Happening], since: Moment, known: Moment) -> Moment | None:
    """The first moment at or after ``since`` at which the contact was handed over."""
    entered: Moment | None = None
    for one in happened:
        if one.name != HANDED_OVER:
            continue
        if one.kind == "entered":
            entered = one.at
            if entered >= since:
                return entered
        elif one.kind == "left":
            if entered is not None and one.at > since:
                return since
            entered = None
    return since if entered is not None and since <= known else None
