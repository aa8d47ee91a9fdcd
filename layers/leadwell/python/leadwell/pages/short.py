"""A short link of an SMS: away to what it stands for. Looking at it is the click: no phone asks for a button first."""

import logging

from leadwell.contacts.whereabouts import find
from leadwell.errors import Broken, Retryable
from leadwell.feedback.kinds import SmsClicked
from leadwell.feedback.machine_networks import machines_of
from leadwell.feedback.recording import record_feedback
from leadwell.messaging.message import Message
from leadwell.messaging.short_links import is_code, is_personal
from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.store import keys

_log = logging.getLogger(__name__)


def look(visit: Visit, code: str) -> Response | None:
    """None where there is no such link (any more)."""
    pointer = visit.table.get(keys.short_link(code)) if is_code(code) else None
    if pointer is None or visit.now >= pointer["until"]:
        return None
    found = find(visit.table, pointer["contact"], pointer["message"])
    link = found.message.short.get(code, "") if found.message and not found.erased else ""
    if not found.message or not link:
        return None
    if visit.request.method == "GET" and not found.message.uncounted and not is_personal(code):
        _note(visit, found.message, code, link)
    headers = {"location": link, "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "none"}
    return Response(status=302, headers=headers)


def _note(visit: Visit, message: Message, code: str, link: str) -> None:
    """Whoever follows a link gets there, whether or not it could be noted."""
    click = SmsClicked(
        message=message.id,
        contact=message.contact,
        provider_id="",
        recipient=message.to,
        at=visit.now,
        link=link,
        code=code,
        agent=visit.request.headers.get("user-agent", "")[:500],
        network=visit.request.source_ip,
    )
    try:
        record_feedback(visit.table, click, machines=lambda: machines_of(visit.house.library))
    except (Retryable, Broken) as error:
        _log.warning("a click could not be noted: %s", type(error).__name__)
