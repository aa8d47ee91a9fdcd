"""Webhooks: signed JSON by HTTPS. Receivers know each by its id, so unlike mail it may be repeated."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from leadwell.clock import Moment
from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing
from leadwell.messaging.webhook import signed

if TYPE_CHECKING:
    from leadwell.messaging.channels.outside import Answer

Carry = Callable[[str, Mapping[str, str], bytes], "Answer"]
"""Takes a URL, headers and a body to the receiver, as ``outside.post_outside`` does."""


class HttpWebhook:
    def __init__(self, *, secret: Callable[[], bytes], now: Callable[[], Moment], carry: Carry | None = None) -> None:
        self._secret = secret
        self._now = now
        self._carry = carry

    def send(self, message: Outgoing) -> str:
        body = message.text.encode()
        identifier = message.tags["leadwell_message"]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Leadwell",
            **signed(self._secret(), identifier, self._now() // 1000, body),
        }
        answer = self._carrier()(message.to, headers, body)
        if 200 <= answer.status < 300:
            return f"HTTP {answer.status}"
        if 300 <= answer.status < 400:
            raise CannotSend("the receiver redirects, which is not followed: give the address that it leads to")
        if answer.status == 410:
            raise CannotSend("the receiver wants no more of it (410)")
        raise NotTaken(f"the receiver answered {answer.status}", answer.wait)

    def _carrier(self) -> Carry:
        if self._carry is None:
            from leadwell.messaging.channels.outside import post_outside

            self._carry = post_outside
        return self._carry
