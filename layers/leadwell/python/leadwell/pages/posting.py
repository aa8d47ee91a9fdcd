"""What a form in a browser sends: ``application/x-www-form-urlencoded``, and nothing that nests."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from leadwell.pages.exchange import Request
from leadwell.tracking.values import mended

_MOST_FIELDS = 100
_KIND = "application/x-www-form-urlencoded"


def fields_of(request: Request) -> Mapping[str, str] | None:
    """Field → value, the last of several. None for another kind of body, one too large, or with too many fields."""
    kind = request.headers.get("content-type", _KIND).partition(";")[0].strip().lower()
    if request.body is None or kind != _KIND:
        return None
    try:
        pairs = parse_qsl(
            request.body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="utf-8", errors="replace"
        )
    except ValueError:
        return None
    return {mended(name): _text(value) for name, value in pairs}


def _text(value: str) -> str:
    """Without what no keyboard types; line ends are ``\\n``."""
    lines = mended(value).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or sign == "\t" or sign.isprintable()).strip()
