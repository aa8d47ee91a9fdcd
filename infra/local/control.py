"""``/_local/…``: the outbox, the clock, feedback and inbound SMS, for people, tests and demos."""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from infra.local.clock import VirtualClock, after
from infra.local.driver import Driver
from infra.local.feedback import ENGAGED, EVENTS, Feedback
from infra.local.outbox import Outbox, Sent
from infra.local.payload import NOT_FOUND, Request, Response, json_response
from infra.local.pump import Pump
from infra.local.replies import Replies
from leadwell import wiring
from leadwell.clock import SECOND, from_iso, to_iso
from leadwell.messaging.webhook import shown, webhook_secret

_READING = 10 * SECOND
"""From the delivery of a mail until a person does something with it."""
_BETWEEN = 2 * SECOND
_PAGES = Path(__file__).parent / "static"
_GALLERY = "/_local/gallery/"


class _Bad(Exception):
    """The request is wrong; the message says how to put it right."""


class Control:
    """Every POST answers when all is quiet again; what functions could not do stands in ``troubles``."""

    def __init__(
        self,
        *,
        clock: VirtualClock,
        driver: Driver,
        pump: Pump,
        outbox: Outbox,
        feedback: Feedback,
        replies: Replies,
        table_bytes: Callable[[], int],
        uncounted: Collection[str] = (),
    ) -> None:
        """``uncounted`` are the configuration sets of mails of which SES reports no openings and clicks."""
        self._clock = clock
        self._driver = driver
        self._pump = pump
        self._outbox = outbox
        self._feedback = feedback
        self._replies = replies
        self._engaged_at = 0
        self._uncounted = uncounted
        self._doors: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/_local"): lambda _: _page("start.html"),
            ("GET", "/_local/"): lambda _: _page("start.html"),
            ("GET", "/_local/gallery"): lambda _: Response(302, (("location", _GALLERY),)),
            ("GET", "/_local/mail"): lambda _: _page("mail.html"),
            ("GET", "/_local/outbox"): self._show_outbox,
            ("GET", "/_local/webhooks"): lambda _: json_response(200, {"secret": _webhook_secret()}),
            ("GET", "/_local/clock"): lambda _: json_response(200, self._time()),
            ("GET", "/_local/memory"): lambda _: json_response(200, {"table_bytes": table_bytes()}),
            ("POST", "/_local/clock"): self._move_clock,
            ("POST", "/_local/feedback"): self._report,
            ("POST", "/_local/sms"): self._receive_sms,
            ("POST", "/_local/reply"): self._reply,
            ("POST", "/_local/settle"): lambda _: json_response(200, {"troubles": self._pump.settle()}),
        }

    def answer(self, request: Request) -> Response:
        if request.method == "GET" and request.path.startswith(_GALLERY):
            return _gallery(request.path.removeprefix(_GALLERY))
        door = self._doors.get((request.method, request.path))
        if door is None:
            return NOT_FOUND
        try:
            return door(request)
        except _Bad as error:
            return json_response(400, {"message": str(error)})

    def _show_outbox(self, _request: Request) -> Response:
        return json_response(200, [sent.to_json() for sent in self._outbox.list()])

    def _time(self) -> dict[str, Any]:
        return {"now": to_iso(self._clock.now()), "offset_seconds": round(self._clock.offset / 1000)}

    def _move_clock(self, request: Request) -> Response:
        given = _body(request)
        now = self._clock.now()
        try:
            if "advance" in given:
                target = after(now, str(given["advance"]))
            elif "to" in given:
                target = from_iso(str(given["to"]))
            else:
                raise _Bad('send {"advance": "PT3H"} or {"to": "2026-12-24T08:00:00Z"}')
        except (ValueError, OverflowError) as error:
            raise _Bad(str(error)) from error
        if target < now:
            raise _Bad(f"the clock only moves forward, and it is {to_iso(now)} now")
        moved = self._driver.advance_to(target)
        return json_response(200, {**self._time(), "minutes": moved.minutes, "troubles": moved.troubles})

    def _report(self, request: Request) -> Response:
        given = _body(request)
        sent = self._outbox.find(str(given.get("message", "")))
        if sent is None:
            raise _Bad(f"message: there is no message {given.get('message')!r} in the outbox")
        if sent.channel != "email":
            raise _Bad("message: SES reports about mails only")
        event = str(given.get("event", ""))
        if event not in EVENTS:
            raise _Bad(f"event: {event!r} is none of {', '.join(EVENTS)}")
        by = given.get("by", "person")
        if by not in ("person", "machine"):
            raise _Bad("by: is person or machine")
        if event in ENGAGED and sent.configuration_set and sent.configuration_set in self._uncounted:
            raise _Bad(
                "message: SES reports neither openings nor clicks of this mail: only marketing mails to people who "
                "consented to tracking/email are counted"
            )
        if event in ENGAGED and by == "person":
            self._let_a_person_read(sent)
        self._feedback.report(sent, event, link=str(given.get("link") or ""), by_machine=by == "machine")
        return json_response(200, {"message": sent.id, "event": event, "troubles": self._pump.settle()})

    def _let_a_person_read(self, sent: Sent) -> None:
        """Who opens a mail while it is delivered, or follows three links in a second, is taken for a machine."""
        earliest = max(from_iso(sent.at) + _READING, self._engaged_at + _BETWEEN)
        if self._clock.now() < earliest:
            self._driver.advance_to(earliest)
        self._engaged_at = self._clock.now()

    def _receive_sms(self, request: Request) -> Response:
        given = _body(request)
        if not given.get("from") or not isinstance(given.get("body"), str):
            raise _Bad('send {"from": "+12025550123", "body": "STOP"}')
        self._feedback.receive_sms(str(given["from"]), given["body"])
        return json_response(200, {"troubles": self._pump.settle()})

    def _reply(self, request: Request) -> Response:
        given = _body(request)
        sent = self._outbox.find(str(given.get("message", "")))
        if sent is None or sent.channel != "email":
            raise _Bad(f"message: there is no mail {given.get('message')!r} in the outbox")
        if not isinstance(given.get("text"), str) or not given["text"].strip():
            raise _Bad('send {"message": id, "text": "Yes, please."}; also "automatic": true, "from", "subject"')
        words = {name: str(given.get(name) or "") for name in ("from", "subject")}
        if any("\n" in word or "\r" in word for word in words.values()):
            raise _Bad("from, subject: are one line each")
        automatic = given.get("automatic", False) is True
        to = self._replies.answer(
            sent, given["text"], sender=words["from"], subject=words["subject"], automatic=automatic
        )
        return json_response(200, {"message": sent.id, "to": to, "troubles": self._pump.settle()})


def _gallery(path: str) -> Response:
    # Drawing and rendering are imported when somebody looks: the local run starts without them.
    from infra.local.gallery.page import page_on_demand, part

    if not path:
        return Response(200, (("content-type", "text/html; charset=utf-8"),), page_on_demand().encode())
    found = part(path)
    return Response(200, (("content-type", found[0]),), found[1]) if found else NOT_FOUND


def _body(request: Request) -> dict[str, Any]:
    try:
        given = json.loads(request.body or b"{}")
    except ValueError as error:
        raise _Bad(f"the body is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise _Bad("the body must be a JSON object")
    return given


def _webhook_secret() -> str:
    """With which receivers verify; ``leadwell webhooks secret`` says it of a deployed installation."""
    return shown(webhook_secret(wiring.services().secrets.signing_key))


def _page(name: str) -> Response:
    return Response(200, (("content-type", "text/html; charset=utf-8"),), (_PAGES / name).read_bytes())
