"""Puts a page in front of a visitor: in their language, and with headers that let nobody misuse it."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from leadwell.clock import Moment
from leadwell.pages.exchange import Request, Response
from leadwell.pages.rendering import render_page
from leadwell.settings import Settings
from leadwell.store.table import Table

LOCALES = ("de", "en")
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request and what is needed to answer it; ``table`` is made only if it is."""

    request: Request
    settings: Settings
    table_source: Callable[[], Table]
    now: Moment

    @property
    def table(self) -> Table:
        return self.table_source()

    @property
    def locale(self) -> str:
        """``?lang=`` if given, else the browser's wish, else the house's default."""
        accepted = _by_preference(self.request.headers.get("accept-language", ""))
        for wanted in (self.request.query.get("lang", ""), *accepted, self.settings.default_locale):
            language = wanted.strip().lower().replace("_", "-").split("-")[0]
            if language in LOCALES:
                return language
        return "en"


def show(visit: Visit, page: str, *, status: int = 200, address: str = "", channel: str = "") -> Response:
    """``address`` and ``channel`` say what the page is about, as ``render_page`` takes them."""
    locale = visit.locale
    sender = {"name": visit.settings.from_name, "imprint": visit.settings.imprint}
    html = render_page(page, locale, {"sender": sender, "address": address, "channel": channel})
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-language": locale,
        "content-security-policy": _content_policy(html),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",  # the address holds a token
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
    }
    return Response(status=status, body=html, headers=headers)


def _content_policy(html: str) -> str:
    """Nothing but the page's own style sheets, named by their hashes, and its own form."""
    hashes = {f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" for css in _STYLE.findall(html)}
    styles = " ".join(sorted(hashes)) or "'none'"
    return f"default-src 'none'; style-src {styles}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


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
