"""What became of our messages, and whether more can be sent: engagement, and addresses that work."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from leadwell.clock import Moment
from leadwell.conditions.answer import NEVER, Answer, Evaluate, steady
from leadwell.conditions.base import ConditionModel, Shorthand
from leadwell.conditions.facts import Facts
from leadwell.conditions.kinds.behavior import EventCondition
from leadwell.conditions.kinds.combining import AllOf, AnyOf
from leadwell.conditions.kinds.occurrences import behavior_id, fits_of, newest
from leadwell.conditions.kinds.person import Permitted
from leadwell.conditions.needs import Needs
from leadwell.conditions.remembering import Newest, PerValue
from leadwell.conditions.written import Duration, Model, Where

_REPORTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "email": {
        "sent": ("Email Sent",),
        "delivered": ("Email Delivered",),
        "opened": ("Email Opened", "Email Link Clicked", "Email Replied"),
        "clicked": ("Email Link Clicked",),
        "replied": ("Email Replied",),
        "bounced": ("Email Bounced",),
        "complained": ("Email Marked as Spam",),
    },
    "sms": {
        "sent": ("SMS Sent",),
        "delivered": ("SMS Delivered",),
        "clicked": ("SMS Link Clicked",),
        "answered": ("SMS Received",),
    },
}
"""Any of the events shows it: who clicked or answered has opened, also where pictures are off and no opening is
reported."""

_MACHINES = {
    "Email Opened": "Email Opened by Machine",
    "Email Link Clicked": "Email Link Clicked by Machine",
    "SMS Link Clicked": "SMS Link Clicked by Machine",
}


def reports_of(done: str, channel: str = "email", *, machines: bool = False) -> tuple[str, ...]:
    """The events that show that something was done with a message, in conditions, waits and splits alike.
    ``machines``: also what scanners and privacy proxies did."""
    names = _REPORTS[channel][done]
    return (*names, *(_MACHINES[name] for name in names if name in _MACHINES)) if machines else tuple(names)


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
        if self.machines and said not in ("opened", "clicked"):
            raise ValueError("machines open and click: leave machines away, or give opened or clicked")
        return self

    def mentions(self) -> Iterable[tuple[str, str]]:
        if self.message is not None:
            yield self.channel, self.message
        if self.journey is not None:
            yield "journey", self.journey


class MessageCondition(Shorthand):
    """``{engaged: {did: clicked, message: welcome-hello, within: P14D}}``.

    ``did_not`` means: it was sent, and that did not happen (both within that time). A click is an opening, too; with
    ``at_least``, so many openings or so many clicks are asked for.
    """

    engaged: Engagement

    def meaning(self) -> ConditionModel:
        said = self.engaged
        where: dict[str, Any] = {}
        if said.message is not None:
            where["template"] = {"equals": said.message}
        if said.journey is not None:
            where["journey"] = {"equals": said.journey}
        done = said.did or said.did_not or ""
        events = reports_of(done, said.channel, machines=said.machines)
        if said.did is not None and said.at_least > 1 and done == "opened":
            # Who opens and clicks did not open twice.
            clicks = reports_of("clicked", said.channel, machines=said.machines)
            opened = tuple(name for name in events if name not in (*clicks, *reports_of("replied")))
            return AnyOf(
                any=tuple(
                    EventCondition(event=some, where=where, at_least=said.at_least, within=said.within)
                    for some in (opened, clicks)
                )
            )
        if said.did is not None:
            return EventCondition(event=events, where=where, at_least=said.at_least, within=said.within)
        sent = EventCondition(event=reports_of("sent", said.channel), where=where, within=said.within)
        did_not = EventCondition(event=events, where=where, at_most=0, within=said.within)
        return AllOf(all=(sent, did_not))


ADDRESS = "address"
"""The property of a bounce or complaint that says which address it is about."""
_MOST_DEAD = 20
_ENDING: Mapping[str, Sequence[tuple[str, Where]]] = {
    "email": (("Email Bounced", {"permanent": {"equals": True}}), ("Email Marked as Spam", {})),
    "sms": (("SMS Undelivered", {"permanent": {"equals": True}}),),
}
_LIFTED = ("Suppression Lifted",)
_TRAITS = {"email": "email", "sms": "phone"}


class WorkingAddressCondition(ConditionModel):
    """There is an address, and that one did not bounce for good or complain; what an earlier one did is forgotten with
    it, and what happened before somebody lifted the address by hand. Of reports that name no address it is taken that
    they are about any. ``kinds/messages.py`` makes ``reachable`` of it."""

    working: Literal["email", "sms"]

    def compiled(self, needs: Needs) -> Evaluate:
        trait = _TRAITS[self.working]
        needs.traits.add(trait)
        of_one, of_any = self._kept()
        lifted = self._lifted()
        needs.remember(lifted)
        for told in of_one:
            needs.remember(told)
        for untold in of_any:
            needs.remember(untold)

        def evaluate(facts: Facts, now: Moment) -> Answer:
            address = facts.traits.get(trait)
            if address is None or address == "":
                return NEVER
            since = max(_last_of(address, facts.memory.get(lifted.id)), 0)
            dead = any(_last_of(address, facts.memory.get(one.id)) >= since for one in of_one)
            return steady(not dead and not any(at >= since for one in of_any for at in facts.memory.get(one.id) or ()))

        return evaluate

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        trait = _TRAITS[self.working]
        return {"value": facts.traits.get(trait)}

    def _lifted(self) -> PerValue:
        where: Where = {"channel": {"equals": self.working}}
        kept = behavior_id("by", _LIFTED, where, path=ADDRESS)
        return PerValue(kept, _LIFTED, fits_of(where, (None, None)), ADDRESS, 1, _MOST_DEAD)

    def _kept(self) -> tuple[Sequence[PerValue], Sequence[Newest]]:
        """By address, and where none is named."""
        of_one, of_any = [], []
        for name, where in _ENDING[self.working]:
            names = (name,)
            told = behavior_id("by", names, where, path=ADDRESS)
            of_one.append(PerValue(told, names, fits_of(where, (None, None)), ADDRESS, 1, _MOST_DEAD))
            of_any.append(newest(names, {**where, ADDRESS: {"exists": False}}, 1))
        return of_one, of_any


def _last_of(address: Any, kept: Any) -> Moment:
    """When it was last said of this address; before 1970 for never."""
    return max((moments[0] for value, moments in kept or () if value == address), default=-1)


class ReachableCondition(Shorthand):
    """``{reachable: email}``: there is an address, some purpose is allowed, and that address did not bounce or
    complain.
    """

    reachable: Literal["email", "sms"]

    def meaning(self) -> ConditionModel:
        return AllOf(all=(WorkingAddressCondition(working=self.reachable), Permitted(permitted=self.reachable)))
