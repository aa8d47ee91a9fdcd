"""The console's pages: static files without any data. What they show comes from the API, after signing in."""

import json
import mimetypes
from functools import cache, lru_cache
from importlib.resources import files

from leadwell.ids import fingerprint
from leadwell.pages.exchange import Request, Response
from leadwell.settings import Settings

PATH = "/console"

MAIL_FRAME = "mail-frame.html"
_MAIL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
)
"""Of the document that a mail is previewed in: its styles hold, and nothing of it runs, calls or is sent."""

_FILES = files("leadwell.console") / "static"
_SUFFIXES = (".js", ".css", ".svg")


def answer(request: Request, settings: Settings) -> Response:
    """Every path under ``/console`` that is no file shows the same page: its script reads the path."""
    name = request.path.removeprefix(PATH).strip("/")
    if name == "config.json":
        return _respond(request, "application/json", _sign_in(settings), settings)
    if "." not in name:
        return _respond(request, "text/html; charset=utf-8", _read("index.html"), settings)
    if name == MAIL_FRAME:
        return _respond(request, "text/html; charset=utf-8", _read(name), settings, _MAIL_POLICY)
    text = _read(name) if name.endswith(_SUFFIXES) and "/" not in name else ""
    if not text:
        return Response(
            status=404, body="There is no such file.", headers={"content-type": "text/plain; charset=utf-8"}
        )
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    return _respond(request, f"{kind}; charset=utf-8", text, settings)


def _respond(request: Request, kind: str, text: str, settings: Settings, policy: str = "") -> Response:
    tag = f'"{fingerprint("console", text)}"'
    headers = {
        "content-type": kind,
        "etag": tag,
        "cache-control": "no-cache",
        "content-security-policy": policy or _policy(settings),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status=304, headers=headers)
    return Response(status=200, body=text, headers=headers)


def _policy(settings: Settings) -> str:
    """Own files only; the sign-in's host is called for tokens."""
    domain = settings.console_sign_in().get("domain", "")
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "frame-src": "'self'",
        "connect-src": f"'self' {domain}".strip(),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _sign_in(settings: Settings) -> str:
    """The local run answers this itself, with a token."""
    values = settings.console_sign_in()
    return json.dumps({"sign_in": values.get("kind", "none"), **{k: v for k, v in values.items() if k != "kind"}})


@cache
def _names() -> frozenset[str]:
    return frozenset(file.name for file in _FILES.iterdir() if file.is_file())


@lru_cache(maxsize=64)
def _read(name: str) -> str:
    """The file's text; empty if there is none. Strange names never reach the file system."""
    return (_FILES / name).read_text("utf-8") if name in _names() else ""
