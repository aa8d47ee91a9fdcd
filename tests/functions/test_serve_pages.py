from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from functions.serve_pages.handler import handler
from leadwell import wiring
from leadwell.clock import Moment, from_iso
from leadwell.consent.withdrawals import Withdrawals
from leadwell.messaging.message import Message
from leadwell.pages.links import confirm_token, confirm_url, unsubscribe_token, unsubscribe_url
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
