"""Double opt-in: the link in the mail leads to a button, the button makes the request a proven consent.

What the click proves is that its author reads the address the message went to. So this address becomes an identity of
the contact, and nothing else does: what the visitor claimed to be otherwise stays a claim.
"""

from typing import Any

from leadwell.clock import DAY
from leadwell.consent.proving import COPIED, confirmation
from leadwell.consent.suppressions import normalized
from leadwell.consent.withdrawals import ANY
from leadwell.contacts.whereabouts import find
from leadwell.errors import Conflict, Refused
from leadwell.feedback.recording import about_message
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message
from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.pages.showing import show
from leadwell.pages.tokens import MAX_AGE, Purpose, Token
from leadwell.store import keys
from leadwell.store.table import ABSENT, Put, Table
from leadwell.tracking.events import Event, Identity, Name, Standing

_ATTEMPTS = 3
_KINDS = {"email": "email", "sms": "phone"}
"""Channel → the identity its addresses are."""


def ask(visit: Visit, token: Token) -> Response:
    """Raises Refused as ``accept`` does."""
    _, message = _request(visit.table, token)
    return show(visit, "confirm", address=message.to, channel=message.channel)


def accept(visit: Visit, token: Token) -> Response:
    """Raises Refused when the message is gone (its contact was erased) or never had a recipient."""
    contact, message = _request(visit.table, token)
    _record_once(visit.table, _granted(visit, contact, message))
    return show(visit, "confirmed", address=message.to, channel=message.channel, more=_gifts(visit, contact, message))


def _gifts(visit: Visit, contact: str, message: Message) -> dict[str, Any]:
    """What the form promised for the confirmation."""
    requested = message.data.get("event", {})
    if not requested.get("download") and not requested.get("share"):
        return {}
    from leadwell.pages import downloads, landing  # most confirmations give nothing more

    return {
        "download": downloads.offer(visit, requested.get("download"), contact, message.id),
        "share": landing.share_link(visit, requested.get("share"), contact),
    }


def _request(table: Table, token: Token) -> tuple[str, Message]:
    """Today's contact and the message that asked."""
    found = find(table, token.contact, token.message)
    if found.erased or found.message is None or not found.message.to:
        raise Refused("this link is not valid, or not any more")
    return found.contact, found.message


def _granted(visit: Visit, contact: str, message: Message) -> Event:
    requested = message.data.get("event", {})
    purpose = str(requested.get("purpose") or "marketing")
    kind = _KINDS[message.channel]
    address = normalized(message.channel, message.to)
    request = visit.request
    proof = confirmation(message, visit.now, request.headers.get("user-agent", ""), request.source_ip)
    asked = requested.get("proof")
    topic = {
        # A visitor may ask for everything; a click allows what the mail named, and that is marketing.
        "purpose": "marketing" if purpose == ANY else purpose,
        "channel": message.channel,
        **{name: str(requested[name]) for name in (*COPIED, "locale") if requested.get(name)},
        "source": str(requested.get("source") or "link"),
        "wording": str(requested.get("wording") or ""),
        # What the form noted when it was agreed to stays beside who confirmed it.
        "proof": {**({"asked": dict(asked)} if isinstance(asked, dict) else {}), **proof, "locale": visit.locale},
    }
    return Event(
        contact=contact,
        id="g" + fingerprint("confirmed", message.id),
        at=visit.now,
        type="track",
        name=Name.CONSENT_GRANTED,
        standing=Standing.PROVEN,
        properties=about_message(message.id, message) | topic,
        traits={kind: address},
        identities=(Identity(kind, address),),
        source="link",
    )


def _record_once(table: Table, event: Event) -> None:
    """However often the button is pressed. The guard outlives the link, so an old one cannot undo a later "no"."""
    guard = keys.guard(f"event#{event.id}")
    max_age = MAX_AGE[Purpose.CONFIRM] or 0
    remembered = {
        "pk": guard.pk,
        "sk": guard.sk,
        "kind": "GUARD",
        "rev": 1,
        "expires_at": (event.at + max_age + DAY) // 1000,
    }
    for _ in range(_ATTEMPTS):
        try:
            table.write(Put(remembered, ABSENT), Put(event.to_item(), ABSENT))
            return
        except Conflict as conflict:
            if conflict.failed:
                return
    raise Conflict("the same link is being used by many at once")
