"""A visitor in a real browser: the demo shop, the snippet, the pages of the local run."""

import base64
import gzip
import json
import re
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.local.running import ROOT, LocalRun

SIGNED_IN = {"authorization": "Bearer local-secret"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    run = LocalRun(tmp_path_factory.mktemp("shop") / "state", ROOT / "functions")
    run.start()
    yield run
    run.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser, shop: LocalRun) -> Iterator[Page]:
    context = browser.new_context(base_url=f"http://127.0.0.1:{shop.port}", locale="de-DE")
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [line for line in said if "status of 503" not in line] == []


def sent_events(page: Page) -> list[dict[str, Any]]:
    """Everything the page hands to the tracking API from now on, requests and beacons alike."""
    events: list[dict[str, Any]] = []

    def keep(route: Route) -> None:
        events.extend(json.loads(route.request.post_data or "{}")["batch"])
        route.continue_()

    page.route("**/v1/batch", keep)
    return events


def accepted_events(run: LocalRun) -> list[dict[str, Any]]:
    """What has reached the tracking API, beacons included (which the browser does not show us)."""
    (journal,) = (run.state / "state").glob("journal-*")
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    bodies = [json.loads(base64.b64decode(entry["body"])) for entry in entries if entry["path"] == "/v1/batch"]
    return [event for body in bodies for event in body["batch"]]


def cookie(context: BrowserContext) -> dict[str, Any] | None:
    return next((dict(found) for found in context.cookies() if found["name"] == "lw_aid"), None)


def test_a_visitor_looks_fills_the_cart_signs_up_and_confirms(visitor: Page, shop: LocalRun) -> None:
    visitor.goto("/shop")
    assert visitor.inner_text("h1") == "Möbel für lange Abende"
    for sofa in ("sofa-nord", "sofa-alma", "sofa-fjell"):
        visitor.click(f"[data-id={sofa}]")
        if sofa != "sofa-fjell":
            visitor.click("#product .close")
    visitor.click("#add")
    visitor.click("#cart .close")
    visitor.fill("[name=firstName]", "Anna")
    visitor.fill("[name=email]", "anna@example.com")
    visitor.check("[name=consent]")
    with visitor.expect_response("**/v1/batch") as answered:
        visitor.click("#signup-form button")
    assert answered.value.status == 200
    assert shop.settle() == []
    (mail,) = shop.outbox()
    assert (mail["to"], mail["journey"]) == ("anna@example.com", "double-opt-in")
    assert "bestätigen" in mail["subject"]

    confirm = next(link for link in re.findall(r'href="([^"]+)"', mail["html"]) if "/p/c/" in link)
    visitor.goto(confirm.replace("&amp;", "&"))
    visitor.click("button")
    assert shop.settle() == []
    (contact,) = shop.get("/api/contacts?email=anna@example.com", SIGNED_IN).json()["contacts"]
    assert {"purpose": "marketing", "channel": "email", "state": "granted"}.items() <= contact["consents"][0].items()
    assert "sofa-interest" in {segment["name"] for segment in contact["segments"]}, "the anonymous history has joined"
    timeline = shop.get(f"/api/contacts/{contact['id']}/timeline", SIGNED_IN).body.decode()
    assert "Product Added" in timeline

    shop.advance("PT4H")
    assert "abandoned-cart" in {message["journey"] for message in shop.outbox()}
    visitor.goto("/_local/mail")
    visitor.get_by_text("Ihr Warenkorb").first.click()
    assert (
        "Nord" in visitor.frame_locator("iframe").locator("body").inner_text()
        or "Fjell" in visitor.frame_locator("iframe").locator("body").inner_text()
    )
    visitor.get_by_role("button", name="Headers").click()
    assert "List-Unsubscribe-Post" in visitor.inner_text("dl")


