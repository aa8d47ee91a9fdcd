"""What the script on a website shows there: pop-ins and call-to-actions that concern this page and this visitor.

A segment is asked for here, of the contact behind the anonymous id, and only the result leaves: what is to be shown.
"""

import json
from fnmatch import fnmatchcase
from typing import Any

from leadwell.clock import SECOND
from leadwell.pages.exchange import Response
from leadwell.pages.house import LOCALES, Visit
from leadwell.pages.models import PopinDefinition
from leadwell.pages.visitor import COOKIE
from leadwell.store import keys
from leadwell.tracking.events import Identity
from leadwell.tracking.identities import ANONYMOUS_ID
from leadwell.tracking.resolve import owners

_LONGEST_PATH = 1024


def answer(visit: Visit) -> Response:
    """``?path=/shop/sofas&aid=…&lang=de`` → ``{"popins": […]}``, each with when, where, and what it says."""
    query = visit.request.query
    path = (query.get("path") or "/")[:_LONGEST_PATH]
    here = [one for one in visit.shelf.popins() if _is_for(one, path)]
    inside = _segments(visit) if any(one.segment or one.not_segment for one in here) else frozenset()
    shown = [_described(one, visit.locale) for one in here if _concerns(one, inside)]
    return _json({"popins": shown, "lang": visit.locale})


def _is_for(popin: PopinDefinition, path: str) -> bool:
    fits = any(fnmatchcase(path, pattern) for pattern in popin.pages)
    return fits and not any(fnmatchcase(path, pattern) for pattern in popin.not_pages)


def _concerns(popin: PopinDefinition, segments: frozenset[str]) -> bool:
    if popin.segment and popin.segment not in segments:
        return False
    return not popin.not_segment or popin.not_segment not in segments


def _segments(visit: Visit) -> frozenset[str]:
    device = visit.request.query.get("aid") or visit.request.cookies.get(COOKIE, "")
    if not device or len(device) > 64:
        return frozenset()
    identity = Identity(ANONYMOUS_ID, device)
    stored = visit.table.get(keys.contact(owners(visit.table, [identity])[identity]))
    return frozenset((stored or {}).get("segments", ()))


def _described(popin: PopinDefinition, locale: str) -> dict[str, Any]:
    assert locale in LOCALES
    found: dict[str, Any] = {
        "name": popin.name,
        "title": popin.title.in_locale(locale),
        "text": popin.text.in_locale(locale) if popin.text else "",
        "every": popin.every // SECOND,
        "most": popin.most,
    }
    if popin.form:
        found["form"] = popin.form
    if popin.button:
        found["button"] = {"label": popin.button.label.in_locale(locale), "url": popin.button.url}
    if popin.inside:
        return {**found, "inside": popin.inside}
    found["place"] = popin.place
    if popin.show:
        found["show"] = {
            "after": popin.show.after // SECOND if popin.show.after is not None else None,
            "scroll": popin.show.scroll,
            "exit": popin.show.exit,
        }
    return found


def _json(answer: object) -> Response:
    headers = {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "private, max-age=60",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }
    return Response(status=200, body=json.dumps(answer, ensure_ascii=False), headers=headers)
