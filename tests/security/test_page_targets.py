"""No open redirect: where a page leads stands in what was published and in tokens that we signed, and nowhere else."""

import re
from urllib.parse import urlencode

import pytest

from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.pages.links import contact_token
from leadwell.pages.tokens import Purpose
from tests.security.posting import SIGN_UP, URLENCODED, fill_in, fresh, handed_out, send
from tests.security.test_pages import link, refused

EVIL = "https://evil.example.net/"
ELSEWHERE = """\
kind: form
name: elsewhere
title: {en: Elsewhere, de: Anderswo}
fields: [{name: firstName, label: {en: First name, de: Vorname}}]
button: {en: Send, de: Senden}
thanks: {title: {en: Thank you, de: Danke}}
redirect: %s
"""
NAMES = ("next", "url", "redirect", "redirect_uri", "return", "target", "to", "_next", "action", "download", "share")


@pytest.mark.parametrize("name", NAMES)
def test_a_request_cannot_name_where_to_go(name: str) -> None:
    house = fresh()
    wish = {name: EVIL}
    for path in ("/p/f/newsletter", "/p/l/sofa-guide", "/p/w", "/p/f/white-paper"):
        looked = house.page("GET", path, query=wish)
        assert EVIL not in looked.text and "location" not in looked.headers, path
    sent = send(house, "white-paper", {**handed_out(house, "white-paper", query=wish), **SIGN_UP, **wish}, query=wish)
    assert sent.status == 200
    assert EVIL not in sent.text and "location" not in sent.headers
    token = contact_token(Purpose.DOWNLOAD, house.ann, "", house.world.clock.now(), "white-paper")
    fetched = house.page("POST", link(token), body=urlencode(wish), headers=URLENCODED, query=wish)
    assert fetched.headers["location"] == "https://www.example.com/white-paper.pdf"


def test_the_published_target_is_where_a_form_leads() -> None:
    house = fresh()
    Publisher(house.world.services.library, house.world.clock.now(), "test").publish(
        ELSEWHERE % "https://www.example.com/thanks"
    )
    sent = fill_in(house, "elsewhere", fields={"firstName": "Nora"})
    assert (sent.status, sent.headers["location"]) == (303, "https://www.example.com/thanks")
    shown = house.page("GET", "/p/f/elsewhere").headers["content-security-policy"]
    assert "form-action 'self' https://www.example.com" in shown


@pytest.mark.parametrize(
    "target",
    [
        "http://www.example.com/",
        "//evil.example.net",
        "/\\evil.example.net",
        "javascript:alert(1)",
        "data:text/html,hello",
        "https://www.example.com@evil.example.net/",
        '"https://www.example.com/\\r\\nset-cookie: a=b"',
        "https://www.example.com/<script>",
        "http://127.0.0.1.evil.example.net/",
        "http://localhost@evil.example.net/",
    ],
)
def test_only_addresses_of_the_web_can_be_published(target: str) -> None:
    house = fresh()
    with pytest.raises(Refused, match="https://") as refusal:
        Publisher(house.world.services.library, house.world.clock.now(), "test").publish(ELSEWHERE % target)
    assert refusal.value.field == "redirect"


def test_a_token_leads_to_what_is_published_under_its_name_or_nowhere() -> None:
    house = fresh()
    now = house.world.clock.now()
    for purpose in (Purpose.DOWNLOAD, Purpose.REFERRAL):
        for name in ("", EVIL, "../white-paper", "newsletter", "nothing"):
            token = contact_token(purpose, house.ann, "", now, name)
            refused(house.page("GET", link(token)))
            refused(house.page("POST", link(token)))


def test_every_link_and_form_on_our_pages_stays_here_or_goes_where_it_was_published_to() -> None:
    house = fresh()
    spoofed = dict.fromkeys(("host", "x-forwarded-host"), "evil.example.net")
    for path in ("/p/f/newsletter", "/p/l/sofa-guide", "/p/f/contact"):
        text = house.page("GET", path, headers=spoofed).text
        for target in re.findall(r'(?:href|action|src)="([^"]*)"', text):
            assert target.startswith(("/p/", "https://www.example.com/")), target
