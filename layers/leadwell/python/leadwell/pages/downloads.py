"""Gated files: a signed link leads to a button, the button to the file, and every press is an event."""

import logging

from leadwell.clock import MINUTE
from leadwell.contacts.whereabouts import find
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.pages.links import contact_token, form_url, link_to
from leadwell.pages.models import DownloadDefinition
from leadwell.pages.rendering import words
from leadwell.pages.showing import gone_to, present
from leadwell.pages.tokens import Purpose, Token, read
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Name, Standing

_log = logging.getLogger(__name__)
_SIGNED_FOR = 5 * MINUTE // 1000
"""Seconds for the browser to begin; the address is made anew at every press."""


def ask(visit: Visit, token: Token) -> Response:
    """Raises Refused when the link is too old for this file, or the file or the contact is gone."""
    _, asset = _found(visit, token)
    locale = visit.locale
    text = {**words(locale, "download"), "title": asset.title.in_locale(locale)}
    if asset.text:
        text["message"] = asset.text.in_locale(locale)
    return present(visit, "download", text, {}, forms_to=[visit.house.files.address(asset.url, _SIGNED_FOR)])


def accept(visit: Visit, token: Token) -> Response:
    """Raises Refused as ``ask`` does."""
    contact, asset = _found(visit, token)
    properties = {"asset": asset.name, "title": asset.title.in_locale(visit.locale)}
    if asset.topic:
        properties["topic"] = asset.topic
    if token.message:
        properties["message"] = token.message
    event = Event(
        contact=contact,
        id="d" + fingerprint("downloaded", token.contact, token.message, token.topic, visit.request.id, str(visit.now)),
        at=visit.now,
        type="track",
        name=Name.ASSET_DOWNLOADED,
        # Whoever got the link by mail reads the mail; others have only filled in a form.
        standing=Standing.PROVEN if token.message else Standing.ANONYMOUS,
        properties=properties,
        source="link",
    )
    visit.table.write(Put(event.to_item()))
    return gone_to(visit.house.files.address(asset.url, _SIGNED_FOR))


def lapsed(visit: Visit, text: str) -> Response | None:
    """To whom the link was not too old but too late: the way to a new one. None where there is nothing to fetch."""
    try:
        token = read(visit.secret, Purpose.DOWNLOAD, text, visit.now, lapsed=True)
    except Refused:
        return None
    asset = visit.shelf.download(token.topic)
    if asset is None or find(visit.table, token.contact).erased:
        return None
    form = next((one for one in visit.shelf.forms() if one.download == asset.name), None)
    text_of = words(visit.locale, "download-lapsed")
    more = {"form": form_url("", form.name) if form else "", "title": asset.title.in_locale(visit.locale)}
    said = {**text_of, "message": text_of["message" if form else "message_alone"].replace("{title}", more["title"])}
    return present(visit, "download-lapsed", said, {"form": more["form"]}, status=410)


def offer(visit: Visit, name: object, contact: str, message: str) -> dict[str, str] | None:
    """A link to a file for whoever has just proved who they are; None where there is no such file."""
    asset = visit.shelf.download(name) if isinstance(name, str) and name else None
    if asset is None:
        return None
    token = contact_token(Purpose.DOWNLOAD, contact, message, visit.now, asset.name)
    return {"url": link_to("", visit.secret, token), "title": asset.title.in_locale(visit.locale)}


def _found(visit: Visit, token: Token) -> tuple[str, DownloadDefinition]:
    asset = visit.shelf.download(token.topic)
    found = find(visit.table, token.contact)
    if asset is None or found.erased or visit.now - token.issued_at > asset.link:
        raise Refused("this link is not valid, or not any more")
    return found.contact, asset
