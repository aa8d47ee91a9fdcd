"""``GET /leadwell.js``: the tracking snippet, for any website that includes it."""

from functools import cache
from hashlib import sha256
from importlib import resources

from leadwell.pages.exchange import Request, Response

PATH = "/leadwell.js"


def answer(request: Request) -> Response:
    """304 when the browser has this very version already."""
    script, tag = _script()
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
def _script() -> tuple[str, str]:
    script = resources.files("leadwell.pages").joinpath("snippet", "leadwell.js").read_text(encoding="utf-8")
    return script, f'"{sha256(script.encode()).hexdigest()[:16]}"'
