from dataclasses import replace

import pytest

from leadwell.messaging.message import Message
from leadwell.pages.links import (
    confirm_token,
    confirm_url,
    list_unsubscribe_headers,
    unsubscribe_token,
    unsubscribe_url,
)
from leadwell.pages.tokens import Purpose, read

SECRET = b"a secret of at least thirty-two bytes"
NOW = 1_795_338_012_345
MESSAGE = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="t",
    template_version=1,
    purpose="marketing",
    requested_at=NOW,
)


@pytest.mark.parametrize("base", ["https://news.example.com", "https://news.example.com/"])
def test_links_lead_to_our_pages(base: str) -> None:
    unsubscribe = unsubscribe_url(base, SECRET, unsubscribe_token(MESSAGE, NOW))
    confirm = confirm_url(base, SECRET, confirm_token(MESSAGE, NOW))
    assert unsubscribe.startswith("https://news.example.com/p/u/")
    assert confirm.startswith("https://news.example.com/p/c/")
    token = read(SECRET, Purpose.UNSUBSCRIBE, unsubscribe.rsplit("/", 1)[1], NOW)
    assert (token.contact, token.message, token.topic) == ("c1", "m1", "marketing/email")
    assert read(SECRET, Purpose.CONFIRM, confirm.rsplit("/", 1)[1], NOW).message == "m1"


def test_what_an_unsubscribe_link_takes_back() -> None:
    def taken_back(purpose: str) -> str:
        return unsubscribe_token(replace(MESSAGE, purpose=purpose), NOW).topic

    assert taken_back("marketing") == "marketing/email"
    assert taken_back("confirmation") == "marketing/email"
    assert taken_back("transactional") == "transactional/email"


def test_one_click_headers_are_those_of_rfc_8058() -> None:
    headers = list_unsubscribe_headers("https://news.example.com/p/u/AQ")
    assert headers == {
        "List-Unsubscribe": "<https://news.example.com/p/u/AQ>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
