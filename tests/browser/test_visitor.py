"""A visitor of the demo shop in a real Chromium: looks, fills a cart, signs up, confirms by the link in the mail,
forgets the cart, gets reminded, and unsubscribes."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import chromium
from tests.local.running import ROOT, LocalRun

SIGNED_IN = {"authorization": "Bearer local-secret"}


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    local = LocalRun(tmp_path_factory.mktemp("visitor") / "state", ROOT / "functions")
    local.start()
    yield local
    if local.running():
        local.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
        page = context.new_page()
        yield page
        context.close()


def subjects(run: LocalRun) -> list[str]:
    return [f"{message['journey']}/{message['step']}" for message in run.outbox()]


def arrived(run: LocalRun, last: str) -> None:
    """The browser sends in its own time: waits until what it sent has had its effect."""
    deadline = time.monotonic() + 20
    while subjects(run)[-1:] != [last]:
        assert time.monotonic() < deadline, f"{last} did not come; the outbox has {subjects(run)}"
        time.sleep(0.05)


def ann(run: LocalRun) -> dict[str, Any]:
    (found,) = run.get("/api/contacts?email=ann@example.com", SIGNED_IN).json()["contacts"]
    assert isinstance(found, dict)
    return found


def link(message: dict[str, Any], path: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+{path}[\w-]+", message["text"])
    assert found, message["text"]
    return found[0]


def test_from_the_first_look_to_the_goodbye(run: LocalRun, page: Page) -> None:
    shop = f"http://127.0.0.1:{run.port}/shop"
    page.goto(shop)
    for sofa in ("sofa-nord", "sofa-alma", "sofa-fjell"):
        page.goto(f"{shop}#{sofa}")
        expect(page.locator("#product")).to_be_visible()
        page.keyboard.press("Escape")
    page.goto(f"{shop}#sofa-nord")
    page.locator("#product button.primary").click()
    page.keyboard.press("Escape")
    page.locator("#signup-form [name=firstName]").fill("Ann")
    page.locator("#signup-form [name=email]").fill("ann@example.com")
    page.locator("#signup-form [name=consent]").check()
    page.locator("#signup-form button").click()
    expect(page.locator("#signup-done")).to_be_visible()
    arrived(run, "double-opt-in/ask")

    # The visitor has claimed an address: one question goes there, and nothing else.
    assert subjects(run) == ["double-opt-in/ask"]
    page.goto(link(run.outbox()[0], "/p/c/"))
    page.get_by_role("button").click()
    arrived(run, "welcome/hello")
    assert subjects(run) == ["double-opt-in/ask", "welcome/hello"]
    known = ann(run)
    assert known["standing"] == "known"
    assert "sofa-interest" in {segment["name"] for segment in known["segments"]}, "the visitor's views are Ann's"

    assert run.advance("PT3H")["troubles"] == []
    assert subjects(run)[2:] == ["abandoned-cart/reminder"]
    reminder = run.outbox()[2]
    assert "Warenkorb" in reminder["subject"] and "Nord" in reminder["html"]
    page.goto(link(reminder, "/p/u/"))
    before = page.content()
    page.get_by_role("button").click()
    page.wait_for_function("before => document.documentElement.outerHTML !== before", arg=before)
    page.wait_for_load_state()
    assert run.advance("P30D")["troubles"] == []
    assert subjects(run)[3:] == [], "nothing leaves after the goodbye"
    timeline = run.get(f"/api/contacts/{known['id']}/timeline?limit=100", SIGNED_IN).json()
    names = {entry["name"] for entry in timeline["events"]}
    assert {"Product Viewed", "Signed Up", "Consent Requested", "Consent Granted", "Email Sent"} <= names
    assert "Consent Withdrawn" in names
