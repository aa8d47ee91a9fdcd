"""Whoever runs an installation reads in its log that somebody tries doors; whose address was tried stands nowhere."""

import json
import re
from collections.abc import Callable

import pytest

from leadwell.clock import DAY
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.messaging.channels.outside import post_outside
from leadwell.messaging.outgoing import CannotSend
from leadwell.pages.links import contact_token
from leadwell.pages.tokens import Purpose, sign
from tests.security.installation import PUBLIC, SERVER, Installation
from tests.security.posting import SIGN_UP, fill_in, fresh, logged, send
from tests.security.test_pages import SECRET
from tests.security.test_templates import ATTACKS, in_the_body
from tests.unit.console.signed_in import SignedIn

VICTIM = "ann.victim@example.com"
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+\d{7,}|evil\.example")


def token(house: Installation, age: int = 0, secret: bytes = SECRET) -> str:
    now = house.world.clock.now() - age * DAY
    return sign(secret, contact_token(Purpose.PREFERENCES, house.ann, "m1", now))


def forged(house: Installation) -> None:
    assert house.page("GET", f"/p/s/{token(house, secret=b'another secret of thirty-two signs')}").status == 404


def replayed(house: Installation) -> None:
    assert house.page("POST", f"/p/s/{token(house, age=181)}").status == 404


def of_another_purpose(house: Installation) -> None:
    assert house.page("POST", f"/p/c/{token(house)}").status == 404


def open_redirect(house: Installation) -> None:
    definition = {"kind": "download", "name": "d", "title": {"en": "D", "de": "D"}, "url": "javascript:alert(1)"}
    answer = SignedIn(house.world).post("/api/definitions/validate", {"text": json.dumps(definition)})
    assert answer.status == 400 and "web address" in answer.body["detail"]


def template_injection(house: Installation) -> None:
    with pytest.raises(Refused) as refused:
        Publisher(house.world.services.library, 0, "eve").publish_email(in_the_body(next(iter(ATTACKS.values()))))
    assert refused.value.field


def server_side_request(house: Installation) -> None:
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1"):
        with pytest.raises(CannotSend, match="private address"):
            post_outside("https://evil.example.net/", {}, b"{}", resolve=lambda host, port, found=address: [found])


def an_address_that_is_two(house: Installation) -> None:
    body = {"identities": {"email": f"{VICTIM}\r\nBcc: eve@example.com"}}
    assert SignedIn(house.world).put("/api/contacts", body).status == 400


def nested(house: Installation) -> None:
    answer = house.track("/v1/track", body='{"properties":' * 5_000)
    assert answer.status == 400


def oversized(house: Installation) -> None:
    answer = house.track("/v1/track", body=json.dumps({"writeKey": PUBLIC, "event": "x" * 2_000_000}))
    assert answer.status in (400, 413)


def spoofed(house: Installation) -> None:
    call = {"writeKey": PUBLIC, "userId": "ann", "anonymousId": "eve", "traits": {"email": VICTIM}}
    answer = house.track("/v1/identify", body=json.dumps(call))
    assert answer.status == 200


def flooded(house: Installation) -> None:
    for _ in range(7):
        assert fill_in(house, "newsletter", fields={**SIGN_UP, "email": VICTIM}).status == 200


def by_a_machine(house: Installation) -> None:
    assert send(house, "newsletter", {**SIGN_UP, "homepage": "https://evil.example.net/"}).status == 200


ATTACKED: list[tuple[Callable[[Installation], None], str]] = [
    (forged, "a link to preferences was refused"),
    (replayed, "a link to preferences was refused"),
    (of_another_purpose, "a link to confirm was refused"),
    (open_redirect, "a request was refused because of the field"),
    (template_injection, "an e-mail was refused in"),
    (server_side_request, "a webhook was refused: its name leads to a private address"),
    (an_address_that_is_two, "a request was refused because of the field"),
    (nested, "request answered"),
    (oversized, "request answered"),
    (spoofed, "request answered"),
    (flooded, "a form comes too often for one address"),
    (by_a_machine, "a form was filled in by a machine"),
]


@pytest.mark.parametrize(("attack", "line"), ATTACKED, ids=[attack.__name__ for attack, _ in ATTACKED])
def test_it_is_refused_and_noted_without_saying_whom(attack: Callable[[Installation], None], line: str) -> None:
    assert SERVER
    house = fresh()
    with logged() as said:
        attack(house)
    assert any(line in one for one in said), said
    assert not [one for one in said if _PERSONAL.search(one) or house.ann in one]
