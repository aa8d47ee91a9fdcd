"""Words that people read exist in both languages."""

from typing import Annotated

from pydantic import Field

from leadwell.conditions.written import Model


class Text(Model):
    """German and English; neither may be missing, so that no marketer meets half a translation."""

    en: Annotated[str, Field(min_length=1)]
    de: Annotated[str, Field(min_length=1)]

    def in_locale(self, locale: str) -> str:
        return self.de if locale.lower().startswith("de") else self.en


def in_words(said: "Text | str", locale: str = "en") -> str:
    """What was written in both languages, in one of them; what was written in one, as it stands. The English words are
    also what is stored and compared."""
    return said if isinstance(said, str) else said.in_locale(locale)
