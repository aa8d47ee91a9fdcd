"""Conditions whose coming true matters to a journey: kept up to date on the contact, as segments are."""

from pydantic import TypeAdapter

from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.models import word_of_start
from leadwell.errors import Refused
from leadwell.ids import fingerprint

_JSON: TypeAdapter[object] = TypeAdapter(object)


def turn_id(condition: ConditionModel) -> str:
    """The same for the same condition, wherever it stands."""
    return fingerprint("turn", _JSON.dump_json(as_written(condition)).decode(), length=8)


def check_turn(condition: ConditionModel, field: str) -> None:
    """Raises ``Refused`` where it speaks of what started a journey: for that, nobody can be watched."""
    if word := word_of_start(condition):
        raise Refused(
            f"{word} compares with what started the journey and cannot stand here; use wait_for: event", field
        )
