"""Journeys that start for the contacts of a company by what becomes of it, and journeys about the company itself.

trigger: {company_segment: hot-companies, who: {stage: {at_least: mql}}}
trigger: {company_stage: customer}

With ``about: companies`` the company goes through the journey, by what becomes of it and what its members do.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from leadwell.companies.heralding import ENTERED, REACHED
from leadwell.conditions.models import Condition, Model
from leadwell.conditions.needs import Needs
from leadwell.definitions.about import COMPANIES, About
from leadwell.errors import Refused
from leadwell.journeys.steps.branch import Branch
from leadwell.journeys.steps.exit import Exit
from leadwell.journeys.steps.update import Update
from leadwell.journeys.steps.wait import Wait
from leadwell.journeys.steps.wait_for import WaitFor
from leadwell.journeys.steps.wait_until import WaitUntil

if TYPE_CHECKING:
    from leadwell.journeys.models import JourneyDefinition


class CompanySegmentTrigger(Model):
    """Starts for the members of a company when it enters the segment: for all, or for those ``who`` fulfill a
    condition. Whoever joins the company later is too late."""

    company_segment: str
    who: Condition | None = None

    def started_by(self, about: About) -> tuple[str, str]:
        return ("entered" if about == COMPANIES else ENTERED), self.company_segment

    def add_to(self, needs: Needs, about: About) -> None:
        (needs.segments if about == COMPANIES else needs.company_segments).add(self.company_segment)


class CompanyStageTrigger(Model):
    """The same when the company rises to the stage."""

    company_stage: Literal["lead", "mql", "sql", "opportunity", "customer", "evangelist"]
    who: Condition | None = None

    def started_by(self, about: About) -> tuple[str, str]:
        return ("stage" if about == COMPANIES else REACHED), self.company_stage

    def add_to(self, needs: Needs, about: About) -> None:
        """A stage needs nothing: every company stands at one."""


COMPANY_TRIGGERS = (CompanySegmentTrigger, CompanyStageTrigger)
_STEPS = (Wait, WaitUntil, WaitFor, Branch, Update, Exit)


def check_steps(definition: "JourneyDefinition") -> None:
    """Raises ``Refused`` for a step that needs a person, in a journey that is about companies."""
    if definition.about != COMPANIES:
        return
    for path, step in _placed("steps", definition.steps):
        if not isinstance(step, _STEPS):
            (word,) = (name for name in type(step).model_fields if name != "id")
            remedy = "trigger: {company_segment: …} without about: companies"
            raise Refused(f"{word} goes to people, not to a company; start a journey for its contacts: {remedy}", path)


def _placed(path: str, steps: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for number, step in enumerate(steps):
        yield f"{path}[{number}]", step
        for place, arm in enumerate(getattr(step, "branch", ())):
            yield from _placed(f"{path}[{number}].branch[{place}].steps", arm.steps)
