"""The console's first page in a real Chromium, before a whole installation in memory."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.messaging.message import Message, parked
from leadwell.store.table import Put
from tests.browser.chromium import chromium
from tests.browser.console_server import TOKEN, ConsoleServer
from tests.fakes.world import World

ANN = contact_id("user_id", "ann")
TOO_WIDE = """[...document.querySelectorAll(".tile, .person, .card *")]
    .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && !one.matches(".sr"))
    .map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    world = World(start="2026-11-09T08:12:00Z")
    known = world.identify(
        "ann",
        email="ann@example.com",
        phone="+12025550142",
        first_name="Ann",
        last_name="Lindqvist",
        company="Example",
    )
    world.post(known, world.consent("ann"), world.event("ann", "Signed Up"))
    for name in ("Sofa Oslo", "Sofa Bergen", "<b>Sofa</b>"):
        world.advance(MINUTE)
        world.post(world.event("ann", "Product Viewed", {"name": name, "category": "sofas"}))
    world.post(world.event("ann", "Product Added", {"name": "Sofa Oslo", "cart_id": "1"}))
    world.advance(DAY)
    wanted = Message(
        id="m1",
        contact=ANN,
        channel="email",
        template="winter-news",
        template_version=1,
        purpose="marketing",
        requested_at=world.clock.now(),
    )
    world.table.write(
        Put(parked(wanted, "there is no email template winter-news; publish it and release the message").to_item(), 0)
    )
    world.advance(4 * HOUR)
    with ConsoleServer(world) as running:
        yield running


@pytest.fixture
def page(server: ConsoleServer) -> Iterator[Page]:
    """A page of which every complaint in the browser's console fails the test."""
    complaints: list[str] = []
    with chromium() as browser:
        context = browser.new_context(
            locale="en-US", timezone_id="Europe/Berlin", viewport={"width": 1200, "height": 900}
        )
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{server.url}/console")
        yield page
        context.close()
    assert complaints == []


def test_a_contact_is_found_and_understood(page: Page, server: ConsoleServer) -> None:
    expect(page.get_by_role("link", name="Interested in sofas")).to_contain_text("1")
    page.get_by_label("Find a contact").fill("ann@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ann Lindqvist")
    assert page.url == f"{server.url}/console/contacts/{ANN}"
    assert not any("ann@" in path for _, path, _ in server.calls)

    timeline = page.locator("#timeline")
    expect(timeline).to_contain_text("Looked at “Sofa Oslo”")
    expect(timeline).to_contain_text("Looked at “<b>Sofa</b>”")
    expect(timeline.get_by_role("heading", name=re.compile("^Yesterday · Monday 9 November"))).to_be_visible()
    expect(timeline).to_contain_text("Entered the journey “Abandoned cart”")
    timeline.get_by_role("button", name="Consent").click()
    expect(timeline).to_contain_text("Allowed advertising by e-mail")
    expect(timeline).not_to_contain_text("Sofa Oslo")

    score = page.locator("#score")
    expect(score).to_contain_text("Product Viewed")
    expect(score).to_contain_text("Company is known")
    expect(score).to_contain_text("Points halve every 30 days.")
    segments = page.locator("#segments")
    segments.get_by_text("Interested in sofas").click()
    expect(segments).to_contain_text("“Product Viewed” (category is “sofas”), at least 3 times in the last 7 days")
    expect(segments).to_contain_text("at least until Mon 16 Nov, 09:13, if nothing happens")
    expect(page.locator("#journeys")).to_contain_text("Waits at “Pause 1” · goes on Thu 12 Nov, 09:12")
    expect(page.locator("#messages")).to_contain_text("Abandoned cart")


def test_a_parked_message_is_tried_again(page: Page, server: ConsoleServer) -> None:
    page.goto(f"{server.url}/console/contacts/{ANN}")
    messages = page.locator("#messages")
    messages.get_by_role("button", name="Try again").click()
    expect(messages).to_contain_text("It is tried again.")
    assert server.calls[-1] == ("POST", f"/api/contacts/{ANN}/messages/m1/release", 202)


