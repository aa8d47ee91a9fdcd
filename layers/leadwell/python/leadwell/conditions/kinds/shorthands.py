"""Shorter words for what other conditions could say: language, country, device, campaign, messages, downloads."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from leadwell.conditions.base import ConditionModel, Shorthand
from leadwell.conditions.filters import ANY
from leadwell.conditions.kinds.behavior import EventCondition
from leadwell.conditions.kinds.combining import AllOf, AnyOf
from leadwell.conditions.kinds.person import Permitted, TraitCondition
from leadwell.conditions.written import Duration, FixedComparison, Model, OneOrMore


def _any_of(parts: list[ConditionModel]) -> ConditionModel:
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
        return _any_of(parts)


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
        return _any_of([_trait(path, **{"in": wanted}) for path in ("region", "address.state", "address.region")])


class CityCondition(Shorthand):
    """By the trait ``city`` or ``address.city``."""

    city: OneOrMore

    def meaning(self) -> ConditionModel:
        return _of_address("city", self.city)


def _of_address(name: str, values: tuple[str, ...]) -> ConditionModel:
    return _any_of([_trait(path, **{"in": list(values)}) for path in (name, f"address.{name}")])


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
        return _any_of([EventCondition(event=(ANY,), where=where, within=self.within) for where in filters])


_REPORTS = {
    "email": {
        "sent": "Email Sent",
        "delivered": "Email Delivered",
        "opened": "Email Opened",
        "clicked": "Email Link Clicked",
        "bounced": "Email Bounced",
        "complained": "Email Marked as Spam",
        "replied": "Email Replied",
    },
    "sms": {
        "sent": "SMS Sent",
        "delivered": "SMS Delivered",
        "clicked": "SMS Link Clicked",
        "answered": "SMS Received",
    },
}


_MACHINES = {
    "email": {"opened": "Email Opened by Machine", "clicked": "Email Link Clicked by Machine"},
    "sms": {"clicked": "SMS Link Clicked by Machine"},
}


class Engagement(Model):
    """``message`` is the template, ``journey`` the journey that sent it; without both, any message of the channel."""

    channel: Literal["email", "sms"] = "email"
    message: str | None = None
    journey: str | None = None
    did: Literal["sent", "delivered", "opened", "clicked", "replied", "bounced", "complained", "answered"] | None = None
    did_not: Literal["opened", "clicked", "replied", "answered", "delivered"] | None = None
    at_least: Annotated[int, Field(ge=1, le=100)] = 1
    within: Duration | None = None
    machines: bool = False
    """Whether what scanners and privacy proxies did counts as well."""

    @model_validator(mode="after")
    def _known(self) -> "Engagement":
        if (self.did is None) == (self.did_not is None):
            raise ValueError("give either did or did_not: {did: clicked}, {did_not: opened}")
        said = self.did or self.did_not or ""
        if said not in _REPORTS[self.channel]:
            raise ValueError(f"of {self.channel} there is no {said!r}; known are {', '.join(_REPORTS[self.channel])}")
        if self.did_not is not None and self.at_least != 1:
            raise ValueError("at_least goes with did")
        if self.machines and said not in _MACHINES[self.channel]:
            raise ValueError("machines open and click: leave machines away, or give opened or clicked")
        return self

    def mentions(self) -> Iterable[tuple[str, str]]:
        if self.message is not None:
            yield self.channel, self.message
        if self.journey is not None:
            yield "journey", self.journey


class MessageCondition(Shorthand):
    """``{engaged: {did: clicked, message: welcome-hello, within: P14D}}``.

    ``did_not`` means: it was sent, and that did not happen (both within that time).
    """

    engaged: Engagement

    def meaning(self) -> ConditionModel:
        said = self.engaged
        names = _REPORTS[said.channel]
        where: dict[str, Any] = {}
        if said.message is not None:
            where["template"] = {"equals": said.message}
        if said.journey is not None:
            where["journey"] = {"equals": said.journey}
        done = said.did or said.did_not or ""
        events = (names[done], _MACHINES[said.channel][done]) if said.machines else (names[done],)
        if said.did is not None:
            return EventCondition(event=events, where=where, at_least=said.at_least, within=said.within)
        sent = EventCondition(event=(names["sent"],), where=where, within=said.within)
        did_not = EventCondition(event=events, where=where, at_most=0, within=said.within)
        return AllOf(all=(sent, did_not))


class DownloadCondition(Shorthand):
    """``{downloaded: white-paper}``; ``*`` is any file."""

    downloaded: OneOrMore
    within: Duration | None = None

    def meaning(self) -> ConditionModel:
        where: dict[str, Any] = {} if "*" in self.downloaded else {"asset": {"in": list(self.downloaded)}}
        return EventCondition(event=("Asset Downloaded",), where=where, within=self.within)


class ReachableCondition(Shorthand):
    """``{reachable: email}``: there is an address, some purpose is allowed, and the address did not bounce or
    complain.
    """

    reachable: Literal["email", "sms"]

    def meaning(self) -> ConditionModel:
        address = "email" if self.reachable == "email" else "phone"
        parts: list[ConditionModel] = [_trait(address, exists=True), Permitted(permitted=self.reachable)]
        if self.reachable == "email":
            dead: Mapping[str, Any] = {"permanent": {"equals": True}}
            parts += [
                EventCondition(event=("Email Bounced",), where=dict(dead), at_most=0),
                EventCondition(event=("Email Marked as Spam",), at_most=0),
            ]
        return AllOf(all=tuple(parts))
