"""Where in a definition something is asked for, so that an error leads to the very line."""

from collections.abc import Callable, Iterator
from typing import Any

from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.models import ConditionModel, Model, head_of
from leadwell.conditions.needs import Needs
from leadwell.scoring.models import RollUp

_NAMED_AT = {"score": "score.model", "persona": "persona.name", "members": "members.score.model"}
"""Where a condition names what it rests on, if not beside its head word."""


def place_of(definition: Model, concerned: Callable[[Needs], bool], otherwise: str) -> str:
    """The path of the first condition, none inside it, whose needs are ``concerned``."""
    return next((field for field, needs in asked_in(definition) if concerned(needs)), otherwise)


def asked_in(part: Any, field: str = "") -> Iterator[tuple[str, Needs]]:
    """Every single condition, with its path and what it needs."""
    if isinstance(part, tuple):
        for place, one in enumerate(part):
            yield from asked_in(one, f"{field}[{place}]")
    elif isinstance(part, RollUp):
        yield f"{field}.model", Needs(members=True, member_scores={part.key})
    elif isinstance(part, ConditionModel) and not _has_conditions(part):
        head = head_of(part)
        yield f"{field}.{_NAMED_AT.get(head, head)}", compile_condition(part).needs
    elif isinstance(part, Model):
        inside = f"{field}." if field else ""
        for word, about in type(part).model_fields.items():
            yield from asked_in(getattr(part, word), f"{inside}{about.alias or word}")


def _has_conditions(part: ConditionModel) -> bool:
    """Written in it: a shorthand has parts that nobody wrote."""
    values = [getattr(part, word) for word in type(part).model_fields]
    inside = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return any(isinstance(one, ConditionModel) for one in inside)
