"""The public pages as HTML, without scripts of strangers and without anything loaded from elsewhere.

unsubscribe    asks first; its button posts to the same address (a GET must change nothing: scanners follow links)
unsubscribed   says what was switched off, and may ask why
confirm        asks for the click that completes a double opt-in, for the same reason
confirmed      says thank you
link-invalid   one answer to every token that is expired, forged or unknown, so that none can be told from another
link-lapsed    a request for confirmation that nobody answered in time, with the way back to its form
too-many, unreadable   what a form answers to those it does not listen to

The others are drawn from what an installation has published: ``form``, ``form-done`` (and each of them as a ``-part``,
to be put into a website), ``download``, ``preferences``, ``landing``.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from leadwell.messaging.rendering.locales import choose_locale

PAGES = ("unsubscribe", "unsubscribed", "confirm", "confirmed", "link-invalid", "link-lapsed", "too-many", "unreadable")
DRAWN = ("form", "form-part", "form-done", "form-done-part", "download", "preferences", "landing")
_HELPERS = ("layout", "form-macros")

# An unknown channel gets words that promise nothing about the other ones.
_CHANNELS = {"email": "email", "sms": "sms", "*": "any", "service": "service"}
_FOLDER = files("leadwell.pages") / "templates"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MAYBE: Mapping[str, object] = {
    "reasons": (),
    "thanked": False,
    "download": None,
    "share": "",
    "also": (),
    "form": "",
    "everything": False,
}
"""What a page may show besides, and mostly does not."""


def render_page(name: str, locale: str | None, context: Mapping[str, object], *, default_locale: str = "en") -> str:
    """A whole HTML document.

    ``context``, every entry optional: ``sender`` {name, imprint}, ``address`` (an e-mail address or phone number, shown
    masked because links get forwarded), ``channel`` (``email``, ``sms`` or ``*``), ``topic`` (the title of the one
    it is about, and then not the channel), ``links`` {preferences}, ``more``
    (as the template of the page names it). Raises KeyError for a page that is not in ``PAGES``.
    """
    if name not in PAGES:
        raise KeyError(name)
    chosen = choose_locale(_texts(), locale, default_locale)
    channel, topic = context.get("channel"), str(context.get("topic") or "")
    values = {
        "sender": _entry(context, "sender", "name"),
        "imprint": _entry(context, "sender", "imprint"),
        "address": masked(str(context.get("address") or "")),
        "channel": _CHANNELS.get(channel, "") if isinstance(channel, str) else "",
        "preferences": _entry(context, "links", "preferences"),
        "topic": topic,
    }
    values["sender"] = values["sender"] or str(words(chosen)["us"])
    page = {key: _filled(text, values) for key, text in words(chosen, name).items() if isinstance(text, str)}
    about = ("topic", values["channel"]) if topic else (values["channel"],)
    for part in ("message", "note"):
        page[part] = next((page[f"{part}_{one}"] for one in about if f"{part}_{one}" in page), page.get(part, ""))
    more = context.get("more")
    shown = {**_MAYBE, **values, **(more if isinstance(more, Mapping) else {})}
    return _environment().get_template(f"{name}.html").render(locale=chosen, text=page, **shown)


def draw(name: str, locale: str, text: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """A page of ``DRAWN``: ``text`` is what it says, ``values`` what its template names besides."""
    return _environment().get_template(f"{name}.html").render(locale=locale, text=text, **values)


def words(locale: str, section: str = "") -> dict[str, Any]:
    """What we say in a language, with what a page says instead."""
    said = _texts()[locale]
    return {**said, **said[section]} if section else said


def masked(address: str) -> str:
    """``robin@example.com`` → ``r•••@example.com``, ``+12025550143`` → ``•••43``: enough for the owner to know it."""
    local, at, domain = address.partition("@")
    if at:
        return f"{local[:1]}•••@{domain}"
    return f"•••{address[-2:]}" if len(address) > 4 else ""


def _entry(context: Mapping[str, object], section: str, name: str) -> str:
    entries = context.get(section)
    value = entries.get(name) if isinstance(entries, Mapping) else None
    return value if isinstance(value, str) else ""


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _source(file: str) -> str:
    return (_FOLDER / file).read_text("utf-8")


@cache
def _texts() -> dict[str, dict[str, Any]]:
    return {locale: tomllib.loads(_source(f"{locale}.toml")) for locale in ("en", "de")}


@cache
def _environment() -> Environment:
    sources = {f"{name}.html": _source(f"{name}.html") for name in (*_HELPERS, *PAGES, *DRAWN)}
    return Environment(
        loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
