"""Puts a page in front of a visitor: in their language, and with headers that let nobody misuse it."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.pages.rendering import draw, render_page, words

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def show(
    visit: Visit,
    page: str,
    *,
    status: int = 200,
    address: str = "",
    channel: str = "",
    topic: str = "",
    preferences: str = "",
    more: Mapping[str, Any] | None = None,
) -> Response:
    """``address``, ``channel`` and ``topic`` (its title) say what the page is about, as ``render_page`` takes them."""
    sender = {"name": visit.settings.from_name, "imprint": visit.settings.imprint}
    about = {"address": address, "channel": channel, "topic": topic}
    context = {"sender": sender, **about, "links": {"preferences": preferences}}
    return document(visit, render_page(page, visit.locale, {**context, "more": more or {}}), status=status)


def present(
    visit: Visit,
    page: str,
    text: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    status: int = 200,
    forms_to: Iterable[str] = (),
    pictures: Iterable[str] = (),
    scripts: bool = False,
) -> Response:
    """A page of ``rendering.DRAWN``. ``forms_to`` and ``pictures`` are addresses elsewhere that it leads to, or shows;
    ``scripts``: it runs our own."""
    about_us = {
        "sender": visit.settings.from_name or words(visit.locale)["us"],
        "imprint": visit.settings.imprint,
    }
    html = draw(page, visit.locale, text, {**about_us, **values})
    return document(visit, html, status=status, forms_to=forms_to, pictures=pictures, scripts=scripts)


def document(
    visit: Visit,
    html: str,
    *,
    status: int = 200,
    forms_to: Iterable[str] = (),
    pictures: Iterable[str] = (),
    scripts: bool = False,
) -> Response:
    policy = {
        "default-src": "'none'",
        "style-src": _styles(html),
        "form-action": " ".join(["'self'", *_origins(forms_to)]),
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    if shown := _origins(pictures):
        policy["img-src"] = " ".join(shown)
    if scripts:
        policy |= {"script-src": "'self'", "connect-src": "'self'"}
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-language": visit.locale,
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",  # the address holds a token
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
    }
    return Response(status=status, body=html, headers=headers)


def gone_to(address: str) -> Response:
    """Sends the browser on, with a GET, to an address that was published or that we signed."""
    headers = {"location": address, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    return Response(status=303, headers=headers)


def _styles(html: str) -> str:
    """The page's own style sheets, named by their hashes."""
    hashes = {f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" for css in _STYLE.findall(html)}
    return " ".join(sorted(hashes)) or "'none'"


def _origins(addresses: Iterable[str]) -> list[str]:
    parts = (urlsplit(address) for address in addresses)
    return sorted({f"{one.scheme}://{one.netloc}" for one in parts if one.scheme in ("http", "https")})
