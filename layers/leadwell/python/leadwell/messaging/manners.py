"""What differs between channels beside the way out. A channel is one file in ``channels/``, a line in ``wiring`` and,
if it is not like mail, a line here."""

from dataclasses import dataclass

from leadwell.clock import HOUR, MINUTE
from leadwell.messaging.message import WEBHOOK
from leadwell.tracking.events import Name


@dataclass(frozen=True, slots=True)
class Manners:
    """``told`` is the event that says it was sent, where the provider reports nothing by itself, ``source`` its
    source, ``given_up`` the event that says it never will be.

    ``repeats``: whoever receives it knows each message by its id, so when nobody knows whether it arrived it is sent
    again, after so many milliseconds each time, and parked after the last. Every other channel sends at most once.
    """

    told: str = ""
    source: str = ""
    given_up: str = ""
    repeats: tuple[int, ...] = ()


_LIKE_MAIL = Manners()

_MANNERS = {
    "sms": Manners(told=Name.SMS_SENT, source="sns"),
    WEBHOOK: Manners(
        told=Name.WEBHOOK_SENT,
        source="webhook",
        given_up=Name.WEBHOOK_FAILED,
        # Nine attempts within three days, as Standard Webhooks advises (spec, "Retry schedule").
        repeats=(MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 20 * HOUR, 30 * HOUR),
    ),
}


def manners(channel: str) -> Manners:
    return _MANNERS.get(channel, _LIKE_MAIL)
