"""Cursors: opaque to callers, so that what they stand for may change."""

import base64
import binascii
import json
from typing import Any

from leadwell.errors import Refused

_LONGEST = 2_000
_LONGEST_TEXT = 1_024
"""Bytes of a sort key."""


def written(*parts: Any) -> str:
    raw = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read(cursor: str | None, *kinds: type) -> list[Any] | None:
    """The parts; None without a cursor. Raises ``Refused`` for one that did not come from here."""
    if not cursor:
        return None
    try:
        raw = base64.b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(raw)
        if isinstance(parts, list) and [type(part) for part in parts] == list(kinds) and all(map(_is_sound, parts)):
            return parts
    except (ValueError, RecursionError, binascii.Error):
        pass
    raise Refused("is none that was handed out here; leave it away to begin at the beginning", "cursor")


def _is_sound(part: Any) -> bool:
    """Whether a text may be a key. Raises ValueError for what is no Unicode."""
    return not isinstance(part, str) or 0 < len(part.encode()) <= _LONGEST_TEXT
