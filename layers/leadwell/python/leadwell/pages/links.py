"""The public addresses of our pages, as they stand in messages."""

from leadwell.clock import MINUTE, Moment
from leadwell.consent.withdrawals import topic
from leadwell.messaging.message import Message
from leadwell.pages.tokens import Purpose, Token, sign

UNSUBSCRIBE_PATH = "/p/u/"
CONFIRM_PATH = "/p/c/"
QUIET_PATH = "/p/quiet"
"""Where the invisible link of a mail leads: machines follow it, people do not."""


def unsubscribe_token(message: Message, now: Moment) -> Token:
    """Takes back what the message was allowed by; a request for confirmation is about marketing."""
    purpose = "marketing" if message.purpose == "confirmation" else message.purpose
    return _token(Purpose.UNSUBSCRIBE, message, now, topic(purpose, message.channel))


def confirm_token(message: Message, now: Moment) -> Token:
    """Proves that who clicks reads the address the message went to."""
    return _token(Purpose.CONFIRM, message, now)


def unsubscribe_url(public_url: str, secret: bytes, token: Token) -> str:
    return public_url.rstrip("/") + UNSUBSCRIBE_PATH + sign(secret, token)


def confirm_url(public_url: str, secret: bytes, token: Token) -> str:
    return public_url.rstrip("/") + CONFIRM_PATH + sign(secret, token)


def quiet_url(public_url: str) -> str:
    return public_url.rstrip("/") + QUIET_PATH


def list_unsubscribe_headers(url: str) -> dict[str, str]:
    """One-click unsubscribe as RFC 8058 wants it; DKIM has to cover both headers."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _token(purpose: Purpose, message: Message, now: Moment, about: str = "") -> Token:
    minute = now - now % MINUTE
    return Token(purpose=purpose, contact=message.contact, message=message.id, issued_at=minute, topic=about)
