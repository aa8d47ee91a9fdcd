"""What people write into forms reaches mails and requests to SES, and can do nothing there."""

from html import unescape
from typing import Any

import pytest

from leadwell.clock import DAY
from leadwell.contacts.contact import Consent
from leadwell.definitions.library import Library
from leadwell.messaging.channels.email_ses import SesEmail
from tests.unit.messaging.sending_house import ANN, EMAIL, HELLO, NOW, House

SHOWN = {
    **HELLO,
    "subject": "Hello {{ contact.firstName }}",
    "html": "<p title=\"{{ contact.firstName }}\">{{ contact.firstName }}</p><a href='{{ links.unsubscribe }}'>no</a>",
    "text": "Hello {{ contact.firstName }}",
}
BREAKS = ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x00"]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</p></body><h1>Your account is locked</h1>",
    "{{ 7 * 7 }}{% raw %}",
    "{{ ''.__class__.__mro__ }}",
]


class Ses:
    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> dict[str, str]:
        self.requests.append(request)
        return {"MessageId": "1"}


def request(first_name: str) -> dict[str, Any]:
    """What SES is asked for a contact of this name."""
    house, ses = House(), Ses()
    document = {**EMAIL, "locales": {"en": SHOWN}}
    Library(house.table).publish("email", "hello", document, now=NOW, by="ann")
    granted = {"marketing/email": Consent("granted", NOW - DAY)}
    house.become(traits={"email": ANN, "firstName": first_name}, consents=granted)
    channel = SesEmail(ses, from_address="hello@example.com", from_name="Shop\r\nBcc: x", configuration_set="c")
    house.provider = channel  # type: ignore[assignment]
    assert house.send() == {}
    (asked,) = ses.requests
    return asked


@pytest.mark.parametrize("line_break", BREAKS, ids=repr)
def test_no_trait_adds_a_header(line_break: str) -> None:
    asked = request(f"Ann{line_break}Bcc: eve@example.com{line_break}{line_break}<h1>x</h1>")
    simple = asked["Content"]["Simple"]
    subject = simple["Subject"]["Data"]
    assert not [sign for sign in subject if sign in "\r\n\x0b\x00\x85\u2028"], subject
    assert asked["Destination"] == {"ToAddresses": [ANN]}
    assert {header["Name"] for header in simple["Headers"]} == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    for header in simple["Headers"]:
        assert header["Value"].isprintable()
    assert "\n" not in asked["FromEmailAddress"] and "\r" not in asked["FromEmailAddress"]


@pytest.mark.parametrize("markup", MARKUP)
def test_no_trait_becomes_markup(markup: str) -> None:
    html = request(markup)["Content"]["Simple"]["Body"]["Html"]["Data"]
    assert html.count("<") == request("Ann")["Content"]["Simple"]["Body"]["Html"]["Data"].count("<")
    assert html.count('"') == request("Ann")["Content"]["Simple"]["Body"]["Html"]["Data"].count('"')
    assert markup in unescape(html), "it is shown as it was written, and is not run"


@pytest.mark.parametrize("address", ["ann@example.com\r\nBcc: eve@example.com", "ann@example.com, eve@example.com"])
def test_no_address_is_two(address: str) -> None:
    """Such an address never becomes one; if it did, it would stay a single recipient."""
    from leadwell.tracking.identities import email_address

    assert email_address(address) is None
