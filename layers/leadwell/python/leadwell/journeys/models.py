"""A journey as it is written down; ``templates/journeys/`` shows many."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from leadwell.conditions.models import Duration, Model, Where
from leadwell.definitions.about import CONTACTS, About
from leadwell.definitions.text import Text
from leadwell.journeys.about_companies import CompanySegmentTrigger, CompanyStageTrigger
from leadwell.journeys.steps import Step

LocalTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class EventTrigger(Model):
    """Starts when the event happens. ``key`` names the property that tells two entries apart, such as ``cart_id``.

    An event older than ``max_age`` (an import, a phone that was offline) starts nothing.
    """

    event: str
    where: Where = Field(default_factory=dict)
    key: str = ""
    max_age: Duration = 86_400_000


class SegmentTrigger(Model):
    """Starts when a contact enters the segment."""

    segment: str


class DateTrigger(Model):
    """Starts every year on the day of a date trait, at a local time in the contact's zone.

    ``leap_day`` says when a 29 February is celebrated in the years that have none.
    """

    date: str
    at: LocalTime = "09:00"
    leap_day: Literal["feb-28", "mar-1"] = "feb-28"

    @property
    def id(self) -> str:
        return f"{self.date}@{self.at}/{self.leap_day}"


def _trigger_head(given: Any) -> str | None:
    for head in ("event", "segment", "date", "company_segment", "company_stage"):
        if (isinstance(given, dict) and head in given) or getattr(given, head, None):
            return head
    return None


Trigger = Annotated[
    Annotated[EventTrigger, Tag("event")]
    | Annotated[SegmentTrigger, Tag("segment")]
    | Annotated[DateTrigger, Tag("date")]
    | Annotated[CompanySegmentTrigger, Tag("company_segment")]
    | Annotated[CompanyStageTrigger, Tag("company_stage")],
    Discriminator(
        _trigger_head,
        custom_error_type="unknown_trigger",
        custom_error_message="a trigger needs one of the words event, segment, date, company_segment, company_stage",
    ),
]


class Goal(Model):
    """An event that makes the rest of the journey pointless; it ends it as a success."""

    event: str
    where: Where = Field(default_factory=dict)


class Reentry(Model):
    """Whether somebody who has been through may enter again (with a key: again under the same key).

    ``never``, ``always`` (once the former run has ended), or ``after`` a time since the last entry.
    """

    allow: Literal["never", "always"] = "never"
    after: Duration | None = None


def _rule(given: Any) -> Any:
    return {"allow": given} if isinstance(given, str) else given


class JourneyDefinition(Model):
    kind: Literal["journey"] = "journey"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)]
    title: Text
    description: Text
    about: About = CONTACTS
    trigger: Trigger
    reentry: Annotated[Reentry, BeforeValidator(_rule, json_schema_input_type=Literal["never", "always"] | Reentry)] = (
        Reentry()
    )
    goal: Goal | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
