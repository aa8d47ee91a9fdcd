"""Shorter words for what other conditions could say: language, country, device, campaign, downloads."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from leadwell.conditions.base import ConditionModel, Shorthand
from leadwell.conditions.filters import ANY
from leadwell.conditions.kinds.behavior import EventCondition
from leadwell.conditions.kinds.combining import AnyOf
from leadwell.conditions.kinds.person import TraitCondition
from leadwell.conditions.written import Duration, FixedComparison, OneOrMore


def any_of_these(parts: list[ConditionModel]) -> ConditionModel:
    return parts[0] if len(parts) == 1 else AnyOf(any=tuple(parts))


def _trait(name: str, **words: Any) -> ConditionModel:
    return TraitCondition(trait=name, matcher=words)


class LanguageCondition(Shorthand):
    """``language: de`` also finds ``de-AT``."""

    language: OneOrMore

    def meaning(self) -> ConditionModel:
        parts: list[ConditionModel] = []
        for one in self.language:
            parts.append(_trait("locale", equals=one))
            parts += [_trait("locale", starts_with=one + dash) for dash in "-_"]
        return any_of_these(parts)


class CountryCondition(Shorthand):
    """By the trait ``country`` or ``address.country``."""

    country: OneOrMore

    def meaning(self) -> ConditionModel:
        return _of_address("country", self.country)


class RegionCondition(Shorthand):
    """By the traits ``region``, ``address.state`` or ``address.region``."""

    region: OneOrMore

    def meaning(self) -> ConditionModel:
        wanted = list(self.region)
        return any_of_these([_trait(path, **{"in": wanted}) for path in ("region", "address.state", "address.region")])


class CityCondition(Shorthand):
    """By the trait ``city`` or ``address.city``."""

    city: OneOrMore

    def meaning(self) -> ConditionModel:
        return _of_address("city", self.city)


def _of_address(name: str, values: tuple[str, ...]) -> ConditionModel:
    return any_of_these([_trait(path, **{"in": list(values)}) for path in (name, f"address.{name}")])


class DeviceCondition(Shorthand):
    """``{device: {type: mobile}}``: what the contact used, as clients report it (``context.device`` and
    ``context.os``).
    """

    device: Annotated[dict[Literal["type", "manufacturer", "model", "os"], FixedComparison], Field(min_length=1)]
    within: Duration | None = None

    def meaning(self) -> ConditionModel:
        paths = {"os": "context.os.name"}
        where = {paths.get(name, f"context.device.{name}"): words for name, words in self.device.items()}
        return EventCondition(event=(ANY,), where=where, within=self.within)


class CampaignCondition(Shorthand):
    """``{utm: {source: newsletter}}``: came by a link with these parameters; ``first: true``: the very first time."""

    utm: Annotated[
        dict[Literal["name", "campaign", "source", "medium", "term", "content"], FixedComparison],
        Field(min_length=1),
    ]
    within: Duration | None = None
    first: bool = False

    @model_validator(mode="after")
    def _either(self) -> "CampaignCondition":
        if self.first and self.within is not None:
            raise ValueError("give either first or within")
        return self

    def meaning(self) -> ConditionModel:
        names = {"campaign": "name"}
        where = {f"context.campaign.{names.get(name, name)}": words for name, words in self.utm.items()}
        if not self.first:
            return EventCondition(event=(ANY,), where=where, within=self.within)
        return EventCondition(event=(ANY,), where={"context.campaign": {"empty": False}}, first=where)


class ReferrerCondition(Shorthand):
    """``{referrer: {contains: example.org}}``: came from a page there."""

    referrer: FixedComparison
    within: Duration | None = None

    def meaning(self) -> ConditionModel:
        filters = ({path: self.referrer} for path in ("referrer", "context.page.referrer"))
        return any_of_these([EventCondition(event=(ANY,), where=where, within=self.within) for where in filters])


class DownloadCondition(Shorthand):
    """``{downloaded: white-paper}``; ``*`` is any file."""

    downloaded: OneOrMore
    within: Duration | None = None

    def meaning(self) -> ConditionModel:
        where: dict[str, Any] = {} if "*" in self.downloaded else {"asset": {"in": list(self.downloaded)}}
        return EventCondition(event=("Asset Downloaded",), where=where, within=self.within)
