"""The first-party cookie, set by the server: browsers keep those for a year, and a script's for a week (WebKit's
Intelligent Tracking Prevention, https://webkit.org/tracking-prevention/).

It works where Leadwell answers under the website's own domain, and is asked for only after the website's consent.
"""

import re
from urllib.parse import urlsplit

from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.pages.visitor import COOKIE

_YEAR = 31_536_000
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_NAME = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}")


def answer(visit: Visit) -> Response:
    """204, with the cookie where the page that asks and this server have a domain in common."""
    device = (visit.request.body or "").strip()
    origin = visit.request.headers.get("origin", "")
    domain = shared_domain(origin, visit.request.headers.get("host", ""))
    headers = {"cache-control": "no-store"}
    if not _ID.fullmatch(device) or domain is None:
        return Response(status=204, headers=headers)
    parts = [f"{COOKIE}={device}", "Path=/", f"Max-Age={_YEAR}", "SameSite=Lax"]
    if domain:
        parts.append(f"Domain={domain}")
    if origin.startswith("https://"):
        parts.append("Secure")
    return Response(status=204, headers=headers, cookies=("; ".join(parts),))


def shared_domain(origin: str, host: str) -> str | None:
    """``https://www.shop.example`` and ``news.shop.example`` → ``shop.example``; empty for one and the same host; None
    where there is none. Whether a domain belongs to everybody (``co.uk``) the browser knows better, and refuses."""
    try:
        theirs = (urlsplit(origin).hostname or "").lower()
        ours = (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return None
    if not theirs or not _NAME.fullmatch(theirs) or not _NAME.fullmatch(ours):
        return None
    if theirs == ours:
        return ""
    common: list[str] = []
    for one, other in zip(reversed(theirs.split(".")), reversed(ours.split(".")), strict=False):
        if one != other:
            break
        common.insert(0, one)
    domain = ".".join(common)
    return domain if len(common) >= 2 and not domain.replace(".", "").isdigit() else None
