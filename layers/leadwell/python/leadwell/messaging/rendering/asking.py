"""A message that asks for consent may do nothing else: courts read anything beyond the question as advertising, and
then it is itself what must not be sent without consent (in Germany: section 7(2) UWG).

The rule that publishing keeps: no pictures, no links but the one that confirms (and what the imprint holds), and
nothing of vouchers, products or recommendations.
"""

import re
from collections.abc import Mapping
from typing import Any

from leadwell.errors import Refused

_LINK = re.compile(r"""(?:href\s*=\s*["']?|\b)((?:https?:|//|mailto:|tel:)[^\s"'<>)]+)""", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b|<picture\b|<svg\b|background\s*=|background(?:-image)?\s*:[^;\"']*url\(", re.IGNORECASE)
_OFFERS = re.compile(r"\{[{%][^}]*\b(voucher|products|recommendations?|event\.products|journey\.voucher\w*)\b")
_NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/", "http://schemas.microsoft.com/", "urn:")


def check_asks_only(rendered: str, source: str, context: Mapping[str, Any], file: str) -> None:
    """``rendered`` with ``context``, and the template it came from. Raises ``Refused`` naming what is too much."""
    if found := _OFFERS.search(source):
        raise Refused(f"a confirmation must not offer anything, but it shows {found[1]!r}: leave it out", file)
    if _PICTURE.search(rendered):
        raise Refused("a confirmation must not have pictures: courts read them as advertising; leave them out", file)
    confirm = str(context.get("links", {}).get("confirm") or "")
    if not confirm or confirm not in rendered:
        raise Refused("a confirmation needs {{ links.confirm }}, and links.confirm under requires:", file)
    imprint = str(context.get("sender", {}).get("imprint") or "")
    for link in _LINK.findall(rendered):
        if link.startswith(_NAMESPACES) or link.rstrip(".,;") in (confirm, *imprint.split()):
            continue
        raise Refused(
            f"a confirmation must lead nowhere but to {{{{ links.confirm }}}}, and this one leads to {link[:80]}", file
        )
