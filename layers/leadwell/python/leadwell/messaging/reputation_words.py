"""Why marketing pauses, and why it goes on, for people: German beside the English that is stored."""

import re
from collections.abc import Callable

RECOVERED, BY_PERSON = "the rates have recovered", "a person let it go on"


def bounced(rate: float, mails: int, reviewed: float) -> str:
    return f"{rate:.1%} of {mails:,} mails bounced; SES reviews from {reviewed:.0%} on"


def complained(rate: float, mails: int, reviewed: float) -> str:
    return f"{rate:.2%} of {mails:,} mails were called spam; SES reviews from {reviewed:.1%} on"


_FIGURES = r"([\d.]+)% of ([\d,]+) mails {}; SES reviews from ([\d.]+)% on"
_GERMAN: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        _FIGURES.format("bounced"),
        lambda found: f"{_de(found[1])} % von {_de(found[2])} E-Mails kamen zurück; SES prüft ab {_de(found[3])} %",
    ),
    (
        _FIGURES.format("were called spam"),
        lambda found: (
            f"{_de(found[1])} % von {_de(found[2])} E-Mails wurden als Spam gemeldet; SES prüft ab {_de(found[3])} %"
        ),
    ),
    (re.escape(RECOVERED), lambda found: "die Quoten haben sich erholt"),
    (re.escape(BY_PERSON), lambda found: "von Hand fortgesetzt"),
)


def in_german(reason: str) -> str:
    """What a person has written stays as it is."""
    for pattern, written in _GERMAN:
        if found := re.fullmatch(pattern, reason):
            return written(found)
    return reason


def _de(figure: str) -> str:
    return figure.translate(str.maketrans(",.", ".,"))
