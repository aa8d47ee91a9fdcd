"""A journey as it is written down; ``templates/journeys/`` shows many."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from leadwell.conditions.models import Condition, Duration, Model, StartedWhere
from leadwell.definitions.about import CONTACTS, About
from leadwell.definitions.text import Text, in_words
from leadwell.journeys.steps import Step
from leadwell.journeys.steps.holding import Late
from leadwell.journeys.triggers import Trigger


class Ending(Model):
    """What ends a journey wherever the contact stands: an ``event``, or a condition coming true (``when``), which also
    keeps those out for whom it is true already."""

    event: str = ""
    where: StartedWhere = Field(default_factory=dict)
    when: Condition | None = None

    @model_validator(mode="after")
    def _one_head(self) -> "Ending":
        if bool(self.event) == (self.when is not None):
            raise ValueError("give either event or when")
        if self.where and not self.event:
            raise ValueError("where filters events: give event")
        return self


class Goal(Ending):
    """Makes the rest of the journey pointless and ends it as a success. ``within``: only so long after the contact
    entered."""

    within: Duration | None = None


class ExitRule(Ending):
    """Ends the journey early. ``reason`` is for the record, in one language or in both."""

    reason: Annotated[str, Field(max_length=100)] | Text = ""

    @property
    def text(self) -> str:
        return in_words(self.reason) or (f"{self.event} came" if self.event else "an exit condition holds")


class Reentry(Model):
    """Whether somebody who has been through may enter again (with a key: again under the same key).

    ``never``, ``always`` (once the former run has ended), or ``after`` a time since the last entry.
    """

    allow: Literal["never", "always"] = "never"
    after: Duration | None = None


class Throttle(Model):
    """At most so many enter within each stretch of time; the others wait for their turn before the first step."""

    at_most: Annotated[int, Field(ge=1)]
    per: Duration


def _rule(given: Any) -> Any:
    return {"allow": given} if isinstance(given, str) else given


class JourneyDefinition(Model):
    """``exclusive`` keeps the marketing of other journeys away as long as somebody is in this one, except that of
    journeys with a higher ``priority``; of other exclusive ones it keeps away those with a lower one. ``holdout`` is
    the share of contacts (in percent) that is left alone, so that the others can be compared with them. ``late`` says
    what becomes of messages whose moment has passed, ``in_flight`` what becomes of those inside when this version is
    published (``journeys.in_flight``)."""

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
    exits: tuple[ExitRule, ...] = ()
    exclusive: bool = False
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    holdout: Annotated[float, Field(ge=0, le=90)] = 0
    throttle: Throttle | None = None
    late: Late = Late()
    in_flight: Literal["finish", "migrate", "exit"] = "finish"
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