def test_the_cookie_is_first_party_and_lives_a_year(visitor: Page, shop: LocalRun) -> None:
    visitor.goto("/shop?utm_source=letter&utm_campaign=Spring%20sale")
    visitor.wait_for_function("document.cookie.includes('lw_aid')")
    visitor.click("[data-id=lamp-mane]")
    visitor.goto("/_local/")
    kept = cookie(visitor.context)
    assert kept is not None
    assert (kept["sameSite"], kept["domain"]) == ("Lax", "127.0.0.1")
    now = visitor.evaluate("Date.now() / 1000")
    assert 364 * 86_400 < kept["expires"] - now <= 365 * 86_400 + 60
    deadline = time.monotonic() + 10
    while True:
        events = [event for event in accepted_events(shop) if event["anonymousId"] == kept["value"]]
        if "Product Viewed" in {event.get("event") for event in events}:
            break  # left at once, it went out as a beacon
        assert time.monotonic() < deadline, events
    page_view = next(event for event in events if event["type"] == "page")
    context = page_view["context"]
    assert context["campaign"] == {"source": "letter", "name": "Spring sale"}
    assert context["page"]["path"] == "/shop"
    assert (context["locale"], context["library"]["name"]) == ("de-DE", "leadwell.js")
    assert context["timezone"]


def test_without_consent_nothing_is_stored_and_nothing_is_sent(visitor: Page) -> None:
    events = sent_events(visitor)
    html = """<!doctype html><link rel="icon" href="data:,"><script src="/leadwell.js"></script><script>
        leadwell.load("local-public", {requireConsent: true}); leadwell.page(); leadwell.identify("u1", {plan: "x"});
        </script>"""
    visitor.route("**/quiet", lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.goto("/quiet")
    visitor.wait_for_timeout(600)
    stored = "JSON.stringify([document.cookie, Object.keys(localStorage)])"
    assert visitor.evaluate(stored) == '["",[]]'
    assert events == []
    with visitor.expect_response("**/v1/batch"):
        visitor.evaluate("leadwell.consent(true)")
    assert [event["type"] for event in events] == ["page", "identify"]
    assert visitor.evaluate("document.cookie").startswith("lw_aid=")
    visitor.evaluate("leadwell.consent(false); leadwell.track('Afterwards')")
    visitor.wait_for_timeout(600)
    assert visitor.evaluate(stored) == '["",["lw_consent"]]'
    assert len(events) == 2


def test_what_could_not_be_sent_is_sent_later_under_the_same_id(visitor: Page) -> None:
    tried: list[str] = []

    def fail_once(route: Route) -> None:
        tried.append(json.loads(route.request.post_data or "{}")["batch"][0]["messageId"])
        if len(tried) == 1:
            route.fulfill(status=503, body="{}")
        else:
            route.continue_()

    html = """<!doctype html><link rel="icon" href="data:,"><script src="/leadwell.js"></script><script>
        leadwell.load("local-public"); leadwell.track("Tried");</script>"""
    visitor.route("**/retry", lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.route("**/v1/batch", fail_once)
    with visitor.expect_response(lambda answer: answer.url.endswith("/v1/batch") and answer.status == 200):
        visitor.goto("/retry")
    assert len(tried) == 2
    assert tried[0] == tried[1]
    visitor.wait_for_function("localStorage.getItem('lw_queue') === null")


def test_reset_makes_a_new_visitor(visitor: Page) -> None:
    visitor.goto("/shop")
    visitor.wait_for_function("window.leadwell.version")
    before = visitor.evaluate("leadwell.anonymousId()")
    visitor.evaluate("leadwell.identify('u1'); leadwell.reset()")
    assert visitor.evaluate("leadwell.anonymousId()") != before
    assert visitor.evaluate("localStorage.getItem('lw_uid')") is None


def test_the_snippet_is_small(shop: LocalRun) -> None:
    """What browsers get; the file itself has remarks."""
    assert len(gzip.compress(shop.get("/leadwell.js").body, 9)) < 3000


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("path", ["/shop", "/_local/", "/_local/mail"])
def test_pages_fit_the_screen(visitor: Page, path: str, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.goto(path)
    visitor.wait_for_load_state("networkidle")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width
