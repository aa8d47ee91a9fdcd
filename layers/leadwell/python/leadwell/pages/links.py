"""The public addresses of our pages, as they stand in messages."""

from collections.abc import Mapping

from leadwell.clock import MINUTE, Moment
from leadwell.consent.withdrawals import topic
from leadwell.messaging.message import Message
from leadwell.pages.tokens import Purpose, Token, sign

UNSUBSCRIBE_PATH = "/p/u/"
CONFIRM_PATH = "/p/c/"
PREFERENCES_PATH = "/p/s/"
DOWNLOAD_PATH = "/p/d/"
REFERRAL_PATH = "/p/r/"
FORM_PATH = "/p/f/"
PAGE_PATH = "/p/l/"

PATHS: Mapping[Purpose, str] = {
    Purpose.UNSUBSCRIBE: UNSUBSCRIBE_PATH,
    Purpose.CONFIRM: CONFIRM_PATH,
    Purpose.PREFERENCES: PREFERENCES_PATH,
    Purpose.DOWNLOAD: DOWNLOAD_PATH,
    Purpose.REFERRAL: REFERRAL_PATH,
}
"""Where the tokens lead that are a link by themselves."""
QUIET_PATH = "/p/quiet"
"""Where the invisible link of a mail leads: machines follow it, people do not."""


def unsubscribe_token(message: Message, now: Moment) -> Token:
    """Takes back what the message was allowed by, or asks for: its topic, or marketing as a whole."""
    return _token(Purpose.UNSUBSCRIBE, message, now, topic(message.asked_for, message.channel))


def confirm_token(message: Message, now: Moment) -> Token:
    """Proves that who clicks reads the address the message went to."""
    return _token(Purpose.CONFIRM, message, now)


def unsubscribe_url(public_url: str, secret: bytes, token: Token) -> str:
    return public_url.rstrip("/") + UNSUBSCRIBE_PATH + sign(secret, token)


def confirm_url(public_url: str, secret: bytes, token: Token) -> str:
    return public_url.rstrip("/") + CONFIRM_PATH + sign(secret, token)


def preferences_token(message: Message, now: Moment) -> Token:
    return _token(Purpose.PREFERENCES, message, now)


def link_to(public_url: str, secret: bytes, token: Token) -> str:
    """The address of the page that a token is for."""
    return public_url.rstrip("/") + PATHS[token.purpose] + sign(secret, token)


def form_url(public_url: str, form: str, who: str = "") -> str:
    """``who`` is a signed token of purpose ``FORM``: with it the form knows who comes."""
    return f"{public_url.rstrip('/')}{FORM_PATH}{form}{f'?who={who}' if who else ''}"


def contact_token(purpose: Purpose, contact: str, message: str, now: Moment, about: str = "") -> Token:
    return Token(purpose=purpose, contact=contact, message=message, issued_at=now - now % MINUTE, topic=about)


def quiet_url(public_url: str) -> str:
    return public_url.rstrip("/") + QUIET_PATH


def list_unsubscribe_headers(url: str) -> dict[str, str]:
    """One-click unsubscribe as RFC 8058 wants it; DKIM has to cover both headers."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _token(purpose: Purpose, message: Message, now: Moment, about: str = "") -> Token:
    return contact_token(purpose, message.contact, message.id, now, about)
