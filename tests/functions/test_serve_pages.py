import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from functions.serve_pages.handler import handler
from leadwell import wiring
from leadwell.clock import Moment, from_iso
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import Consent, Contact
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.message import Message
from leadwell.pages.links import (
    confirm_token,
    confirm_url,
    contact_token,
    link_to,
    preferences_token,
    unsubscribe_token,
    unsubscribe_url,
)
from leadwell.pages.tokens import Purpose
from leadwell.settings import Settings
from leadwell.store import keys
from leadwell.store.table import Put, query_all
from leadwell.tracking.events import Event, Identity
from leadwell.wiring import Services
from tests.functions.embedded_aws import SECRET, embedded_aws

NOW = from_iso("2026-11-22T09:00:00Z")
BASE = "https://news.example.com"
MESSAGE = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="double-opt-in",
    template_version=1,
    purpose="confirmation",
    requested_at=NOW,
    to="robin@example.com",
    data={"event": {"purpose": "marketing", "channel": "email", "wording": "Yes, write to me."}},
)
UNSUBSCRIBE = unsubscribe_url(BASE, SECRET.encode(), unsubscribe_token(MESSAGE, NOW)).removeprefix(BASE)
CONFIRM = confirm_url(BASE, SECRET.encode(), confirm_token(MESSAGE, NOW)).removeprefix(BASE)


@dataclass
class SteppingClock:
    """A second later at every look."""

    at: Moment = NOW

    def now(self) -> Moment:
        self.at += 1_000
        return self.at


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    with embedded_aws(monkeypatch, SteppingClock()) as services:
        services.table.write(Put(MESSAGE.to_item(), 0))
        yield services


def request(method: str, path: str, body: str | None = None, **query: str) -> dict[str, Any]:
    """Payload format 2.0, as the HTTP API sends it."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /p/{proxy+}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in query.items()),
        "headers": {
            "accept-language": "de-DE,de;q=0.9",
            "content-type": "application/x-www-form-urlencoded",
            "user-agent": "Mozilla/5.0",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3",
            "domainName": "news.example.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "ANY /p/{proxy+}",
            "stage": "$default",
            "time": "22/Nov/2026:09:00:00 +0000",
            "timeEpoch": NOW,
        },
        "pathParameters": {"proxy": path.removeprefix("/p/")},
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body
    return handler(event, None)


def events(aws: Services) -> list[Event]:
    return [Event.from_item(item) for item in query_all(aws.table, "C#c1", begins=keys.EVENTS)]


def withdrawn(aws: Services) -> Moment | None:
    return Withdrawals.from_item(aws.table.get(keys.withdrawals("c1"))).last("marketing", "email")


def test_one_click_unsubscribe(aws: Services) -> None:
    answer = request("POST", UNSUBSCRIBE, "List-Unsubscribe=One-Click")
    assert answer["statusCode"] == 200
    assert not {"location", "set-cookie"} & {name.lower() for name in answer["headers"]}
    assert withdrawn(aws) == NOW + 1_000


def test_the_page_asks_first_and_then_says_that_it_is_done(aws: Services) -> None:
    asked = request("GET", UNSUBSCRIBE)
    assert (asked["statusCode"], asked["headers"]["content-language"]) == (200, "de")
    assert "<form" in asked["body"]
    assert withdrawn(aws) is None
    done = request("POST", UNSUBSCRIBE, "")
    assert done["body"] != asked["body"]
    assert withdrawn(aws)
    assert request("GET", UNSUBSCRIBE, lang="en")["headers"]["content-language"] == "en"


def test_unsubscribing_twice_is_fine(aws: Services) -> None:
    first, second = request("POST", UNSUBSCRIBE), request("POST", UNSUBSCRIBE)
    assert (first["statusCode"], first["body"]) == (second["statusCode"], second["body"])


def test_double_opt_in_twice_is_one_consent(aws: Services) -> None:
    assert request("GET", CONFIRM)["statusCode"] == 200
    assert events(aws) == []
    assert [request("POST", CONFIRM)["statusCode"] for _ in range(2)] == [200, 200]
    (event,) = events(aws)
    assert event.name == "Consent Granted"
    assert event.identities == (Identity("email", "robin@example.com"),)
    assert event.properties["wording"] == "Yes, write to me."
    assert event.properties["proof"]["message"] == "m1"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_forged_link_gets_a_page_and_changes_nothing(aws: Services, method: str) -> None:
    for path in (UNSUBSCRIBE[:-1] + "!", CONFIRM[:-4], UNSUBSCRIBE.replace("/u/", "/c/"), "/p/u/", "/p/nothing"):
        assert request(method, path)["statusCode"] == 404
    assert events(aws) == []
    assert withdrawn(aws) is None


def test_the_snippet_needs_neither_table_nor_secret() -> None:
    bare = Services(Settings(table="none"), SteppingClock())
    wiring.use(bare)
    try:
        answer = request("GET", "/leadwell.js")
    finally:
        wiring.use(None)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/javascript")
    assert not {"table", "secrets"} & vars(bare).keys()


DOWNLOAD = """\
kind: download
name: guide
title: {en: Guide, de: Leitfaden}
url: s3://files.example.org/guides/sofa guide.pdf
topic: sofas
"""
FORM = """\
kind: form
name: sign-up
title: {en: Sign up, de: Anmelden}
fields:
  - {name: email, type: email, required: true, label: {en: E-mail, de: E-Mail}}
  - {name: city, label: {en: City, de: Ort}}
