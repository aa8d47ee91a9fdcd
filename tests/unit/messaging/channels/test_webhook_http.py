"""What a receiver gets, and what its answers mean."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

import pytest

from leadwell.messaging.channels.outside import Answer
from leadwell.messaging.channels.webhook_http import HttpWebhook
from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing
from leadwell.messaging.webhook import shown, webhook_secret

SECRET = webhook_secret(b"0123456789abcdef0123456789abcdef")
TOLD = Outgoing(to="https://crm.example.com/x", text='{"name":"Jürgen"}', tags={"leadwell_message": "m1"})
SECONDS = 1_772_438_400
TAKEN = Answer(200)


class Receiver:
    def __init__(self, answer: Answer = TAKEN) -> None:
        self.answer = answer
        self.calls: list[tuple[str, Mapping[str, str], bytes]] = []

    def carry(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.calls.append((url, headers, body))
        return self.answer


def channel(receiver: Receiver) -> HttpWebhook:
    return HttpWebhook(secret=lambda: SECRET, now=lambda: SECONDS * 1000 + 999, carry=receiver.carry)


def test_it_is_signed_as_standard_webhooks_are() -> None:
    """The receiving side, written after the specification and not after our code."""
    receiver = Receiver()
    assert channel(receiver).send(TOLD) == "HTTP 200"
    ((url, headers, body),) = receiver.calls
    assert (url, body.decode()) == (TOLD.to, TOLD.text)
    assert headers["Content-Type"] == "application/json"
    secret = b64decode(shown(SECRET).removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}".encode()
    expected = "v1," + b64encode(hmac.new(secret, content, sha256).digest()).decode()
    assert headers["webhook-signature"] == expected
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("m1", str(SECONDS))


def test_the_example_of_the_specification() -> None:
    """standard-webhooks, spec, "Signature scheme"; its libraries test with the same."""
    from leadwell.messaging.webhook import signed

    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_installation_has_its_own_secret() -> None:
    assert len({SECRET, webhook_secret(b"another"), b"0123456789abcdef0123456789abcdef"}) == 3
    assert len(SECRET) == 32


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_taken(status: int) -> None:
    assert channel(Receiver(Answer(status))).send(TOLD) == f"HTTP {status}"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 410])
def test_never(status: int) -> None:
    with pytest.raises(CannotSend):
        channel(Receiver(Answer(status))).send(TOLD)


@pytest.mark.parametrize("status", [400, 401, 404, 408, 429, 500, 503])
def test_not_now(status: int) -> None:
    with pytest.raises(NotTaken) as caught:
        channel(Receiver(Answer(status, 5000))).send(TOLD)
    assert caught.value.wait == 5000
