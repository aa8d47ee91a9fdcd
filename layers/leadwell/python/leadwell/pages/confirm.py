"""Double opt-in: the link in the mail leads to a button, the button makes the request a proven consent.

What the click proves is that its author reads the address the message went to. So this address becomes an identity of
the contact, and nothing else does: what the visitor claimed to be otherwise stays a claim.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadwell.clock import DAY
from leadwell.consent.permission import MARKETING
from leadwell.consent.proving import COPIED, confirmation
from leadwell.consent.suppressions import normalized
from leadwell.consent.withdrawals import ANY, topic
from leadwell.contacts.whereabouts import find
from leadwell.errors import Broken, Conflict, Refused
from leadwell.feedback.recording import about_message
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message
from leadwell.pages.exchange import Response
from leadwell.pages.house import LOCALES, Visit
from leadwell.pages.links import form_url
from leadwell.pages.showing import show
from leadwell.pages.tokens import MAX_AGE, Purpose, Token, read
from leadwell.store import keys
from leadwell.store.table import ABSENT, Put, Table
from leadwell.tracking.events import Event, Identity, Name, Standing

if TYPE_CHECKING:
    from leadwell.pages.models import ConsentBox

_ATTEMPTS = 3
_KINDS = {"email": "email", "sms": "phone"}
"""Channel → the identity its addresses are."""


def ask(visit: Visit, token: Token) -> Response:
    """Raises Refused as ``accept`` does."""
    _, message = _request(visit.table, token)
    more = {"also": [wording for _, wording in _also(visit, message)]}
    title = visit.shelf.topic_title(message.topic, visit.locale) if message.topic else ""
    return show(visit, "confirm", address=message.to, channel=message.channel, topic=title, more=more)


def accept(visit: Visit, token: Token) -> Response:
    """Raises Refused when the message is gone (its contact was erased) or never had a recipient."""
    contact, message = _request(visit.table, token)
    granted = _granted(visit, contact, message)
    _record_once(visit.table, granted, [_granted_too(granted, *one) for one in _also(visit, message)])
    return show(visit, "confirmed", address=message.to, channel=message.channel, more=_gifts(visit, contact, message))


def lapsed(visit: Visit, text: str) -> Response | None:
    """To whom the link was not too old but too late: the way back to the form, so that they can ask again."""
    try:
        contact, message = _request(visit.table, read(visit.secret, Purpose.CONFIRM, text, visit.now, lapsed=True))
    except Refused:
        return None
    consents = (visit.table.get(keys.contact(contact)) or {}).get("consents", {})
    known = consents.get(topic(message.asked_for, message.channel), {})
    if known.get("state") == "granted":
        return None  # it was confirmed
    name = message.data.get("event", {}).get("form")
    form = form_url("", name) if isinstance(name, str) and visit.shelf.form(name) else ""
    return show(visit, "link-lapsed", status=410, more={"form": form})


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
    wished = str(requested.get("purpose") or MARKETING)
    kind = _KINDS[message.channel]
    address = normalized(message.channel, message.to)
    request = visit.request
    proof = confirmation(message, visit.now, request.headers.get("user-agent", ""), request.source_ip)
    asked = requested.get("proof")
    # A visitor may ask for everything; a click allows what the mail named: its topic, or marketing.
    named = message.topic or MARKETING
    about = {
        "purpose": named,
        "channel": message.channel,
        **{name: str(requested[name]) for name in (*COPIED, "locale") if requested.get(name)},
        "source": str(requested.get("source") or "link"),
        "wording": str(requested.get("wording") or "") if wished in (named, ANY) else "",
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
        properties=about_message(message.id, message) | about,
        traits={kind: address},
        identities=(Identity(kind, address),),
        source="link",
    )


def _also(visit: Visit, message: Message) -> "list[tuple[ConsentBox, str]]":
    """What else was ticked in the form, and in which words: those of the form as it was published then. A visitor names
    them at most, so nobody confirms a stranger's words."""
    requested = message.data.get("event", {})
    wanted, name = requested.get("also"), requested.get("form")
    if not isinstance(wanted, list) or not isinstance(name, str):
        return []
    from leadwell.pages.models import FormDefinition  # most confirmations are about one thing

    try:
        version = int(requested.get("form_version") or 0)
        form = FormDefinition.model_validate(visit.house.library.version("form", name, version).document)
    except (Broken, ValueError, TypeError):
        return []
    locale = requested.get("locale") if requested.get("locale") in LOCALES else visit.locale
    boxes = [box for box in form.consents if box.id in wanted and box.channel == message.channel]
    return [(box, box.wording.in_locale(locale)) for box in boxes if box.purpose not in (MARKETING, message.topic)]


def _granted_too(granted: Event, box: "ConsentBox", wording: str) -> Event:
    """By the same click, with the same proof."""
    said = {name: value for name, value in granted.properties.items() if name not in ("download", "share")}
    about = {"purpose": box.purpose, "wording": wording, "wording_version": box.version}
    about["along_with"] = granted.properties["purpose"]
    return replace(granted, id=f"{granted.id}-{box.purpose}", properties={**said, **about})


def _record_once(table: Table, event: Event, also: Sequence[Event]) -> None:
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
            table.write(Put(remembered, ABSENT), *(Put(one.to_item(), ABSENT) for one in (event, *also)))
            return
        except Conflict as conflict:
            if conflict.failed:
                return
    raise Conflict("the same link is being used by many at once")
