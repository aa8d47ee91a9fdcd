"""What is known about a person: traits, consent, stage, memberships, place, chance."""

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from leadwell.clock import FOREVER, Moment
from leadwell.conditions.answer import ALWAYS, NEVER, Answer, Evaluate, all_of, steady
from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.dates import TIMED, Timed, during
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import compile_check
from leadwell.conditions.matchers import Check
from leadwell.conditions.needs import Needs
from leadwell.conditions.paths import lookup
from leadwell.conditions.values import as_number
from leadwell.conditions.written import Comparison, Duration, Model, beside
from leadwell.ids import shard_of

STAGES = ("visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist")
StageName = Literal["visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist"]


class TraitCondition(ConditionModel):
    """``{trait: plan, equals: pro}``: the comparison words stand beside the name."""

    model_config = ConfigDict(json_schema_extra=beside("trait"))

    trait: Annotated[str, Field(min_length=1)]
    matcher: Comparison

    @model_validator(mode="before")
    @classmethod
    def _collect(cls, given: Any) -> Any:
        if isinstance(given, dict) and "matcher" not in given:
            words = {word: value for word, value in given.items() if word != "trait"}
            return {"trait": given.get("trait"), "matcher": words}
        return given

    def compiled(self, needs: Needs) -> Evaluate:
        needs.traits.add(self.trait.partition(".")[0])
        path = self.trait
        steadily = {word: given for word, given in self.matcher.items() if word not in TIMED}
        timed = [TIMED[word](given) for word, given in self.matcher.items() if word in TIMED]
        parts: list[Evaluate] = [_at_times(path, one) for one in timed]
        if parts:
            needs.traits.add("timezone")
        if steadily:
            parts.insert(0, _steadily(path, compile_check(steadily)))
        return parts[0] if len(parts) == 1 else all_of(parts)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"value": lookup(facts.traits, self.trait)}

    def rule(self) -> dict[str, Any]:
        return {"trait": self.trait, **self.matcher}


def _steadily(path: str, check: Check) -> Evaluate:
    if "." in path:
        return lambda facts, now: ALWAYS if check(lookup(facts.traits, path), facts.trigger) else NEVER
    return lambda facts, now: ALWAYS if check(facts.traits.get(path), facts.trigger) else NEVER


def _at_times(path: str, holds: Timed) -> Evaluate:
    return lambda facts, now: holds(lookup(facts.traits, path), facts.zone, now)


class StageBounds(Model):
    """``for``: how long the contact has been standing there at least (with ``is``). ``reached``: it came there last
    ``within`` that time, from wherever it was, and wherever it is now."""

    is_: Annotated[StageName | None, Field(alias="is")] = None
    at_least: StageName | None = None
    reached: StageName | None = None
    for_: Annotated[Duration | None, Field(alias="for")] = None
    within: Duration | None = None

    @model_validator(mode="after")
    def _one(self) -> "StageBounds":
        if sum(one is not None for one in (self.is_, self.at_least, self.reached)) != 1:
            raise ValueError("give one of is, at_least and reached")
        if (self.within is None) != (self.reached is None):
            raise ValueError("`within` goes with `reached`: {reached: mql, within: P30D}")
        if self.for_ is not None and self.is_ is None:
            raise ValueError("`for` goes with `is`: how long the contact has been at that stage")
        return self


class StageCondition(ConditionModel):
    stage: StageBounds

    def compiled(self, needs: Needs) -> Evaluate:
        needs.stage = True
        wanted, length = self.stage.is_, self.stage.for_
        reached, recently = self.stage.reached, self.stage.within
        if reached is not None and recently is not None:
            return lambda facts, now: (
                during(facts.stages[reached], facts.stages[reached] + recently, now)
                if reached in facts.stages
                else NEVER
            )
        if wanted is not None and length is not None:
            return lambda facts, now: (
                during(facts.stages[wanted] + length, FOREVER, now)
                if facts.stage == wanted and wanted in facts.stages
                else NEVER
            )
        if wanted is not None:
            return lambda facts, now: steady(facts.stage == wanted)
        enough = frozenset(STAGES[STAGES.index(self.stage.at_least or STAGES[0]) :])
        return lambda facts, now: ALWAYS if facts.stage in enough else NEVER

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"stage": facts.stage, "since": facts.stages.get(self.stage.reached or facts.stage)}

    def rule(self) -> dict[str, Any]:
        return as_written(self.stage)


