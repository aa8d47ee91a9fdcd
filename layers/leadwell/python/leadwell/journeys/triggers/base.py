"""What every kind of trigger brings along."""

from collections.abc import Mapping
from typing import Any, ClassVar

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.facts import Facts
from leadwell.conditions.filters import Matches
from leadwell.conditions.models import Condition, Model, Where
from leadwell.conditions.needs import Needs
from leadwell.conditions.paths import lookup
from leadwell.contacts.change import Happening
from leadwell.definitions.about import About

HappeningName = tuple[str, str]
"""(kind, name) of happenings."""


class TriggerModel(Model):
    """``who``: only those for whom the condition holds at that moment enter."""

    who: Condition | None = None

    has_its_day: ClassVar[bool] = False
    """Whether a date or a calendar starts it."""

    def oldest(self, happening: Happening) -> Moment | None:
        """How old (in milliseconds) this happening may be to start it; None: any."""
        return None

    def filter(self) -> Where:
        """What the happening must have brought."""
        return {}

    def becoming(self) -> ConditionModel | None:
        """The condition whose coming true starts it."""
        return None

    def comes_true(self) -> ConditionModel | None:
        """The condition whose beginning starts it, however that is noticed."""
        return self.becoming()

    def stands(self, facts: Facts, now: Moment) -> tuple[bool, Moment | None] | None:
        """Whether that whose beginning starts it is so now, and since when, if that is known; None where it starts by
        what happens, and nothing lasts."""
        return None

    def started_by(self) -> HappeningName:
        """The happenings that may start it."""
        raise NotImplementedError

    def key_for(self, happening: Happening, matches: Matches) -> str | None:
        """Under which key this happening enters; None when it does not. Empty where a contact can be in it once."""
        if (happening.kind, happening.name) != self.started_by():
            return None
        return ""

    def needs(self, needs: Needs) -> None:
        """Adds what must be there for it to start."""

    def meaning(self, about: About) -> "TriggerModel":
        """The kind that it is, for those that say something shorter."""
        return self


def text_of(value: object) -> str:
    """As it stands in a key of the table."""
    return "" if value is None else str(value)[:200].replace("#", "_")


def property_of(properties: Mapping[str, Any], path: str) -> str:
    return text_of(lookup(properties, path)) if path else ""
