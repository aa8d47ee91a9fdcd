import gzip
import json

import pytest

from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.pages.cookies import shared_domain
from leadwell.pages.exchange import Request
from leadwell.pages.site import answer
from leadwell.store.files import S3Files
from tests.unit.pages.house import MemoryHouse

POPIN = """\
kind: popin
name: %s
title: {en: Hello, de: Hallo}
button: {label: {en: Look, de: Ansehen}, url: https://www.example.com/}
show: {exit: true}
"""


def test_the_snippet_has_less_than_three_kilobytes() -> None:
    script = MemoryHouse().request("GET", "/leadwell.js").body
    assert len(gzip.compress(script.encode(), 9)) < 3_000
    assert "/*" not in script and "\n " not in script
    widgets = MemoryHouse().request("GET", "/p/w.js").body
    assert len(gzip.compress(widgets.encode(), 9)) < 3_500


def test_scripts_name_no_address_but_their_own() -> None:
    for path in ("/leadwell.js", "/p/w.js"):
        script = MemoryHouse().request("GET", path).body
        assert "http" not in script.replace("https:", "").replace("XMLHttpRequest", "").replace("HTTP", "")


@pytest.mark.parametrize(
    ("origin", "host", "domain"),
    [
        ("https://www.shop.example", "news.shop.example", "shop.example"),
        ("https://shop.example", "news.shop.example:443", "shop.example"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", ""),
        ("https://shop.example", "shop.example", ""),
        ("https://www.other.example", "news.shop.example", None),
        ("https://shop.example.evil.example", "news.shop.example", None),
        ("http://10.0.0.1", "10.1.0.1", None),
        ("null", "news.shop.example", None),
        ("", "news.shop.example", None),
        ("https://a b", "a b", None),
        ("https://[::1", "news.shop.example", None),
    ],
)
def test_the_domain_that_page_and_server_have_in_common(origin: str, host: str, domain: str | None) -> None:
    assert shared_domain(origin, host) == domain


def test_the_cookie_is_only_set_for_our_own_websites() -> None:
    house = MemoryHouse()

    def ask(origin: str, device: str = "device-0001", method: str = "POST") -> tuple[str, ...]:
        headers = {"origin": origin, "host": "news.shop.example"}
        return answer(Request(method=method, path="/p/k", headers=headers, body=device), house).cookies

    (cookie,) = ask("https://www.shop.example")
    assert cookie == "lw_aid=device-0001; Path=/; Max-Age=31536000; SameSite=Lax; Domain=shop.example; Secure"
    assert ask("https://evil.example.net") == ()
    assert ask("https://www.shop.example", "a; Domain=x") == ()
    assert ask("https://www.shop.example", method="GET") == ()


def test_popins_are_for_pages_and_segments() -> None:
    house = MemoryHouse()
    publisher = Publisher(Library(house.table), 0, "test")
    publisher.publish("kind: segment\nname: fans\ntitle: {en: Fans, de: Fans}\nwhen: {trait: fan, equals: true}\n")
    publisher.publish(POPIN % "everywhere")
    publisher.publish(POPIN % "sofas" + "pages: [/sofas/*]\nnot_pages: [/sofas/sale]\n")
    publisher.publish(POPIN % "fans" + "segment: fans\n")
    publisher.publish(POPIN % "others" + "not_segment: fans\n")

    def shown(path: str) -> list[str]:
        found = answer(Request(method="GET", path="/p/w", query={"path": path, "aid": "device-0001"}), house)
        return [one["name"] for one in json.loads(found.body)["popins"]]

    assert shown("/") == ["everywhere", "others"]
    assert shown("/sofas/nord") == ["everywhere", "others", "sofas"]
    assert shown("/sofas/sale") == ["everywhere", "others"]
    house.library.set_status("popin", "everywhere", "paused")
    assert shown("/") == ["others"]


def test_files_of_the_web_keep_their_address() -> None:
    assert S3Files(None).address("https://www.example.com/a.pdf", 60) == "https://www.example.com/a.pdf"
