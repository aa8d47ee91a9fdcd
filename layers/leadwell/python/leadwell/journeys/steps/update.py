"""Change what is known about the contact. Each change happens as an event, like everything else.

update: {traits: {onboarded: true}}
update: {tags: {add: [beta], remove: [trial]}}
update: {lists: {add: [customers]}}
update: {score: 10}  or  update: {score: {points: -5, model: fit}}
update: {interests: {sofas: 3}}
update: {stage: customer}
update: {withdraw: marketing/email}

``withdraw`` is for those who have not read anything for long: nothing more is sent to them. It is the only change of
consent that a journey may make; a "yes" is never a journey's to give.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, FiniteFloat, field_validator, model_validator

from leadwell.conditions.kinds.person import STAGES
from leadwell.conditions.models import Model
from leadwell.journeys.steps.running import Caused, Go, Next, Recorded, StepModel, StepRun
from leadwell.tracking.events import Name

_RESERVED = ("email", "phone")

Withdrawn = Annotated[str, Field(pattern=r"^[^/*]+/(email|sms|\*)$", examples=["marketing/email"])]
"""The purpose is named: a "no" to every purpose would hold receipts back as well, and is for people to say."""


class AddAndRemove(Model):
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class GivenPoints(Model):
    """``model`` is a scoring model, the main one without it."""

    points: FiniteFloat
    model: str = ""

    def mentions(self) -> Iterable[tuple[str, str]]:
        if self.model:
            yield "scoring", self.model


def _points(given: Any) -> Any:
    return {"points": given} if isinstance(given, int | float) else given


def _several(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class Changes(Model):
    traits: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    tags: AddAndRemove | None = None
    lists: AddAndRemove | None = None
    score: Annotated[GivenPoints | None, BeforeValidator(_points, json_schema_input_type=float | GivenPoints)] = None
    interests: dict[str, FiniteFloat] = Field(default_factory=dict)
    stage: str | None = None
    withdraw: Annotated[
        tuple[Withdrawn, ...], BeforeValidator(_several, json_schema_input_type=str | tuple[Withdrawn, ...])
    ] = ()

    def mentions(self) -> Iterable[tuple[str, str]]:
        if self.lists is not None:
            yield from (("list", name) for name in (*self.lists.add, *self.lists.remove))

    @field_validator("traits")
    @classmethod
    def _not_who(cls, traits: dict[str, Any]) -> dict[str, Any]:
        for name in _RESERVED:
            if name in traits:
                raise ValueError(f"a journey cannot set {name}: it says who somebody is and needs proof")
        return traits

    @field_validator("stage")
    @classmethod
    def _known(cls, stage: str | None) -> str | None:
        if stage is not None and stage not in STAGES:
            raise ValueError(f"there is no stage {stage!r}; stages are {', '.join(STAGES)}")
        return stage

    @model_validator(mode="after")
    def _something(self) -> "Changes":
        if not self.model_dump(exclude_defaults=True):
            raise ValueError("changes nothing: give traits, tags, lists, score, interests, stage or withdraw")
        return self


class Update(StepModel):
    update: Changes

    def unfit_for_companies(self) -> str:
        given = self.update.model_dump(exclude_defaults=True)
        return "" if given.keys() == {"traits"} else "of a company only traits can be updated: its attributes"

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        return [one.caused for one in self._events(journey, step)]

    def run(self, run: StepRun) -> Next:
        run.effects += self._events(run.program.name, run.node.id)
        return Go(run.node.next)

    def _events(self, journey: str, step: str) -> Iterator[Recorded]:
        changes = self.update
        if changes.traits:
            yield Recorded(Name.IDENTIFIED, step, traits=changes.traits)
        if changes.tags:
            tags = {"add": list(changes.tags.add), "remove": list(changes.tags.remove)}
            yield Recorded(Name.TAGGED, step, tags)
        if changes.lists:
            for name in changes.lists.add:
                yield Recorded(Name.ADDED_TO_LIST, step, {"list": name}, part=name)
            for name in changes.lists.remove:
                yield Recorded(Name.REMOVED_FROM_LIST, step, {"list": name}, part=name)
        if changes.score:
            given = {"points": changes.score.points} | ({"model": changes.score.model} if changes.score.model else {})
            yield Recorded(Name.POINTS_GIVEN, step, given)
        for category, weight in changes.interests.items():
            shown = {"category": category, "weight": weight}
            yield Recorded(Name.INTEREST_SHOWN, step, shown, part=category)
        if changes.stage:
            yield Recorded(Name.STAGE_SET, step, {"stage": changes.stage})
        for one in changes.withdraw:
            purpose, _, channel = one.partition("/")
            said = {"purpose": purpose, "channel": channel, "source": f"journey {journey}"}
            yield Recorded(Name.CONSENT_WITHDRAWN, step, said, part=one)
