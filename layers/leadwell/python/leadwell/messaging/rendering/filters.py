"""The filters that templates may use: a short list, each bounded in what it can produce.

Jinja's own list is longer, and that is the danger: ``attr`` and ``map`` reach into objects (CVE-2025-27516),
``format``, ``center`` and ``indent`` build text of any size, ``safe`` switches escaping off.
"""

from collections.abc import Callable
from datetime import date as calendar_date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from markupsafe import Markup, escape

from leadwell.messaging.rendering.missing import Missing, current_rendering

MAX_CHARACTERS = 1_000_000
MAX_ITERATIONS = 10_000

_WEB = ("https://", "http://", "mailto:", "tel:")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_GERMAN = str.maketrans(",.", ".,")
_WITHOUT_CENTS = {"JPY", "KRW"}
_MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_WEEKDAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def bounded(text: str) -> str:
    """The text itself; raises SecurityError when it is longer than a message may ever be."""
    if len(text) > MAX_CHARACTERS:
        raise SecurityError(f"the text grows beyond {MAX_CHARACTERS} characters")
    return text


def as_text(value: object) -> str:
    """A single value as text; a list or mapping has no sensible one and raises SecurityError."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (int, float, Missing)):
        return str(value)
    raise SecurityError("a list cannot be used as text: loop over it, or use join")


def concatenated(parts: list[Any], separator: str = "") -> str:
    """Parts in a row, bounded, escaped where one of them is HTML already."""
    texts = [as_text(part) for part in parts]
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_CHARACTERS:
        raise SecurityError(f"the text grows beyond {MAX_CHARACTERS} characters")
    if any(isinstance(text, Markup) for text in texts):
        return escape(separator).join(texts)
    return separator.join(texts)


def iterations(value: object) -> list[Any]:
    """What a ``for`` goes through: entries of a list, keys of a mapping; nothing when there is nothing.

    Raises SecurityError once all loops of a rendering together go beyond their budget.
    """
    entries = list(value) if isinstance(value, (list, tuple, dict)) else []
    state = current_rendering()
    state.iterations += len(entries)
    if state.iterations > MAX_ITERATIONS:
        raise SecurityError(f"the loops of this template take more than {MAX_ITERATIONS} turns")
    return entries


def _default(value: object, fallback: object = "", also_false: bool = False) -> object:
    absent = isinstance(value, Missing) or value is None or (isinstance(value, str) and not value.strip())
    # Whoever states a text expects one: a list that a website sent instead has none.
    absent = absent or (isinstance(value, (list, dict)) and isinstance(fallback, str) and bool(fallback))
    return fallback if absent or (also_false and not value) else value


def _replace(value: object, old: object, new: object) -> str:
    text, old_text, new_text = as_text(value), as_text(old), as_text(new)
    if len(text) + text.count(old_text) * len(new_text) > MAX_CHARACTERS:
        raise SecurityError(f"the text grows beyond {MAX_CHARACTERS} characters")
    return text.replace(old_text, new_text)


def _truncate(value: object, length: int = 60) -> str:
    text = as_text(value)
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 0)]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"


def _join(value: object, separator: object = "") -> str:
    return concatenated(list(value) if isinstance(value, (list, tuple)) else [value], as_text(separator))


def _first(value: object) -> object:
    return value[0] if isinstance(value, (list, tuple, str)) and value else Missing(name="first")


def _last(value: object) -> object:
    return value[-1] if isinstance(value, (list, tuple, str)) and value else Missing(name="last")


def _length(value: object) -> int:
    return len(value) if isinstance(value, (list, tuple, dict, str)) else 0


def _items(value: object) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _products(event: object) -> list[Any]:
    """The products of a cart event, or the one product that the event itself describes."""
    if not isinstance(event, dict):
        return []
    products = event.get("products")
    listed = products if isinstance(products, list) else [event]
    return [product for product in listed if isinstance(product, dict) and product.get("name")]


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(as_text(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10**15) else None


def _int(value: object, fallback: int = 0) -> int:
    number = _number(value)
    return fallback if number is None else int(number)


def _round(value: object, digits: int = 0) -> float | int:
    number = round(_number(value) or Decimal(0), min(max(digits, 0), 9))
    return float(number) if digits > 0 else int(number)


def _urlencode(value: object) -> str:
    return bounded(quote(as_text(value).encode(), safe=""))


def _link(value: object) -> object:
    """A web address as it is; anything else, such as ``javascript:``, counts as missing."""
    if isinstance(value, Missing):
        return value
    text = as_text(value).strip()
    return text if text.lower().startswith(_WEB) else Missing(name="link")


@pass_context
def _money(context: Context, value: object, currency: object = "EUR") -> object:
    """1299.5 → ``€1,299.50``, in German ``1.299,50 €``; what is no number stays as it is."""
    number = None if isinstance(value, Missing) else _number(value)
    if number is None:
        return value
    code = as_text(_default(currency, "EUR")).upper()
    digits = f"{number:,.0f}" if code in _WITHOUT_CENTS else f"{number:,.2f}"
    sign = _SIGNS.get(code, code)
    if _language(context) == "de":
        return digits.translate(_GERMAN) + f"\N{NO-BREAK SPACE}{sign}"
    return f"{sign}{digits}" if code in _SIGNS else f"{sign}\N{NO-BREAK SPACE}{digits}"


@pass_context
def _date(context: Context, value: object) -> object:
    """``2026-11-22`` → ``22 November 2026``, in German ``22. November 2026``; what is no date stays as it is."""
    if (day := _day(value)) is None:
        return value
    language = _language(context)
    return f"{day.day}{'.' if language == 'de' else ''} {_MONTHS[language][day.month - 1]} {day.year}"


@pass_context
def _weekday(context: Context, value: object) -> str:
    """``2026-11-22`` → ``Sunday``, in German ``Sonntag``; of what is no date, nothing."""
    day = _day(value)
    return "" if day is None else _WEEKDAYS[_language(context)][day.weekday()]


def _day(value: object) -> calendar_date | None:
    if isinstance(value, Missing):
        return None
    try:
        return calendar_date.fromisoformat(as_text(value)[:10])
    except ValueError:
        return None


def _language(context: Context) -> str:
    return "de" if as_text(context.get("locale")).lower().startswith("de") else "en"


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(_number(value) or 0),
    "capitalize": lambda value: as_text(value).capitalize(),
    "date": _date,
    "default": _default,
    "escape": lambda value: escape(as_text(value)),
    "first": _first,
    "int": _int,
    "items": _items,
    "join": _join,
    "last": _last,
    "length": _length,
    "link": _link,
    "lower": lambda value: as_text(value).lower(),
    "money": _money,
    "products": _products,
    "replace": _replace,
    "round": _round,
    "title": lambda value: as_text(value).title(),
    "trim": lambda value: as_text(value).strip(),
    "truncate": _truncate,
    "upper": lambda value: as_text(value).upper(),
    "urlencode": _urlencode,
    "weekday": _weekday,
}
