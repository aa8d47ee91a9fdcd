"""Wait until something happens, but not for ever.

wait_for: {event: Consent Granted, where: {channel: email}, timeout: P7D, on_timeout: exit}
wait_for: {when: {segment: vip}, timeout: P14D}
wait_for: {clicked: invitation, timeout: P14D, otherwise: [{email: invitation-again}]}
wait_for:
  first_of:
    - {event: Order Completed, steps: [{exit: has ordered}]}
    - {opened: offer, steps: [{sms: offer-reminder}]}
  timeout: P3D
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import Compiled, compile_condition
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import Matches, compile_where
from leadwell.conditions.kinds.messages import reports_of
from leadwell.conditions.models import Condition, Duration, Model, StartedWhere
from leadwell.conditions.needs import Needs
from leadwell.contacts.change import Happening
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.steps.running import Arm, Go, Leave, Next, Node, Situation, Sleep, StepModel, StepRun, Way
from leadwell.journeys.turning import check_turn, turn_id
from leadwell.tracking.events import Name

if TYPE_CHECKING:
    from leadwell.journeys.steps import Step

_ENGAGEMENT = {
    "opened": reports_of("opened"),
    "clicked": (*reports_of("clicked"), *reports_of("clicked", "sms")),
    "replied": reports_of("replied"),
    "bounced": (Name.EMAIL_BOUNCED,),
}
"""What somebody does with a message that a step of this journey sent; who clicks or answers has opened."""


class Occasion(Model):
    """One thing to wait for: an ``event``, a condition coming true (``when``), or that the message of an earlier step
    of this journey is ``opened``, ``clicked``, ``replied`` to or ``bounced``."""

    event: str = ""
    where: StartedWhere = Field(default_factory=dict)
    when: Condition | None = None
    opened: str = ""
    clicked: str = ""
    replied: str = ""
    bounced: str = ""

    @property
    def engagement(self) -> tuple[str, str] | None:
        """(opened, clicked, replied or bounced; the step)."""
        return next(((word, step) for word in _ENGAGEMENT if (step := getattr(self, word))), None)

    @property
    def heads(self) -> int:
        return sum(map(bool, (self.event, self.when, *(getattr(self, word) for word in _ENGAGEMENT))))

    def names(self) -> tuple[str, ...]:
        return _ENGAGEMENT[self.engagement[0]] if self.engagement else (self.event,) if self.event else ()

    def text(self, negated: bool = False) -> str:
        """For the record."""
        if self.engagement:
            word, step = self.engagement
            return f"{step} was {'not ' if negated else ''}{word}{' to' if word == 'replied' else ''}"
        if self.event:
            return f"{self.event} {'did not come' if negated else 'came'}"
        return "did not become true" if negated else "became true"


class OneOfThem(Occasion):
    """What follows if it is this one that happens."""

    steps: "tuple[Step, ...]" = ()

    @model_validator(mode="after")
    def _one_head(self) -> "OneOfThem":
        if self.heads != 1:
            raise ValueError("give one of event, when, opened, clicked, replied, bounced")
        if self.where and not self.event:
            raise ValueError("where filters events: give event")
        return self


class Awaited(Occasion):
    """Either one occasion, or the ``first_of`` several."""

    first_of: Annotated[tuple[OneOfThem, ...], Field(max_length=10)] = ()
    timeout: Duration
    on_timeout: Literal["continue", "exit"] = "continue"
    otherwise: "tuple[Step, ...]" = ()

    @model_validator(mode="after")
    def _clear(self) -> "Awaited":
        if self.heads + bool(self.first_of) != 1:
            raise ValueError("give one of event, when, opened, clicked, replied, bounced, or first_of several of them")
        if self.where and not self.event:
            raise ValueError("where filters events: give event")
        if self.otherwise and self.on_timeout == "exit":
            raise ValueError("on_timeout: exit leaves nothing to do otherwise")
        return self

    def occasions(self) -> Sequence[Occasion]:
        return self.first_of or (self,)


@dataclass(frozen=True, slots=True)
class _Checks:
    """Compiled: of each occasion how its events, or its condition, are recognized."""

    matches: tuple[Matches, ...]
    conditions: tuple[Compiled | None, ...]


class WaitFor(StepModel):
    wait_for: Awaited

    waits: ClassVar[bool] = True

    def ways(self) -> Sequence[Way]:
        """One for each occasion, and last what is done otherwise."""
        awaited = self.wait_for
        several = enumerate(awaited.first_of)
        occasions = [Way(f"wait_for.first_of[{place}].steps", one.steps) for place, one in several]
        return [*(occasions or [Way("", ())]), Way("wait_for.otherwise", awaited.otherwise)]

    def compiled(self) -> _Checks:
        occasions = self.wait_for.occasions()
        for one in occasions:
            if one.when is not None:
                check_turn(one.when, "wait_for")
        return _Checks(
            matches=tuple(compile_where(one.where) for one in occasions),
            conditions=tuple(compile_condition(one.when) if one.when is not None else None for one in occasions),
        )

    def awaited(self) -> frozenset[str]:
        return frozenset(name for one in self.wait_for.occasions() for name in one.names())

    def turns(self) -> Sequence[ConditionModel]:
        return [one.when for one in self.wait_for.occasions() if one.when is not None]

    def needs(self, needs: Needs) -> None:
        for condition in self.turns():
            needs.merge(compile_condition(condition).needs)

    def asks_about(self) -> frozenset[str]:
        return frozenset(one.engagement[1] for one in self.wait_for.occasions() if one.engagement)

    @property
    def looks_back(self) -> bool:
        """Whether what happened before the wait began counts, since the message was sent."""
        return any(one.engagement for one in self.wait_for.occasions())

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        arm = _holding(run.node, run.facts, run.now)
        if arm is not None:
            return Go(arm.first, "was true already")
        return Sleep(run.at + self.wait_for.timeout)

    def caught_up(self, node: Node, situation: Situation) -> Go | None:
        silent = {
            place
            for place, one in enumerate(self.wait_for.occasions())
            if one.when is not None and turn_id(one.when) in situation.contact.silent
        }
        arm = _holding(node, situation.facts, situation.now, silent)
        return Go(arm.first, "became true") if arm is not None else None

    def waited(self, node: Node) -> Go | Leave:
        awaited = self.wait_for
        if awaited.on_timeout == "exit":
            return Leave(" and ".join(one.text(negated=True) for one in awaited.occasions())[:200])
        return Go(node.arms[-1].first, "timed out")

    def reacted(self, node: Node, enrollment: Enrollment, happening: Happening, facts: Facts) -> Go | None:
        for place, occasion in enumerate(self.wait_for.occasions()):
            if self._is(occasion, node.compiled.matches[place], enrollment, happening):
                return Go(node.arms[place].first, occasion.text())
        return None

    def _is(self, occasion: Occasion, matches: Matches, enrollment: Enrollment, happening: Happening) -> bool:
        if occasion.when is not None:
            came_true = happening.kind == "became" and happening.name == turn_id(occasion.when)
            return came_true and happening.at >= enrollment.since
        if happening.kind != "event" or happening.name not in occasion.names():
            return False
        if occasion.engagement:
            newest = enrollment.sent.get(occasion.engagement[1])
            return newest is not None and happening.properties.get("message") == newest
        return happening.at > enrollment.since and matches(happening.properties, enrollment.cause.properties)


def _holding(node: Node, facts: Facts, now: Moment, but: Collection[int] = ()) -> Arm | None:
    """The way of the first condition that is true, without those at some places."""
    for place, condition in enumerate(node.compiled.conditions):
        if condition is not None and place not in but and condition.holds(facts, now):
            return node.arms[place]
    return None
