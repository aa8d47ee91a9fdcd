"""Sheets for people: what a court, an authority or the person concerned reads, as one HTML page that prints well.

A page without scripts and without anything loaded from elsewhere. What stands in it comes from strangers: everything is
escaped by the template.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from leadwell.clock import Moment, to_iso

if TYPE_CHECKING:
    from leadwell.definitions.text import Text

Locale = Literal["de", "en"]
LOCALES: tuple[Locale, ...] = ("de", "en")

Row = tuple[str, str]
"""(what it is, what it says)."""

NOTHING: "Mapping[str, Text]" = MappingProxyType({})
_FOLDER = files("leadwell.consent") / "sheets"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing under a heading: its own title, and what is to be said of it. Rows that say nothing are left out."""

    title: str
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """``note`` is a sentence below the heading; it stands alone where there are no entries."""

    heading: str
    note: str = ""
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    lead: str
    facts: Sequence[Row]
    parts: Sequence[Part] = field(default_factory=tuple)
    foot: str = ""


class Words:
    """The texts of one sheet in one language; ``{name}`` is filled in. ``more`` are texts of the installation's own."""

    def __init__(self, sheet: str, locale: str, more: "Mapping[str, Text]" = NOTHING) -> None:
        self.locale: Locale = "de" if locale.lower().startswith("de") else "en"
        self._texts = {**_texts(sheet, self.locale), **{key: text.in_locale(locale) for key, text in more.items()}}

    def say(self, key: str, **values: object) -> str:
        """Raises KeyError for a text that there is not."""
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), self._texts[key])

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def known(self, key: str) -> str:
        """The text, or the key itself where nobody has put it into words."""
        return self._texts.get(key, key)

    def moment(self, moment: Moment | None) -> str:
        """To the second, in UTC, as the language writes days; empty for none."""
        if moment is None:
            return ""
        day, _, time = to_iso(moment).partition("T")
        year, month, date = day.split("-")
        written = f"{date}.{month}.{year}" if self.locale == "de" else day
        return f"{written}, {time[:8]} UTC"

    def rows(self, pairs: Iterable[tuple[str, str]]) -> list[Row]:
        """(key of the label, value) → rows, without those that say nothing."""
        return [(self.say(key), value) for key, value in pairs if value]


def printed(sheet: Sheet, locale: Locale) -> str:
    """A whole HTML document."""
    return str(_template().render(sheet=sheet, locale=locale))


@cache
def _texts(sheet: str, locale: str) -> dict[str, str]:
    return tomllib.loads((_FOLDER / f"{sheet}.{locale}.toml").read_text("utf-8"))


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined  # most calls print nothing

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((_FOLDER / "sheet.html").read_text("utf-8"))
