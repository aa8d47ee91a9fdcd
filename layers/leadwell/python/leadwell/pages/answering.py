"""Which fields a form asks somebody, and what their answers are. Pure."""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from leadwell.pages.models import ConsentBox, FormDefinition, FormField
from leadwell.tracking.identities import email_address, phone_number

Answer = str | int | float | bool
_ALWAYS = ("email", "phone")
"""Whoever has not proved who they are says it each time."""
_TICKED = ("on", "1", "true", "yes")
_MARKUP = re.compile(r"<[a-z/!?]|\{[{%#]|javascript:", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?")


@dataclass(frozen=True, slots=True)
class Answers:
    """``wrong`` maps fields, and ids of consents, to the word for what is wrong with them (``[form]`` of the texts)."""

    traits: Mapping[str, Answer] = field(default_factory=dict)
    agreed: tuple[ConsentBox, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_markup(self) -> bool:
        """No page and no mail takes it for any; whoever writes it tries."""
        return any(isinstance(given, str) and _MARKUP.search(given) for given in self.traits.values())


def asked(form: FormDefinition, known: Collection[str]) -> Sequence[FormField]:
    """Those that are not known, the first ones first. What is known gives its place to the next one."""
    wanted = [one for one in form.fields if one.name not in known]
    if form.ask_at_most is None or len(wanted) <= form.ask_at_most:
        return wanted
    always = [one for one in wanted if one.name in _ALWAYS]
    others = [one for one in wanted if one.name not in _ALWAYS]
    taken = {one.name for one in (*always, *others[: max(0, form.ask_at_most - len(always))])}
    return [one for one in wanted if one.name in taken]


def read_answers(form: FormDefinition, fields: Sequence[FormField], posted: Mapping[str, str]) -> Answers:
    traits: dict[str, Answer] = {}
    wrong: dict[str, str] = {}
    for one in fields:
        given = posted.get(one.name, "")
        if not given and one.type != "checkbox":
            if one.required:
                wrong[one.name] = "missing"
            continue
        answer = _READERS[one.type](given, one)
        if answer is None or (one.required and answer is False):
            wrong[one.name] = "missing" if answer is False else f"wrong_{one.type}"
        elif len(given) > one.max_length:
            wrong[one.name] = "too_long"
        else:
            traits[one.name] = answer
    agreed = tuple(box for box in form.consents if _ticked(posted.get(consent_field(box), "")))
    wrong |= {consent_field(box): "must_agree" for box in form.consents if box.required and box not in agreed}
    return Answers(traits, agreed, wrong)


def consent_field(box: ConsentBox) -> str:
    """The name of its checkbox: no field of a form has a slash."""
    return f"consent/{box.id}"


def _ticked(given: str) -> bool:
    return given.lower() in _TICKED


def _number(given: str, _: FormField) -> Answer | None:
    if not _NUMBER.fullmatch(given):
        return None
    number = float(given.replace(",", "."))
    return int(number) if math.isfinite(number) and number.is_integer() else number


def _date(given: str, _: FormField) -> Answer | None:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        return None


def _line(given: str, _: FormField) -> Answer | None:
    return " ".join(given.split())


_READERS: Mapping[str, Callable[[str, FormField], Answer | None]] = {
    "text": _line,
    "email": lambda given, _: email_address(given),
    "phone": lambda given, _: phone_number(given),
    "number": _number,
    "date": _date,
    "choice": lambda given, one: given if given in [option.value for option in one.options] else None,
    "long_text": lambda given, _: given,
    "checkbox": lambda given, _: _ticked(given),
}
