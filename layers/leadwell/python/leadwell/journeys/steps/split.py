"""Go one of several ways by chance, and perhaps find out which is best.

split:
  arms:
    - {name: short, share: 50, steps: [{email: offer-short}]}
    - {name: long, share: 50, steps: [{email: offer-long}]}
  winner: {event: Order Completed, within: P3D, each: 500, confidence: 95}

A contact always gets the same arm under the same entry key. Without ``winner`` it stays a split. With it, the arm that
is better for certain takes everybody who comes after the decision; who is in an arm stays there.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from leadwell.conditions.kinds.messages import reports_of
from leadwell.conditions.models import Duration, Model, StartedWhere
from leadwell.errors import Refused
from leadwell.ids import fingerprint, share_of
from leadwell.journeys.enrollment import Trial
from leadwell.journeys.steps.running import Contest, Go, Next, StepModel, StepRun, Way

if TYPE_CHECKING:
    from leadwell.journeys.steps import Step

ARMS = "arms"
"""StartedWhere an enrollment keeps the arms it went, by step: templates can say ``found.arms``."""

_METRICS = {
    "opened": reports_of("opened"),
    "clicked": (*reports_of("clicked"), *reports_of("clicked", "sms")),
}


class SplitArm(Model):
    """``share`` is a weight: shares need not add up to 100."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=40)]
    share: Annotated[float, Field(gt=0, le=1_000_000)]
    steps: "tuple[Step, ...]" = ()


class Winner(Model):
    """What is better: that an ``event`` comes, or (``metric``) that a mail sent in the arm is opened or clicked, each
    ``within`` so long after the arm was begun. It is decided once, when every arm has had ``each`` contacts and their
    time is over."""

    event: str = ""
    where: StartedWhere = Field(default_factory=dict)
    metric: Literal["opened", "clicked"] | None = None
    within: Duration
    each: Annotated[int, Field(ge=20, le=20_000)] = 500
    confidence: Annotated[float, Field(ge=80, le=99.9)] = 95

    @model_validator(mode="after")
    def _one_head(self) -> "Winner":
        if bool(self.event) == (self.metric is not None):
            raise ValueError("give either event or metric")
        if self.where and not self.event:
            raise ValueError("where filters events: give event")
        return self


class Arms(Model):
    arms: Annotated[tuple[SplitArm, ...], Field(min_length=2, max_length=10)]
    winner: Winner | None = None

    @model_validator(mode="after")
    def _told_apart(self) -> "Arms":
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names):
            raise ValueError("two arms have the same name")
        return self


class Split(StepModel):
    split: Arms

    def ways(self) -> Sequence[Way]:
        return [Way(f"split.arms[{place}].steps", arm.steps) for place, arm in enumerate(self.split.arms)]

    def unfit_for_companies(self) -> str:
        by_mails = self.split.winner is not None and self.split.winner.metric
        return f"no mails go to a company, so none are {by_mails}: give an event" if by_mails else ""

    def awaited(self) -> frozenset[str]:
        contest = self.contest()
        return contest.names if contest else frozenset()

    def contest(self) -> Contest | None:
        rule = self.split.winner
        if rule is None:
            return None
        names = _METRICS[rule.metric] if rule.metric else (rule.event,)
        asked = rule.model_dump_json(include={"event", "where", "metric", "within"})
        return Contest(
            id=fingerprint("arms", *(arm.model_dump_json(by_alias=True) for arm in self.split.arms), asked, length=8),
            arms=tuple(arm.name for arm in self.split.arms),
            names=frozenset(names),
            where=rule.where,
            by_message=rule.metric is not None,
            within=rule.within,
            each=rule.each,
            confidence=rule.confidence,
        )

    def always(self, arm: str) -> StepModel:
        names = [one.name for one in self.split.arms]
        if arm not in names:
            raise Refused(f"{self.id or 'the split'} has no arm {arm!r}; its arms are {', '.join(names)}")
        arms = tuple(one.model_copy(update={"share": float(one.name == arm)}) for one in self.split.arms)
        return self.model_copy(update={"split": self.split.model_copy(update={"arms": arms})})

    def run(self, run: StepRun) -> Next:
        names = [arm.name for arm in self.split.arms]
        known = run.enrollment.found.get(ARMS, {})
        name, word = known.get(run.node.id), "arm"
        if name not in names:
            plan = run.program.plans.get(run.node.id)
            verdict = run.situation.winners.get(plan.id) if plan else ""
            name, word = (verdict, "winner") if verdict else (self._by_chance(run), "arm")
            if plan and verdict is None:
                run.trial = Trial(name, run.enrollment.unit, run.now)
            run.found[ARMS] = {**known, run.node.id: name}
        return Go(run.node.arms[names.index(name)].first, f"{word} {name}")

    def _by_chance(self, run: StepRun) -> str:
        arms = self.split.arms
        ends = list(accumulate(arm.share for arm in arms))
        salt = f"split:{run.program.name}/{run.node.id}"
        point = share_of(salt, f"{run.enrollment.contact}/{run.enrollment.key}") * ends[-1]
        return next((arm.name for arm, end in zip(arms, ends, strict=True) if point < end), arms[-1].name)
