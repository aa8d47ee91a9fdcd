"""Cursors: opaque to callers, so that what they stand for may change."""

import base64
import binascii
import json
from typing import Any

from leadwell.errors import Refused


def written(*parts: Any) -> str:
    raw = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read(cursor: str | None, *kinds: type) -> list[Any] | None:
    """The parts; None without a cursor. Raises ``Refused`` for one that did not come from here."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if isinstance(parts, list) and [type(part) for part in parts] == list(kinds):
            return parts
    except (ValueError, binascii.Error):
        pass
    raise Refused("is none that was handed out here; leave it away to begin at the beginning", "cursor")
