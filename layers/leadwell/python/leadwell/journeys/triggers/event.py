"""Something happens: an event, and what is said shorter for some of them.

trigger: {event: Product Added, where: {category: sofas}, key: cart_id}
trigger: {form: white-paper}
trigger: {link: /spring-sale}
trigger: {voucher: birthday}
trigger: {voucher: friends, by: anyone}
"""

from typing import Annotated, Literal

from pydantic import Field

from leadwell.clock import DAY, Moment
from leadwell.conditions.filters import Matches
from leadwell.conditions.models import Duration, Where
from leadwell.conditions.written import OneOrMore
from leadwell.contacts.change import Happening
from leadwell.definitions.about import About
from leadwell.journeys.triggers.base import HappeningName, TriggerModel, property_of
from leadwell.tracking.events import Name


class EventTrigger(TriggerModel):
    """Starts when the event happens. ``key`` names the property that tells two entries apart, such as ``cart_id``.

    An event older than ``max_age`` (an import, a phone that was offline) starts nothing.
    """

    event: Annotated[str, Field(min_length=1)]
    where: Where = Field(default_factory=dict)
    key: str = ""
    max_age: Duration = DAY

    def oldest(self, happening: Happening) -> Moment | None:
        return self.max_age

    def filter(self) -> Where:
        return self.where

    def started_by(self) -> HappeningName:
        return "event", self.event

    def key_for(self, happening: Happening, matches: Matches) -> str | None:
        if super().key_for(happening, matches) is None or not matches(happening.properties, {}):
            return None
        return property_of(happening.properties, self.key)


class FormTrigger(TriggerModel):
    """Somebody sends one of these forms."""

    form: OneOrMore

    def meaning(self, about: About) -> TriggerModel:
        return EventTrigger(event=Name.FORM_SUBMITTED, where={"form": {"in": list(self.form)}}, who=self.who)


class LinkTrigger(TriggerModel):
    """Somebody follows a link in one of our mails whose address contains this text."""

    link: Annotated[str, Field(min_length=1)]

    def meaning(self, about: About) -> TriggerModel:
        return EventTrigger(event=Name.EMAIL_LINK_CLICKED, where={"link": {"contains": self.link}}, who=self.who)


class VoucherTrigger(TriggerModel):
    """Somebody uses a voucher of one of these pools that a journey handed out (``generated``: one that was made up).
    Each code counts once. ``by: anyone`` also starts for those to whom the code was passed on; without it a code that
    was given to another contact is theirs, and starts nothing for others."""

    voucher: OneOrMore
    by: Literal["owner", "anyone"] = "owner"

    def meaning(self, about: About) -> TriggerModel:
        where: Where = {"pool": {"in": list(self.voucher)}}
        if self.by == "owner":
            where = {**where, "own": {"equals": True}}
        return EventTrigger(event=Name.VOUCHER_USED, where=where, key="code", who=self.who)
