"""Landing pages, at ``/p/l/<page>`` or behind a link that somebody shared (``/p/r/<token>``).

A shared link counts a visit when the page's script says that somebody is there: previews of messengers do not run it.
"""

import logging
from collections.abc import Mapping
from typing import Any

from leadwell.clock import DAY
from leadwell.contacts.whereabouts import find
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.pages.exchange import Response
from leadwell.pages.forms import REFERRED, ask, described
from leadwell.pages.house import Visit
from leadwell.pages.limits import BEACONS_BY_SOURCE, keyed, source_of, within
from leadwell.pages.links import REFERRAL_PATH, contact_token, link_to
from leadwell.pages.models import Block, PageDefinition
from leadwell.pages.rendering import words
from leadwell.pages.showing import present
from leadwell.pages.submissions import store_once
from leadwell.pages.tokens import Purpose, Token, sign
from leadwell.pages.visitor import by_device
from leadwell.tracking.events import Event, Name, Standing

_log = logging.getLogger(__name__)

SCRIPT = "/leadwell.js"


def look(visit: Visit, name: str, referred: str = "") -> Response:
    """``referred`` is the token of who recommends. Raises Refused where there is no such page."""
    page = visit.shelf.page(name)
    if page is None:
        raise Refused("there is no such page")
    locale = visit.locale
    forms = [visit.shelf.form(block.form) for block in page.blocks if block.form]
    script = None
    if page.track_with or referred:
        beacon = REFERRAL_PATH + referred if referred else ""
        script = {"src": SCRIPT, "key": page.track_with, "ask_first": page.ask_first, "referral": beacon}
    values = {
        "description": page.description.in_locale(locale) if page.description else "",
        "blocks": [_block(visit, block, referred) for block in page.blocks],
        "script": script,
    }
    text = {**words(locale), "title": page.title.in_locale(locale)}
    shown = present(
        visit,
        "landing",
        text,
        values,
        forms_to=[form.redirect for form in forms if form and form.redirect],
        pictures=_pictures(page),
        scripts=script is not None,
    )
    if referred:
        return shown
    return Response(status=200, body=shown.body, headers={**shown.headers, "x-robots-tag": "all"})


def look_shared(visit: Visit, token: Token) -> Response:
    """Raises Refused where the page or who shared it is gone."""
    _referrer(visit, token)
    return look(visit, token.topic, sign(visit.secret, token))


def count_visit(visit: Visit, token: Token) -> Response:
    """Somebody is on the page; once a day for each source."""
    contact = _referrer(visit, token)
    if visit.shelf.page(token.topic) is None:
        raise Refused("there is no such page")
    source = source_of(visit.request.source_ip)
    device = by_device(visit, "")
    if device is not None and device.contact == contact:
        _log.info("somebody used the link that they share themselves: it is not counted")
    elif within(visit.table, visit.secret, BEACONS_BY_SOURCE, source, visit.now):
        who = fingerprint("visited", token.contact, token.topic, keyed(visit.secret, source), str(visit.now // DAY))
        event = Event(
            contact=contact,
            id="v" + who,
            at=visit.now,
            type="track",
            name=Name.REFERRAL_VISITED,
            standing=Standing.PROVEN,
            properties={"page": token.topic},
            source="link",
        )
        store_once(visit.table, event.id, [event], visit.now, 2 * DAY)
    return Response(status=204, headers={"cache-control": "no-store"})


def share_link(visit: Visit, page: object, contact: str) -> str:
    """What a contact may give to others; empty where there is no such page."""
    if not isinstance(page, str) or not page or visit.shelf.page(page) is None:
        return ""
    token = contact_token(Purpose.REFERRAL, contact, "", visit.now, page)
    return link_to(visit.settings.public_url, visit.secret, token)


def _referrer(visit: Visit, token: Token) -> str:
    found = find(visit.table, token.contact)
    if found.erased:
        raise Refused("this link is not valid, or not any more")
    return found.contact


def _block(visit: Visit, block: Block, referred: str) -> dict[str, Any]:
    form = visit.shelf.form(block.form) if block.form else None
    shown: dict[str, Any] = _in_language(block.model_dump(exclude={"form"}), visit.locale)
    shown["form"] = described(visit, ask(visit, form, {REFERRED: referred})) if form else None
    return shown


def _in_language(value: Any, locale: str) -> Any:
    """The same with every text in one language."""
    if isinstance(value, Mapping):
        if set(value) == {"en", "de"}:
            return value[locale]
        return {name: _in_language(inner, locale) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_in_language(inner, locale) for inner in value]
    return value


def _pictures(page: PageDefinition) -> list[str]:
    pictures = [block.picture for block in page.blocks if block.picture]
    pictures += [block.hero.picture for block in page.blocks if block.hero and block.hero.picture]
    return [picture.url for picture in pictures]
