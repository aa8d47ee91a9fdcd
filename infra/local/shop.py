"""The demo shop: a page with our snippet, to click through what a visitor does."""

import mimetypes
from pathlib import Path

from infra.local.payload import NOT_FOUND, Response

_FILES = Path(__file__).parent / "static" / "shop"


def serve(path: str) -> Response:
    """``/shop`` and what lies under it."""
    name = path.removeprefix("/shop").strip("/") or "index.html"
    file = (_FILES / name).resolve()
    if not file.is_relative_to(_FILES.resolve()) or not file.is_file():
        return NOT_FOUND
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(200, (("content-type", f"{kind}; charset=utf-8"), ("cache-control", "no-cache")), file.read_bytes())