consents: [{version: "1", required: true, wording: {en: "Yes, write to me.", de: "Ja, schreiben Sie mir."}}]
button: {en: Send, de: Senden}
thanks: {title: {en: Thank you, de: Danke}}
download: guide
"""
PAGE = "kind: page\nname: offer\ntitle: {en: Offer, de: Angebot}\nblocks: [{form: sign-up}]\n"


def publish(aws: Services, *texts: str) -> None:
    for text in texts:
        Publisher(aws.library, NOW, "test").publish(text)


def test_a_form_becomes_events_with_proof_and_a_retry_none(aws: Services) -> None:
    publish(aws, DOWNLOAD, FORM)
    shown = request("GET", "/p/f/sign-up")
    assert (shown["statusCode"], shown["headers"]["content-language"]) == (200, "de")
    ticket = re.search(r'name="_ticket" value="([\w-]+)"', shown["body"])
    assert ticket
    aws.clock.at += 5_000
    body = urlencode(
        {"email": "Robin@Example.com", "city": "Vevstad", "consent/marketing/email": "on", "_ticket": ticket[1]}
    )
    first, again = request("POST", "/p/f/sign-up", body), request("POST", "/p/f/sign-up", body)
    assert first["statusCode"] == again["statusCode"] == 200
    assert first["body"] == again["body"]
    stored = [Event.from_item(item) for item in all_items(aws) if item.get("kind") == "EVENT"]
    identified, submitted, requested = sorted(stored, key=lambda event: event.order)
    assert identified.traits == {"city": "Vevstad", "locale": "de"}
    assert Identity("email", "robin@example.com") in identified.identities
    about = {"form": "sign-up", "form_version": 1, "locale": "de"}
    assert submitted.properties == {**about, "fields": ["city", "email"], "answers": {"city": "Vevstad"}}
    assert {one.standing.value for one in stored} == {"claimed", "anonymous"}
    assert requested.name == "Consent Requested"
    assert requested.properties | {"proof": {}} == {
        "purpose": "marketing",
        "channel": "email",
        "source": "form:sign-up",
        "form": "sign-up",
        "form_version": 1,
        "locale": "de",
        "wording": "Ja, schreiben Sie mir.",
        "wording_version": "1",
        "download": "guide",
        "proof": {},
    }
    assert requested.properties["proof"].keys() == {"requested_at", "user_agent", "ip"}
    assert requested.properties["proof"]["ip"] == "192.0.2.7"


def test_a_file_in_a_bucket_gets_an_address_for_a_few_minutes(aws: Services) -> None:
    publish(aws, DOWNLOAD)
    token = contact_token(Purpose.DOWNLOAD, "c1", "m1", NOW, "guide")
    path = link_to("", SECRET.encode(), token)
    shown = request("GET", path)
    assert shown["statusCode"] == 200 and events(aws) == []
    answer = request("POST", path)
    assert answer["statusCode"] == 303
    target = urlsplit(answer["headers"]["location"])
    assert "files.example.org" in target.netloc + target.path and target.path.endswith("/guides/sofa%20guide.pdf")
    asked = parse_qs(target.query)
    assert asked["X-Amz-Expires"] == ["300"] and asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    policy = shown["headers"]["content-security-policy"]
    assert f"form-action 'self' {target.scheme}://{target.netloc}" in policy, "the browser may follow"
    (event,) = events(aws)
    assert (event.name, event.properties["asset"], event.properties["topic"]) == ("Asset Downloaded", "guide", "sofas")
    assert event.standing.value == "proven"
    request("POST", path)
    assert len(events(aws)) == 2, "each press is one"


def test_preferences_switch_off_at_once_and_on_with_proof(aws: Services) -> None:
    contact = Contact(id="c1", traits={"email": "robin@example.com", "phone": "+12025550143"}, clock=NOW)
    granted = Consent("granted", NOW, source="test")
    aws.table.write(Put(replace(contact, consents={"marketing/email": granted}).to_item(), 0))
    path = link_to("", SECRET.encode(), preferences_token(MESSAGE, NOW))
    shown = request("GET", path)
    assert re.search(r'name="topic/marketing/email" value="on" checked', shown["body"])
    assert not re.search(r'name="topic/marketing/sms" value="on" checked', shown["body"])
    both = "marketing/email,marketing/sms"
    off = request("POST", path, urlencode({"shown": both, "language": "de"}))
    assert off["statusCode"] == 200 and "checked" not in off["body"]
    assert withdrawn(aws)
    assert "checked" not in request("GET", path)["body"], "the no counts before the contact knows of it"
    on = {"shown": both, "topic/marketing/email": "on", "topic/marketing/sms": "on", "language": "de"}
    saved = request("POST", path, urlencode(on))
    assert saved["body"].count(" checked") == 1 and "dort bestätigt haben" in saved["body"]
    by_name = {one.name: one for one in events(aws)}
    assert by_name["Identified"].traits == {"locale": "de"}
    proof = by_name["Consent Granted"].properties
    assert (proof["channel"], proof["proof"]["message"], proof["wording_version"]) == ("email", "m1", "built-in-1")
    assert by_name["Consent Requested"].properties["channel"] == "sms", "a mail proves nothing about a telephone"


def test_nothing_that_was_not_shown_is_switched(aws: Services) -> None:
    contact = Contact(id="c1", traits={"email": "robin@example.com"}, clock=NOW)
    aws.table.write(Put(replace(contact, consents={"marketing/email": Consent("granted", NOW)}).to_item(), 0))
    path = link_to("", SECRET.encode(), preferences_token(MESSAGE, NOW))
    for body in ("", "shown=", "shown=other/email", urlencode({"topic/other/email": "on"})):
        assert request("POST", path, body)["statusCode"] == 200
    assert events(aws) == [] and withdrawn(aws) is None
    assert request("POST", path, "everything=off")["statusCode"] == 200
    assert withdrawn(aws)


def test_why_somebody_leaves_is_asked_afterwards_and_is_no_second_no(aws: Services) -> None:
    gone = request("POST", UNSUBSCRIBE)
    before = withdrawn(aws)
    assert 'name="reason"' in gone["body"]
    thanked = request("POST", UNSUBSCRIBE, urlencode({"reason": "too_many", "comment": "Daily!"}))
    assert thanked["statusCode"] == 200 and "Vielen Dank" in thanked["body"]
    (reason,) = [one for one in events(aws) if one.name == "Unsubscribe Reason Given"]
    assert (reason.properties["reason"], reason.properties["comment"]) == ("too_many", "Daily!")
    assert withdrawn(aws) == before
    request("POST", UNSUBSCRIBE, "reason=whatever")
    assert withdrawn(aws) != before, "what is no answer is a no"


def test_a_shared_link_counts_who_comes_and_who_signs_up(aws: Services) -> None:
    publish(aws, DOWNLOAD, FORM, PAGE)
    token = contact_token(Purpose.REFERRAL, "c1", "", NOW, "offer")
    path = link_to("", SECRET.encode(), token)
    shown = request("GET", path)
    assert f'data-referral="{path}"' in shown["body"]
    assert "script-src 'self'" in shown["headers"]["content-security-policy"]
    assert events(aws) == [], "a preview in a messenger is no visit"
    assert [request("POST", path)["statusCode"] for _ in range(2)] == [204, 204]
    hidden = dict(re.findall(r'name="(_\w+)" value="([\w-]+)"', shown["body"]))
    aws.clock.at += 5_000
    body = {**hidden, "email": "kim@example.com", "consent/marketing/email": "on"}
    assert request("POST", "/p/f/sign-up", urlencode(body))["statusCode"] == 200
    assert [one.name for one in events(aws)] == ["Referral Visited", "Referral Signed Up"]


def all_items(aws: Services) -> list[dict[str, Any]]:
    return aws.table.scan(segment=0, segments=1, limit=1000).items
