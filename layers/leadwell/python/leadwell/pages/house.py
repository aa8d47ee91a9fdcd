"""What pages stand on, and a request with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from leadwell.clock import Clock, Moment
from leadwell.pages.exchange import Request
from leadwell.settings import Settings
from leadwell.store.secrets import Secrets
from leadwell.store.table import Table

if TYPE_CHECKING:
    from leadwell.definitions.library import Library
    from leadwell.pages.shelf import Shelf
    from leadwell.store.files import Files

LOCALES = ("de", "en")


class House(Protocol):
    """What the pages stand on; ``wiring.Services`` is one. Nothing is made before it is needed."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def table(self) -> Table: ...
    @property
    def secrets(self) -> Secrets: ...
    @property
    def library(self) -> "Library": ...
    @property
    def files(self) -> "Files": ...


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request and what is needed to answer it."""

    request: Request
    house: House
    now: Moment

    @property
    def settings(self) -> Settings:
        return self.house.settings

    @property
    def table(self) -> Table:
        return self.house.table

    @property
    def secret(self) -> bytes:
        return self.house.secrets.signing_key

    @cached_property
    def shelf(self) -> "Shelf":
        """What is published at this moment."""
        from leadwell.pages.shelf import Shelf

        self.house.library.look()
        return Shelf(self.house.library)

    @cached_property
    def posted(self) -> Mapping[str, str] | None:
        """The fields of a form that was sent; None where the body is none, or too large."""
        from leadwell.pages.posting import fields_of

        return fields_of(self.request)

    @cached_property
    def locale(self) -> str:
        """``?lang=`` if given, else the browser's wish, else the house's default."""
        accepted = _by_preference(self.request.headers.get("accept-language", ""))
        for wanted in (self.request.query.get("lang", ""), *accepted, self.settings.default_locale):
            language = wanted.strip().lower().replace("_", "-").split("-")[0]
            if language in LOCALES:
                return language
        return "en"


def _by_preference(accept_language: str) -> list[str]:
    """``de-AT, en;q=0.8`` → the languages, the most wanted first (RFC 9110, section 12.5.4)."""
    weighted: list[tuple[float, int, str]] = []
    for place, entry in enumerate(accept_language.split(",")[:20]):
        language, _, parameter = entry.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighted.append((-weight, place, language))
    return [language for _, _, language in sorted(weighted)]
