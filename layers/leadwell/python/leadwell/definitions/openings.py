"""Does a definition ask who opened a message, or followed a link in one? Only of those who agreed is that known."""

from typing import Any

from leadwell.companies.asking import events_of
from leadwell.conditions.base import Shorthand
from leadwell.conditions.models import Model
from leadwell.consent.permission import TRACKING
from leadwell.consent.withdrawals import topic
from leadwell.tracking.events import Name

_COUNTED = frozenset({Name.EMAIL_OPENED, Name.EMAIL_LINK_CLICKED, Name.SMS_LINK_CLICKED})
_TOPICS = frozenset(topic(TRACKING, channel) for channel in ("email", "sms"))
_WORDS = ("opened", "clicked")
"""Of an occasion to wait for."""


def doubts_about_openings(definition: Model, tracking: str) -> list[str]:
    """In words for who publishes it; ``tracking`` is what the policy says."""
    if tracking == "always" or not _asks(definition) or (tracking != "never" and _has_asked(definition)):
        return []
    if tracking == "never":
        return ["asks who opens messages or follows links in them, which the policy counts of nobody (tracking: never)"]
    return [
        "asks who opens messages or follows links in them: whoever has not consented to tracking/email (for text "
        "messages tracking/sms) looks as if they never did; ask for {consent: tracking/email}, too, where that would "
        "be wrong"
    ]


def _has_asked(part: Any) -> bool:
    """Whether the consent is a condition of it."""
    if isinstance(part, tuple):
        return any(map(_has_asked, part))
    if not isinstance(part, Model):
        return False
    return getattr(part, "consent", None) in _TOPICS or any(map(_has_asked, part.__dict__.values()))


def _asks(part: Any) -> bool:
    if isinstance(part, tuple):
        return any(map(_asks, part))
    if isinstance(part, Shorthand):
        return _asks(part.meaning())
    if not isinstance(part, Model):
        return False
    if not _COUNTED.isdisjoint(events_of(part)) or getattr(part, "metric", None) in _WORDS:
        return True
    return any(getattr(part, word, None) for word in _WORDS) or any(map(_asks, part.__dict__.values()))