def test_in_german_on_a_small_dark_screen(page: Page, server: ConsoleServer) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="DE").click()
    expect(page.get_by_role("heading", name="Kontakt finden")).to_be_visible()
    page.get_by_role("link", name="Interesse an Sofas").click()
    page.get_by_role("link", name="Ann Lindqvist").click()
    expect(page.locator("#timeline")).to_contain_text("Hat „Sofa Oslo“ in den Warenkorb gelegt")
    expect(page.locator("#segments")).to_contain_text("wenn nichts geschieht")
    expect(page.locator(".person-head")).to_contain_text("keine Einwilligung in Werbung per SMS")
    assert page.evaluate("document.documentElement.lang") == "de"
    for path in ("", f"/contacts/{ANN}", "/segments/known-contacts"):
        page.goto(f"{server.url}/console{path}")
        page.wait_for_selector("h1")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.evaluate(TOO_WIDE) == []


def test_nobody_is_found(page: Page) -> None:
    page.get_by_label("Find a contact").fill("nobody@example.com")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Nobody was found under “nobody@example.com”.")).to_be_visible()


def test_signing_in_with_a_user_pool(server: ConsoleServer) -> None:
    """Authorization code with PKCE: what is asked, what is exchanged, and that a foreign answer is not taken."""
    pool = "https://sign-in.example.com"
    services = server.world.services
    services.settings = replace(services.settings, sign_in=json.dumps({"kind": "cognito", "domain": pool}))
    config = {"sign_in": "cognito", "domain": pool, "client_id": "abc"}
    asked: list[dict[str, str]] = []
    exchanged: list[dict[str, str]] = []

    def authorize(route: Route) -> None:
        asked.append(dict(parse_qsl(urlsplit(route.request.url).query)))
        answer = {"code": "code-1", "state": asked[-1]["state"] if len(asked) > 1 else "forged"}
        route.fulfill(status=302, headers={"location": f"{asked[-1]['redirect_uri']}?{urlencode(answer)}"})

    def exchange(route: Route) -> None:
        exchanged.append(dict(parse_qsl(route.request.post_data or "")))
        route.fulfill(
            headers={"access-control-allow-origin": "*"},
            content_type="application/json",
            body=f'{{"access_token": "{TOKEN}"}}',
        )

    with chromium() as browser:
        page = browser.new_page()
        page.route("**/console/config.json", lambda route: route.fulfill(json=config))
        page.route(f"{pool}/oauth2/authorize**", authorize)
        page.route(f"{pool}/oauth2/token", exchange)
        page.goto(f"{server.url}/console/contacts/{ANN}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ann Lindqvist")
        assert page.url == f"{server.url}/console/contacts/{ANN}"
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    # The forged answer was dropped, and asked for again.
    assert len(asked) == 2
    assert (asked[1]["redirect_uri"], asked[1]["response_type"], asked[1]["client_id"]) == (
        f"{server.url}/console",
        "code",
        "abc",
    )
    (given,) = exchanged
    digest = hashlib.sha256(given["code_verifier"].encode()).digest()
    assert asked[1]["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (given["code"], given["grant_type"]) == ("code-1", "authorization_code")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_journey_is_drawn(page: Page, server: ConsoleServer, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("link", name="Abandoned cart", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Abandoned cart")
    picture = page.get_by_role("img", name="Wait 3 hours")
    expect(picture).to_be_visible()
    drawn = picture.evaluate("(one) => [one.naturalWidth, one.naturalHeight, one.complete]")
    assert drawn[0] > 300 and drawn[1] > 300 and drawn[2]
    page.get_by_role("button", name="DE").click()
    expect(page.get_by_role("img", name="3 Stunden warten")).to_be_visible()


def test_what_a_split_and_a_holdout_show(page: Page, server: ConsoleServer) -> None:
    world, arms = server.world, [{"name": "short", "share": 50}, {"name": "long", "share": 50}]
    winner = {"event": "Product Viewed", "within": "P1D", "each": 20}
    text = {"en": "Offers", "de": "Angebote"}
    journey = {
        "kind": "journey",
        "name": "offers",
        "title": text,
        "description": text,
        "trigger": {"event": "Offered"},
        "holdout": 50,
        "goal": {"event": "Product Viewed", "within": "P1D"},
        "steps": [{"id": "subject", "split": {"arms": arms, "winner": winner}}],
    }
    Publisher(world.services.library, world.clock.now(), "ann").publish(json.dumps(journey), {})
    for number in range(8):
        world.post(world.event(f"split-{number}", "Offered"))
    page.goto(f"{server.url}/console/journeys/offers")
    expect(page.get_by_role("heading", name="Split subject")).to_be_visible()
    expect(page.get_by_text("Not decided yet: every arm needs 20 contacts")).to_be_visible()
    expect(page.get_by_role("heading", name="Does the journey do any good?")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Left alone")).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