class ConsentCondition(ConditionModel):
    consent: Annotated[str, Field(pattern=r"^[a-z0-9_-]+/(email|sms)$")]
    state: Literal["granted", "requested", "withdrawn"] = "granted"

    def compiled(self, needs: Needs) -> Evaluate:
        needs.consent = True
        topic, state = self.consent, self.state
        return lambda facts, now: ALWAYS if facts.consents.get(topic) == state else NEVER

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"state": facts.consents.get(self.consent)}


_COUNTING = "tracking"
"""The purpose for which nothing is sent (``consent.permission.TRACKING``)."""


class Permitted(ConditionModel):
    """Some purpose was granted for the channel (being counted is none that a message may be sent for);
    ``kinds/messages.py`` makes ``reachable`` of it."""

    permitted: Literal["email", "sms"]

    def compiled(self, needs: Needs) -> Evaluate:
        needs.consent = True
        end, counting = f"/{self.permitted}", f"{_COUNTING}/{self.permitted}"
        return lambda facts, now: steady(
            any(
                state == "granted" and name.endswith(end) and name != counting for name, state in facts.consents.items()
            )
        )

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        granted = sorted(name for name, state in facts.consents.items() if state == "granted")
        end, counting = f"/{self.permitted}", f"{_COUNTING}/{self.permitted}"
        return {"topics": [name for name in granted if name.endswith(end) and name != counting]}


class SegmentCondition(ConditionModel):
    """``for``: how long the contact has been in it at least, without leaving in between. ``entered_within`` and
    ``left_within``: it last came in, or left, so recently, wherever it is now."""

    segment: str
    for_: Annotated[Duration | None, Field(alias="for")] = None
    entered_within: Duration | None = None
    left_within: Duration | None = None

    @model_validator(mode="after")
    def _one(self) -> "SegmentCondition":
        if sum(one is not None for one in (self.for_, self.entered_within, self.left_within)) > 1:
            raise ValueError("give only one of for, entered_within and left_within")
        return self

    def compiled(self, needs: Needs) -> Evaluate:
        needs.segments.add(self.segment)
        name, length = self.segment, self.for_
        recently = self.entered_within or self.left_within
        if recently is not None:
            needs.crossings.add(name)
            return lambda facts, now: during(*self._crossing(facts, recently), now)
        if length is None:
            return lambda facts, now: steady(name in facts.segments)
        return lambda facts, now: (
            during(facts.segments[name] + length, FOREVER, now) if name in facts.segments else NEVER
        )

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        found: dict[str, Any] = {"member": self.segment in facts.segments}
        if self.entered_within is not None or self.left_within is not None:
            return {**found, "at": self._crossing(facts, 0)[0] or None}
        return found if self.for_ is None else {**found, "since": facts.segments.get(self.segment)}

    def _crossing(self, facts: Facts, length: int) -> tuple[Moment, Moment]:
        """When it entered or left, and so long after; both at once where it never did."""
        entered, left = facts.crossed.get(self.segment, (0, 0))
        at = left if self.entered_within is None else entered
        return at, at + length if at else at


class ListCondition(ConditionModel):
    """On a list that people keep by hand."""

    list_: Annotated[str, Field(alias="list")]

    def compiled(self, needs: Needs) -> Evaluate:
        needs.lists.add(self.list_)
        name = self.list_
        return lambda facts, now: steady(name in facts.lists)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"member": self.list_ in facts.lists}


