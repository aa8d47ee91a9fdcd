"""How many messages an SMS is billed as (3GPP TS 23.038 for the alphabet, TS 23.040 for the parts)."""

from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_SINGLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
_PART: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}

# One typographic character would more than double the price of a message; these lose nothing that matters.
_PLAINER = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f", " "),
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
        **dict.fromkeys("\u200b\u00ad\ufeff", ""),
        "\u2026": "...",
    }
)


def plainer(text: str) -> str:
    """Typographic quotes, dashes and spaces replaced by those of the GSM alphabet."""
    return text.translate(_PLAINER)


def count_segments(text: str) -> tuple[Encoding, int]:
    """``("GSM-7", 1)``: the cheapest encoding that can carry the text, and the number of parts; 0 for no text.

    160 characters of GSM-7 or 70 of UCS-2 fit one message, 153 or 67 each of several; ``€`` and ``^{}[]~|\\`` count
    twice, characters outside the BMP (emoji) take two UCS-2 units, and no part may end inside such a pair.
    """
    encoding: Encoding = "GSM-7" if all(c in _BASIC or c in _EXTENDED for c in text) else "UCS-2"
    if encoding == "GSM-7":
        widths = [2 if character in _EXTENDED else 1 for character in text]
    else:
        widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    if sum(widths) <= _SINGLE[encoding]:
        return encoding, min(len(text), 1)
    parts, used = 1, 0
    for width in widths:
        if used + width > _PART[encoding]:
            parts, used = parts + 1, 0
        used += width
    return encoding, parts
