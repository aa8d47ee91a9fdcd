"""Links in SMS, made short: ``https://go.example.com/s/4k2n9w0c7d``.

A code follows from the message and the link, so a message that is sent again has the same ones. What it stands for is
kept with the message, so an erasure takes it along; where to find that is kept under the code, for a year. Nothing of
the address that is asked for decides where it leads.
"""

import hmac
import re
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from leadwell.clock import DAY, Moment
from leadwell.messaging.message import Message
from leadwell.messaging.rendering.sms_segments import count_segments
from leadwell.store import keys
from leadwell.store.table import Item

SHORT_PATH = "/s/"
LIFE = 365 * DAY
KIND = "SHORT_LINK"
CODE, PERSONAL_CODE = 10, 16
"""Characters of five bits. A link that says who comes is not to be found by trying."""

_LINK = re.compile(r"https?://[^\s<>\"]+")
_SENTENCE = ".,;:!?)'\u2019\u201d"
_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE = re.compile(rf"[{_SIGNS}]{{{CODE}}}|[{_SIGNS}]{{{PERSONAL_CODE}}}")


def shortened(
    text: str, *, public_url: str, secret: bytes, message: str, personal: Collection[str] = ()
) -> tuple[str, Mapping[str, str]]:
    """The text with short links, and what each code stands for. ``personal`` are links with a token of ours.

    Every link becomes a short one, also where it was shorter before, unless that would cost a further part: then only
    those that get shorter do.
    """
    codes: dict[str, str] = {}

    def short(link: str) -> str:
        code = _code(secret, message, _name_of(link, personal), PERSONAL_CODE if link in personal else CODE)
        codes[code] = link
        return f"{public_url.rstrip('/')}{SHORT_PATH}{code}"

    def only_shorter(link: str) -> str:
        return min(link, short(link), key=len)

    wanted, cheaper = _replaced(text, short), _replaced(text, only_shorter)
    chosen = cheaper if count_segments(wanted)[1] > count_segments(cheaper)[1] else wanted
    return chosen, {code: link for code, link in codes.items() if code in chosen}


def spelled_out(text: str, codes: Mapping[str, str]) -> str:
    """The text with what its short links stand for, as whoever wrote it knows it."""
    return _replaced(text, lambda link: codes.get(link.rpartition(SHORT_PATH)[2], link))


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def is_personal(code: str) -> bool:
    """Whether the link behind it has a token of ours: nobody counts clicks on those."""
    return len(code) == PERSONAL_CODE


def pointers(message: Message, now: Moment) -> list[Item]:
    """What is kept under the codes of a message; the same again for the same message."""
    return [
        {
            "pk": key.pk,
            "sk": key.sk,
            "kind": KIND,
            "rev": 1,
            "contact": message.contact,
            "message": message.id,
            "until": now + LIFE,
            "expires_at": (now + LIFE) // 1000,
        }
        for key in map(keys.short_link, message.short)
    ]


def _replaced(text: str, instead: Callable[[str], str]) -> str:
    def change(found: re.Match[str]) -> str:
        link = found[0].rstrip(_SENTENCE)
        return instead(link) + found[0][len(link) :]

    return _LINK.sub(change, text)


def _name_of(link: str, personal: Collection[str]) -> str:
    """A token tells when it was made, and may be another when the message is sent again; its path is the same."""
    return urlsplit(link).path.rpartition("/")[0] if link in personal else link


def _code(secret: bytes, message: str, name: str, length: int) -> str:
    key = hmac.digest(secret, b"leadwell short link", "sha256")
    number = int.from_bytes(hmac.digest(key, f"{message} {name}".encode(), "sha256"), "big")
    return "".join(_SIGNS[number >> (5 * place) & 31] for place in range(length))