class JourneyCondition(ConditionModel):
    """What became of the contact in a journey. ``at_step`` means: waits at that step now."""

    journey: str
    state: Literal["in", "entered", "finished", "reached_goal", "never"] = "in"
    at_step: str | None = None

    @model_validator(mode="after")
    def _inside(self) -> "JourneyCondition":
        if self.at_step is not None and self.state != "in":
            raise ValueError("at_step goes with state: in")
        return self

    def mentions(self) -> Iterable[tuple[str, str]]:
        yield "journey", self.journey
        if self.at_step is not None:
            yield "step", f"{self.journey}/{self.at_step}"

    def compiled(self, needs: Needs) -> Evaluate:
        needs.journeys.add(self.journey)
        if self.at_step is not None:
            needs.steps.add(self.journey)
        return lambda facts, now: steady(self._holds(facts))

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return dict(facts.journeys.get(self.journey, {}))

    def _holds(self, facts: Facts) -> bool:
        known = facts.journeys.get(self.journey, {})
        inside = known.get("inside", {})
        match self.state:
            case "in":
                return bool(inside) if self.at_step is None else self.at_step in inside.values()
            case "never":
                return not known
            case "entered":
                return bool(known)
        return self.state in known


class CompanyCondition(ConditionModel):
    """``{company: industry, equals: retail}``: an attribute of the company that the contact belongs to."""

    model_config = ConfigDict(json_schema_extra=beside("company"))

    company: Annotated[str, Field(min_length=1)]
    matcher: Comparison

    @model_validator(mode="before")
    @classmethod
    def _collect(cls, given: Any) -> Any:
        if isinstance(given, dict) and "matcher" not in given:
            words = {word: value for word, value in given.items() if word != "company"}
            return {"company": given.get("company"), "matcher": words}
        return given

    def compiled(self, needs: Needs) -> Evaluate:
        needs.company = True
        of_person = TraitCondition(trait=self.company, matcher=self.matcher).compiled(Needs())
        if any(word in TIMED for word in self.matcher):
            needs.traits.add("timezone")
        return lambda facts, now: of_person(Facts(traits=facts.company, zone=facts.zone, trigger=facts.trigger), now)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"value": lookup(facts.company, self.company)}

    def rule(self) -> dict[str, Any]:
        return {"company": self.company, **self.matcher}


class Bucket(Model):
    """Two conditions with the same ``salt`` divide people the same way, with another one independently."""

    salt: Annotated[str, Field(min_length=1)]
    from_: Annotated[float, Field(alias="from", ge=0, lt=100)] = 0
    to: Annotated[float, Field(gt=0, le=100)]

    @model_validator(mode="after")
    def _some(self) -> "Bucket":
        if self.from_ >= self.to:
            raise ValueError("from must be less than to: {salt: test-1, from: 0, to: 50}")
        return self


PORTIONS = 1_000_000


class BucketCondition(ConditionModel):
    """A part of all contacts by chance, always the same: percent ``from`` to ``to``."""

    bucket: Bucket

    def compiled(self, needs: Needs) -> Evaluate:
        return lambda facts, now: steady(self.bucket.from_ <= self._percent(facts) < self.bucket.to)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return {"percent": self._percent(facts)}

    def _percent(self, facts: Facts) -> float:
        return shard_of(f"{self.bucket.salt}/{facts.contact}", PORTIONS) * 100 / PORTIONS


class Near(Model):
    """A circle on the globe."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    km: Annotated[float, Field(gt=0, le=20_100)]


class NearCondition(ConditionModel):
    """Lives (or was last seen) so near: by the numbers ``latitude`` and ``longitude`` of a trait, or of the person."""

    near: Near
    trait: str = ""

    def compiled(self, needs: Needs) -> Evaluate:
        needs.traits |= {self.trait.partition(".")[0]} if self.trait else {"latitude", "longitude"}

        def evaluate(facts: Facts, now: Moment) -> Answer:
            km = self._distance(facts)
            return steady(km is not None and km <= self.near.km)

        return evaluate

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        km = self._distance(facts)
        return {"km": round(km, 3) if km is not None else None}

    def _distance(self, facts: Facts) -> float | None:
        place = lookup(facts.traits, self.trait) if self.trait else facts.traits
        if not isinstance(place, Mapping):
            return None
        latitude, longitude = as_number(place.get("latitude")), as_number(place.get("longitude"))
        if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        return distance(self.near.latitude, self.near.longitude, latitude, longitude)


_EARTH = 6371.0088


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Kilometers on a globe of the Earth's mean radius (haversine); off by at most half a percent."""
    north, south = math.radians(latitude), math.radians(other_latitude)
    height = math.sin((south - north) / 2) ** 2
    width = math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(height + math.cos(north) * math.cos(south) * width)))
