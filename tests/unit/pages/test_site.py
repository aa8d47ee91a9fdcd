import re
from base64 import b64encode
from hashlib import sha256

import pytest

from leadwell.pages.exchange import Request, from_gateway, to_gateway
from leadwell.pages.links import CONFIRM_PATH, UNSUBSCRIBE_PATH
from leadwell.pages.site import answer
from leadwell.pages.tokens import Purpose, Token, sign
from tests.unit.pages.house import NOW, SECRET, MemoryHouse

TOKEN = Token(purpose=Purpose.UNSUBSCRIBE, contact="c1", message="m1", issued_at=NOW, topic="marketing/email")
PATH = UNSUBSCRIBE_PATH + sign(SECRET, TOKEN)


@pytest.mark.parametrize(
    "path",
    [
        "/p/",
        "/p/x/abc",
        UNSUBSCRIBE_PATH,
        CONFIRM_PATH,
        UNSUBSCRIBE_PATH + "../../etc/passwd",
        PATH + "/",
        PATH[:-1],
        PATH.replace("/u/", "/c/"),
        "/leadwell.js/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_bad_address_gets_the_same_page(path: str, method: str) -> None:
    house = MemoryHouse()
    got = house.request(method, path)
    assert (got.status, got.body) == (404, house.request("GET", "/p/no-such-page").body)
    assert house.table.stream == []


def test_pages_can_be_neither_framed_stored_indexed_nor_scripted() -> None:
    headers = MemoryHouse().request("GET", PATH).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-robots-tag"].startswith("noindex")
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "set-cookie" not in headers


def test_the_policy_names_exactly_the_styles_of_the_page() -> None:
    got = MemoryHouse().request("GET", PATH)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", got.body, re.DOTALL)
    hashes = {f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" for css in styles}
    allowed = re.search(r"style-src ([^;]*);", got.headers["content-security-policy"])
    assert allowed is not None
    assert set(allowed[1].split()) == (hashes or {"'none'"})
    # What the policy forbids would silently be missing.
    assert " style=" not in got.body
    assert "<script" not in got.body


@pytest.mark.parametrize(
    ("accepted", "lang", "locale"),
    [
        ("", "", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("fr, de;q=0.3, en;q=0.7", "", "en"),
        ("en;q=0, de", "", "de"),
        ("fr", "", "en"),
        ("*", "", "en"),
        ("en;q=nonsense", "de", "de"),
        ("en", "DE", "de"),
        ("de", "xx", "de"),
    ],
)
def test_pages_speak_the_language_of_the_visitor(accepted: str, lang: str, locale: str) -> None:
    query = {"lang": lang} if lang else {}
    request = Request(method="GET", path=PATH, query=query, headers={"accept-language": accepted})
    got = answer(request, MemoryHouse())
    assert got.headers["content-language"] == locale


def test_german_and_english_differ() -> None:
    house = MemoryHouse()
    bodies = {house.request("GET", PATH, accept_language=language).body for language in ("de", "en")}
    assert len(bodies) == 2


def test_the_snippet_is_served_and_cached() -> None:
    house = MemoryHouse()
    first = house.request("GET", "/leadwell.js")
    assert first.status == 200
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "max-age" in first.headers["cache-control"]
    assert first.body
    again = house.request("GET", "/leadwell.js", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, "")
    weak = house.request("GET", "/leadwell.js", if_none_match='"other", W/' + first.headers["etag"])
    assert weak.status == 304
    assert house.request("GET", "/leadwell.js", if_none_match='"other"').status == 200
    assert house.request("POST", "/leadwell.js").status == 405


def test_the_gateway_s_shapes() -> None:
    event = {
        "version": "2.0",
        "rawPath": PATH,
        "headers": {"Accept-Language": "de"},
        "requestContext": {"http": {"method": "get", "sourceIp": "192.0.2.7"}},
    }
    request = from_gateway(event)
    assert (request.method, request.path, request.source_ip) == ("GET", PATH, "192.0.2.7")
    assert (request.headers, request.query) == ({"accept-language": "de"}, {})
    got = to_gateway(answer(request, MemoryHouse()))
    assert (got["statusCode"], got["isBase64Encoded"]) == (200, False)
