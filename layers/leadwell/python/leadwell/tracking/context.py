"""The little of a client's context that is worth keeping with every event; never an IP address.

That belongs to the proof of a consent alone, and ``deliveries`` adds it there.
"""

from collections.abc import Mapping
from typing import Any

from leadwell.tracking.values import is_object, mended

_TEXTS = {"locale": 35, "timezone": 64, "userAgent": 256}
_GROUPS = {
    "device": {"type": 64, "manufacturer": 64, "model": 64},
    "os": {"name": 64, "version": 64},
    "app": {"name": 64, "version": 64},
}
_PAGE = {"url": 2048, "path": 1024, "referrer": 2048, "title": 256}
_PAGE_PROPERTIES = {**_PAGE, "search": 1024}
_CAMPAIGN_ENTRIES = 10


def kept_context(given: Mapping[str, Any], *, page: bool) -> dict[str, Any]:
    """What is kept; entries of a wrong type are left out, because a client's library, not the caller, writes them.

    ``page``: whether to keep where it happened (a page view says so in its properties already).
    """
    kept: dict[str, Any] = _texts(given, _TEXTS)
    for name, limits in _GROUPS.items():
        if name in given and (group := _texts(given[name], limits)):
            kept[name] = group
    if page and (where := _texts(given.get("page"), _PAGE)):
        kept["page"] = where
    campaign = given.get("campaign")
    if is_object(campaign):
        limits = {name: 256 for name in list(campaign)[:_CAMPAIGN_ENTRIES] if name.isascii() and 0 < len(name) <= 64}
        if texts := _texts(campaign, limits):
            kept["campaign"] = texts
    library = given.get("library")
    if is_object(library) and (named := _texts(library, {"name": 64})):
        kept["library"] = named["name"]
    return kept


def page_properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """Where a page view happened, as its properties would say."""
    return _texts(given.get("page"), _PAGE_PROPERTIES)


def _texts(given: object, limits: Mapping[str, int]) -> dict[str, Any]:
    if not is_object(given):
        return {}
    return {
        name: mended(text)[:limit] for name, limit in limits.items() if type(text := given.get(name)) is str and text
    }
