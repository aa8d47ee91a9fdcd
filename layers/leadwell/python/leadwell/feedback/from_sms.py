"""An inbound SMS as AWS publishes it → our words.

Shape: "Example of a two-way SMS message payload",
https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

from collections.abc import Mapping
from typing import Any
from unicodedata import combining, normalize

from leadwell.clock import Moment
from leadwell.consent.suppressions import normalized
from leadwell.errors import Broken
from leadwell.feedback.kinds import SmsReceived
from leadwell.feedback.reading import word
from leadwell.tracking.values import mended

_LONGEST_NUMBER = 40

AWS_WORDS = frozenset({"ARRET", "CANCEL", "END", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"})
"""What AWS itself takes for an opt-out (End User Messaging, "Opt-out list keywords")."""

STOP_WORDS = AWS_WORDS | {"REVOKE", "STOPALL", "STOPP", "ABMELDEN", "ABBESTELLEN"}
"""In capitals, without spaces, accents and punctuation. REVOKE: 47 CFR 64.1200(a)(10); STOPALL: carriers ask for it."""

_POLITE = frozenset({"PLEASE", "PLS", "KINDLY", "BITTE", "HI", "HELLO", "HALLO"})

UNMISTAKABLE = frozenset({"ABBESTELLEN", "ABMELDEN", "STOP", "STOPP", "UNSUBSCRIBE"})
"""These ask for silence also when more follows ("Stop writing to me"): by the same rule any reasonable means counts."""


def translate(payload: Mapping[str, Any], at: Moment) -> SmsReceived:
    """``at`` is when AWS published it: the payload itself has no time. Raises Broken for another shape."""
    try:
        text = mended(str(payload["messageBody"]))
        return SmsReceived(
            provider_id=word(payload["inboundMessageId"]),
            sender=word(normalized("sms", word(payload["originationNumber"], _LONGEST_NUMBER))),
            recipient=normalized("sms", word(payload["destinationNumber"], _LONGEST_NUMBER)),
            text=text,
            at=at,
            stops=asks_for_silence(text),
        )
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise Broken(f"an inbound SMS in a shape we do not know ({type(error).__name__})") from error


def asks_for_silence(text: str) -> bool:
    """Whether a text is one of the words, however it is written, or begins with an unmistakable one; a "please" around
    it takes nothing back."""
    letters = (sign for sign in normalize("NFKD", text.upper()) if not combining(sign))
    said = "".join(sign if sign.isalnum() else " " for sign in letters).split()
    words = [one for one in said if one not in _POLITE]
    return "".join(words) in STOP_WORDS or (bool(words) and words[0] in UNMISTAKABLE)
