"""Our scripts, for any website that includes them.

``/leadwell.js``       the tracking snippet
``/p/w.js``            pop-ins and call-to-actions, fetched by the snippet where the website wants them
``/p/e/<form>.js``     the same file: it sees by its own address which form to put where it stands
"""

import re
from functools import cache
from hashlib import sha256
from importlib import resources

from leadwell.pages.exchange import Request, Response

_FILES = {"/leadwell.js": "leadwell.js", "/p/w.js": "widgets.js"}
_EMBEDDED = re.compile(r"/p/e/[a-z0-9-]{1,60}\.js")
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s*")


def named(path: str) -> str:
    """The file behind a path; empty where there is none."""
    return "widgets.js" if _EMBEDDED.fullmatch(path) else _FILES.get(path, "")


def answer(request: Request, file: str) -> Response:
    """304 when the browser has this very version already."""
    script, tag = _script(file)
    headers = {
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "public, max-age=3600",
        "etag": tag,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    known = {given.strip().removeprefix("W/") for given in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status=304, headers=headers)
    return Response(status=200, body=script, headers=headers)


@cache
def _script(file: str) -> tuple[str, str]:
    """Without remarks and indentation, which no browser needs; neither stands in a text of our scripts."""
    written = resources.files("leadwell.pages").joinpath("snippet", file).read_text(encoding="utf-8")
    script = _INDENT.sub("\n", _REMARK.sub("", written)).lstrip()
    return script, f'"{sha256(script.encode()).hexdigest()[:16]}"'
