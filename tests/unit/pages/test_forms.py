"""Forms in front of a house in memory; ``tests/security/test_form_*.py`` attack them."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from leadwell.definitions.publishing import Publisher
from leadwell.pages.exchange import Request, Response
from leadwell.pages.site import answer
from leadwell.store.table import Table
from leadwell.tracking.events import Event
from tests.unit.pages.house import MemoryHouse

BOTH = {"en": "Word", "de": "Wort"}
GUIDE = {"kind": "download", "name": "guide", "title": BOTH, "url": "https://www.example.com/guide.pdf"}


def house(*definitions: Mapping[str, Any]) -> MemoryHouse:
    made = MemoryHouse()
    for one in definitions:
        Publisher(made.library, 0, "test").publish(json.dumps(one))
    return made


def form(**more: Any) -> dict[str, Any]:
    fields = [{"name": "email", "type": "email", "label": BOTH}]
    least = {"kind": "form", "name": "f", "title": BOTH, "fields": fields, "button": BOTH, "thanks": {"title": BOTH}}
    return least | more


def send(at: MemoryHouse, fields: Mapping[str, str], number: str = "r1", **query: str) -> Response:
    body = urlencode(fields)
    return answer(Request(method="POST", path="/p/f/f", query=query, body=body, source_ip="192.0.2.7", id=number), at)


def events(table: Table) -> list[Event]:
    items = table.scan(segment=0, segments=1, limit=100).items
    return sorted((Event.from_item(one) for one in items if one.get("kind") == "EVENT"), key=lambda one: one.order)


def test_access_at_once_gives_the_file_with_the_thanks() -> None:
    at = house(GUIDE, form(download="guide", access="at_once"))
    thanked = send(at, {"email": "ann@example.com"})
    link = re.search(r'href="(/p/d/[\w-]+)"', thanked.body)
    assert link
    assert answer(Request(method="GET", path=link[1]), at).status == 200
    fetched = answer(Request(method="POST", path=link[1], id="r2"), at)
    assert fetched.headers["location"] == "https://www.example.com/guide.pdf"
    submitted, downloaded = events(at.table)[-2:]
    assert downloaded.contact == submitted.contact, "a visitor's download is the visitor's"
    assert downloaded.standing.value == "anonymous", "an address that was merely typed proves nothing"


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("offered", [True, False])
def test_a_link_to_a_file_that_has_expired_leads_to_a_new_one(locale: str, offered: bool) -> None:
    at = house({**GUIDE, "link": "P1D"}, form(download="guide", access="at_once"))
    link = re.search(r'href="(/p/d/[\w-]+)"', send(at, {"email": "ann@example.com"}).body)
    assert link
    at.clock.at += 25 * 3_600_000
    if not offered:
        at.library.set_status("form", "f", "paused")
    for method in ("GET", "POST"):
        late = answer(Request(method=method, path=link[1], query={"lang": locale}, id="r2"), at)
        assert late.status == 410
        assert ("This link has expired" if locale == "en" else "Dieser Link ist abgelaufen") in late.body
        assert ('href="/p/f/f"' in late.body) == offered
        assert BOTH[locale] in late.body, "the file's name"
    assert [one.name for one in events(at.table)][-1] != "Asset Downloaded"
    assert answer(Request(method="GET", path=f"{link[1][:-1]}A"), at).status == 404, "what never was ours says no more"


def test_a_form_says_where_it_is_sent_and_in_which_language() -> None:
    at = house(form(redirect="https://www.example.com/thanks"))
    part = answer(Request(method="GET", path="/p/f/f", query={"part": "1", "lang": "de"}), at)
    assert "<html" not in part.body and 'lang="de"' in part.body
    whole = answer(Request(method="GET", path="/p/f/f", query={"lang": "de"}), at)
    assert 'action="/p/f/f?lang=de"' in whole.body
    sent = send(at, {"email": "ann@example.com"}, lang="de")
    assert (sent.status, sent.headers["location"]) == (303, "https://www.example.com/thanks")
    assert events(at.table)[0].traits["locale"] == "de"
    in_part = send(at, {"email": "bea@example.com", "_part": "1"}, "r2")
    assert in_part.status == 200 and 'class="done"' in in_part.body, "the website stays where it is"


@pytest.mark.parametrize("kind", ["form", "download"])
def test_what_is_paused_is_not_there(kind: str) -> None:
    at = house(GUIDE, form(download="guide", access="at_once"))
    at.library.set_status(kind, "f" if kind == "form" else "guide", "paused")
    if kind == "form":
        assert answer(Request(method="GET", path="/p/f/f"), at).status == 404
        assert send(at, {"email": "ann@example.com"}).status == 404
        assert events(at.table) == []
    else:
        assert "/p/d/" not in send(at, {"email": "ann@example.com"}).body


def test_without_consent_nobody_is_told_to_look_into_the_mailbox() -> None:
    box = {"wording": BOTH, "version": "1"}
    at = house(form(consents=[box]))
    assert "mailbox" not in send(at, {"email": "ann@example.com"}).body
    assert "mailbox" in send(at, {"email": "ann@example.com", "consent/marketing/email": "on"}, "r2").body


def test_looking_and_other_methods_change_nothing() -> None:
    at = house(GUIDE, form())
    before = at.table.scan(segment=0, segments=1, limit=100).items
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        got = answer(Request(method=method, path="/p/f/f", body="email=ann@example.com"), at)
        assert got.status == (200 if method in ("GET", "HEAD") else 405)
        assert method != "HEAD" or got.body == ""
    assert at.table.scan(segment=0, segments=1, limit=100).items == before
