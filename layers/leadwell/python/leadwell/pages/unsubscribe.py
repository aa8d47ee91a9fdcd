"""The page behind "unsubscribe", and the one click of RFC 8058: a POST to the same address, without cookies."""

from leadwell.consent.withdrawals import ANY
from leadwell.contacts.whereabouts import find
from leadwell.feedback.recording import about_message
from leadwell.ids import fingerprint
from leadwell.pages.exchange import Response
from leadwell.pages.showing import Visit, show
from leadwell.pages.tokens import Token
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record_withdrawal


def ask(visit: Visit, token: Token) -> Response:
    return show(visit, "unsubscribe", channel=_named_channel(token))


def accept(visit: Visit, token: Token) -> Response:
    """Durable before it is acknowledged, and as often as asked: a later consent may have come between two clicks."""
    found = find(visit.table, token.contact, token.message)
    if not found.erased:
        purpose, channel = _topic(token)
        topic = {"purpose": purpose, "channel": channel, "source": "unsubscribe link"}
        record_withdrawal(
            visit.table,
            Event(
                contact=found.contact,
                id="u" + fingerprint("unsubscribed", token.message, token.topic, str(visit.now)),
                at=visit.now,
                type="track",
                name=Name.CONSENT_WITHDRAWN,
                standing=Standing.PROVEN,
                properties=about_message(token.message, found.message) | topic,
                source="link",
            ),
        )
    address = found.message.to if found.message and not found.erased else ""
    return show(visit, "unsubscribed", address=address, channel=_named_channel(token))


def _topic(token: Token) -> tuple[str, str]:
    """Purpose and channel; a link that names none is about every mail."""
    purpose, _, channel = (token.topic or f"{ANY}/email").partition("/")
    return purpose, channel


def _named_channel(token: Token) -> str:
    """What the pages say about a channel is about news and offers; other purposes get words without a channel."""
    purpose, channel = _topic(token)
    return channel if purpose in ("marketing", ANY) else ""
