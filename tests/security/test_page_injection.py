"""Whatever a stranger says stays text: in traits, in query strings, in what is shown again after a mistake."""

from html.parser import HTMLParser

import pytest

from leadwell.pages.tokens import Purpose
from tests.security.posting import SIGN_UP, fill_in, fresh, handed_out, send
from tests.security.test_pages import link, tokens

MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></style><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "\u202e\u0000<b>",
    "</textarea><script>alert(1)</script>",
]
each = pytest.mark.parametrize("markup", MARKUP)


class _Reader(HTMLParser):
    """Reads a page as a browser does, and keeps what the page never has of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.strange: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        own_script = tag == "script" and given.get("src") == "/leadwell.js"
        if tag in ("script", "img", "svg", "b", "iframe", "object", "base") and not own_script:
            self.strange.append(tag)
        self.strange += [name for name in given if name.startswith("on") or name == "style"]
        targets = (given.get(name, "") for name in ("href", "action", "src", "formaction"))
        self.strange += [target for target in targets if "javascript" in target.lower()]
        self.said += given.values()

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def harmless(text: str) -> None:
    """No element, attribute or template of the stranger's."""
    page = _Reader()
    page.feed(text)
    assert page.strange == []
    assert not any("<class" in said or "49" in said.split() for said in page.said), "a stranger's template was rendered"


@each
def test_what_is_shown_again_after_a_mistake(markup: str) -> None:
    house = fresh()
    fields = {"email": markup, "firstName": markup, "interest": markup, "consent/marketing/email": markup}
    again = fill_in(house, fields=fields)
    assert again.status == 422
    harmless(again.text)
    longer = {"firstName": "A", "lastName": "B", "email": markup, "request": markup}
    harmless(fill_in(house, "contact", fields=longer).text)


@each
def test_query_strings_headers_cookies_and_hidden_fields(markup: str) -> None:
    house = fresh()
    query = dict.fromkeys(("lang", "part", "aid", "path", "utm_source", "x"), markup)
    headers = {"accept-language": markup, "user-agent": markup, "referer": markup, "origin": markup}
    for path in ("/p/f/newsletter", "/p/l/sofa-guide", "/p/w", f"/p/f/{markup}", f"/p/l/{markup}"):
        answer = house.page("GET", path, query=query, headers=headers, cookies={"lw_aid": markup})
        if answer.headers["content-type"].startswith("text/html"):
            harmless(answer.text)
    hidden = dict.fromkeys(("_part", "_aid", "_ref", "_ticket"), markup)
    harmless(send(house, "newsletter", {**SIGN_UP, **hidden}).text)


@each
def test_traits_of_a_contact_never_reach_a_page(markup: str) -> None:
    house = fresh()
    world = house.world
    world.post(world.identify("ann", firstName=markup, lastName=markup, locale=markup, email="ann@example.com"))
    for purpose, token in tokens(house).items():
        for method in ("GET", "POST"):
            harmless(house.page(method, link(token)).text)
            assert purpose in Purpose


def test_pages_say_that_nothing_of_strangers_may_run() -> None:
    house = fresh()
    pages = ["/p/f/newsletter", "/p/l/sofa-guide", "/p/nothing", *(link(one) for one in tokens(house).values())]
    for path in pages:
        policy = house.page("GET", path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "*" not in policy, path
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy


def test_header_injection_through_what_ends_in_a_header() -> None:
    house = fresh()
    given = handed_out(house, "newsletter")
    headers = {"origin": "https://www.example.com\r\nset-cookie: a=b", "host": "go.example.com"}
    cookie = house.page("POST", "/p/k", body="x" * 10 + "\r\nset-cookie: a=b", headers=headers)
    assert "set-cookie" not in cookie.headers
    assert send(house, "newsletter", {**given, **SIGN_UP, "email": "a@example.com\r\nbcc: b@example.com"}).status == 422
