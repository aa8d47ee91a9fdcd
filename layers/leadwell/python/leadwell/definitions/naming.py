"""The names that a definition speaks of, wherever they stand in it: in triggers, conditions, steps and rules.

What bears a name may come later: the first event of an installation's own, a journey that is yet to be written. So a
name that is not known is only doubted, and refused where it looks like another one, misspelled.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from leadwell.companies.asking import events_of
from leadwell.conditions.filters import ANY
from leadwell.conditions.models import Model
from leadwell.definitions.event_names import near
from leadwell.errors import Refused
from leadwell.tracking.events import NOTED, Name

EVENT, STEP = "event", "step"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """``name`` of a step is that of its journey and its own: ``welcome/first-mail``. ``field`` is where it stands."""

    kind: str
    name: str
    field: str

    def doubt(self) -> str:
        if self.kind == EVENT and self.name in NOTED:
            return (
                f"{self.name!r} is only noted, and nothing hears it: ask {{segment: …, entered_within: P7D}} or "
                "{stage: {reached: …, within: P7D}}, and start journeys by segment and stage"
            )
        if self.kind == EVENT:
            return f"nobody has sent {self.name!r} yet, and no other definition knows it"
        return f"{self._missing()} yet"

    def slip(self, meant: str) -> str:
        if self.kind == EVENT:
            unknown, remedy = f"nobody has sent {self.name!r} yet", "send it once before you publish this"
        else:
            unknown, remedy = self._missing(), "publish it first"
        return f"{unknown}: did you mean {meant.rpartition('/')[2]!r}? If not, {remedy}"

    def _missing(self) -> str:
        if self.kind == STEP:
            journey, _, step = self.name.partition("/")
            return f"there is no step {step!r} in the journey {journey!r}"
        word = f"{self.kind} template" if self.kind in ("email", "sms") else _WORDS.get(self.kind, self.kind)
        return f"there is no {word} {self.name!r}"


_WORDS = {"scoring": "scoring model"}


def mentioned_in(definition: Model, field: str = "") -> Iterator[Mentioned]:
    """All names of events, and those that a part of it ``mentions``, in the order in which they stand there."""
    inside = f"{field}." if field else ""
    yield from (Mentioned(EVENT, name, f"{inside}event") for name in events_of(definition) if name not in ("", ANY))
    yield from (Mentioned(kind, name, field) for kind, name in definition.mentions())
    for word, about in type(definition).model_fields.items():
        yield from _inside(getattr(definition, word), f"{inside}{about.alias or word}")


def _inside(value: Any, field: str) -> Iterator[Mentioned]:
    if isinstance(value, Model):
        yield from mentioned_in(value, field)
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from _inside(one, f"{field}[{place}]")


Known = Callable[[Mentioned], Collection[str] | None]
"""All the names of its kind that are known; None where that cannot be said."""


def check_names(definition: Model, known: Known) -> None:
    """Raises ``Refused`` for a name that is probably another one, misspelled, and for a report that proves nothing."""
    for one in mentioned_in(definition):
        if (one.kind, one.name) == (EVENT, Name.VOUCHER_REDEEMED):
            raise Refused(
                f"anybody can report {one.name!r} with any code: use {Name.VOUCHER_USED!r}, which comes once "
                "for a code that was really handed out (`own: true`: to this contact), or the trigger `voucher`",
                one.field,
            )
    for one, names in _unknown(definition, known):
        if meant := near(one.name, names):
            raise Refused(one.slip(meant), one.field)


def doubted(definition: Model, known: Known) -> list[str]:
    """What is said of the names that nobody knows."""
    return sorted({one.doubt() for one, _ in _unknown(definition, known)})


def _unknown(definition: Model, known: Known) -> Iterator[tuple[Mentioned, Collection[str]]]:
    for one in mentioned_in(definition):
        names = known(one)
        if names is not None and one.name not in names:
            yield one, names
