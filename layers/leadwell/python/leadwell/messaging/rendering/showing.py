"""Dynamic content: which parts of a mail a contact gets, by conditions under ``show:`` of its settings.

show:
  mountains: {country: [AT, CH]}
  returning: {stage: {at_least: customer}}

A template asks ``{% if show.mountains %} … {% else %} … {% endif %}``; what follows ``else`` is for everybody else,
and for those of whom it cannot be told. The conditions are checked when the mail is published, and answered when it is
sent.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.errors import Refused

if TYPE_CHECKING:
    from leadwell.conditions.compiling import Compiled
    from leadwell.conditions.facts import Facts

_ASKED = re.compile(r"\bshow\.(\w+)")
_JINJA = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


def check_shows(given: Mapping[str, Any], texts: Mapping[str, str], file: str) -> None:
    """``texts`` are the files that may ask, by name. Raises Refused for a condition that is broken or would have to
    remember what people did, for one that nobody asks, and for a name that there is none for."""
    for name, condition in given.items():
        place = f"{file}, show.{name}"
        compiled = _compiled(condition, place)
        if compiled.needs.behaviors or compiled.needs.gains:
            remedy = "publish it as a segment, and ask {segment: …} here"
            raise Refused(f"looks at what people did, which a mail cannot remember; {remedy}", place)
        if compiled.needs.members or compiled.needs.steps:
            raise Refused("is about companies or steps of journeys; ask about the contact", place)
    asked = {(found, source) for source, text in texts.items() for found in _names(text)}
    for name, source in sorted(asked):
        if name not in given:
            known = f"; known: {', '.join(sorted(given))}" if given else ""
            raise Refused(f"there is no show.{name}; add its condition under show: in {file}{known}", source)
    if unused := sorted(set(given) - {name for name, _ in asked}):
        raise Refused(f"nobody asks {{% if show.{unused[0]} %}}; use it or leave it out", f"{file}, show.{unused[0]}")


def shown(given: Mapping[str, Any], facts: "Facts", now: Moment) -> dict[str, bool]:
    """Which of them hold; none where a condition cannot be answered any more."""
    return {name: _holds(condition, facts, now) for name, condition in given.items()}


def possible(given: Iterable[str]) -> list[dict[str, bool]]:
    """What a mail is tried with: with all parts and with none."""
    names = list(given)
    return [dict.fromkeys(names, True), dict.fromkeys(names, False)] if names else [{}]


def _names(text: str) -> set[str]:
    return {name for code in _JINJA.findall(text) for name in _ASKED.findall(code)}


def _holds(condition: Any, facts: "Facts", now: Moment) -> bool:
    try:
        return _compiled(condition, "").holds(facts, now)
    except (Refused, LookupError):
        return False


def _compiled(condition: Any, place: str) -> "Compiled":
    from pydantic import TypeAdapter, ValidationError

    from leadwell.conditions.compiling import compile_condition
    from leadwell.conditions.models import Condition

    try:
        return compile_condition(TypeAdapter(Condition).validate_python(condition))
    except ValidationError as error:
        raise Refused(error.errors()[0]["msg"], place) from error
