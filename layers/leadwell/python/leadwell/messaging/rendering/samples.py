"""What a template is tried and shown with: the house's sample, with the template's own laid over it.

Whatever stands in a sample may be stated for each language, ``{en: Cushion, de: Kissen}``, so that a German picture
shows German words.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from leadwell.errors import Refused
from leadwell.messaging.rendering.locales import choose_locale

_HOUSE: Mapping[str, Any] = {
    "contact": {
        "id": "c-sample",
        "email": "robin@example.com",
        "phone": "+12025550143",
        "firstName": "Robin",
        "lastName": {"en": "Example", "de": "Beispiel"},
        "birthday": "1990-06-15",
    },
    "event": {},
    "journey": {},
    "links": {
        "unsubscribe": "https://news.example.com/p/unsubscribe/sample-token",
        "preferences": "https://news.example.com/p/preferences/sample-token",
    },
    "sender": {
        "name": {"en": "Example & Sons", "de": "Muster & Söhne"},
        "imprint": {
            "en": "Example & Sons, 1 Sample Street, 12345 Sampletown",
            "de": "Muster & Söhne, Musterstraße 1, 12345 Musterstadt",
        },
    },
}
_LOCALE = re.compile(r"[a-z]{2}(?:[-_]\w+)?", re.IGNORECASE)


def sample(over: Mapping[str, object] | None = None, locale: str = "en") -> dict[str, Any]:
    """As it reads in one language. Mappings are merged, other values replaced, null removes."""
    house = in_language(_HOUSE, locale if _spoken(_HOUSE["sender"]["name"], locale) else "en")
    merged: dict[str, Any] = _laid_over(house, in_language(over or {}, locale))
    return merged


def in_language(value: object, locale: str) -> Any:
    """A copy in which every value that is stated for each language is the one of this language."""
    if isinstance(value, Mapping):
        chosen = _spoken(value, locale)
        if chosen:
            return in_language(value[chosen], locale)
        return {name: in_language(inner, locale) for name, inner in value.items()}
    return [in_language(inner, locale) for inner in value] if isinstance(value, (list, tuple)) else value


def check_sample(given: Mapping[str, object], locales: Collection[str], file: str) -> None:
    """Raises ``Refused`` with the place of a value that is stated for some of the template's languages, not for all."""
    for path, value in _stated_by_language(given, locales, "sample"):
        if strange := [name for name in value if not _LOCALE.fullmatch(str(name))]:
            raise Refused(f"{strange[0]!r} is no language: state a value for each language alone", f"{file}, {path}")
        if missing := [locale for locale in locales if not _spoken(value, locale)]:
            have = ", ".join(map(str, value))
            raise Refused(
                f"has a value in {have} and none in {missing[0]}: state one for each language, or one for all",
                f"{file}, {path}",
            )


def _stated_by_language(
    value: object, locales: Collection[str], path: str
) -> Iterator[tuple[str, Mapping[str, object]]]:
    if isinstance(value, Mapping):
        if any(_spoken(value, locale) for locale in locales):
            yield path, value
        for name, inner in value.items():
            yield from _stated_by_language(inner, locales, f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from _stated_by_language(inner, locales, f"{path}.{number}")


def _spoken(value: Mapping[str, object], locale: str) -> str:
    """Which of its entries is in this language; empty: none is, so they are something else than languages."""
    if not value:
        return ""
    chosen = choose_locale(map(str, value), locale, locale)
    return chosen if _language(chosen) == _language(locale) else ""


def _language(locale: str) -> str:
    return re.split("[-_]", locale.strip().lower())[0]


def _laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _laid_over(merged[key], value)
        else:
            merged[key] = value
    return merged
