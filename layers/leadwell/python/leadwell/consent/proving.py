"""What a court wants to see of a consent, as far as it is written down: who, when, which address, by which device, at
which form, in which words, and the mail that asked and the click that answered.

There is no second store. Events are append-only and survive every joining of contacts; the event of a confirming click
holds all about the mail that asked, because a message is an item that goes on changing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from leadwell.clock import Moment, from_iso, to_iso
from leadwell.consent.withdrawals import ANY, pause_end
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.store import keys
from leadwell.store.table import Table, query_all
from leadwell.tracking.events import Event, Name, Standing

CONSENT, CONTRACT, INTEREST, LAW = "consent", "contract", "legitimate_interest", "legal_obligation"
BASES: Mapping[str, str] = {
    CONSENT: "Art. 6(1)(a) GDPR",
    CONTRACT: "Art. 6(1)(b) GDPR",
    LAW: "Art. 6(1)(c) GDPR",
    INTEREST: "Art. 6(1)(f) GDPR",
}
"""On what a permission may rest, and where the law says so."""

STATES = {
    Name.CONSENT_REQUESTED: "requested",
    Name.CONSENT_GRANTED: "granted",
    Name.CONSENT_WITHDRAWN: "withdrawn",
    Name.MESSAGES_PAUSED: "paused",
    Name.MESSAGES_RESUMED: "resumed",
}
COPIED = ("source", "wording", "wording_version", "form", "form_version", "page", "basis")
"""What an event of consent may say about how it came to be. A confirming click repeats it of the request."""

_LONGEST_AGENT = 200
_UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The message that asked. ``content_hash`` is of what left, byte for byte (``content_hash``); ``template_version``
    is kept for ever, so its words can be looked up. A moment that nobody reported is None."""

    message: str
    channel: str
    template: str
    template_version: int
    content_hash: str
    requested_at: Moment | None
    sent_at: Moment | None
    delivered_at: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a consent, with its proof; what is not known is empty. ``how`` is ``link`` (a click in our own
    message), ``claim`` (a visitor said so, without proof) or ``record`` (a server key, a colleague, a journey: see
    ``reporter``). ``ip`` and ``agent`` are those of the request or, of a confirmed consent, of the click.
    ``until`` is the end of a pause that was asked for."""

    id: str
    at: Moment
    state: str
    purpose: str
    channel: str
    basis: str
    how: str
    reporter: str
    address: str = _UNKNOWN
    source: str = _UNKNOWN
    wording: str = _UNKNOWN
    wording_version: str = _UNKNOWN
    form: str = _UNKNOWN
    form_version: str = _UNKNOWN
    page: str = _UNKNOWN
    locale: str = _UNKNOWN
    agent: str = _UNKNOWN
    ip: str = _UNKNOWN
    mail: Mail | None = None
    until: Moment | None = None

    @property
    def wording_hash(self) -> str:
        """SHA-256 of the wording, in hex; empty where none is known."""
        return sha256(self.wording.encode()).hexdigest() if self.wording else ""

    @property
    def topics(self) -> tuple[str, str]:
        return self.purpose, self.channel


def content_hash(outgoing: Outgoing) -> str:
    """SHA-256, in hex, of what leaves: subject, text and HTML, each with its length in bytes before it (4 bytes, the
    highest first), in UTF-8."""
    digest = sha256()
    for part in (outgoing.subject, outgoing.text, outgoing.html):
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()


def confirmation(message: Message, now: Moment, agent: str, ip: str) -> dict[str, Any]:
    """The ``proof`` of the event that a confirming click makes: the click, and all about the message that asked."""
    known = {
        "message": message.id,
        "address": message.to,
        "channel": message.channel,
        "template": message.template,
        "template_version": message.template_version,
        "content_hash": message.content_hash,
        "requested_at": to_iso(message.requested_at),
        "sent_at": _written(message.sent_at),
        "delivered_at": _written(message.delivered_at),
        "confirmed_at": to_iso(now),
        "user_agent": agent[:_LONGEST_AGENT],
        "ip": ip,
    }
    return {name: value for name, value in known.items() if value or name in ("user_agent", "ip")}


def read_changes(table: Table, contact: str) -> list[Change]:
    """Every change of a contact's consents, the newest first."""
    items = query_all(table, keys.contact(contact).pk, begins=keys.EVENTS)
    found = changes_in(Event.from_item(item) for item in items if item["name"] in STATES)
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def changes_in(events: Iterable[Event]) -> list[Change]:
    return [_change(event) for event in events if event.name in STATES]


def _change(event: Event) -> Change:
    said = event.properties
    given = said.get("proof")
    proof: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    at_page = event.context.get("page")
    channel = str(said.get("channel") or ANY)
    return Change(
        id=event.id,
        at=event.at,
        state=STATES[event.name],
        purpose=str(said.get("purpose") or ANY),
        channel=channel,
        basis=_basis(event),
        how=_how(event),
        reporter=event.source,
        address=str(proof.get("address") or _address(event, channel)),
        source=str(said.get("source") or ""),
        wording=str(said.get("wording") or ""),
        wording_version=str(said.get("wording_version") or ""),
        form=str(said.get("form") or ""),
        form_version=str(said.get("form_version") or ""),
        page=str(said.get("page") or (at_page.get("url") if isinstance(at_page, Mapping) else "") or ""),
        locale=str(proof.get("locale") or said.get("locale") or event.context.get("locale") or ""),
        agent=str(proof.get("user_agent") or said.get("user_agent") or event.context.get("userAgent") or ""),
        ip=str(proof.get("ip") or said.get("ip") or event.context.get("ip") or ""),
        mail=_mail(proof),
        until=pause_end(said) if event.name == Name.MESSAGES_PAUSED else None,
    )


def _basis(event: Event) -> str:
    """A withdrawal or pause needs none; a request rests on the consent that it asks for."""
    stated = event.properties.get("basis")
    if event.name not in (Name.CONSENT_REQUESTED, Name.CONSENT_GRANTED):
        return ""
    return stated if isinstance(stated, str) and stated in BASES else CONSENT


def _how(event: Event) -> str:
    if event.standing is not Standing.PROVEN:
        return "claim"
    return "link" if event.source == "link" else "record"


def _address(event: Event, channel: str) -> str:
    wanted = {"email": ("email",), "sms": ("phone",)}.get(channel, ("email", "phone"))
    return ", ".join(value for kind, value in event.identities if kind in wanted)


def _mail(proof: Mapping[str, Any]) -> Mail | None:
    if not proof.get("message"):
        return None
    return Mail(
        message=str(proof["message"]),
        channel=str(proof.get("channel") or "email"),
        template=str(proof.get("template") or ""),
        template_version=int(proof.get("template_version") or 0),
        content_hash=str(proof.get("content_hash") or ""),
        requested_at=_read(proof.get("requested_at")),
        sent_at=_read(proof.get("sent_at")),
        delivered_at=_read(proof.get("delivered_at")),
    )


def _written(moment: Moment | None) -> str:
    return to_iso(moment) if moment is not None else ""


def _read(moment: object) -> Moment | None:
    try:
        return from_iso(moment) if isinstance(moment, str) and moment else None
    except ValueError:
        return None
